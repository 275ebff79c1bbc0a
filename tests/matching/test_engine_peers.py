"""A second opinion: DuckDB, asked the same rules as SQL, says the same of thousands of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.match_duckdb import filled
from bench.match_sql import BEST, STATES, tables
from matching.engine.batch import NOBODY, Batch
from matching.engine.catalogue import compile_sheets
from matching.engine.population import compile_applicants, compile_wishes
from matching.rank import rank
from matching.terms import Verdict
from tests.matching.sheets import TODAY
from tests.matching.worlds import a_world

STATE = {Verdict.PASS: 0, Verdict.NEAR_MISS: 1, Verdict.FAIL: 2}
PRODUCTS, ENTERPRISES, TOP = 80, 30, 10


# 25 worlds of 80 rule sets before 30 enterprises: 2,000 rule sets, 60,000 verdicts.
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_the_engine_the_plain_rules_and_duckdb_agree(seed: int) -> None:
    world = a_world(seed, products=PRODUCTS, enterprises=ENTERPRISES, fixed_fees=False)
    catalogue = compile_sheets(world.sheets)
    people, asks = compile_applicants(world.applicants), compile_wishes(world.wishes)
    (best,) = Batch.of(catalogue, people, TODAY, top=TOP).blocks(asks)
    database = filled(tables(catalogue, people, asks, TODAY))
    states = {(a, p): (s, o) for a, p, s, o in database.execute(STATES).fetchall()}
    asked = database.execute(BEST.format(top=TOP)).fetchall()
    database.close()
    by_id = {sheet.product_id: number for number, sheet in enumerate(world.sheets)}
    for place, (who, wish) in enumerate(zip(world.applicants, world.wishes, strict=True)):
        expected = rank(who, wish, world.sheets, TODAY)
        for one in expected:
            obstacles = sum(reason.is_obstacle for reason in one.reasons)
            assert states[place, by_id[one.sheet.product_id]] == (STATE[one.verdict], obstacles)
        fits = [by_id[one.sheet.product_id] for one in expected if one.eligible][:TOP]
        assert [product for ask, product, _, _ in asked if ask == place] == fits
        assert [product for product in best.product[place] if product != NOBODY] == fits
