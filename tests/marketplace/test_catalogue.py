"""The catalogue's revision and what is kept by it: a change is never missed, a rest never read."""

import asyncio

from foundation.clock import FrozenClock
from marketplace import catalogue
from marketplace.catalogue import sheets_of, version
from storage.database import execute, transaction
from storage.models import Institution
from storage.models.institution import InstitutionStatus
from storage.models.product import ProductStatus
from tests.factories.people import an_institution
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.servers import Database


async def revision() -> int:
    catalogue.forget_version()
    return await version()


async def test_the_revision_moves_with_every_change_of_the_shelf_and_with_nothing_else(
    database: Database,
) -> None:
    seen = [await revision()]
    product = await a_product()
    seen.append(await revision())
    product.name = "改名"
    await product.save()
    seen.append(await revision())
    product.status = ProductStatus.RETIRED
    await product.save()
    seen.append(await revision())
    bank = await Institution.get(id=product.institution_id)
    bank.status = InstitutionStatus.SUSPENDED
    await bank.save()
    seen.append(await revision())
    assert len(set(seen)) == len(seen)

    draft = await a_product(name="草稿", status=ProductStatus.DRAFT)
    draft.name = "还是草稿"
    await draft.save()
    await an_institution()
    assert await revision() == seen[-1]


async def test_a_change_that_is_rolled_back_leaves_the_revision(database: Database) -> None:
    product = await a_product()
    before = await revision()
    try:
        async with transaction():
            await execute("UPDATE product SET name = '不算' WHERE id = $1", product.id)
            raise LookupError
    except LookupError:
        pass
    assert await revision() == before


async def test_the_version_is_read_twice_a_second_at_most(database: Database) -> None:
    await a_product()
    with recorded_queries() as queries:
        answers = {await version() for _ in range(50)}
    assert len(answers) == 1
    assert len(queries) == 1, queries


async def test_another_process_sees_a_change_within_the_half_second(database: Database) -> None:
    product = await a_product()
    before = await version()
    await execute("UPDATE product SET name = '改名' WHERE id = $1", product.id)
    await asyncio.sleep(catalogue.VERSION_IS_FRESH_FOR_S)
    assert await version() != before


async def test_sheets_are_read_once_for_each_revision(database: Database) -> None:
    await a_product(name="甲")
    await a_product(name="他城", city="CHANGZHOU")
    first = await sheets_of("JIANGYIN")
    assert [sheet.name for sheet in first] == ["甲"]
    with recorded_queries() as queries:
        assert await sheets_of("JIANGYIN") is first
    assert len(queries) == 1, queries  # the revision
    await a_product(name="乙")
    both = await sheets_of("JIANGYIN")
    assert [sheet.name for sheet in both] == ["甲", "乙"]
    assert both[0] is first[0], "what is remembered by a sheet is found without comparing fields"
    assert [sheet.name for sheet in await sheets_of("CHANGZHOU")] == ["他城"]


async def test_the_sheets_of_a_suspended_bank_are_gone(
    database: Database, clock: FrozenClock
) -> None:
    bank = await an_institution(now=clock.now())
    await a_product(institution=bank)
    assert len(await sheets_of("JIANGYIN")) == 1
    bank.status = InstitutionStatus.SUSPENDED
    await bank.save()
    assert await sheets_of("JIANGYIN") == ()
