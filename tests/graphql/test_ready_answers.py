"""Ready answers about the real catalogue: quick for strangers, never for somebody signed in."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from marketplace import catalogue
from storage.database import execute
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.people import an_owner
from tests.factories.products import a_product
from tests.queries import recorded_queries

SHELF = """
{
  products(city: JIANGYIN) {
    edges { cursor node { id name institution { name } } }
    pageInfo { endCursor }
  }
}
"""


def _names(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in answer["products"]["edges"]]


async def test_the_second_stranger_costs_no_query(api: GraphQL, clock: FrozenClock) -> None:
    await a_product(name="示例甲贷", now=clock.now())
    first = await api.data(SHELF)

    with recorded_queries() as queries:
        second = await api.data(SHELF)

    assert second == first
    assert len(queries) == 0


async def test_what_comes_onto_the_shelf_is_seen_at_once(api: GraphQL, clock: FrozenClock) -> None:
    await a_product(name="示例甲贷", now=clock.now())
    assert _names(await api.data(SHELF)) == ["示例甲贷"]

    product = await a_product(name="示例乙贷", now=clock.now())

    assert sorted(_names(await api.data(SHELF))) == ["示例乙贷", "示例甲贷"]
    await execute(
        "UPDATE product SET status = $2 WHERE id = $1", product.id, ProductStatus.RETIRED.value
    )
    catalogue.forget_version()  # as half a second would
    assert _names(await api.data(SHELF)) == ["示例甲贷"]


async def test_somebody_signed_in_is_never_given_a_ready_answer(
    api: GraphQL, clock: FrozenClock
) -> None:
    owner = await an_owner(now=clock.now())
    product = await a_product(now=clock.now())
    document = "{products(city: JIANGYIN) {edges {node {id eligibility {verdict}}}}}"
    stranger = await api.data(document)

    signed_in = await api.data(document, token=owner.token)
    again = await api.data(document)

    assert stranger["products"]["edges"][0]["node"]["eligibility"] is None
    assert signed_in["products"]["edges"][0]["node"]["eligibility"]["verdict"]
    assert again == stranger
    assert product.id.hex in again["products"]["edges"][0]["node"]["id"]


@pytest.mark.parametrize(
    "document", ["{viewer{id}}", "{products(city: JIANGYIN, first: 101){edges{cursor}}}"]
)
async def test_failures_and_private_fields_are_not_kept(api: GraphQL, document: str) -> None:
    first = await api(document)
    second = await api(document)

    assert first == second
    with recorded_queries() as queries:
        await api("{__typename}")
    assert len(queries) <= 1
