"""Records as they are read: the version in force, the months of a period, a section's peers."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.clock import FrozenClock
from sharing.peers import bills_of_peers, peers_of, ranked_together
from sharing.records import Bills, records_of
from storage.models.enterprise import Enterprise
from tests.factories.credit import consent_of_all
from tests.factories.credit_files import a_csv, empty_row, housing_fund, received
from tests.factories.people import a_uscc, an_enterprise
from tests.queries import recorded_queries

pytestmark = pytest.mark.usefixtures("database")

AS_OF = date(2026, 3, 18)


@pytest.fixture
async def enterprise(clock: FrozenClock) -> Enterprise:
    found = await an_enterprise(now=clock.now())
    await consent_of_all([found], clock.now())
    return found


async def water_bills(folder: Path, enterprise: Enterprise, *bills: tuple[str, str]) -> None:
    rows = [
        empty_row("JIANGYIN", "JS-31")
        | {
            "统一社会信用代码": enterprise.uscc,
            "水用户信息(户名、户号)": "示例户号",
            "计量截止日期": day,
            "交费金额(元)": amount,
        }
        for day, amount in bills
    ]
    name = f"{bills[0][1]}.csv"
    receipt = await received(
        a_csv(folder, rows, name=name), category="JS-31", received_on=date(2026, 3, 10)
    )
    assert receipt.quarantined == 0


async def the_bills(enterprise: Enterprise) -> Bills:
    ((_, (bills,)),) = (await bills_of_peers("JIANGYIN", [enterprise.uscc], AS_OF)).values()
    return bills


async def test_a2_14_bills_count_by_the_day_they_end_from_january_to_the_last_closed_month(
    enterprise: Enterprise, tmp_path: Path
) -> None:
    await water_bills(
        tmp_path,
        enterprise,
        ("2024-12-31", "1"),
        ("2025-01-01", "20"),
        ("2025-02-28", "30"),
        ("2025-03-01", "400"),
        ("2025-12-31", "5000"),
        ("2026-01-31", "60000"),
        ("2026-02-28", "700000"),
        ("2026-03-01", "8000000"),
    )

    bills = await the_bills(enterprise)

    assert (bills.base, bills.current) == (Decimal(50), Decimal(760000))
    assert bills.is_complete


async def test_a2_53_a_missing_month_is_flagged(enterprise: Enterprise, tmp_path: Path) -> None:
    await water_bills(
        tmp_path, enterprise, ("2025-01-31", "1"), ("2025-02-28", "1"), ("2026-02-28", "5")
    )

    bills = await the_bills(enterprise)

    assert (bills.current, bills.is_complete) == (Decimal(5), False)


async def test_a_corrected_bill_counts_once_with_its_newest_amount(
    enterprise: Enterprise, tmp_path: Path
) -> None:
    await water_bills(tmp_path, enterprise, ("2025-01-31", "10"), ("2026-01-31", "10"))
    await water_bills(tmp_path, enterprise, ("2026-01-31", "25"))

    bills = await the_bills(enterprise)

    assert (bills.base, bills.current) == (Decimal(10), Decimal(25))


async def test_a_version_received_later_is_not_seen_before(tmp_path: Path) -> None:
    uscc = a_uscc()
    first = a_csv(tmp_path, [housing_fund(uscc=uscc)], name="1.csv")
    second = a_csv(tmp_path, [housing_fund(uscc=uscc, last_paid_on="2026-02-16")], name="2.csv")
    await received(first, category="JS-13", received_on=date(2026, 3, 1))
    await received(second, category="JS-13", received_on=date(2026, 3, 9))

    async def last_paid_on(as_of: date) -> str:
        (one,) = (await records_of("JIANGYIN", [uscc], as_of))[uscc]["housing_fund"]
        return one.values["last_paid_on"]

    assert await last_paid_on(date(2026, 3, 8)) == "2026-02-15"
    assert await last_paid_on(date(2026, 3, 9)) == "2026-02-16"
    assert (await records_of("JIANGYIN", [uscc], date(2026, 2, 28)))[uscc] == {}


async def test_au_11_peers_are_in_business_consent_and_belong_to_the_section(
    clock: FrozenClock, enterprise: Enterprise, tmp_path: Path
) -> None:
    closed = await an_enterprise(in_business=False, now=clock.now())
    elsewhere = await an_enterprise(industry="F51", now=clock.now())
    other_city = await an_enterprise(city="CHANGZHOU", now=clock.now())
    ended = await an_enterprise(now=clock.now())
    silent = await an_enterprise(now=clock.now())
    await consent_of_all([closed, elsewhere, other_city], clock.now())
    await consent_of_all([ended], clock.now(), until=date(2026, 3, 17))
    for one in (enterprise, closed, elsewhere, ended, silent):
        await water_bills(tmp_path, one, ("2026-01-31", str(len(one.name))))

    found = await ranked_together("JIANGYIN", "C", AS_OF, beyond=None, limit=9)

    assert found == [(enterprise.id, enterprise.uscc)]
    assert await ranked_together("JIANGYIN", "C", AS_OF, beyond=enterprise.id, limit=9) == []
    everybody = await ranked_together("JIANGYIN", "", AS_OF, beyond=None, limit=9)
    assert {key for key, _ in everybody} == {enterprise.id, elsewhere.id}
    (peer,) = await peers_of("JIANGYIN", [enterprise.uscc], AS_OF)
    assert (peer.uscc, peer.industry) == (enterprise.uscc, "C34")


async def test_peers_take_two_queries_however_many_they_are(
    clock: FrozenClock, enterprise: Enterprise
) -> None:
    """Taxes and severe records; bills."""
    others = [await an_enterprise(now=clock.now()) for _ in range(5)]

    with recorded_queries() as statements:
        await peers_of("JIANGYIN", [one.uscc for one in (enterprise, *others)], AS_OF)

    assert len(statements) == 2
