"""A demand between its owner and a bank, as the tests of offers need it."""

from dataclasses import dataclass
from typing import Any

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from marketplace.matchmaking import match_product
from storage.models import Demand, Institution, Offer, Product
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, a_key, an_offer
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product

FAILURES = """
  ... on UserError { code message }
  ... on ValidationFailed { fieldErrors { field message } }
"""

# Offer.message may be null, UserError.message may not: one of both needs another name.
OFFER = """... on Offer {
  id status amount annualRate allInCost termMonths words: message declineReason
}"""

MAKE = f"""
mutation ($input: OfferMakeInput!) {{
  result: offerMake(input: $input) {{
    __typename {FAILURES} {OFFER}
    ... on Offer {{ expiresAt madeAt institution {{ id }} product {{ id }} demand {{ id status }} }}
  }}
}}
"""

ACCEPT = f"""
mutation ($id: ID!, $input: OfferAcceptInput!) {{
  result: offerAccept(id: $id, input: $input) {{
    __typename ... on UserError {{ code message }} {OFFER}
    ... on Offer {{ demand {{ id status contact {{ phone }} }} }}
  }}
}}
"""

DECLINE = f"""
mutation ($id: ID!, $input: OfferDeclineInput!) {{
  result: offerDecline(id: $id, input: $input) {{ __typename {FAILURES} {OFFER} }}
}}
"""

WITHDRAW = f"""
mutation ($id: ID!) {{
  result: offerWithdraw(id: $id) {{
    __typename ... on UserError {{ code message }} {OFFER}
    ... on Offer {{ demand {{ id status }} }}
  }}
}}
"""


@dataclass
class Deal:
    """An owner's demand of 50万, and an officer whose bank's product fits it."""

    api: GraphQL
    clock: FrozenClock
    owner: Someone
    officer: Someone
    bank: Institution
    product: Product
    demand: Demand

    async def run(self, document: str, who: Someone | None, **variables: Any) -> dict[str, Any]:
        """What a mutation answers."""
        data = await self.api.data(document, variables=variables, token=who.token if who else None)
        result: dict[str, Any] = data["result"]
        return result

    async def code(self, document: str, who: Someone | None, **variables: Any) -> str:
        """The code with which a mutation is refused as a whole."""
        body = await self.api(document, variables=variables, token=who.token if who else None)
        assert body["data"] is None
        code: str = body["errors"][0]["extensions"]["code"]
        return code

    def terms(self, **changes: Any) -> dict[str, Any]:
        """The input of an offer that keeps every rule."""
        return {
            "demandId": encode_id("demand", self.demand.id),
            "productId": encode_id("product", self.product.id),
            "amount": "400000",
            "annualRate": "3.8",
            "termMonths": 12,
            "message": "可在三个工作日内放款",
            "idempotencyKey": a_key(),
        } | changes

    async def offer(self, **terms: Any) -> Offer:
        """An open offer of the officer."""
        return await an_offer(
            demand=self.demand,
            officer=self.officer,
            product=self.product,
            now=self.clock.now(),
            **terms,
        )

    async def rival(self) -> tuple[Someone, Offer]:
        """Another bank's officer with an open offer on the same demand."""
        officer = await an_officer(now=self.clock.now())
        product = await a_product(institution=officer.institution, now=self.clock.now())
        await match_product(product.id, self.clock.now())
        offer = await an_offer(
            demand=self.demand, officer=officer, product=product, now=self.clock.now()
        )
        return officer, offer


def offer_id(offer: Offer) -> str:
    """The id that the API shows for an offer."""
    return encode_id("offer", offer.id)


async def a_deal(api: GraphQL, clock: FrozenClock) -> Deal:
    """The deal before anything was offered."""
    now = clock.now()
    owner, officer = await an_owner(now=now), await an_officer(now=now)
    if officer.institution is None:
        raise LookupError("an officer is an institution's")
    product = await a_product(institution=officer.institution, now=now)
    demand = await a_demand(owner=owner, now=now)
    return Deal(api, clock, owner, officer, officer.institution, product, demand)
