"""Products on their way to the shelf: their bank drafts and publishes, the operator approves.

A product manager works for one institution in one city; an operator decides for one city. What is
on show and is revised leaves the shelf until it is approved again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import access
from accounts.viewers import Viewer
from foundation.errors import (
    FieldProblem,
    NotAllowedNow,
    NotFound,
    Problems,
    ValidationFailed,
)
from foundation.free_text import is_plain, tidy
from foundation.identifiers import new_id
from marketplace import catalogue
from marketplace.facts import ProductLeftShelf
from marketplace.product_records import (
    changed,
    insert,
    put_on_shelf,
    sheet_of,
    unique_names,
    write_sheet,
)
from marketplace.product_sheet import Sheet
from storage import idempotency
from storage.database import transaction
from storage.models.institution import Institution, InstitutionStatus
from storage.models.membership import Role
from storage.models.product import Product, ProductStatus
from storage.queue import enqueue

DRAFT, IN_REVIEW = ProductStatus.DRAFT, ProductStatus.IN_REVIEW
PUBLISHED, RETIRED = ProductStatus.PUBLISHED, ProductStatus.RETIRED

LIFECYCLE: dict[ProductStatus, frozenset[ProductStatus]] = {
    DRAFT: frozenset({IN_REVIEW, RETIRED}),
    IN_REVIEW: frozenset({PUBLISHED, DRAFT, RETIRED}),
    PUBLISHED: frozenset({DRAFT, RETIRED}),
    RETIRED: frozenset(),
}
MAX_REASON = 200
_POSSIBLE = {
    DRAFT: "还是草稿，可以修改、提交审核或下架",
    IN_REVIEW: "正在审核，请等待审核结果，或先下架",
    PUBLISHED: "已经上架，可以修改（修改后须重新审核）或下架",
    RETIRED: "已经下架，不能再变更，可以另建新产品",
}


def advance(product: Product, to: ProductStatus) -> None:
    """Move a product to a state, in memory.

    Raises NotAllowedNow, with its state and what is possible, when LIFECYCLE has no such edge.
    """
    if to not in LIFECYCLE[product.status]:
        raise _not_now(product)
    product.status = to


async def draft(
    viewer: Viewer | None,
    *,
    institution_id: UUID | None,
    city: str,
    values: Mapping[str, Any],
    idempotency_key: str,
    now: datetime,
) -> UUID:
    """Begin a product; its id. The same key with the same values gives the same product.

    Raises Forbidden unless a product manager acts, ValidationFailed for another institution or
    city and for every fault of the sheet, IdempotencyKeyReused, BadUserInput for a bad key.
    """
    manager = access.require_role(viewer, Role.PRODUCT_MANAGER)
    _check_own(manager, institution_id, city)
    sheet = sheet_of(values)
    attempt = idempotency.attempt(
        access.acting_as(manager),
        "productDraft",
        idempotency_key,
        {"city": city, "sheet": sheet.to_json()},
        new_id(),
        now,
    )
    async with unique_names(), transaction():
        claimed = await idempotency.claim(attempt)
        if claimed == attempt.object_id:
            institution = await Institution.get(id=manager.institution_id)
            product = Product(id=claimed, institution=institution, city=city, created_at=now)
            write_sheet(product, sheet, institution)
            await insert(product)
    return claimed


async def revise(viewer: Viewer | None, product_id: UUID | None, values: Mapping[str, Any]) -> UUID:
    """Change a sheet; what is left out stays. One on show goes back to DRAFT, as a new version;
    where every value is what it was, nothing changes.

    Raises Forbidden, NotFound for another institution's, NotAllowedNow while it is in review or
    retired, ValidationFailed.
    """
    manager = access.require_role(viewer, Role.PRODUCT_MANAGER)
    async with unique_names(), transaction():
        product, institution = await _own(manager, product_id)
        former = Sheet.model_validate(product.sheet)
        revised = changed(former, values)
        if revised == former and product.status in (DRAFT, PUBLISHED):
            return product.id
        if product.status is PUBLISHED:
            advance(product, DRAFT)
            product.version += 1
            await enqueue(ProductLeftShelf(product_id=product.id))
        elif product.status is not DRAFT:
            raise _not_now(product)
        write_sheet(product, revised, institution)
        await product.save()
    catalogue.forget_version()
    return product.id


async def publish(viewer: Viewer | None, product_id: UUID | None) -> UUID:
    """Hand a draft to the operator: DRAFT → IN_REVIEW.

    Raises Forbidden, NotFound, NotAllowedNow, and ValidationFailed when the rules or the city's
    data have changed so that the sheet no longer holds.
    """
    manager = access.require_role(viewer, Role.PRODUCT_MANAGER)
    async with transaction():
        product, institution = await _own(manager, product_id)
        advance(product, IN_REVIEW)
        _require_active(institution)
        write_sheet(product, Sheet.model_validate(product.sheet), institution)
        product.refusal_reason = None
        await product.save()
    return product.id


async def approve(viewer: Viewer | None, product_id: UUID | None, now: datetime) -> UUID:
    """Put a product on the shelf and keep its version: IN_REVIEW → PUBLISHED.

    Raises Forbidden unless an operator acts, NotFound for another city's, NotAllowedNow.
    """
    operator = access.require_role(viewer, Role.OPERATOR)
    async with transaction():
        product = await _of_city(operator, product_id)
        advance(product, PUBLISHED)
        _require_active(await Institution.get(id=product.institution_id))
        await put_on_shelf(product, now)
    catalogue.forget_version()
    return product.id


async def refuse(viewer: Viewer | None, product_id: UUID | None, reason: str) -> UUID:
    """Send a product back with a reason: IN_REVIEW → DRAFT.

    Raises Forbidden, NotFound, NotAllowedNow, ValidationFailed for an empty or long reason.
    """
    operator = access.require_role(viewer, Role.OPERATOR)
    reason = tidy(reason)
    if not 0 < len(reason) <= MAX_REASON or not is_plain(reason):
        raise ValidationFailed([FieldProblem("reason", f"请填写1到{MAX_REASON}个字的退回原因")])
    async with transaction():
        product = await _of_city(operator, product_id)
        if product.status is not IN_REVIEW:
            raise _not_now(product)
        advance(product, DRAFT)
        product.refusal_reason = reason
        await product.save()
    return product.id


async def retire(viewer: Viewer | None, product_id: UUID | None) -> UUID:
    """Take a product off the shelf for good.

    Raises Forbidden unless its product manager or its city's operator acts, NotFound,
    NotAllowedNow when it is retired already.
    """
    known = access.require_role(viewer, Role.PRODUCT_MANAGER, Role.OPERATOR)
    async with transaction():
        if known.role is Role.OPERATOR:
            product = await _of_city(known, product_id)
        else:
            product, _ = await _own(known, product_id)
        was_on_show = product.status is PUBLISHED
        advance(product, RETIRED)
        await product.save()
        if was_on_show:
            await enqueue(ProductLeftShelf(product_id=product.id))
    catalogue.forget_version()
    return product.id


async def revised_on_paper(
    viewer: Viewer | None, product_id: UUID | None, values: Mapping[str, Any]
) -> Product:
    """A product as `revise` would leave it, checked the same way and kept nowhere.

    Raises Forbidden, NotFound for another institution's or city's, ValidationFailed.
    """
    manager = access.require_role(viewer, Role.PRODUCT_MANAGER)
    product = await _reached(manager, product_id)
    institution = await Institution.get(id=product.institution_id)
    revised = changed(Sheet.model_validate(product.sheet), values)
    write_sheet(product, revised, institution)
    return product


def _check_own(manager: Viewer, institution_id: UUID | None, city: str) -> None:
    problems = Problems()
    if institution_id is None or institution_id != manager.institution_id:
        problems.add("institutionId", "只能为本机构建立产品", "NOT_FOUND")
    problems.check(city == manager.city, "city", "只能为当前身份所在的城市建立产品")
    problems.raise_if_any()


async def _own(manager: Viewer, product_id: UUID | None) -> tuple[Product, Institution]:
    """A product of the manager's institution and city, locked, with the institution."""
    product = await _reached(manager, product_id)
    return await _locked(product), await Institution.get(id=product.institution_id)


async def _reached(manager: Viewer, product_id: UUID | None) -> Product:
    product = await access.product_for(manager, product_id)
    if (
        product is None
        or product.institution_id != manager.institution_id
        or product.city != manager.city
    ):
        raise NotFound
    return product


async def _of_city(operator: Viewer, product_id: UUID | None) -> Product:
    """A product that an operator decides on, locked."""
    product = await access.product_for(operator, product_id)
    if product is None or product.city != operator.city:
        raise NotFound
    return await _locked(product)


async def _locked(product: Product) -> Product:
    # A run that keeps a row of it refers to its key, and waits for nobody.
    return await Product.select_for_update(no_key=True).get(id=product.id)


def _require_active(institution: Institution) -> None:
    if institution.status is not InstitutionStatus.ACTIVE:
        raise NotAllowedNow("该机构的接入已暂停或退出，恢复后才能上架产品")


def _not_now(product: Product) -> NotAllowedNow:
    return NotAllowedNow(f"该产品{_POSSIBLE[product.status]}")
