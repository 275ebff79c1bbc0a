"""What is kept of the products on show: read once, and never older than what a page saw."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.viewers import Viewer
from foundation.identifiers import new_id
from marketplace import on_show, products
from marketplace.on_show import REVISION, products_on_show
from marketplace.product_rows import ProductRow
from storage.database import fetch_one
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.factories.demands import viewer_of
from tests.factories.people import an_institution, an_officer
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.servers import Database


async def _revision() -> int:
    row = await fetch_one(f"SELECT {REVISION} AS number")
    assert row is not None
    number: int = row["number"]
    return number


async def _shown(ids: Sequence[UUID], viewer: Viewer | None = None) -> list[ProductRow]:
    found = await products_on_show(viewer, await _revision(), ids)
    return [found[key] for key in ids]


async def test_products_are_read_once_while_the_catalogue_stands(database: Database) -> None:
    made = [await a_product(name=f"产品{number}") for number in range(3)]
    ids, revision = [product.id for product in made], await _revision()

    await products_on_show(None, revision, ids[:2])
    with recorded_queries() as queries:
        found = await products_on_show(None, revision, ids)
        assert await products_on_show(None, revision, ids) == found

    assert [found[key].name for key in ids] == ["产品0", "产品1", "产品2"]
    assert len(queries) == 1, "only the third is read"


async def test_a_new_name_of_the_bank_is_shown_at_once(database: Database) -> None:
    bank = await an_institution()
    product = await a_product(institution=bank)
    await _shown([product.id])

    bank.name = "示例新名银行"
    await bank.save()

    (row,) = await _shown([product.id])
    assert row.institution.name == "示例新名银行"


async def test_what_left_the_shelf_meanwhile_is_kept_for_nobody(database: Database) -> None:
    bank = await an_institution()
    manager = viewer_of(await an_officer(institution=bank, role=Role.PRODUCT_MANAGER))
    product = await a_product(institution=bank, name="在架时", max_amount=Decimal(3_000_000))
    seen_on_show = await _revision()
    change = {"name": "还没审核", "max_amount": Decimal(9_000_000)}
    await products.revise(manager, product.id, change)

    for viewer, name in ((None, "在架时"), (manager, "还没审核"), (None, "在架时")):
        found = await products_on_show(viewer, seen_on_show, [product.id])
        assert (found[product.id].name, found[product.id].status) == (name, ProductStatus.DRAFT)


async def test_a_page_that_began_earlier_does_not_mix_two_states(database: Database) -> None:
    product = await a_product()
    earlier = await _revision()
    await a_product()
    await _shown([product.id])

    with recorded_queries() as queries:
        await products_on_show(None, earlier, [product.id])
        await _shown([product.id])
    assert len(queries) == 3, "each state reads its own; the third asks for the revision"


async def test_no_more_are_kept_than_there_is_room_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_show, "MAX_KEPT", 2)
    ids = [(await a_product()).id for _ in range(5)]
    revision = await _revision()

    for key in ids:
        await products_on_show(None, revision, [key])
        assert len(on_show._kept.rows) <= 3


async def test_a_page_without_a_match_throws_nothing_away(database: Database) -> None:
    product = await a_product()
    await _shown([product.id])
    assert await products_on_show(None, None, []) == {}
    with recorded_queries() as queries:
        await _shown([product.id])
    assert len(queries) == 1, "the revision alone"


async def test_what_never_was_on_show_is_an_error(database: Database) -> None:
    with pytest.raises(LookupError):
        await products_on_show(None, await _revision(), [new_id()])
