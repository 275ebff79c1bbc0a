"""Sheets, applicants and wishes for tests of the pure floor: every default is visible here."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from credit.levels import EnterpriseSize, GradeLevel
from matching.applicant import Applicant, Tags, Wish
from matching.sheet import Fee, FigureBounds, GradePrice, ProductSheet
from matching.terms import GuaranteeKind, Place, RepaymentMethod, RequiredGrade

TODAY = date(2026, 3, 2)
JIANGYIN = Place("320281", "江阴市")
PRICES = {
    RequiredGrade.ADVANCED: GradePrice(Decimal("3.0"), Decimal(100)),
    RequiredGrade.FIRST: GradePrice(Decimal("3.5"), Decimal(100)),
    RequiredGrade.CANDIDATE: GradePrice(Decimal("4.0"), Decimal(50)),
}


def a_sheet(**changes: object) -> ProductSheet:
    facts: dict[str, object] = {
        "product_id": "p1",
        "version": 1,
        "name": "示例贷",
        "institution_id": "i1",
        "required_grade": RequiredGrade.CANDIDATE,
        "regions": (JIANGYIN,),
        "industries": (),
        "sizes": frozenset({EnterpriseSize.SMALL, EnterpriseSize.MICRO}),
        "accepts_sole_traders": False,
        "tag_groups": (),
        "min_age_months": None,
        "figures": FigureBounds(),
        "min_amount": Decimal(100_000),
        "max_amount": Decimal(3_000_000),
        "min_term_months": 3,
        "max_term_months": 24,
        "guarantee_kinds": (GuaranteeKind.CREDIT,),
        "unsecured_from": RequiredGrade.CANDIDATE,
        "prices": PRICES,
        "fees": (),
        "repayment_methods": (RepaymentMethod.INTEREST_FIRST,),
        "illustrative": frozenset(),
    }
    return ProductSheet(**(facts | changes))  # type: ignore[arg-type]


def an_applicant(**changes: object) -> Applicant:
    facts: dict[str, object] = {
        "enterprise_id": "e1",
        "grade": GradeLevel.FIRST,
        "grade_reason": None,
        "place": Place("320281001", "澄江街道"),
        "region_codes": frozenset({"320281001", "320281", "320000"}),
        "industry": "C34",
        "size": EnterpriseSize.SMALL,
        "possible_sizes": frozenset(),
        "sole_trader": False,
        "established_on": date(2018, 5, 1),
        "tags": Tags(),
        "annual_revenue": Decimal(20_000_000),
        "annual_tax": Decimal(300_000),
        "employees": 60,
        "public_records": 0,
        "bad_loans": 0,
    }
    return Applicant(**(facts | changes))  # type: ignore[arg-type]


def a_wish(**changes: object) -> Wish:
    facts: dict[str, object] = {
        "amount": Decimal(500_000),
        "term_months": 12,
        "guarantee_kinds": frozenset(),
        "max_annual_rate": None,
    }
    return Wish(**(facts | changes))  # type: ignore[arg-type]


_TAGS = ("高新技术企业", "纳税信用A/B/M", "政府采购供应商")
_REGIONS = [
    (),
    (JIANGYIN,),
    (Place("320400", "常州市"),),
    (Place("320281001", "澄江街道"), Place("320281002", "南闸街道")),
]
_PLACES = {
    Place("320281001", "澄江街道"): frozenset({"320281001", "320281", "320000"}),
    JIANGYIN: frozenset({"320281", "320000"}),
}
_amounts = st.integers(1, 5_000).map(lambda thousands: Decimal(thousands * 1000))
_kinds = st.frozensets(st.sampled_from(GuaranteeKind), max_size=4)


@st.composite
def prices(draw: st.DrawFn) -> dict[RequiredGrade, GradePrice]:
    """A price for every grade, never dearer and never smaller for a better one."""
    rates = sorted(draw(st.lists(st.integers(0, 2400), min_size=3, max_size=3)))
    limits = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3)), reverse=True)
    return {
        grade: GradePrice(Decimal(rate) / 100, Decimal(limit))
        for grade, rate, limit in zip(RequiredGrade, rates, limits, strict=True)
    }


@st.composite
def fees(draw: st.DrawFn) -> Fee:
    percent = draw(st.none() | st.integers(0, 500).map(lambda p: Decimal(p) / 100))
    amount = None if percent is not None else draw(st.integers(0, 5000).map(Decimal))
    per_year = percent is not None and draw(st.booleans())
    return Fee(name="费", amount=amount, percent_of_principal=percent, per_year=per_year)


@st.composite
def figure_bounds(draw: st.DrawFn) -> FigureBounds:
    """Bounds of any figures; often none, and sometimes ones that nobody can meet."""
    thousands = st.none() | st.integers(0, 40_000).map(lambda count: Decimal(count * 1000))
    few = st.none() | st.integers(0, 2)
    return FigureBounds(
        min_annual_revenue=draw(thousands),
        max_annual_revenue=draw(thousands),
        min_annual_tax=draw(thousands),
        min_employees=draw(st.none() | st.integers(0, 300)),
        max_employees=draw(st.none() | st.integers(0, 300)),
        max_public_records=draw(few),
        max_bad_loans=draw(few),
    )


@st.composite
def sheets(draw: st.DrawFn, product_id: str = "p1") -> ProductSheet:
    low, high = sorted((draw(_amounts), draw(_amounts)))
    short, long = sorted((draw(st.integers(1, 60)), draw(st.integers(1, 60))))
    groups = draw(st.lists(st.lists(st.sampled_from(_TAGS), min_size=1, max_size=2), max_size=2))
    return a_sheet(
        product_id=product_id,
        required_grade=draw(st.sampled_from(RequiredGrade)),
        regions=draw(st.sampled_from(_REGIONS)),
        industries=draw(st.sampled_from([(), ("C",), ("C34", "F"), ("I65",), ("C3411", "C35")])),
        sizes=draw(st.frozensets(st.sampled_from(list(EnterpriseSize)[:4]))),
        accepts_sole_traders=draw(st.booleans()),
        tag_groups=tuple(tuple(group) for group in groups),
        min_age_months=draw(st.none() | st.integers(1, 120)),
        figures=draw(st.just(FigureBounds()) | figure_bounds()),
        min_amount=low,
        max_amount=high,
        min_term_months=short,
        max_term_months=long,
        guarantee_kinds=tuple(
            draw(st.lists(st.sampled_from(GuaranteeKind), min_size=1, max_size=3, unique=True))
        ),
        unsecured_from=draw(st.sampled_from(RequiredGrade)),
        prices=draw(prices()),
        fees=tuple(draw(st.lists(fees(), max_size=2))),
        repayment_methods=(draw(st.sampled_from(RepaymentMethod)),),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> list[ProductSheet]:
    size = draw(st.integers(0, 5))
    return [draw(sheets(product_id=f"p{number}")) for number in range(size)]


@st.composite
def applicants(draw: st.DrawFn) -> Applicant:
    known = {tag: draw(st.sampled_from([True, False, None])) for tag in _TAGS}
    place = draw(st.sampled_from(list(_PLACES)))
    yuan = st.none() | st.integers(-1, 4_000_000_000).map(lambda fen: Decimal(fen) / 100)
    few = st.none() | st.integers(0, 3)
    return an_applicant(
        place=place,
        region_codes=_PLACES[place],
        grade=draw(st.sampled_from(GradeLevel)),
        industry=draw(st.sampled_from(["C", "C34", "C341", "C3411", "F52", "I", "I65"])),
        size=draw(st.sampled_from(EnterpriseSize)),
        possible_sizes=draw(st.frozensets(st.sampled_from(list(EnterpriseSize)[:4]))),
        sole_trader=draw(st.booleans()),
        annual_revenue=draw(yuan),
        annual_tax=draw(yuan),
        employees=draw(st.none() | st.integers(0, 300)),
        public_records=draw(few),
        bad_loans=draw(few),
        established_on=draw(st.none() | st.dates(date(2000, 1, 1), TODAY)),
        tags=Tags.of(known),
    )


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    rate = draw(st.none() | st.integers(100, 2400).map(lambda p: Decimal(p) / 100))
    return a_wish(
        amount=draw(_amounts),
        term_months=draw(st.integers(1, 60)),
        guarantee_kinds=draw(_kinds),
        max_annual_rate=rate,
    )
