"""A second opinion: DuckDB, asked the same rules as SQL, says the same of thousands of them."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.match_duckdb import filled
from bench.match_sql import BEST, STATES, tables
from credit.levels import GradeLevel
from matching.engine.batch import NOBODY, Batch
from matching.engine.catalogue import compile_sheets
from matching.engine.population import compile_applicants, compile_wishes
from matching.rank import rank
from matching.terms import Verdict
from tests.matching.sheets import TODAY
from tests.matching.worlds import a_world, half_open

STATE = {Verdict.PASS: 0, Verdict.NEAR_MISS: 1, Verdict.FAIL: 2}
PRODUCTS, ENTERPRISES, TOP = 80, 30, 10


LADDER = (GradeLevel.UNRATED, GradeLevel.CANDIDATE, GradeLevel.FIRST, GradeLevel.ADVANCED)
NEAREST = f"""
SELECT s.id, s.product FROM ({STATES}) s JOIN product p ON p.id = s.product
WHERE s.state = 1 ORDER BY s.id, s.obstacles, p.by_id
"""  # noqa: S608 - constants
# State and obstacles, then what is granted and at which cost, each the lower the better.
TREATED = f"""
SELECT s.id, s.product, s.state, s.obstacles, c.cost,
       -LEAST(a.amount, CASE a.grade WHEN 3 THEN p.limit_3 WHEN 2 THEN p.limit_2
                                     ELSE p.limit_1 END)
FROM ({STATES}) s JOIN product p ON p.id = s.product JOIN ask a ON a.id = s.id
  JOIN cost c ON c.product = s.product AND c.grade = a.grade AND c.term = a.term
"""  # noqa: S608 - constants


# 25 worlds of 80 rule sets before 30 enterprises: 2,000 rule sets, 60,000 verdicts.
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_the_engine_the_plain_rules_and_duckdb_agree(seed: int) -> None:
    world = a_world(seed, products=PRODUCTS, enterprises=ENTERPRISES, fixed_fees=False)
    catalogue = compile_sheets(world.sheets)
    people, asks = compile_applicants(world.applicants), compile_wishes(world.wishes)
    (best,) = Batch.of(catalogue, people, TODAY, top=TOP, near=TOP).blocks(asks)
    database = filled(tables(catalogue, people, asks, TODAY))
    states = {(a, p): (s, o) for a, p, s, o in database.execute(STATES).fetchall()}
    asked = database.execute(BEST.format(top=TOP)).fetchall()
    nearest = database.execute(NEAREST).fetchall()
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
        near = [by_id[one.sheet.product_id] for one in expected if one.verdict is Verdict.NEAR_MISS]
        assert [product for ask, product in nearest if ask == place] == near
        assert [product for product in best.near[place] if product != NOBODY] == near[:TOP]


# 15 worlds of 80 rule sets before 10 enterprises at every grade: 1,200 rule sets, 48,000 verdicts.
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_a_better_grade_never_makes_anything_worse_in_sql_either(seed: int) -> None:
    world = a_world(seed, products=PRODUCTS, enterprises=10, fixed_fees=False)
    people = compile_applicants(
        [replace(who, grade=level) for who in world.applicants for level in LADDER]
    )
    asks = compile_wishes([wish for wish in world.wishes for _ in LADDER])
    catalogue = compile_sheets(half_open(world.sheets))
    database = filled(tables(catalogue, people, asks, TODAY))
    rows = database.execute(TREATED).fetchall()
    database.close()
    found = {(ask, product): figures for ask, product, *figures in rows}
    assert len(found) == PRODUCTS * 10 * len(LADDER)
    for (ask, product), better in found.items():
        if ask % len(LADDER) == 0:
            continue
        worse = found[ask - 1, product]
        assert better[:2] <= worse[:2]
        if worse[0] == STATE[Verdict.PASS]:
            assert all(good <= bad for good, bad in zip(better[2:], worse[2:], strict=True))
