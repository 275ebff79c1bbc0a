"""What strangers are shown of a product that its bank is changing: the last sheet on show."""

from decimal import Decimal

from accounts.viewers import Viewer
from foundation.identifiers import new_id
from marketplace import products
from marketplace.product_rows import read_products
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.factories.demands import viewer_of
from tests.factories.people import an_institution, an_officer, an_operator, an_owner
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.servers import Database


async def test_strangers_get_the_last_approved_sheet_and_insiders_the_present_one(
    database: Database,
) -> None:
    bank = await an_institution()
    manager = await an_officer(institution=bank, role=Role.PRODUCT_MANAGER)
    product = await a_product(institution=bank, name="在架时", max_amount=Decimal(3_000_000))
    change = {"name": "还没审核", "max_amount": Decimal(9_000_000)}
    await products.revise(viewer_of(manager), product.id, change)

    async def seen(viewer: Viewer | None) -> tuple[str, Decimal, ProductStatus]:
        (row,) = await read_products(viewer, [product.id])
        assert row is not None
        assert row.sheet is not None
        assert (row.sheet.name, row.sheet.max_amount) == (row.name, row.max_amount)
        return row.name, row.max_amount, row.status

    approved = ("在架时", Decimal(3_000_000), ProductStatus.DRAFT)
    present = ("还没审核", Decimal(9_000_000), ProductStatus.DRAFT)
    owner, other = await an_owner(), await an_officer()
    far = await an_operator(city="CHANGZHOU")
    for viewer in (None, viewer_of(owner), viewer_of(other), viewer_of(far)):
        assert await seen(viewer) == approved
    for viewer in (viewer_of(manager), viewer_of(await an_operator())):
        assert await seen(viewer) == present


async def test_a_product_that_never_was_on_show_is_nothing_to_strangers(
    database: Database,
) -> None:
    draft = await a_product(status=ProductStatus.DRAFT)
    assert await read_products(None, [draft.id, new_id()]) == [None, None]


async def test_many_products_are_one_query(database: Database) -> None:
    made = [await a_product(name=f"产品{number}") for number in range(5)]
    with recorded_queries() as queries:
        rows = await read_products(None, [product.id for product in reversed(made)])
    assert [row and row.name for row in rows] == [f"产品{number}" for number in (4, 3, 2, 1, 0)]
    assert len(queries) == 1, queries
