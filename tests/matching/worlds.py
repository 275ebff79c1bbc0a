"""Made-up rule sets and populations from a seed: few values, so that bounds are met exactly."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from credit.levels import EnterpriseSize, GradeLevel
from foundation.regions import lies_in
from matching.applicant import Applicant, Tags, Wish
from matching.sheet import Fee, FigureBounds, GradePrice, ProductSheet
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade
from tests.matching.sheets import JIANGYIN, TODAY, a_sheet, a_wish, an_applicant

TOWN, OTHER_TOWN = Place("320281001", "澄江街道"), Place("320281002", "南闸街道")
WUXI, JIANGSU = Place("320200", "无锡市"), Place("320000", "江苏省")
CHANGZHOU = Place("320400", "常州市")
AREAS = (JIANGYIN.code, WUXI.code, JIANGSU.code)
SIZES = tuple(EnterpriseSize)[:4]
TAGS = ("高新技术企业", "专精特新", "政府采购供应商", "纳税满2年")
INDUSTRIES = ("C", "C34", "C341", "C3411", "C35", "F", "F52", "I", "I65")
AMOUNTS = tuple(Decimal(thousands * 1000) for thousands in (50, 100, 200, 500, 1000, 2000, 5000))
YUAN = tuple(Decimal(yuan) for yuan in (0, 10_000, 500_000, 20_000_000))
MONTHS = (1, 3, 6, 12, 24, 36)
PEOPLE = (0, 5, 20, 300)


@dataclass(frozen=True)
class World:
    """A catalogue, and enterprises with a demand each."""

    sheets: list[ProductSheet]
    applicants: list[Applicant]
    wishes: list[Wish]


def a_world(seed: int, *, products: int, enterprises: int, fixed_fees: bool = True) -> World:
    dice = random.Random(seed)  # noqa: S311 - a made-up world is no secret
    return World(
        sheets=[_sheet(dice, f"p{number:03}", seed, fixed_fees) for number in range(products)],
        applicants=[_applicant(dice, f"e{number}") for number in range(enterprises)],
        wishes=[_wish(dice) for _ in range(enterprises)],
    )


def letting_in(sheet: ProductSheet) -> ProductSheet:
    """A sheet that asks for nothing but a grade, an amount and a term, so that most fit."""
    return replace(
        sheet,
        regions=(),
        industries=(),
        sizes=frozenset(),
        tag_groups=(),
        min_age_months=None,
        figures=FigureBounds(),
    )


def half_open(sheets: list[ProductSheet]) -> list[ProductSheet]:
    """Every other one lets almost everybody in."""
    return [letting_in(one) if place % 2 else one for place, one in enumerate(sheets)]


def _some(dice: random.Random, values: tuple[object, ...], most: int) -> tuple[object, ...]:
    return tuple(dice.sample(values, dice.randint(1, most)))


def _maybe(dice: random.Random, values: tuple[object, ...]) -> object | None:
    return dice.choice(values) if dice.random() < 0.4 else None


def _sheet(dice: random.Random, product_id: str, version: int, fixed_fees: bool) -> ProductSheet:
    low, high = sorted(dice.choices(AMOUNTS, k=2))
    short, long = sorted(dice.choices(MONTHS, k=2))
    regions = [(), (JIANGYIN,), (CHANGZHOU,), (CHANGZHOU, WUXI), (TOWN, OTHER_TOWN), (JIANGSU,)]
    groups = [_some(dice, TAGS, 2) for _ in range(dice.choice((0, 0, 1, 2)))]
    return a_sheet(
        product_id=product_id,
        version=version,
        required_grade=dice.choice(tuple(RequiredGrade)),
        regions=dice.choice(regions),
        industries=() if dice.random() < 0.5 else _some(dice, INDUSTRIES, 3),
        sizes=frozenset(dice.sample(SIZES, dice.randint(0, 3))),
        accepts_sole_traders=dice.random() < 0.5,
        tag_groups=tuple(groups),
        min_age_months=_maybe(dice, MONTHS),
        figures=_bounds(dice) if dice.random() < 0.5 else FigureBounds(),
        min_amount=low,
        max_amount=high,
        min_term_months=short,
        max_term_months=long,
        guarantee_kinds=_some(dice, tuple(GuaranteeKind), 3),
        unsecured_from=dice.choice(tuple(RequiredGrade)),
        prices=_prices(dice),
        fees=tuple(_fee(dice, fixed_fees) for _ in range(dice.choice((0, 0, 1, 2)))),
        repayment_methods=(dice.choice(tuple(RepaymentMethod)),),
    )


def _prices(dice: random.Random) -> dict[RequiredGrade, GradePrice]:
    rates = sorted(dice.choices((300, 350, 400, 1200), k=3))
    limits = sorted(dice.choices((20, 50, 100), k=3), reverse=True)
    prices = {
        grade: GradePrice(Decimal(rate) / 100, Decimal(limit))
        for grade, rate, limit in zip(RequiredGrade, rates, limits, strict=True)
    }
    for grade in dice.sample(tuple(RequiredGrade), dice.choice((0, 0, 1, 2))):
        del prices[grade]
    return prices


def _fee(dice: random.Random, fixed_fees: bool) -> Fee:
    if fixed_fees and dice.random() < 0.5:
        return Fee(name="费", amount=dice.choice((Decimal(0), Decimal(500), Decimal(60_000))))
    percent = dice.choice((Decimal("0.5"), Decimal(2), Decimal(100)))
    return Fee(name="费", percent_of_principal=percent, per_year=dice.random() < 0.5)


def _bounds(dice: random.Random) -> FigureBounds:
    return FigureBounds(
        min_annual_revenue=_maybe(dice, YUAN),  # type: ignore[arg-type]
        max_annual_revenue=_maybe(dice, YUAN),  # type: ignore[arg-type]
        min_annual_tax=_maybe(dice, YUAN),  # type: ignore[arg-type]
        min_employees=_maybe(dice, PEOPLE),  # type: ignore[arg-type]
        max_employees=_maybe(dice, PEOPLE),  # type: ignore[arg-type]
        max_public_records=_maybe(dice, (0, 1)),  # type: ignore[arg-type]
        max_bad_loans=_maybe(dice, (0, 1)),  # type: ignore[arg-type]
    )


def _applicant(dice: random.Random, enterprise_id: str) -> Applicant:
    place = dice.choice((TOWN, OTHER_TOWN, JIANGYIN, JIANGYIN, WUXI, JIANGSU))
    known = {tag: dice.choice((True, True, False, None)) for tag in TAGS}
    days = dice.choice((0, 30, 31, 89, 90, 365, 366, 4000))
    return an_applicant(
        enterprise_id=enterprise_id,
        grade=dice.choice(tuple(GradeLevel)),
        place=place,
        region_codes=frozenset(code for code in (place.code, *AREAS) if lies_in(place.code, code)),
        industry=dice.choice(INDUSTRIES),
        size=dice.choice(tuple(EnterpriseSize)),
        possible_sizes=frozenset(dice.sample(SIZES, dice.randint(0, 2))),
        sole_trader=dice.random() < 0.3,
        established_on=None if dice.random() < 0.1 else TODAY - timedelta(days=days),
        tags=Tags.of(known),
        annual_revenue=dice.choice((None, Decimal("-0.01"), *YUAN)),
        annual_tax=dice.choice((None, *YUAN)),
        employees=dice.choice((None, *PEOPLE)),
        public_records=dice.choice((None, 0, 0, 1, 40_000)),
        bad_loans=dice.choice((None, 0, 0, 1, 2)),
    )


def _wish(dice: random.Random) -> Wish:
    return a_wish(
        amount=dice.choice((*AMOUNTS, Decimal("123456.78"))),
        term_months=dice.choice(MONTHS),
        guarantee_kinds=frozenset(dice.sample(tuple(GuaranteeKind), dice.choice((0, 0, 1, 2)))),
        max_annual_rate=dice.choice((None, Decimal("3.5"))),
    )
