"""Products as a test needs them: a small sheet that says nothing unusual, in any state."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from credit.levels import EnterpriseSize
from foundation.identifiers import new_id
from marketplace import catalogue
from marketplace.product_records import insert, put_on_shelf, sheet_of, write_sheet
from marketplace.product_sheet import Fee, Price
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from storage.database import transaction
from storage.models import Institution, Product
from storage.models.product import ProductStatus
from tests.factories.people import an_institution


def sheet_values(**changes: Any) -> dict[str, Any]:
    """The values of a bank's form: 10万至300万, 3 to 24 months, open to 备选, no fee."""
    return {
        "name": "示例经营贷",
        "description": None,
        "guarantee_kinds": (GuaranteeKind.CREDIT,),
        "min_amount": Decimal("100000.00"),
        "max_amount": Decimal("3000000.00"),
        "limit_formula": None,
        "prices": prices("3.0", "3.5", "4.0"),
        "rate_basis": "固定利率",
        "fees": (),
        "min_term_months": 3,
        "max_term_months": 24,
        "repayment_methods": (RepaymentMethod.INTEREST_FIRST,),
        "required_grade": RequiredGrade.CANDIDATE,
        "districts": (),
        "industries": (),
        "sizes": (EnterpriseSize.SMALL, EnterpriseSize.MICRO),
        "sole_traders": False,
        "tag_groups": (),
        "min_age_months": None,
        "materials": ("营业执照",),
    } | changes


def prices(advanced: str, first: str, candidate: str) -> dict[RequiredGrade, Price]:
    """A price for every grade; 备选 may have half of the maximum."""
    rates = zip(RequiredGrade, (advanced, first, candidate), ("100", "100", "50"), strict=True)
    return {
        grade: Price(annual_rate=Decimal(rate), limit_percent=Decimal(limit))
        for grade, rate, limit in rates
    }


def a_guarantee_fee(*, percent: str = "0.8") -> Fee:
    return Fee(
        name="担保费",
        payee="示例担保公司",
        percent_of_principal=Decimal(percent),
        per_year=True,
        paid_when="放款时一次付清",
    )


async def a_product(
    *,
    institution: Institution | None = None,
    city: str = "JIANGYIN",
    status: ProductStatus = ProductStatus.PUBLISHED,
    now: datetime | None = None,
    **values: Any,
) -> Product:
    """A product in any state; published ones went through the shelf like a bank's own."""
    at = now or datetime.now(UTC)
    institution = institution or await an_institution(now=at)
    on_shelf = status is ProductStatus.PUBLISHED
    product = Product(
        id=new_id(),
        institution=institution,
        city=city,
        status=ProductStatus.DRAFT if on_shelf else status,
        created_at=at,
    )
    write_sheet(product, sheet_of(sheet_values(**values)), institution)
    async with transaction():
        await insert(product)
        if on_shelf:
            product.status = status
            await put_on_shelf(product, at)
    catalogue.forget_version()
    return product
