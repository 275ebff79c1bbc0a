"""A made-up province for the matching benchmarks: sheets, enterprises and demands from a seed.

Conditions are as broad as those of the shipped products: most products serve the whole city, half
of them some industries, a third some qualification. Every enterprise asks for one loan.
"""

from datetime import date
from decimal import Decimal

import numpy as np

from credit.levels import EnterpriseSize, GradeLevel
from foundation.industry import industries
from matching.applicant import Applicant, Tags
from matching.engine.population import Asks, Population, Premises
from matching.engine.units import Integers
from matching.sheet import Fee, FigureBounds, GradePrice, ProductSheet
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade

CITY = "320281"
TOWNS = tuple(f"{CITY}{number:03}" for number in range(1, 21))
TAGS = (
    *("高新技术企业", "科技型中小企业", "专精特新", "政府采购供应商", "纳税信用A/B/M"),
    *("绿色工厂", "出口企业", "农业龙头企业", "纳税满2年", "社保正常缴纳"),
)
DIVISIONS = tuple(code for code in industries() if len(code) == 3)
SECTIONS = tuple(code for code in industries() if len(code) == 1)
TERMS = (3, 6, 9, 12, 18, 24, 36)
TODAY = date(2026, 3, 2)
_DAY = TODAY.toordinal()
_SIZES = (
    EnterpriseSize.MICRO,
    EnterpriseSize.SMALL,
    EnterpriseSize.MEDIUM,
    EnterpriseSize.LARGE,
)


def sheets(count: int, seed: int = 1) -> list[ProductSheet]:
    """Products whose fees are percentages, so that a table of costs can be given to every peer."""
    random = np.random.default_rng(seed)
    return [_sheet(random, number) for number in range(count)]


def strict_sheet() -> ProductSheet:
    """A product that asks for everything there is, so that every column has to be read."""
    return ProductSheet(
        product_id="f" * 32,
        version=1,
        name="示例严贷",
        institution_id="0" * 32,
        required_grade=RequiredGrade.FIRST,
        regions=tuple(Place(town, town) for town in TOWNS[:15]),
        industries=("C", "G", "I65", "M"),
        sizes=frozenset(_SIZES[:3]),
        accepts_sole_traders=True,
        tag_groups=(TAGS[:3],),
        min_age_months=24,
        figures=FigureBounds(
            min_annual_revenue=Decimal(1_000_000),
            min_annual_tax=Decimal(10_000),
            min_employees=5,
            max_employees=300,
            max_public_records=0,
            max_bad_loans=1,
        ),
        min_amount=Decimal(100_000),
        max_amount=Decimal(5_000_000),
        min_term_months=3,
        max_term_months=36,
        guarantee_kinds=(GuaranteeKind.CREDIT,),
        prices={grade: GradePrice(Decimal(4), Decimal(100)) for grade in RequiredGrade},
        repayment_methods=(RepaymentMethod.INTEREST_FIRST,),
    )


def an_applicant() -> Applicant:
    """A small 通用设备 maker of 一级, with most qualifications and every figure known."""
    return Applicant(
        enterprise_id="e",
        grade=GradeLevel.FIRST,
        place=Place(TOWNS[0], "示例镇"),
        region_codes=frozenset({TOWNS[0], CITY, "320000"}),
        industry="C34",
        size=EnterpriseSize.SMALL,
        sole_trader=False,
        established_on=date(2018, 5, 1),
        tags=Tags(held=frozenset(TAGS[::2]), lacking=frozenset(TAGS[1::4])),
        annual_revenue=Decimal(20_000_000),
        annual_tax=Decimal(300_000),
        employees=60,
        public_records=0,
        bad_loans=0,
    )


def _sheet(random: np.random.Generator, number: int) -> ProductSheet:
    def some(odds: float) -> bool:
        return bool(random.random() < odds)

    lowest = int(random.integers(1, 30)) * 10_000
    rate = int(random.integers(280, 900))
    steps = sorted(int(step) for step in random.integers(0, 120, 2))
    kinds = [kind for kind in GuaranteeKind if some(0.4)] or [GuaranteeKind.CREDIT]
    return ProductSheet(
        product_id=f"{number * 7919 % 1_000_003:032x}",
        version=1,
        name=f"示例贷{number}",
        institution_id="0" * 32,
        required_grade=list(RequiredGrade)[int(random.choice(3, p=[0.15, 0.25, 0.6]))],
        regions=_regions(random),
        industries=_industries(random),
        sizes=frozenset(size for size in _SIZES[:3] if some(0.75)) if some(0.8) else frozenset(),
        accepts_sole_traders=some(0.4),
        tag_groups=_groups(random),
        min_age_months=int(random.choice([6, 12, 24, 36])) if some(0.5) else None,
        figures=_figures(random),
        min_amount=Decimal(lowest),
        max_amount=Decimal(lowest + int(random.integers(20, 2_000)) * 10_000),
        min_term_months=int(random.choice([1, 3, 6])),
        max_term_months=int(random.choice([12, 24, 36])),
        guarantee_kinds=tuple(kinds),
        unsecured_from=RequiredGrade.ADVANCED if len(kinds) > 1 else RequiredGrade.CANDIDATE,
        prices={
            grade: GradePrice(Decimal(rate + step) / 100, Decimal(limit))
            for grade, step, limit in zip(
                RequiredGrade, (0, *steps), (100, 100, 50 + lowest % 50_000 // 1000), strict=True
            )
        },
        fees=(Fee(name="担保费", percent_of_principal=Decimal("0.5"), per_year=True),)
        if some(0.3)
        else (),
        repayment_methods=(list(RepaymentMethod)[int(random.integers(5))],),
    )


def _regions(random: np.random.Generator) -> tuple[Place, ...]:
    if random.random() < 0.7:
        return (Place(CITY, "示例市"),)
    chosen = random.choice(len(TOWNS), int(random.integers(1, 6)), replace=False)
    return tuple(Place(TOWNS[place], TOWNS[place]) for place in sorted(chosen))


def _industries(random: np.random.Generator) -> tuple[str, ...]:
    if random.random() < 0.5:
        return ()
    among = SECTIONS if random.random() < 0.5 else DIVISIONS
    chosen = random.choice(len(among), int(random.integers(1, 8)), replace=False)
    return tuple(among[place] for place in sorted(chosen))


def _groups(random: np.random.Generator) -> tuple[tuple[str, ...], ...]:
    if random.random() < 0.65:
        return ()
    chosen = random.choice(len(TAGS), int(random.integers(1, 4)), replace=False)
    return (tuple(TAGS[place] for place in sorted(chosen)),)


def _figures(random: np.random.Generator) -> FigureBounds:
    def bound(odds: float, values: tuple[int, ...]) -> int | None:
        return int(random.choice(values)) if random.random() < odds else None

    revenue = bound(0.25, (500_000, 1_000_000, 5_000_000))
    tax = bound(0.15, (10_000, 50_000))
    return FigureBounds(
        min_annual_revenue=None if revenue is None else Decimal(revenue),
        min_annual_tax=None if tax is None else Decimal(tax),
        min_employees=bound(0.1, (5, 10)),
        max_employees=bound(0.1, (200, 300)),
        max_public_records=bound(0.3, (0, 1)),
        max_bad_loans=bound(0.3, (0, 1, 2)),
    )


def population(count: int, seed: int = 2) -> Population:
    """Enterprises in columns."""
    random = np.random.default_rng(seed)
    words = np.uint64(1 << len(TAGS))
    held = random.integers(0, words, (1, count), dtype=np.uint64)
    held &= random.integers(0, words, (1, count), dtype=np.uint64)
    known = random.integers(0, words, (1, count), dtype=np.uint64)
    regions = [Premises(town, frozenset({town, CITY, "320000"})) for town in TOWNS]
    regions.append(Premises(CITY, frozenset({CITY, "320000"})))
    return Population(
        grade=random.choice(np.arange(4, dtype=np.int8), count, p=[0.02, 0.48, 0.3, 0.2]).astype(
            np.int8
        ),
        region=random.integers(0, len(regions), count, dtype=np.int32),
        industry=random.integers(0, len(DIVISIONS), count, dtype=np.int32),
        sizes=_sizes(random, count),
        established=random.integers(_DAY - 9_000, _DAY, count, dtype=np.int32),
        revenue=_figure(random, count, np.int64, 2_000_000_000),
        tax=_figure(random, count, np.int64, 30_000_000),
        employees=_figure(random, count, np.int32, 400),
        records=_few(random, count),
        loans=_few(random, count),
        held=held,
        lacking=known & ~held,
        regions=regions,
        industries=DIVISIONS,
        tags=TAGS,
    )


def _sizes(random: np.random.Generator, count: int) -> Integers:
    sizes = np.array([1, 2, 4, 8, 15, 3, 17], np.uint8)
    found: Integers = random.choice(sizes, count, p=[0.4, 0.3, 0.08, 0.02, 0.05, 0.05, 0.1])
    return found.astype(np.uint8)


def _figure(random: np.random.Generator, count: int, dtype: type, most: int) -> Integers:
    values = random.integers(0, most, count).astype(dtype)
    values[random.random(count) < 0.05] = np.iinfo(dtype).min
    return values


def _few(random: np.random.Generator, count: int) -> Integers:
    odds = [0.03, 0.9, 0.04, 0.02, 0.01]
    values = np.array([np.iinfo(np.int16).min, 0, 1, 2, 3], np.int16)
    found: Integers = random.choice(values, count, p=odds).astype(np.int16)
    return found


def asks(count: int, seed: int = 3) -> Asks:
    """A demand of each enterprise."""
    random = np.random.default_rng(seed)
    return Asks(
        enterprise=np.arange(count, dtype=np.int32),
        amount=random.integers(1, 1_000, count, dtype=np.int64) * 1_000_000,
        term=random.choice(np.array(TERMS, np.int32), count).astype(np.int32),
        kinds=random.choice(np.array([0, 0, 1, 2, 4, 5], np.uint8), count).astype(np.uint8),
    )
