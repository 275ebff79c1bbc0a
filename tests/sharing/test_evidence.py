"""From records to facts: which record counts, which two figures are compared, who is ranked."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from credit.facts import Facts, Insurance, PersonRole, PolicyClass, Tenure
from credit.ranking import Population, Populations
from sharing.evidence import Evidence, facts_of, ratios_of
from sharing.lists import Category, categories_of
from sharing.peers import Peer
from sharing.records import Bills, Connected, Record, Records
from storage.models.enterprise import Enterprise

AS_OF = date(2026, 11, 22)
LIST = categories_of("JIANGYIN")
CONNECTED = {one.feeds: one for one in reversed(LIST.values())}


def record(code: str, *, received_on: date = date(2026, 11, 1), **values: str) -> Record:
    return Record(LIST[code], values, received_on)


def by_feed(records: Sequence[Record]) -> Records:
    found: dict[str, list[Record]] = defaultdict(list)
    for one in records:
        found[one.category.feeds].append(one)
    return found


def facts(*records: Record, connected: Connected = CONNECTED, **firm: object) -> Facts:
    profile = {"industry": "C34", "in_business": True, "uscc": "示例", "city": "JIANGYIN"} | firm
    evidence = Evidence(
        enterprise=Enterprise(**profile),
        records=by_feed(records),
        bills=(),
        connected=connected,
        consented=True,
        persons=frozenset(PersonRole),
    )
    return facts_of(evidence, AS_OF)


def tax(received_on: date, vat: str | None, income: str | None = None) -> Record:
    values = {"vat_paid": vat, "income_tax_paid": income}
    given = {role: value for role, value in values.items() if value is not None}
    return record("JS-1", received_on=received_on, **given)


NOW, A_YEAR_AGO = date(2026, 11, 1), date(2025, 11, 1)


def test_a2_56_the_figure_valid_now_is_compared_with_the_one_valid_a_year_earlier() -> None:
    found = facts(
        tax(date(2025, 9, 1), "70", "30"),
        tax(A_YEAR_AGO, "80", "20"),
        tax(date(2026, 8, 1), "90", "40"),
        tax(NOW, "100", "50"),
    ).tax

    assert found is not None
    assert (found.current, found.base) == (Decimal(150), Decimal(100))
    assert found.source == "JS-1 纳税信息"


def test_a2_56_one_of_the_two_missing_leaves_nothing_to_compare() -> None:
    only_now, only_then = facts(tax(NOW, "1")).tax, facts(tax(A_YEAR_AGO, "1")).tax

    assert only_now is not None
    assert only_now.base is None
    assert only_then is not None
    assert only_then.current is None
    assert facts().tax is None


def test_a2_56_a_rolling_figure_is_too_old_once_it_is_itself_a_year_old() -> None:
    stale = facts(tax(date(2024, 11, 22), "1"), tax(date(2025, 11, 22), "1")).tax

    assert stale is not None
    assert (stale.current, stale.base) == (None, Decimal(1))
    assert facts(tax(date(2024, 11, 22), "1")).tax is None


def test_a2_15_taxes_that_only_one_year_states_are_left_out_of_both() -> None:
    found = facts(tax(A_YEAR_AGO, "100"), tax(NOW, "120", "900")).tax

    assert found is not None
    assert (found.current, found.base) == (Decimal(120), Decimal(100))


def insured(month: str, kind: str, paid_on: str | None = "2026-10-20") -> Record:
    paid = {"paid_on": paid_on} if paid_on else {}
    return record("JS-10", month=month, kind=kind, **paid)


def test_a2_34_insurances_count_with_a_payment_in_the_last_two_closed_months() -> None:
    found = facts(
        insured("2026-09", "企业职工基本养老保险"),
        insured("2026-10", "职工基本医疗保险（含生育保险）"),
        insured("2026-08", "工伤保险"),
        insured("2026-10", "失业保险", None),
    ).social_insurance

    assert found is not None
    assert found.paid == {Insurance.PENSION, Insurance.MEDICAL, Insurance.MATERNITY}


def test_the_newest_statement_of_arrears_counts() -> None:
    def arrears(*answers: tuple[date, str]) -> bool:
        rows = [record("JS-11", received_on=day, in_arrears=answer) for day, answer in answers]
        found = facts(*rows).social_insurance
        assert found is not None
        return found.in_arrears

    assert not arrears((date(2026, 9, 1), "是"), (date(2026, 10, 1), "否"))
    assert arrears((date(2026, 10, 1), "是"), (date(2026, 9, 1), "否"))


def test_what_is_not_connected_is_unknown_and_what_is_connected_but_empty_is_known() -> None:
    nothing = facts(connected={})
    empty = facts()

    assert (nothing.social_insurance, nothing.loans, nothing.public_records) == (None, None, None)
    assert nothing.high_tech is None
    assert not nothing.sources_connected
    assert empty.social_insurance is not None
    assert empty.social_insurance.paid == frozenset()
    assert empty.loans is not None
    assert empty.loans.loans == 0
    assert empty.loans.source == "LOCAL-LOAN 金融信贷记录"
    assert empty.public_records is not None
    assert empty.public_records.records == ()
    assert empty.high_tech is False


def test_a2_17_the_newest_answer_about_the_premises_counts_and_none_is_unknown() -> None:
    moved = facts(
        record("LOCAL-PREMISES", tenure="租赁", verified_on="2026-05-01"),
        record("LOCAL-PREMISES", tenure="自有", verified_on="2020-05-01"),
    )

    assert moved.premises is not None
    assert moved.premises.tenure is Tenure.RENTED
    assert facts().premises is None


def test_a2_17_a_certificate_counts_while_it_is_valid() -> None:
    def high_tech(valid_from: str, valid_until: str) -> bool | None:
        return facts(record("JS-18", valid_from=valid_from, valid_until=valid_until)).high_tech

    assert high_tech("2023-11-22", "2026-11-22")
    assert not high_tech("2023-11-21", "2026-11-21")
    assert not high_tech("2026-11-23", "2029-11-22")


def test_a2_38_without_the_persons_own_consent_the_level_is_not_even_read() -> None:
    (person,) = facts(
        record(
            "LOCAL-PERSONAL-CREDIT",
            role="法定代表人",
            consented="否",
            level="D",
            rated_on="2026-01-01",
        )
    ).persons

    assert (person.consented, person.level) == (False, None)


def test_a2_51_a_severe_record_is_lifted_by_its_document_and_not_by_the_end_of_its_notice() -> None:
    listed = record(
        "JS-36",
        kind="失信被执行人",
        document="1号",
        confirmed_on="2025-01-01",
        published_until="2026-01-01",
    )
    other = record("LOCAL-SEVERE-LIFTED", document="2号", lifted_on="2026-01-01")
    repaired = record("LOCAL-SEVERE-LIFTED", document="1号", lifted_on="2026-06-01")

    (still,) = facts(listed, other).severe_records
    (lifted,) = facts(listed, repaired).severe_records

    assert still.stands(AS_OF)
    assert not lifted.stands(AS_OF)
    assert lifted.stands(date(2026, 5, 31))


def test_a2_40_loans_are_summed_over_contracts() -> None:
    def loan(bad: str, arrears: str) -> Record:
        return record("LOCAL-LOAN", bad_records=bad, in_arrears=arrears, disbursed_on="2026-01-01")

    found = facts(loan("1", "否"), loan("2", "是")).loans

    assert found is not None
    assert (found.loans, found.bad_records, found.interest_in_arrears) == (2, 3, True)


def test_a2_54_every_valid_policy_class_is_seen() -> None:
    def policy(name: str, until: str | None) -> Record:
        valid = {"valid_until": until} if until else {}
        return record("LOCAL-POLICY-CLASS", **{"class": name}, **valid)

    found = facts(
        policy("主导产业", None), policy("限制", "2026-11-22"), policy("禁止", "2026-11-21")
    )

    assert found.policy is not None
    assert found.policy.classes == {PolicyClass.LEADING, PolicyClass.RESTRICTED}


def test_a2_33_without_consent_the_facts_hold_nothing_but_the_public_list() -> None:
    evidence = Evidence(
        enterprise=Enterprise(industry="C34", in_business=True),
        records=by_feed([tax(NOW, "1"), record("JS-16", colour="绿", rated_on="2026-01-01")]),
        bills=(),
        connected=CONNECTED,
        consented=False,
    )

    found = facts_of(evidence, AS_OF)

    assert (found.tax, found.environment, found.loans, found.established_on) == (
        None,
        None,
        None,
        None,
    )


def bills(code: str, current: str | None, base: str | None, *, complete: bool = True) -> Bills:
    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    category: Category = LIST[code]
    return Bills(category, amount(current), amount(base), complete)


def peer(
    name: str, industry: str, *, taxed: bool = True, billed: bool = True, severe: bool = False
) -> Peer:
    records = [tax(NOW, "110"), tax(A_YEAR_AGO, "100")] if taxed else []
    if severe:
        records.append(record("JS-36", kind="示例", document="1", confirmed_on="2026-01-01"))
    found = (bills("JS-14", "50", "40"),) if billed else ()
    return Peer(name, industry, by_feed(records), found)


def populations_of(peers: Sequence[Peer]) -> Populations:
    ranked = list(ratios_of(peers, AS_OF))
    return Populations(
        tax=Population.of([(p.industry, one) for p, one, _ in ranked if one is not None], 5),
        utilities=Population.of([(p.industry, one) for p, _, one in ranked if one is not None], 5),
    )


def sizes(peers: Sequence[Peer]) -> tuple[dict[str, int], dict[str, int]]:
    found = populations_of(peers)
    return (
        {code: len(group) for code, group in found.tax.groups.items()},
        {code: len(group) for code, group in found.utilities.groups.items()},
    )


def test_a2_49_each_ranking_counts_the_firms_with_a_ratio_of_its_own() -> None:
    peers = [
        *(peer(f"a{n}", "C34") for n in range(3)),
        *(peer(f"b{n}", "C34", billed=False) for n in range(4)),
        *(peer(f"c{n}", "C35", taxed=False) for n in range(5)),
    ]

    taxes, utilities = sizes(peers)

    assert taxes == {"C": 7, "C34": 7}
    assert utilities == {"C": 8, "C34": 3, "C35": 5}
    found = populations_of(peers)
    assert found.tax.group_for("C34") == "C34"
    assert found.utilities.group_for("C34") == "C"


def test_a2_8_severe_records_leave_the_ranking_before_it_is_made() -> None:
    peers = [peer("a", "C34"), peer("b", "C34", severe=True)]

    assert sizes(peers) == ({"C": 1, "C34": 1}, {"C": 1, "C34": 1})


@pytest.mark.parametrize("complete", [True, False])
def test_a2_53_bills_with_missing_months_are_flagged(complete: bool) -> None:
    evidence = Evidence(
        enterprise=Enterprise(industry="C34", in_business=True),
        records={},
        bills=(bills("JS-31", "10", "9", complete=complete), bills("JS-14", "5", None)),
        connected=CONNECTED,
        consented=True,
    )

    water, power = sorted(facts_of(evidence, AS_OF).utilities, key=lambda one: one.source)[::-1]

    assert (water.source, water.incomplete) == ("JS-31 水费信息", not complete)
    assert (power.current, power.base) == (Decimal(5), None)
