"""Enterprise.grade, explained: groups with cuts, sources, amounts, the path and the receipt."""

from typing import Any

import pytest

from foundation import receipts
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from foundation.tokens import signing_keys
from sharing import consents
from sharing.consenting.rules import Covered, Grant, gradable
from sharing.grades.verifying import differences_from_database, differences_within
from storage.database import fetch
from storage.models import Consent, Grade
from storage.models.consent import ConsentPurpose
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner, a_history, import_histories
from tests.factories.demands import a_key, viewer_of
from tests.factories.people import Someone, an_enterprise, an_officer, an_owner
from tests.graphql.test_enterprise_grade import let_in
from tests.queries import recorded_queries

EXPLAINED = """
query ($id: ID!) {
  node(id: $id) {
    ... on Enterprise {
      sizeDetail { size possible missing standard }
      grade {
        id ruleVersion level reason applicable withheld withheldMethods
        methods { method level decided explanation }
        indicators {
          number letter value source sourceDate recordId withheld
          group { code name size rank ratio aCut bCut widened }
        }
        path {
          level control earliestOn summary
          steps { indicator name from to control availableOn explanation }
        }
        receipt
      }
    }
  }
}
"""


async def explained(api: GraphQL, owner: Someone, token: str | None) -> dict[str, Any]:
    assert owner.enterprise is not None
    variables = {"id": encode_id("enterprise", owner.enterprise.id)}
    found: dict[str, Any] = (await api.data(EXPLAINED, variables=variables, token=token))["node"]
    return found


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock, tax="1061000", colour="红", loans="")


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    assert await explained(api, owner, None) is None


async def test_another_owner(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    other = await an_owner(now=clock.now())

    assert await explained(api, owner, other.token) is None


async def test_a_letter_can_be_recomputed_by_hand(api: GraphQL, owner: Someone) -> None:
    found = (await explained(api, owner, owner.token))["grade"]

    tax = found["indicators"][0]
    assert tax["letter"] == "B"
    assert tax["value"] == "比值 1.0610（本期 1061000 元，上年同期 1000000 元）"
    assert (tax["source"], tax["sourceDate"]) == ("JS-1 纳税信息", "2026-03-13")
    assert tax["group"] == {
        "code": "C34",
        "name": "通用设备制造业",
        "size": 12,
        "rank": 4,
        "ratio": "1.0610",
        "aCut": "1.0800",
        "bCut": "1.0500",
        "widened": False,
    }
    rows = await fetch("SELECT id FROM credit_record WHERE category = 'JS-1'")
    assert tax["recordId"] in {encode_id("credit_record", row["id"]) for row in rows}
    assert found["indicators"][2]["group"] is None
    assert (found["applicable"], found["withheld"]) == (12, [])
    assert found["withheldMethods"] == []
    assert [(one["method"], one["level"], one["decided"]) for one in found["methods"]] == [
        ("INDICATORS", "CANDIDATE", True),
        ("DIRECT", None, False),
    ]


async def test_the_path_says_what_to_do_and_where_the_line_runs(
    api: GraphQL, owner: Someone
) -> None:
    first = (await explained(api, owner, owner.token))["grade"]["path"][0]

    assert first == {
        "level": "FIRST",
        "control": "CONTROLLABLE",
        "earliestOn": None,
        "summary": "改善 1 项即可达到一级：第 8 项环境评价（C→B）",
        "steps": [
            {
                "indicator": 8,
                "name": "环境评价",
                "from": "C",
                "to": "B",
                "control": "CONTROLLABLE",
                "availableOn": None,
                "explanation": "环境信用评价由红牌提升到蓝牌",
            }
        ],
    }


async def test_the_path_offers_an_honour_and_from_when_on_it_counts(
    api: GraphQL, clock: FrozenClock
) -> None:
    owner = await a_graded_owner(clock, tax="1", records="20修")
    paths = (await explained(api, owner, owner.token))["grade"]["path"]

    (way,) = [path for path in paths if path["steps"][0]["name"] == "取得规定的荣誉"]

    assert (way["level"], way["control"]) == ("ADVANCED", "WAITING")
    steps = [(step["indicator"], step["to"], step["control"]) for step in way["steps"]]
    assert steps == [(None, None, "CONTROLLABLE"), (None, None, "WAITING")]
    (waiting,) = [step for step in way["steps"] if step["availableOn"]]
    assert waiting["name"] == "最近三年无负面信用记录"
    assert way["earliestOn"] == waiting["availableOn"]
    assert way["summary"].endswith(f"最早 {way['earliestOn']}")


async def test_the_receipt_is_signed_and_recomputes(api: GraphQL, owner: Someone) -> None:
    found = (await explained(api, owner, owner.token))["grade"]

    claims = receipts.read(signing_keys().ring().jwks(), "grade", found["receipt"])

    grade = await Grade.get(enterprise=owner.enterprise, superseded_at=None)
    assert encode_id("grade", grade.id) == found["id"]
    assert (claims["level"], claims["rules"]) == ("CANDIDATE", found["ruleVersion"])
    assert claims["run"]["id"] == grade.run_id.hex
    assert "1061000" not in str(claims)
    assert differences_within(claims) == []
    assert await differences_from_database(claims) == []


async def test_a2_45_amounts_go_with_their_records(api: GraphQL, owner: Someone) -> None:
    """A provider's later figure of the same day is not what was ranked: only the ratio stays."""
    before = (await explained(api, owner, owner.token))["grade"]["indicators"][0]["value"]
    assert "本期" in before
    other = a_history(owner.enterprise, tax="1500000")
    await import_histories([other], _noon(owner))

    after = (await explained(api, owner, owner.token))["grade"]["indicators"][0]

    assert after["value"] == "比值 1.0610"
    assert after["group"]["ratio"] == "1.0610"


async def test_an_officer_sees_letters_and_no_value_path_or_receipt(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)

    found = (await explained(api, owner, officer.token))["grade"]

    assert (found["level"], found["applicable"]) == ("CANDIDATE", 12)
    assert (found["path"], found["receipt"]) == ([], None)
    assert {one["explanation"] for one in found["methods"]} == {None}
    for one in found["indicators"]:
        hidden = [one[name] for name in ("value", "source", "sourceDate", "recordId", "group")]
        assert hidden == [None] * 5
        assert one["withheld"] is False


async def test_a2_43_what_the_consent_leaves_out_is_named_and_counts_as_neither(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
    await consents.revoke(viewer_of(owner), consent.id, clock.now())
    assert owner.enterprise is not None
    wanted = Grant(
        enterprise_id=owner.enterprise.id,
        purpose=ConsentPurpose.GRADING,
        text_version=cities()["JIANGYIN"].consent_text("GRADING").version,
        until=None,
        scope=tuple(Covered(category=code) for code in gradable("JIANGYIN") - {"JS-1", "JS-13"}),
    )
    await consents.grant(viewer_of(owner), wanted, a_key(), clock.now())

    for token in (owner.token, officer.token):
        found = (await explained(api, owner, token))["grade"]

        assert found["withheld"] == [1, 4]
        assert [one["number"] for one in found["indicators"] if one["withheld"]] == [1, 4]
        assert found["indicators"][6]["letter"] == "A"
        assert {found["indicators"][place]["letter"] for place in (0, 3)} == {"NOT_CLASSIFIED"}
    mine = (await explained(api, owner, owner.token))["grade"]
    steps = [step for path in mine["path"] for step in path["steps"]]
    consents_asked = {s["indicator"] for s in steps if "授权使用此项信息" in s["explanation"]}
    assert consents_asked <= {1, 4}
    claims = receipts.read(signing_keys().ring().jwks(), "grade", mine["receipt"])
    assert [one["number"] for one in claims["indicators"] if one.get("withheld")] == [1, 4]
    assert differences_within(claims) == []


async def test_a2_43_a_cap_that_the_consent_leaves_out_is_told_to_every_reader(
    api: GraphQL, clock: FrozenClock
) -> None:
    owner = await a_graded_owner(clock)
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
    await consents.revoke(viewer_of(owner), consent.id, clock.now())
    assert owner.enterprise is not None
    wanted = Grant(
        enterprise_id=owner.enterprise.id,
        purpose=ConsentPurpose.GRADING,
        text_version=cities()["JIANGYIN"].consent_text("GRADING").version,
        until=None,
        scope=tuple(
            Covered(category=code) for code in gradable("JIANGYIN") - {"LOCAL-CREDIT-POINTS"}
        ),
    )
    await consents.grant(viewer_of(owner), wanted, a_key(), clock.now())

    for token in (owner.token, officer.token):
        found = (await explained(api, owner, token))["grade"]

        assert found["withheldMethods"] == ["DIRECT"]
        assert found["reason"].endswith("；直接定性法所需的部分信息未获授权，未计入")
    mine = (await explained(api, owner, owner.token))["grade"]
    claims = receipts.read(signing_keys().ring().jwks(), "grade", mine["receipt"])
    assert [one["method"] for one in claims["methods"] if one.get("withheld")] == ["DIRECT"]
    assert differences_within(claims) == []
    assert await differences_from_database(claims) == []


async def test_without_consent_the_path_is_the_consent(api: GraphQL, clock: FrozenClock) -> None:
    await a_graded_owner(clock)  # so that the city's lists are connected
    silent = await an_owner(now=clock.now())

    found = (await explained(api, silent, silent.token))["grade"]

    assert (found["id"], found["receipt"], found["applicable"]) == (None, None, None)
    assert [step["name"] for path in found["path"] for step in path["steps"]] == ["评级授权"]


async def test_a_severe_record_is_the_step_before_any_grade(
    api: GraphQL, clock: FrozenClock
) -> None:
    listed = await a_graded_owner(clock, severe="是")

    found = (await explained(api, listed, listed.token))["grade"]

    assert found["level"] == "NOT_CERTIFIED"
    (path,) = found["path"]
    assert path["summary"] == "严重失信记录解决后即可评级，至少为备选"
    claims = receipts.read(signing_keys().ring().jwks(), "grade", found["receipt"])
    assert differences_within(claims) == []


async def test_the_size_says_what_is_missing(api: GraphQL, clock: FrozenClock) -> None:
    unknown = await an_enterprise(annual_revenue=None, employees=60, now=clock.now())
    owner = await an_owner(enterprise=unknown, now=clock.now())

    detail = (await explained(api, owner, owner.token))["sizeDetail"]

    assert detail == {
        "size": "UNKNOWN",
        "possible": ["MICRO", "SMALL"],
        "missing": ["上年营业收入"],
        "standard": "工信部联企业〔2011〕300号",
    }


async def test_the_explanation_takes_three_statements_more(api: GraphQL, owner: Someone) -> None:
    """Outlook and receipt together; the taxes; the bills."""
    short = "query ($id: ID!) { node(id: $id) { ... on Enterprise { grade { level } } } }"
    assert owner.enterprise is not None
    variables = {"id": encode_id("enterprise", owner.enterprise.id)}

    with recorded_queries() as brief:
        await api.data(short, variables=variables, token=owner.token)
    with recorded_queries() as whole:
        await api.data(EXPLAINED, variables=variables, token=owner.token)

    assert len(whole) - len(brief) == 3


def _noon(owner: Someone) -> Any:
    return owner.membership.created_at
