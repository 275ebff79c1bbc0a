"""Query.matchReplay: the same order from what was kept, or what differs."""

from typing import Any

import asyncpg
import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import execute
from storage.models import AccessLedgerEntry, Match, Product
from tests.conftest import GraphQL
from tests.factories.credit import a_grading_consent, a_history, import_histories
from tests.factories.demands import a_demand
from tests.factories.people import an_officer, an_owner
from tests.factories.products import a_product, prices
from tests.graphql.demand_scene import Scene, a_scene
from tests.queries import recorded_queries
from tests.servers import Database

REPLAY = """
query ($id: ID!) { matchReplay(id: $id) {
  replayable agrees rank replayedRank rulesVersion factsDigest differences changedSince
  factors { code }
} }
"""


@pytest.fixture
async def scene(api: GraphQL, clock: FrozenClock) -> Scene:
    made = await a_scene(api, clock)
    for number, rate in enumerate(("2.0", "9.5")):
        await a_product(name=f"示例{number}贷", prices=prices(rate, rate, rate), now=clock.now())
    await a_product(name="示例短贷", max_term_months=6, now=clock.now())
    made.demand = await a_demand(owner=made.owner, now=clock.now())
    return made


async def kept(scene: Scene) -> list[Match]:
    return await Match.filter(demand_id=scene.demand.id).order_by("position")


async def replay(scene: Scene, match: Match, token: str | None) -> dict[str, Any] | None:
    variables = {"id": encode_id("match", match.id)}
    found = await scene.api.data(REPLAY, variables=variables, token=token)
    answer: dict[str, Any] | None = found["matchReplay"]
    return answer


async def test_nobody_replays_without_signing_in(scene: Scene) -> None:
    assert await replay(scene, (await kept(scene))[0], None) is None


async def test_another_owner_and_another_bank_see_nothing(scene: Scene) -> None:
    own = await Match.get(demand_id=scene.demand.id, product_id=scene.product.id)
    for stranger in (
        await an_owner(now=scene.clock.now()),
        await an_officer(now=scene.clock.now()),
    ):
        lines = await AccessLedgerEntry.all().count()
        assert await replay(scene, own, stranger.token) is None
        assert await AccessLedgerEntry.all().count() == lines


async def test_every_match_of_a_run_replays_to_the_same_rank(scene: Scene) -> None:
    matches = await kept(scene)
    assert [match.rank for match in matches] == [1, 2, 3, None]
    for match in matches:
        found = await replay(scene, match, scene.owner.token)
        assert found is not None
        assert (found["agrees"], found["differences"], found["changedSince"]) == (True, [], [])
        assert found["rank"] == found["replayedRank"] == match.rank
        assert len(found["factsDigest"]) == 64
        assert found["factors"][0]["code"] == "fit"


async def test_a_bank_replays_its_own_product_and_reads_nothing_of_the_firm(scene: Scene) -> None:
    own = await Match.get(demand_id=scene.demand.id, product_id=scene.product.id)
    await execute("UPDATE enterprise SET employees = employees + 1")
    lines = await AccessLedgerEntry.filter(what="GRADE_READ").count()
    found = await replay(scene, own, scene.officer.token)
    assert found is not None
    assert (found["agrees"], found["changedSince"]) == (True, [])
    assert await AccessLedgerEntry.filter(what="GRADE_READ").count() == lines
    foreign = [one for one in await kept(scene) if one.product_id != scene.product.id]
    assert await replay(scene, foreign[0], scene.officer.token) is None


async def test_what_was_tampered_with_is_said(scene: Scene, database: Database) -> None:
    first = (await kept(scene))[0]
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("UPDATE match SET rank = 3 WHERE id = $1", first.id)
    finally:
        await connection.close()
    found = await replay(scene, first, scene.owner.token)
    assert found is not None
    assert (found["agrees"], found["rank"], found["replayedRank"]) == (False, 3, 1)
    assert found["differences"] == ["名次：留存为3，重放为1"]


async def test_facts_that_were_tampered_with_are_said(scene: Scene, database: Database) -> None:
    first = (await kept(scene))[0]
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("ALTER TABLE match_run DISABLE TRIGGER USER")
        await connection.execute(
            "UPDATE match_run SET facts = jsonb_set(facts, '{applicant,industry}', '\"J66\"')"
        )
        await connection.execute("ALTER TABLE match_run ENABLE TRIGGER USER")
    finally:
        await connection.close()
    found = await replay(scene, first, scene.owner.token)
    assert found is not None
    assert found["agrees"] is False
    assert "留存的企业事实与其摘要不一致" in found["differences"]


async def test_a_changed_grade_and_a_changed_product_are_said_and_it_still_agrees(
    scene: Scene,
) -> None:
    own = await Match.get(demand_id=scene.demand.id, product_id=scene.product.id)
    assert scene.owner.enterprise is not None
    await import_histories([a_history(scene.owner.enterprise)], scene.clock.now())
    await a_grading_consent(scene.owner, scene.clock.now())
    await Product.filter(id=scene.product.id).update(version=2)
    found = await replay(scene, own, scene.owner.token)
    assert found is not None
    assert found["agrees"] is True
    assert "产品条款已更新：当时为第1版，现在为第2版" in found["changedSince"]
    assert any(one.startswith("信用等级已变化：当时为未评级") for one in found["changedSince"])


async def test_a_match_of_earlier_times_says_that_nothing_was_kept(scene: Scene) -> None:
    first = (await kept(scene))[0]
    await execute("UPDATE match SET run_id = NULL WHERE id = $1", first.id)
    found = await replay(scene, first, scene.owner.token)
    assert found is not None
    assert (found["replayable"], found["agrees"], found["rank"]) == (False, False, 1)
    assert found["differences"][0].startswith("这条匹配没有留存计算依据")
    assert found["factsDigest"] is None


async def test_a_replay_takes_few_queries(scene: Scene) -> None:
    first = (await kept(scene))[0]
    with recorded_queries() as queries:
        await replay(scene, first, scene.owner.token)
    # session, match; run, product, shelf, sheets; enterprise, grade, severe list, records,
    # connected; ledger line
    assert len(queries) <= 14
