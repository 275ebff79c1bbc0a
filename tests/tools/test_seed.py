"""The demo story, told whole through the services: one of each state, and nothing twice."""

from datetime import UTC, datetime

from accounts.personas import open_as_persona
from foundation.identifiers import normal_phone
from storage.database import fetch
from tests.conftest import GraphQL
from tests.servers import Database
from tools.personas import persona_phones
from tools.seed import tell

STATES = """
SELECT (SELECT array_agg(DISTINCT status ORDER BY status) FROM demand) AS demands,
       (SELECT array_agg(DISTINCT status ORDER BY status) FROM offer) AS offers,
       (SELECT array_agg(DISTINCT level ORDER BY level) FROM grade WHERE superseded_at IS NULL)
         AS levels,
       (SELECT count(*) FROM quarantined_row) AS refused,
       (SELECT count(*) FROM pgqueuer WHERE status = 'failed') AS parked
"""
COUNTS = """
SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM enterprise) AS enterprises,
       (SELECT count(*) FROM product) AS products, (SELECT count(*) FROM credit_record) AS records,
       (SELECT count(*) FROM demand) AS demands, (SELECT count(*) FROM offer) AS offers,
       (SELECT count(*) FROM grade) AS grades, (SELECT count(*) FROM notice) AS notices
"""
MATCHES = """
{ viewer { enterprise { grade { level } matches(first: 10) { edges { node {
  eligible product { name institution { name } } } } } } } }
"""


async def test_the_story_has_one_of_each_state_and_is_told_once(
    database: Database, gql: GraphQL
) -> None:
    await tell(database.url)

    (states,) = await fetch(STATES)
    assert states == {
        "demands": ["EXPIRED", "MATCHED", "OPEN", "WITHDRAWN"],
        "offers": ["ACCEPTED", "DECLINED", "OPEN"],
        "levels": ["ADVANCED", "CANDIDATE", "FIRST", "NOT_CERTIFIED"],
        "refused": 0,
        "parked": 0,
    }
    before = await fetch(COUNTS)
    await tell(database.url)
    assert await fetch(COUNTS) == before

    now = datetime.now(UTC)
    tokens = {
        persona: await open_as_persona(normal_phone(phone) or "", now)
        for persona, phone in persona_phones().items()
    }
    assert all(tokens.values())
    for persona, level in (("owner-first", "FIRST"), ("owner-advanced", "ADVANCED")):
        viewer = (await gql.data(MATCHES, token=tokens[persona]))["viewer"]
        banks = [
            edge["node"]["product"]["institution"]["name"]
            for edge in viewer["enterprise"]["matches"]["edges"]
        ]
        assert viewer["enterprise"]["grade"]["level"] == level
        assert len(banks) >= 3
        assert "江阴农村商业银行" in banks
