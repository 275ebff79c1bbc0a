"""What the tests of demandPublish send."""

from typing import Any

from tests.conftest import GraphQL
from tests.factories.demands import a_key, text_version
from tests.factories.people import Someone

PUBLISH = """
mutation ($input: DemandPublishInput!) {
  demandPublish(input: $input) {
    __typename
    ... on Demand {
      id status amount termMonths purpose guaranteeKinds maxAnnualRate matching
      publishedAt expiresAt
    }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field code message } }
    ... on NotVerified { state }
  }
}
"""


def an_input(**changes: Any) -> dict[str, Any]:
    """The input of a demand that keeps every rule."""
    return {
        "amount": "500000",
        "termMonths": 12,
        "purpose": "采购原材料",
        "guaranteeKinds": ["CREDIT"],
        "maxAnnualRate": "4.5",
        "audience": {"allMatched": True},
        "consentTextVersion": text_version(),
        "idempotencyKey": a_key(),
    } | changes


async def publish(api: GraphQL, someone: Someone, **changes: Any) -> dict[str, Any]:
    """What the mutation answers."""
    data = await api.data(PUBLISH, variables={"input": an_input(**changes)}, token=someone.token)
    result: dict[str, Any] = data["demandPublish"]
    return result
