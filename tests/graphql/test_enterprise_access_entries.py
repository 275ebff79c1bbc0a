"""Enterprise.accessEntries and accessEntriesOf: who sees who looked, and whose look is a line."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from foundation.tokens import signing_keys
from marketplace import offers
from sharing import ledger
from sharing.access.checkpoints import make_checkpoint
from sharing.ledger import Line, Purpose, Refusal, What
from storage.database import fetch
from storage.models import Consent, Demand
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.credit import a_grading_consent
from tests.factories.demands import a_demand, a_key, an_offer, viewer_of
from tests.factories.people import Someone, an_officer, an_operator, an_owner
from tests.factories.products import a_product
from tests.queries import recorded_queries

ENTRY = """
  id number at what readerName allowed unanswered purpose categories explanation digest
  institution { name } demand { id } consent { id }
"""
ENTRIES = f"""
query ($refusedOnly: Boolean! = false, $first: Int, $after: String, $last: Int, $before: String) {{
  viewer {{ enterprise {{
    accessEntries(refusedOnly: $refusedOnly, first: $first, after: $after,
                  last: $last, before: $before) {{
      edges {{ cursor node {{ {ENTRY} }} }} pageInfo {{ hasNextPage hasPreviousPage }}
    }}
  }} }}
}}
"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on AccessEntry {{ {ENTRY} }} }} }}"
OF_ENTERPRISE = """
query ($id: ID!) { node(id: $id) { ... on Enterprise { accessEntries { edges { cursor } } } } }
"""
READ_GRADE = "query ($id: ID!) { node(id: $id) { ... on Enterprise { grade { level } } } }"
SUPERVISED = f"""
query ($uscc: String!, $first: Int) {{ accessEntriesOf(uscc: $uscc, first: $first) {{
  edges {{ node {{ {ENTRY} }} }} }} }}
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    owner = await an_owner(now=clock.now())
    await a_grading_consent(owner, clock.now())
    return owner


def id_of(owner: Someone) -> str:
    assert owner.enterprise is not None
    return encode_id("enterprise", owner.enterprise.id)


async def let_in(owner: Someone, officer: Someone, clock: FrozenClock) -> Demand:
    product = await a_product(institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    offer = await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    await offers.accept(viewer_of(owner), offer.id, a_key(), clock.now())
    return demand


async def entries(api: GraphQL, owner: Someone, **variables: Any) -> dict[str, Any]:
    data = await api.data(ENTRIES, variables=variables, token=owner.token)
    found: dict[str, Any] = data["viewer"]["enterprise"]["accessEntries"]
    return found


def nodes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in found["edges"]]


async def some_refusals(owner: Someone, clock: FrozenClock, *, number: int = 1) -> None:
    assert owner.enterprise is not None
    officer = await an_officer(now=clock.now())
    for _ in range(number):
        await ledger.write(
            viewer_of(officer),
            [
                Line(
                    enterprise_id=owner.enterprise.id,
                    what=What.DATA_READ,
                    purpose=Purpose.NONE,
                    allowed=False,
                    refusal=Refusal.CONSENT_REVOKED,
                    categories=("JS-13", "JS-999"),
                    fields=("JS-13/缴存状态",),
                )
            ],
            clock.now(),
        )


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    assert await api.data(OF_ENTERPRISE, variables={"id": id_of(owner)}) == {"node": None}
    body = await api(SUPERVISED, variables={"uscc": owner.enterprise and owner.enterprise.uscc})
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_officer_who_was_let_in_sees_none(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    (mine, *_) = nodes(await entries(api, owner))

    of_enterprise = await api.data(
        OF_ENTERPRISE, variables={"id": id_of(owner)}, token=officer.token
    )
    as_node = await api.data(NODE, variables={"id": mine["id"]}, token=officer.token)
    assert owner.enterprise is not None
    supervised = await api(
        SUPERVISED, variables={"uscc": owner.enterprise.uscc}, token=officer.token
    )

    assert of_enterprise == {"node": {"accessEntries": {"edges": []}}}
    assert as_node == {"node": None}
    assert supervised["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_another_owner_sees_only_their_own(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    stranger = await an_owner(now=clock.now())
    (mine, *_) = nodes(await entries(api, owner))

    assert nodes(await entries(api, stranger)) == []
    assert await api.data(NODE, variables={"id": mine["id"]}, token=stranger.token) == {
        "node": None
    }
    own = await api.data(NODE, variables={"id": mine["id"]}, token=owner.token)
    assert own["node"] == mine


async def test_a_reading_is_there_with_the_next_query(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    demand = await let_in(owner, officer, clock)
    assert officer.institution is not None
    consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")

    await api.data(READ_GRADE, variables={"id": id_of(owner)}, token=officer.token)

    (newest, *_) = nodes(await entries(api, owner, first=1))
    links = await fetch("SELECT position, digest FROM access_chain ORDER BY position DESC LIMIT 1")
    assert {key: newest[key] for key in newest if key not in ("id", "at")} == {
        "number": str(links[0]["position"]),
        "what": "GRADE_READ",
        "readerName": officer.institution.name,
        "allowed": True,
        "unanswered": False,
        "purpose": "办理贵企业发布的融资需求",
        "categories": [],
        "explanation": f"{officer.institution.name}查看信用等级，用途：办理贵企业发布的融资需求。",
        "digest": bytes(links[0]["digest"]).hex(),
        "institution": {"name": officer.institution.name},
        "demand": {"id": encode_id("demand", demand.id)},
        "consent": {"id": encode_id("consent", consent.id)},
    }


async def test_a_refusal_says_why_and_what_was_asked_for(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await some_refusals(owner, clock)

    (only,) = nodes(await entries(api, owner, refusedOnly=True))

    assert (only["allowed"], only["unanswered"]) == (False, False)
    assert only["categories"] == ["住房公积金缴纳情况（缴存状态）", "JS-999"]
    assert only["explanation"].endswith(
        "申请查看信用信息，因授权已经撤回被拒绝，没有给出任何信息。"
    )
    assert (only["demand"], only["consent"]) == (None, None)


async def test_a_source_that_gave_no_answer_has_refused_nobody(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    assert owner.enterprise is not None
    line = Line(
        enterprise_id=owner.enterprise.id,
        what=What.INTERFACE_CALLED,
        purpose=Purpose.GRADE_RUN,
        allowed=False,
        refusal=Refusal.UNAVAILABLE,
        categories=("JS-1",),
    )
    await ledger.write(None, [line], clock.now())

    newest = nodes(await entries(api, owner))[0]

    assert (newest["allowed"], newest["unanswered"]) == (False, True)
    assert newest["explanation"] == (
        "平台调用信息提供单位接口，用途：评定信用等级；信息提供单位暂时没有答复，没有得到任何信息。"
    )
    assert nodes(await entries(api, owner, refusedOnly=True)) == []


async def test_pages_lead_through_all_of_them_newest_first(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await some_refusals(owner, clock, number=4)
    everything = await entries(api, owner)
    numbers = [int(one["number"]) for one in nodes(everything)]
    assert len(numbers) > 4
    assert numbers == sorted(numbers, reverse=True)

    first = await entries(api, owner, first=2)
    rest = await entries(api, owner, first=100, after=first["edges"][-1]["cursor"])
    back = await entries(api, owner, last=2, before=rest["edges"][0]["cursor"])

    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    assert rest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert first["edges"] + rest["edges"] == everything["edges"]
    assert back["edges"] == first["edges"]


async def test_a_cursor_of_the_refused_ones_is_bad_input_elsewhere(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await some_refusals(owner, clock)
    (edge,) = (await entries(api, owner, refusedOnly=True))["edges"]

    body = await api(ENTRIES, variables={"after": edge["cursor"]}, token=owner.token)

    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_twenty_lines_take_as_many_queries_as_one(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    """The viewer, the enterprise, the lines; the institutions, demands and consents once each."""
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    for _ in range(20):
        await api.data(READ_GRADE, variables={"id": id_of(owner)}, token=officer.token)

    with recorded_queries() as statements:
        found = await entries(api, owner)

    assert len(found["edges"]) == 20
    assert len(statements) == 6, statements


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REGULATOR])
async def test_who_reads_the_ledger_is_a_line_of_it(
    api: GraphQL, owner: Someone, clock: FrozenClock, role: Role
) -> None:
    reader = await an_operator(role=role, now=clock.now())
    assert owner.enterprise is not None

    data = await api.data(SUPERVISED, variables={"uscc": owner.enterprise.uscc}, token=reader.token)

    (look, *others) = nodes(data["accessEntriesOf"])
    assert (look["what"], look["purpose"]) == ("LEDGER_READ", "履行平台运营或监管职责")
    assert "CONSENT_GRANTED" in {one["what"] for one in others}
    assert {one["consent"] and one["consent"]["id"] for one in others} == {None}
    (own, *_) = nodes(await entries(api, owner))
    assert own["id"] == look["id"], "the owner sees who looked"


async def test_an_operator_of_another_city_is_refused_and_noted(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    elsewhere = await an_operator(city="CHANGZHOU", now=clock.now())
    assert owner.enterprise is not None

    for uscc in (owner.enterprise.uscc, "91320281MA0000000X", new_id().hex):
        data = await api.data(SUPERVISED, variables={"uscc": uscc}, token=elsewhere.token)
        assert data == {"accessEntriesOf": None}

    (refused,) = nodes(await entries(api, owner, refusedOnly=True))
    assert (refused["what"], refused["readerName"]) == ("LEDGER_READ", "平台运营人员")


async def test_a_forged_node_is_nothing(api: GraphQL, owner: Someone) -> None:
    for key in ("f" * 32, "0" * 32):
        data = await api.data(NODE, variables={"id": f"access_entry_{key}"}, token=owner.token)
        assert data == {"node": None}


CHECKPOINTS = """
query ($first: Int, $after: String) { ledgerCheckpoints(first: $first, after: $after) {
  edges { cursor node { position digest madeAt statement } } pageInfo { hasNextPage } } }
"""


async def test_checkpoints_are_for_those_who_supervise(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    ring = signing_keys().ring()
    await make_checkpoint(ring, clock.now())
    await some_refusals(owner, clock)
    newest = await make_checkpoint(ring, clock.now())
    regulator = await an_operator(role=Role.REGULATOR, now=clock.now())

    for token, code in ((None, "UNAUTHENTICATED"), (owner.token, "FORBIDDEN")):
        body = await api(CHECKPOINTS, token=token)
        assert body["errors"][0]["extensions"]["code"] == code
    page = (await api.data(CHECKPOINTS, variables={"first": 1}, token=regulator.token))[
        "ledgerCheckpoints"
    ]
    rest = await api.data(
        CHECKPOINTS, variables={"after": page["edges"][0]["cursor"]}, token=regulator.token
    )

    (node,) = nodes(page)
    assert node["statement"] == newest
    assert page["pageInfo"] == {"hasNextPage": True}
    (older,) = nodes(rest["ledgerCheckpoints"])
    assert int(older["position"]) == int(node["position"]) - 1
