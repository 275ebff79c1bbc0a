"""A matched demand between its owner and one bank, as the tests of demands read it."""

from dataclasses import dataclass
from typing import Any

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from marketplace import offers
from storage.models import Demand, Institution, Offer, Product
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, a_key, an_offer, viewer_of
from tests.factories.people import Someone, an_enterprise, an_officer, an_owner
from tests.factories.products import a_product

READ = """
query ($id: ID!) {
  demand(id: $id) { id status }
  node(id: $id) { __typename id }
}
"""

WHOLE = """
query ($id: ID!) {
  demand(id: $id) {
    purpose matchingNote availableActions
    applicant { district { code name } industry { code } size ageBand gradeLevel }
    enterprise { id name uscc demands { edges { node { id } } } }
    contact { name phone }
    matches(eligibleOnly: false) { edges { node { rank product { name } reasons {
      code verdict actual distance explanation } } } }
    offers { edges { node { institution { name } } } }
  }
}
"""


@dataclass
class Scene:
    """An owner's matched demand, and the officer of the one bank whose product fits."""

    api: GraphQL
    clock: FrozenClock
    owner: Someone
    officer: Someone
    bank: Institution
    product: Product
    demand: Demand

    @property
    def id(self) -> str:
        return encode_id("demand", self.demand.id)

    async def sees(self, someone: Someone | None) -> bool:
        """Whether somebody reaches the demand, by both roads alike."""
        token = someone.token if someone else None
        found = await self.api.data(READ, variables={"id": self.id}, token=token)
        assert (found["demand"] is None) == (found["node"] is None)
        return found["demand"] is not None

    async def whole(self, someone: Someone) -> dict[str, Any]:
        found = await self.api.data(WHOLE, variables={"id": self.id}, token=someone.token)
        demand: dict[str, Any] = found["demand"]
        return demand

    async def offer(self) -> Offer:
        return await an_offer(
            demand=self.demand, officer=self.officer, product=self.product, now=self.clock.now()
        )

    async def accepted(self) -> Offer:
        offer = await self.offer()
        return await offers.accept(viewer_of(self.owner), offer.id, a_key(), self.clock.now())


async def a_scene(api: GraphQL, clock: FrozenClock) -> Scene:
    """The scene before anything was offered."""
    now = clock.now()
    enterprise = await an_enterprise(name="示例精工机械有限公司", now=now)
    owner = await an_owner(enterprise=enterprise, now=now)
    officer = await an_officer(now=now)
    assert officer.institution is not None
    product = await a_product(name="示例甲贷", institution=officer.institution, now=now)
    demand = await a_demand(owner=owner, now=now)
    return Scene(api, clock, owner, officer, officer.institution, product, demand)
