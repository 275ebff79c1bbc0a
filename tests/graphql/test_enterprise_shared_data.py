"""Enterprise.sharedData: nothing by default; under a consent what it covers, for the demand."""

from collections.abc import Iterator
from typing import Any

import pytest

from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from marketplace import offers
from sharing.disclosure import reading
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault
from sharing.interfaces.sources import standing_in
from storage.database import execute, fetch
from storage.models import Consent
from tests.conftest import GraphQL
from tests.factories.claims import a_claim
from tests.factories.credit import a_grading_consent, a_history, import_histories
from tests.factories.demands import a_key, viewer_of
from tests.factories.people import Someone, a_person, an_officer
from tests.graphql.deals import Deal, a_deal
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued

READ = """query ($id: ID!, $demand: ID!) { node(id: $id) { ... on Enterprise {
  sharedData(demandId: $demand) {
    category { code mode } state explanation consent { id }
    rows { source underObjection fields { name value masked } }
    answers { question answer }
} } } }"""
GRANT = """mutation ($input: ConsentGrantInput!) { result: consentGrant(input: $input) {
  __typename ... on Consent { id } } }"""
REVOKE = "mutation ($id: ID!) { result: consentRevoke(id: $id) { __typename } }"


@pytest.fixture(autouse=True)
def court() -> Iterator[MemorySource]:
    """The court's interface, which needs no authorisation, and knows nothing yet."""
    source = MemorySource()
    with standing_in("JIANGYIN", "court", source):
        yield source


@pytest.fixture
def arrears() -> Iterator[MemorySource]:
    """The tax authority's interface."""
    source = MemorySource()
    with standing_in("JIANGYIN", "tax", source):
        yield source


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    """The bank was let in: its offer was accepted."""
    deal = await a_deal(api, clock)
    await import_histories([a_history(deal.owner.enterprise)], clock.now())
    offer = await deal.offer()
    await offers.accept(viewer_of(deal.owner), offer.id, a_key(), clock.now())
    return deal


async def read(deal: Deal, who: Someone, demand: Any = None) -> dict[str, dict[str, Any]] | None:
    variables = {
        "id": encode_id("enterprise", deal.demand.enterprise_id),
        "demand": encode_id("demand", (demand or deal.demand).id),
    }
    node = (await deal.api.data(READ, variables=variables, token=who.token))["node"]
    return node and {one["category"]["code"]: one for one in node["sharedData"]}


async def let_read(deal: Deal, *scope: dict[str, Any]) -> str:
    text = cities()["JIANGYIN"].consent_text("ENTERPRISE_DATA").version
    answer = await deal.run(
        GRANT,
        deal.owner,
        input={
            "enterpriseId": encode_id("enterprise", deal.demand.enterprise_id),
            "purpose": "ENTERPRISE_DATA",
            "textVersion": text,
            "granteeId": encode_id("institution", deal.bank.id),
            "demandId": encode_id("demand", deal.demand.id),
            "scope": list(scope),
            "idempotencyKey": a_key(),
        },
    )
    found: str = answer["id"]
    return found


async def test_anonymous(deal: Deal) -> None:
    variables = {
        "id": encode_id("enterprise", deal.demand.enterprise_id),
        "demand": encode_id("demand", deal.demand.id),
    }
    assert (await deal.api.data(READ, variables=variables))["node"] is None


async def test_another_banks_officer_does_not_even_reach_the_enterprise(deal: Deal) -> None:
    await let_read(deal, {"category": "JS-13"})
    assert await read(deal, await an_officer(now=deal.clock.now())) is None


async def test_au_1_without_a_consent_only_what_is_public_is_shown(deal: Deal) -> None:
    found = await read(deal, deal.officer)

    assert found is not None
    assert (found["JS-13"]["state"], found["JS-13"]["rows"]) == ("WITHHELD", [])
    assert (found["JS-1"]["state"], found["JS-1"]["rows"]) == ("WITHHELD", [])
    assert found["LOCAL-PERFORMANCE"]["state"] == "PUBLIC"
    assert {one["state"] for one in found.values() if one["rows"]} == {"PUBLIC"}


async def test_au_4_what_is_collected_is_shown_under_a_consent_and_only_what_it_covers(
    deal: Deal,
) -> None:
    await let_read(deal, {"category": "JS-13", "fields": ["最近一次正常缴费日期"]})

    found = await read(deal, deal.officer)

    assert found is not None
    assert found["JS-13"]["state"] == "SHARED"
    assert [one["name"] for one in found["JS-13"]["rows"][0]["fields"]] == ["最近一次正常缴费日期"]
    assert found["JS-10"]["state"] == "WITHHELD"
    assert found["JS-13"]["consent"] is None


async def test_au_5_a_verification_answers_and_never_shows_the_row(deal: Deal) -> None:
    await let_read(deal, {"category": "LOCAL-PREMISES"}, {"category": "LOCAL-PERSONAL-CREDIT"})

    found = await read(deal, deal.officer)

    assert found is not None
    premises, person = found["LOCAL-PREMISES"], found["LOCAL-PERSONAL-CREDIT"]
    assert premises["answers"] == [{"question": "经营场所是否为企业自有？", "answer": "是"}]
    assert [one["answer"] for one in person["answers"]] == ["是"]
    assert (premises["rows"], person["rows"]) == ([], [])


async def test_a_question_is_answered_only_where_its_field_is_covered(deal: Deal) -> None:
    await let_read(deal, {"category": "LOCAL-PREMISES", "fields": ["核验日期"]})

    found = await read(deal, deal.officer)

    assert found is not None
    premises = found["LOCAL-PREMISES"]
    assert (premises["state"], premises["answers"]) == ("WITHHELD", [])
    lines = await fetch(
        "SELECT refusal FROM access_ledger WHERE 'LOCAL-PREMISES' = ANY(categories) AND NOT allowed"
    )
    assert [line["refusal"] for line in lines] == ["NO_CONSENT"]


async def test_a_reading_under_two_consents_is_a_line_of_each(deal: Deal) -> None:
    first = await let_read(deal, {"category": "JS-13", "fields": ["最近一次正常缴费日期"]})
    second = await let_read(deal, {"category": "JS-13", "fields": ["缴存人数"]})

    found = await read(deal, deal.officer)

    assert found is not None
    assert found["JS-13"]["state"] == "SHARED"
    lines = await fetch(
        "SELECT consent_id FROM access_ledger WHERE 'JS-13' = ANY(categories) AND allowed"
        " AND what = 'DATA_READ'"
    )
    assert {encode_id("consent", line["consent_id"]) for line in lines} == {first, second}


async def test_the_persons_own_consent_is_needed_beside_the_enterprises(deal: Deal) -> None:
    await let_read(deal, {"category": "LOCAL-PERSONAL-CREDIT"})
    await execute(
        "UPDATE consent SET revoked_at = $1 WHERE purpose = 'PERSONAL_CREDIT'", deal.clock.now()
    )

    found = await read(deal, deal.officer)

    assert found is not None
    person = found["LOCAL-PERSONAL-CREDIT"]
    assert (person["state"], person["answers"]) == ("WITHHELD", [])
    assert person["explanation"] == "本人没有授权，不作答复"


async def test_au_2_an_interface_is_called_under_the_consent_and_for_the_demand(
    deal: Deal, arrears: MemorySource
) -> None:
    assert deal.owner.enterprise is not None
    uscc = deal.owner.enterprise.uscc
    arrears.add("JS-2", uscc, {"统一社会信用代码": uscc})
    await read(deal, deal.officer)
    before = len(arrears.asked)
    await let_read(deal, {"category": "JS-2"})

    found = await read(deal, deal.officer)

    assert found is not None
    assert (before, len(arrears.asked)) == (0, 1)
    assert found["JS-2"]["state"] == "SHARED"
    (line,) = await fetch(
        "SELECT purpose_id, consent_id, allowed FROM access_ledger"
        " WHERE what = 'INTERFACE_CALLED' AND 'JS-2' = ANY(categories)"
    )
    consent = await Consent.get(purpose="ENTERPRISE_DATA")
    assert (line["purpose_id"], line["consent_id"], line["allowed"]) == (
        deal.demand.id,
        consent.id,
        True,
    )


async def test_a_silent_source_leaves_its_category_unavailable(
    deal: Deal, arrears: MemorySource
) -> None:
    arrears.faults = [Fault.REFUSED]
    await let_read(deal, {"category": "JS-2"})

    found = await read(deal, deal.officer)

    assert found is not None
    assert (found["JS-2"]["state"], found["JS-2"]["rows"]) == ("UNAVAILABLE", [])
    assert found["JS-2"]["explanation"]


async def test_a_source_that_knows_of_nothing_was_asked_and_the_reader_is_told(
    deal: Deal, arrears: MemorySource, court: MemorySource
) -> None:
    await let_read(deal, {"category": "JS-2"})

    found, preview = await read(deal, deal.officer), await read(deal, deal.owner)

    assert found is not None
    assert preview is not None
    told = "已向信息提供单位查询，没有这类记录"
    for code in ("JS-2", "JS-7"):
        assert (found[code]["state"], found[code]["explanation"]) == ("NOT_RECEIVED", told)
        assert preview[code]["explanation"] == "实时接口，由机构查询时调用"
    assert {one.category.code for one in (*arrears.asked, *court.asked)} >= {"JS-2", "JS-7"}


async def test_au_3_an_open_interface_needs_no_consent_and_is_logged_all_the_same(
    deal: Deal, court: MemorySource
) -> None:
    await read(deal, deal.officer)

    lines = await fetch(
        "SELECT purpose_id, consent_id FROM access_ledger WHERE what = 'INTERFACE_CALLED'"
    )
    assert court.asked
    assert {line["purpose_id"] for line in lines} == {deal.demand.id}
    assert {line["consent_id"] for line in lines} == {None}


async def test_au_6_a_field_that_is_verified_only_or_personal_is_never_in_a_row(
    deal: Deal,
) -> None:
    await let_read(deal, {"category": "JS-10"})

    found = await read(deal, deal.officer)

    assert found is not None
    names = {one["name"] for row in found["JS-10"]["rows"] for one in row["fields"]}
    assert names
    assert not names & {"职工工资总额", "单位缴费基数", "本月应缴金额合计（元）"}


async def test_revocation_bites_on_the_next_reading(deal: Deal) -> None:
    consent_id = await let_read(deal, {"category": "JS-13"})
    before = await read(deal, deal.officer)
    await deal.run(REVOKE, deal.owner, id=consent_id)

    after = await read(deal, deal.officer)

    assert before is not None
    assert after is not None
    assert (before["JS-13"]["state"], after["JS-13"]["state"]) == ("SHARED", "WITHHELD")
    assert after["JS-13"]["rows"] == []


async def test_another_demand_is_another_purpose(deal: Deal) -> None:
    other = await a_deal(deal.api, deal.clock)
    await let_read(deal, {"category": "JS-13"})

    assert await read(deal, deal.officer, demand=other.demand) == {}
    (line,) = await fetch("SELECT refusal FROM access_ledger WHERE NOT allowed")
    assert line["refusal"] == "NOT_LET_IN"


async def test_the_owner_previews_it_and_sees_the_consent(deal: Deal) -> None:
    consent_id = await let_read(deal, {"category": "JS-13"})

    found = await read(deal, deal.owner)

    assert found is not None
    assert found["JS-13"]["state"] == "SHARED"
    assert found["JS-13"]["consent"] == {"id": consent_id}


async def test_a_preview_is_no_use_of_a_consent(deal: Deal) -> None:
    consent_id = await let_read(deal, {"category": "JS-13"})
    used = "query ($id: ID!) { node(id: $id) { ... on Consent { lastUsedAt } } }"

    for who, is_used in ((deal.owner, False), (deal.officer, True)):
        await read(deal, who)
        found = await deal.api.data(used, variables={"id": consent_id}, token=deal.owner.token)
        assert (found["node"]["lastUsedAt"] is not None) is is_used


async def test_each_reading_is_written_with_purpose_consent_and_categories(deal: Deal) -> None:
    await let_read(deal, {"category": "JS-13"}, {"category": "LOCAL-PREMISES"})
    consent = await Consent.get(purpose="ENTERPRISE_DATA")

    await read(deal, deal.officer)

    lines = await fetch(
        "SELECT what, purpose_kind, purpose_id, consent_id, allowed, refusal, categories"
        " FROM access_ledger WHERE institution_id = $1 AND what IN ('DATA_READ', 'VERIFICATION')",
        deal.bank.id,
    )
    under = {(line["what"], tuple(line["categories"])) for line in lines if line["consent_id"]}
    assert under == {("DATA_READ", ("JS-13",)), ("VERIFICATION", ("LOCAL-PREMISES",))}
    assert {line["consent_id"] for line in lines if line["consent_id"]} == {consent.id}
    assert {line["purpose_id"] for line in lines} == {deal.demand.id}
    assert {line["refusal"] for line in lines if not line["allowed"]} == {"NO_CONSENT"}
    assert (await queued())["ConsentUsed"] == 1


async def test_rows_and_portrait_of_one_request_are_one_reading(deal: Deal) -> None:
    await let_read(deal, {"category": "JS-13"})
    document = """query ($id: ID!, $demand: ID!) { node(id: $id) { ... on Enterprise {
      sharedData(demandId: $demand) { state } portrait(demandId: $demand) { traits { name } }
    } } }"""
    variables = {
        "id": encode_id("enterprise", deal.demand.enterprise_id),
        "demand": encode_id("demand", deal.demand.id),
    }
    lines = (
        "SELECT id FROM access_ledger WHERE institution_id = $1 AND allowed"
        " AND 'JS-13' = ANY (categories) AND what = 'DATA_READ'"
    )
    for asked in (1, 2):
        found = await deal.api.data(document, variables=variables, token=deal.officer.token)
        assert "公积金最近缴存" in [one["name"] for one in found["node"]["portrait"]["traits"]]
        assert len(await fetch(lines, deal.bank.id)) == asked, "one line a request"


async def test_a_grades_values_show_where_a_consent_covers_their_category(
    deal: Deal, clock: FrozenClock
) -> None:
    await a_grading_consent(deal.owner, clock.now())
    document = """query ($id: ID!) { node(id: $id) { ... on Enterprise { grade { indicators {
      number letter value source recordId } } } } }"""
    variables = {"id": encode_id("enterprise", deal.demand.enterprise_id)}

    async def values() -> dict[int, str | None]:
        data = await deal.api.data(document, variables=variables, token=deal.officer.token)
        return {one["number"]: one["value"] for one in data["node"]["grade"]["indicators"]}

    before = await values()
    await let_read(deal, {"category": "JS-13"}, {"category": "LOCAL-PREMISES"})
    after = await values()

    assert set(before.values()) == {None}
    assert after[4] is not None
    assert {number for number, value in after.items() if value} == {4}


async def test_a_cut_reading_says_so_and_verifies_nothing(
    deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await let_read(deal, {"category": "JS-10"}, {"category": "LOCAL-PREMISES"})
    monkeypatch.setattr(reading, "MOST_OF_A_CATEGORY", 1)
    cut = await read(deal, deal.officer)
    monkeypatch.setattr(reading, "MOST_OF_A_CATEGORY", 0)
    none = await read(deal, deal.officer)

    assert cut is not None
    assert none is not None
    assert len(cut["JS-10"]["rows"]) == 1
    assert cut["JS-10"]["explanation"].endswith("；记录较多，只列出最近收到的一部分")
    assert [one["answer"] for one in cut["LOCAL-PREMISES"]["answers"]] == ["是"]
    premises = none["LOCAL-PREMISES"]
    assert (premises["state"], premises["answers"]) == ("UNAVAILABLE", [])
    assert premises["explanation"] == "记录过多，未能全部核对，暂不作答复"


async def test_a_refusal_under_a_claims_id_is_a_line_about_what_it_claims(deal: Deal) -> None:
    assert deal.owner.enterprise is not None
    claimant = await a_person(now=deal.clock.now())
    claim = await a_claim(enterprise=deal.owner.enterprise, person=claimant)
    viewer = viewer_of(deal.officer)
    before = await refusals(deal)

    for demand_id in (deal.demand.id, None):
        assert await reading.shared_data(viewer, claim.id, demand_id, deal.clock) == []

    assert (await refusals(deal))[len(before) :] == ["NOT_LET_IN", "NO_PURPOSE"]


async def test_an_id_of_nothing_reads_nothing(deal: Deal) -> None:
    async with nothing_moves():
        viewer = viewer_of(deal.officer)
        assert await reading.shared_data(viewer, new_id(), deal.demand.id, deal.clock) == []


@pytest.mark.parametrize("purpose", ["foreign", "no demand"])
async def test_a_bad_purpose_reads_nothing_and_is_a_line(deal: Deal, purpose: str) -> None:
    await let_read(deal, {"category": "JS-10"})
    given = encode_id("offer", new_id())
    if purpose == "foreign":
        given = encode_id("demand", (await a_deal(deal.api, deal.clock)).demand.id)
    document = """query ($id: ID!, $demand: ID!) { node(id: $id) { ... on Enterprise {
      sharedData(demandId: $demand) { state } portrait(demandId: $demand) { traits { name } }
    } } }"""
    variables = {"id": encode_id("enterprise", deal.demand.enterprise_id), "demand": given}
    before = await refusals(deal)

    found = await deal.api.data(document, variables=variables, token=deal.officer.token)

    assert found["node"] == {"sharedData": [], "portrait": {"traits": []}}
    refused = "NOT_LET_IN" if purpose == "foreign" else "NO_PURPOSE"
    assert (await refusals(deal))[len(before) :] == [refused], "one request is one reading"


async def refusals(deal: Deal) -> list[str]:
    rows = await fetch(
        "SELECT refusal FROM access_ledger WHERE enterprise_id = $1 AND NOT allowed"
        " AND what = 'DATA_READ' ORDER BY id",
        deal.demand.enterprise_id,
    )
    return [row["refusal"] for row in rows]


async def test_a_portrait_has_traits_of_what_may_be_read_and_no_score(deal: Deal) -> None:
    document = """query ($id: ID!, $demand: ID) { node(id: $id) { ... on Enterprise {
      portrait(demandId: $demand) {
        scheme size possibleSizes industry { code } purpose traits { name value source } } } } }"""

    async def portrait(demand: Any) -> dict[str, Any]:
        variables = {"id": encode_id("enterprise", deal.demand.enterprise_id), "demand": demand}
        data = await deal.api.data(document, variables=variables, token=deal.officer.token)
        found: dict[str, Any] = data["node"]["portrait"]
        return found

    key = encode_id("demand", deal.demand.id)
    public, nothing = await portrait(key), await portrait(None)
    await let_read(deal, {"category": "JS-13"})
    more = await portrait(key)

    assert "不是信用等级" in public["scheme"]
    assert (nothing["traits"], nothing["purpose"]) == ([], None)
    names = [one["name"] for one in public["traits"]]
    assert "工业绩效排名" in names
    assert "公积金最近缴存" not in names
    assert "公积金最近缴存" in [one["name"] for one in more["traits"]]


async def test_the_number_of_queries_does_not_grow_with_the_categories(deal: Deal) -> None:
    """Viewer, enterprise, the demand, the enterprise, records, objections, persons, consents twice,
    the demand again, ledger and queue; the first time also what the court's two open interfaces
    keep for the demand, which the next reading finds.
    """
    await let_read(deal, {"category": "JS-13"})
    with recorded_queries() as few:
        await read(deal, deal.officer)
    await let_read(deal, {"category": "JS-10"}, {"category": "LOCAL-PREMISES"})
    await read(deal, deal.officer)

    with recorded_queries() as many:
        await read(deal, deal.officer)

    assert len(many) <= 14 < len(few) <= 24
