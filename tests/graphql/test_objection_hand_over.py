"""objectionHandOver and objectionsWaiting: operators keep the two working days."""

from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import pytest

from foundation.clock import FrozenClock
from foundation.errors import NotAllowedNow
from sharing.objections.rules import LIFECYCLE, OPEN, STANDING, advance
from storage.database import fetch
from storage.models import Objection
from storage.models.objection import ObjectionState
from tests.conftest import GraphQL
from tests.factories.demands import a_key
from tests.factories.holdings import an_owner_with_records, records_about
from tests.factories.people import Someone, access_token_for, an_operator
from tests.graphql.test_objection_file import OBJECTION, RESULT, filed
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued

HAND_OVER = f"""
mutation ($id: ID!, $input: ObjectionHandOverInput!) {{
  objectionHandOver(id: $id, input: $input) {{ {RESULT} }}
}}
"""
WAITING = f"""
query ($lateOnly: Boolean! = false, $first: Int, $after: String) {{
  lateObjectionCount
  objectionsWaiting(lateOnly: $lateOnly, first: $first, after: $after) {{
    edges {{ cursor node {{ {OBJECTION} }} }} pageInfo {{ hasNextPage }}
  }}
}}
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner_with_records(clock.now())


@pytest.fixture
async def objection(api: GraphQL, owner: Someone) -> dict[str, Any]:
    (record, *_) = await records_about(owner)
    return await filed(api, owner, record["node"])


async def handed_over(
    api: GraphQL, operator: Someone, objection: dict[str, Any], **changes: str
) -> dict[str, Any]:
    values = {"acknowledgement": "示例-2026-0001", "idempotencyKey": a_key()} | changes
    data = await api.data(
        HAND_OVER, variables={"id": objection["id"], "input": values}, token=operator.token
    )
    found: dict[str, Any] = data["objectionHandOver"]
    return found


async def waiting(api: GraphQL, token: str, **variables: Any) -> tuple[int, list[str], str | None]:
    data = await api.data(WAITING, variables=variables, token=token)
    edges = data["objectionsWaiting"]["edges"]
    cursor = edges[-1]["cursor"] if edges else None
    return data["lateObjectionCount"], [edge["node"]["id"] for edge in edges], cursor


async def test_anonymous_and_the_owner(
    api: GraphQL, owner: Someone, objection: dict[str, Any]
) -> None:
    values = {"acknowledgement": "1", "idempotencyKey": a_key()}
    variables = {"id": objection["id"], "input": values}

    async with nothing_moves():
        bodies = [
            await api(document, variables=given, token=token)
            for token in (None, owner.token)
            for document, given in ((HAND_OVER, variables), (WAITING, {}))
        ]

    codes = [body["errors"][0]["extensions"]["code"] for body in bodies]
    assert codes == ["UNAUTHENTICATED"] * 2 + ["FORBIDDEN"] * 2


async def test_another_citys_operator(
    api: GraphQL, objection: dict[str, Any], clock: FrozenClock
) -> None:
    elsewhere = await an_operator(city="CHANGZHOU", now=clock.now())

    async with nothing_moves():
        refused = await handed_over(api, elsewhere, objection)

    assert refused["code"] == "NOT_FOUND"
    assert await waiting(api, elsewhere.token) == (0, [], None)


async def test_the_nodes_acknowledgement_ends_the_clock(
    api: GraphQL, owner: Someone, objection: dict[str, Any], clock: FrozenClock
) -> None:
    operator = await an_operator(now=clock.now())
    assert await waiting(api, operator.token) == (0, [objection["id"]], ANY)
    key = a_key()

    found = await handed_over(api, operator, objection, idempotencyKey=key)
    async with nothing_moves():
        again = await handed_over(api, operator, objection, idempotencyKey=key)
        twice = await handed_over(api, operator, objection)

    assert (found["state"], found["acknowledgement"], found["late"]) == (
        "HANDED_OVER",
        "示例-2026-0001",
        False,
    )
    assert again == found
    assert twice["code"] == "NOT_ALLOWED_NOW"
    assert (await waiting(api, operator.token))[1] == []
    assert await queued() == {"ObjectionFiled": 1, "ObjectionHandedOver": 1}
    (line,) = await fetch(
        "SELECT role, purpose_kind FROM access_ledger WHERE what = 'OBJECTION_HANDED_OVER'"
    )
    assert line == {"role": "OPERATOR", "purpose_kind": "SUPERVISION"}


async def test_an_empty_acknowledgement_is_none(
    api: GraphQL, objection: dict[str, Any], clock: FrozenClock
) -> None:
    operator = await an_operator(now=clock.now())

    async with nothing_moves():
        refused = [
            await handed_over(api, operator, objection, acknowledgement=number)
            for number in (" ", "9" * 81, "1\n2")
        ]

    assert [one["code"] for one in refused] == ["VALIDATION_FAILED"] * 3


async def test_late_ones_are_counted_and_shown(
    api: GraphQL, owner: Someone, objection: dict[str, Any], clock: FrozenClock
) -> None:
    operator = await an_operator(now=clock.now())
    clock.advance(timedelta(days=2))
    records = await records_about(owner)
    token = await access_token_for(operator.person, operator.membership, now=clock.now())
    owner = Someone(
        owner.person,
        owner.membership,
        await access_token_for(owner.person, owner.membership, now=clock.now()),
        enterprise=owner.enterprise,
    )
    later = await filed(api, owner, records[1]["node"])
    # Friday is the last day; it is over when Saturday begins in Shanghai.
    assert (await waiting(api, token))[0] == 0
    clock.advance(timedelta(hours=12))
    token = await access_token_for(operator.person, operator.membership, now=clock.now())

    assert await waiting(api, token, lateOnly=True) == (1, [objection["id"]], ANY)
    count, first, cursor = await waiting(api, token, first=1)
    assert (count, first) == (1, [objection["id"]])
    with recorded_queries() as statements:
        assert (await waiting(api, token, after=cursor))[1] == [later["id"]]
    # The viewer, the count, the objections, their enterprises.
    assert len(statements) == 4, statements
    operator = Someone(operator.person, operator.membership, token)
    assert (await handed_over(api, operator, objection))["late"] is True


@pytest.mark.parametrize("start", list(ObjectionState))
@pytest.mark.parametrize("end", list(ObjectionState))
def test_every_step_is_in_the_table(start: ObjectionState, end: ObjectionState) -> None:
    objection = Objection(state=start)

    if end in LIFECYCLE[start]:
        advance(objection, end)
        assert objection.state is end
    else:
        with pytest.raises(NotAllowedNow, match=STANDING[start]):
            advance(objection, end)
        assert objection.state is start
    assert {ObjectionState.FILED, ObjectionState.HANDED_OVER} == OPEN
