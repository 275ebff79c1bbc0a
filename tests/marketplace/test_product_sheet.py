"""A sheet survives being kept, and the rules read it as it was written."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foundation.city import cities
from foundation.identifiers import new_id
from marketplace.product_records import sheet_of
from marketplace.product_sheet import Fee, Price, Sheet, columns_of, matching_sheet, regions_of
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from tests.factories.products import sheet_values

yuan = st.integers(1, 10**11).map(lambda fen: Decimal(fen) / 100)
percent = st.integers(1, 240_000).map(lambda parts: Decimal(parts) / 10_000)
texts = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    grades = draw(st.lists(st.sampled_from(RequiredGrade), min_size=1, unique=True))
    kinds = draw(st.lists(st.sampled_from(GuaranteeKind), min_size=1, unique=True))
    methods = draw(st.lists(st.sampled_from(RepaymentMethod), min_size=1, unique=True))
    values: dict[str, Any] = sheet_values(
        name=draw(texts),
        description=draw(st.none() | texts),
        min_amount=draw(yuan),
        max_amount=draw(yuan),
        prices={
            grade: Price(annual_rate=draw(percent), limit_percent=draw(percent)) for grade in grades
        },
        fees=tuple(
            Fee(name=name, payee=name, amount=draw(yuan), paid_when=name)
            for name in draw(st.lists(texts, max_size=2))
        ),
        guarantee_kinds=tuple(kinds),
        repayment_methods=tuple(methods),
        tag_groups=tuple(map(tuple, draw(st.lists(st.lists(texts, min_size=1), max_size=2)))),
        min_age_months=draw(st.none() | st.integers(1, 240)),
    )
    return sheet_of(values)


@given(sheets())
def test_a_sheet_that_was_kept_comes_back_equal(sheet: Sheet) -> None:
    assert Sheet.model_validate(sheet.to_json()) == sheet
    assert Sheet.from_json(sheet.model_dump_json()) == sheet


@given(sheets())
def test_its_columns_repeat_it(sheet: Sheet) -> None:
    rules = matching_sheet(
        sheet,
        product_id=new_id(),
        version=3,
        institution_id=new_id(),
        city=cities()["JIANGYIN"],
    )
    columns = columns_of(sheet, rules)
    assert columns["min_annual_rate"] <= columns["max_annual_rate"]
    assert (columns["min_amount"], columns["max_amount"]) == (rules.min_amount, rules.max_amount)
    assert columns["guarantee_kinds"] == list(rules.guarantee_kinds)
    assert Sheet.model_validate(columns["sheet"]) == sheet


def test_a_sheet_without_districts_is_open_to_the_whole_city() -> None:
    city = cities()["CHANGZHOU"]
    assert regions_of((), city) == (("320400", "常州市"),)
    assert regions_of(("320412412",), city) == (("320412412", "西太湖生态休闲区"),)
