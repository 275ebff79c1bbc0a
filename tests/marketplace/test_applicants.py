"""An enterprise's facts for the rules: from its row, its records, its consent and its grade."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from credit.levels import EnterpriseSize, GradeLevel
from foundation.clock import FrozenClock, day_in_shanghai
from marketplace.applicants import (
    AUTHORISED_TAG,
    applicant_of,
    applicants_of_city,
    own_applicant,
)
from marketplace.catalogue import sheets_of
from marketplace.product_import import import_products
from matching.applicant import Wish
from matching.rank import Ranked, rank
from storage.database import fetch
from storage.models import Institution
from tests.factories.credit import PEERS, a_graded_owner
from tests.factories.demands import viewer_of
from tests.factories.people import an_enterprise, an_owner
from tests.servers import Database

HALF_A_MILLION = Wish(amount=Decimal(500_000), term_months=12)


async def test_the_facts_of_a_graded_manufacturer(database: Database, clock: FrozenClock) -> None:
    owner = await a_graded_owner(clock)
    assert owner.enterprise is not None
    found = await applicant_of(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert (found.grade, found.size, found.sole_trader) == (
        GradeLevel.ADVANCED,
        EnterpriseSize.SMALL,
        False,
    )
    assert found.region_codes == {"320281400", "320281", "320000"}
    assert found.place == ("320281400", "高新区")
    assert {"纳税信用A/B/M", "近12月有纳税", "制造业", AUTHORISED_TAG} <= found.tags.held
    assert {"个体工商户", "服务业"} <= found.tags.lacking


async def test_without_consent_there_is_no_grade_and_no_tag_from_records(
    database: Database, clock: FrozenClock
) -> None:
    enterprise = await an_enterprise(
        employees=None, annual_revenue=None, total_assets=None, now=clock.now()
    )
    found = await applicant_of(enterprise.id, day_in_shanghai(clock.now()))
    assert found.grade is GradeLevel.UNRATED
    assert found.grade_reason
    assert found.size is EnterpriseSize.UNKNOWN
    assert "近12月有纳税" not in found.tags.held | found.tags.lacking
    assert AUTHORISED_TAG in found.tags.lacking


async def test_an_unknown_enterprise_is_an_error(database: Database) -> None:
    with pytest.raises(LookupError):
        await applicant_of(uuid4(), date(2026, 3, 18))


async def test_the_owners_own_look_is_a_line_of_the_ledger_and_the_platforms_is_not(
    database: Database, clock: FrozenClock
) -> None:
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    await applicant_of(owner.enterprise.id, day_in_shanghai(clock.now()))
    assert await fetch("SELECT * FROM access_ledger") == []
    await own_applicant(viewer_of(owner), owner.enterprise.id, clock.now())
    lines = await fetch("SELECT person_id, enterprise_id, purpose_kind FROM access_ledger")
    assert lines == [
        {
            "person_id": owner.person.id,
            "enterprise_id": owner.enterprise.id,
            "purpose_kind": "OWN",
        }
    ]


async def eligible(clock: FrozenClock, city: str, **history: str) -> dict[str, list[Ranked]]:
    """What a graded small manufacturer may have, by bank."""
    await import_products(clock.now())
    owner = await a_graded_owner(clock, city=city, **history)
    assert owner.enterprise is not None
    today = day_in_shanghai(clock.now())
    applicant = await applicant_of(owner.enterprise.id, today)
    banks = {bank.id.hex: bank.name for bank in await Institution.all()}
    found: dict[str, list[Ranked]] = {}
    for one in rank(applicant, HALF_A_MILLION, await sheets_of(city), today):
        if one.eligible:
            found.setdefault(banks[one.sheet.institution_id], []).append(one)
    return found


async def test_a_taxpayer_of_jiangyin_has_at_least_three_products_to_choose_from(
    database: Database, clock: FrozenClock
) -> None:
    found = await eligible(clock, "JIANGYIN")
    assert sum(map(len, found.values())) >= 3
    assert [one.sheet.name for one in found["江阴农村商业银行"]] == ["税易贷"]


async def test_a_firm_of_changzhou_with_its_score_gets_changxindai(
    database: Database, clock: FrozenClock
) -> None:
    found = await eligible(clock, "CHANGZHOU", changxin="是")
    assert "常信贷·江苏银行版" in [one.sheet.name for one in found["江苏银行"]]


async def test_a_city_read_at_once_is_each_of_its_firms_read_alone(
    database: Database, clock: FrozenClock
) -> None:
    today = day_in_shanghai(clock.now())
    await a_graded_owner(clock)
    await an_enterprise(now=clock.now())  # agreed to nothing
    first = await applicants_of_city("JIANGYIN", today, beyond=None, limit=5)
    rest = await applicants_of_city("JIANGYIN", today, beyond=first[-1][0], limit=50)
    assert len(first) == 5
    assert len(rest) == PEERS + 1 - 5
    for key, found, _ in (*first, *rest):
        assert found == await applicant_of(key, today)
