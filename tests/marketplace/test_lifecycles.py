"""The states of demands and offers: each edge of the tables, and no other step."""

import pytest

from foundation.errors import NotAllowedNow
from marketplace import demand_rules, offer_rules
from storage.models import Demand, Offer
from storage.models.demand import DemandStatus as D
from storage.models.offer import OfferStatus as O

DEMAND_EDGES = {
    (D.OPEN, D.MATCHED),
    (D.OPEN, D.WITHDRAWN),
    (D.OPEN, D.EXPIRED),
    (D.MATCHED, D.OPEN),
    (D.MATCHED, D.CONTRACTED),
}
OFFER_EDGES = {
    (O.OPEN, O.ACCEPTED),
    (O.OPEN, O.DECLINED),
    (O.OPEN, O.WITHDRAWN),
    (O.OPEN, O.EXPIRED),
    (O.ACCEPTED, O.WITHDRAWN),
}


@pytest.mark.parametrize("before", D)
@pytest.mark.parametrize("after", D)
def test_a_demand_takes_every_step_of_its_table_and_no_other(before: D, after: D) -> None:
    demand = Demand(status=before)
    if (before, after) in DEMAND_EDGES:
        demand_rules.advance(demand, after)
        assert demand.status is after
        return
    with pytest.raises(NotAllowedNow) as refused:
        demand_rules.advance(demand, after)
    assert refused.value.message == demand_rules.STANDING[before]
    assert demand.status is before


@pytest.mark.parametrize("before", O)
@pytest.mark.parametrize("after", O)
def test_an_offer_takes_every_step_of_its_table_and_no_other(before: O, after: O) -> None:
    offer = Offer(status=before)
    if (before, after) in OFFER_EDGES:
        offer_rules.advance(offer, after)
        assert offer.status is after
        return
    with pytest.raises(NotAllowedNow) as refused:
        offer_rules.advance(offer, after)
    assert refused.value.message == offer_rules.STANDING[before]
    assert offer.status is before
