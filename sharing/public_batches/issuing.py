"""An operator hands an institution public information: a bounded batch, a receipt, a line for each.

What was handed out is fetched by the institution's own people, once per ticket.
"""

import hashlib
import zlib
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import acting_as, require_role
from accounts.viewers import Viewer
from foundation import receipts
from foundation.city import cities
from foundation.errors import NotAllowedNow, NotFound, Problems
from foundation.identifiers import new_id
from foundation.industry import industries
from foundation.pagination import Page, PageRequest, page_of
from foundation.tokens import signing_keys
from sharing.access.downloads import Download, DownloadKind, Redeemed, Ticket
from sharing.access.downloads import issue as issue_ticket
from sharing.ledger import Line, Purpose, What, write
from sharing.public_batches.content import Content, content_of
from storage.database import fetch_models, transaction
from storage.idempotency import attempt, claim
from storage.models.institution import Institution, InstitutionStatus
from storage.models.membership import Role
from storage.models.public_batch import PublicBatch

RECEIPT = "public_batch"
CHUNK = 64 * 1024
_STAFF = (Role.OFFICER, Role.PRODUCT_MANAGER, Role.INSTITUTION_ADMIN)

_SEEN = """
SELECT * FROM public_batch
 WHERE ($1::uuid IS NULL OR institution_id = $1) AND ($2::text IS NULL OR city = $2)
   AND ($3::uuid IS NULL OR id {sign} $3) ORDER BY id {order} LIMIT $4
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which enterprises, for whom; `after_id` is the batch that this one follows."""

    institution_id: UUID | None
    district: str
    industry: str
    after_id: UUID | None


async def issue(viewer: Viewer | None, wanted: Wanted, key: str, now: datetime) -> PublicBatch:
    """Make a batch for an institution, with a ledger line for each enterprise in it.

    The same key with the same input gives the same batch. Raises Unauthenticated, Forbidden,
    BadUserInput, IdempotencyKeyReused, NotFound for an unknown institution or batch,
    NotAllowedNow for an institution that is not active, and ValidationFailed.
    """
    operator = require_role(viewer, Role.OPERATOR)
    city = operator.city or ""
    this = attempt(acting_as(operator), "publicBatchIssue", key, asdict(wanted), new_id(), now)
    async with transaction():
        batch_id = await claim(this)
        if batch_id != this.object_id:
            return await PublicBatch.get(id=batch_id)
        institution = await Institution.get_or_none(id=wanted.institution_id)
        if institution is None:
            raise NotFound("没有找到这家机构")
        if institution.status is not InstitutionStatus.ACTIVE:
            raise NotAllowedNow("这家机构目前不能接收信息")
        _check(city, wanted)
        after = await _after(city, wanted)
        content = await content_of(city, wanted.district, wanted.industry, after)
        batch = await _keep(operator, wanted, institution.id, batch_id, content, now)
        await write(operator, _lines(batch, content), now)
    return batch


async def batch_for(viewer: Viewer | None, batch_id: UUID | None) -> PublicBatch | None:
    """A batch, for the people of its institution and the operators of its city."""
    if viewer is None or batch_id is None:
        return None
    found = await PublicBatch.get_or_none(id=batch_id)
    if found is None or not _sees(viewer, found):
        return None
    return found


async def page(
    viewer: Viewer | None, request: PageRequest, beyond: UUID | None
) -> Page[PublicBatch]:
    """Batches, newest first: an institution's own, an operator's all of the city.

    Raises Unauthenticated, Forbidden.
    """
    known = require_role(viewer, Role.OPERATOR, *_STAFF)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch_models(
        PublicBatch,
        _SEEN.format(sign=sign, order=order),
        known.institution_id,
        known.city if known.role is Role.OPERATOR else None,
        beyond,
        request.size + 1,
    )
    return page_of(request, rows, lambda row: [row.id.hex])


async def download(viewer: Viewer | None, batch_id: UUID | None, now: datetime) -> Ticket:
    """A ticket that opens the file of a batch once, for the people of its institution.

    Raises Unauthenticated, Forbidden, NotFound, NotAllowedNow for one that is not active.
    """
    known = require_role(viewer, *_STAFF)
    batch = await batch_for(known, batch_id)
    if batch is None:
        raise NotFound("没有找到这个批次")
    institution = await Institution.get(id=batch.institution_id)
    if institution.status is not InstitutionStatus.ACTIVE:
        raise NotAllowedNow("本机构目前不能接收信息")
    return await issue_ticket(
        known,
        DownloadKind.PUBLIC_BATCH,
        batch.id,
        now,
        file_name=file_name_of(batch),
        digest=bytes(batch.digest),
    )


async def open_batch_file(redeemed: Redeemed) -> Download | None:
    """A batch as a download; None when it is not there any more."""
    batch = await PublicBatch.get_or_none(id=redeemed.object_id)
    if batch is None:
        return None
    return Download(
        file_name=file_name_of(batch),
        content_type="application/x-ndjson; charset=utf-8",
        chunks=_chunks(zlib.decompress(bytes(batch.body))),
        size=batch.size,
        digest=bytes(batch.digest),
    )


def file_name_of(batch: PublicBatch) -> str:
    """What a batch's file is called."""
    return f"public-{batch.city.lower()}-{batch.district}-{batch.industry}-{batch.id.hex[:8]}.jsonl"


def receipt_of(batch: PublicBatch) -> str:
    """The signed receipt of a batch: what was handed to whom, when, with the file's digest."""
    claims = {
        "batch": batch.id.hex,
        "city": batch.city,
        "institution": batch.institution_id.hex,
        "district": batch.district,
        "industry": batch.industry,
        "enterprises": batch.enterprise_count,
        "rows": batch.row_count,
        "file_sha256": bytes(batch.digest).hex(),
        "issued_at": int(batch.issued_at.timestamp()),
    }
    return receipts.sign(signing_keys().ring(), RECEIPT, claims, batch.issued_at)


def _sees(viewer: Viewer, batch: PublicBatch) -> bool:
    if viewer.role is Role.OPERATOR:
        return viewer.city == batch.city
    return viewer.role in _STAFF and viewer.institution_id == batch.institution_id


def _check(city: str, wanted: Wanted) -> None:
    problems = Problems()
    known = cities()[city].district(wanted.district) is not None
    problems.check(known, "district", "本市没有这个区域")
    problems.check(wanted.industry in industries(), "industry", "不是 GB/T 4754-2017 的门类或大类")
    problems.raise_if_any()


async def _after(city: str, wanted: Wanted) -> str | None:
    """The USCC behind which the batch begins. Raises NotFound for another selection's batch."""
    if wanted.after_id is None:
        return None
    former = await PublicBatch.get_or_none(
        id=wanted.after_id, city=city, district=wanted.district, industry=wanted.industry
    )
    if former is None:
        raise NotFound("没有找到上一个批次")
    return former.last_uscc


async def _keep(
    operator: Viewer,
    wanted: Wanted,
    institution_id: UUID,
    batch_id: UUID,
    content: Content,
    now: datetime,
) -> PublicBatch:
    last = content.enterprises[-1]["uscc"] if content.enterprises else None
    return await PublicBatch.create(
        id=batch_id,
        city=operator.city or "",
        institution_id=institution_id,
        issued_by=operator.person_id,
        district=wanted.district,
        industry=wanted.industry,
        enterprise_count=len(content.enterprises),
        row_count=content.row_count,
        last_uscc=last,
        is_last=content.is_last,
        size=len(content.body),
        digest=hashlib.sha256(content.body).digest(),
        body=zlib.compress(content.body),
        issued_at=now,
    )


def _lines(batch: PublicBatch, content: Content) -> list[Line]:
    return [
        Line(
            enterprise_id=one["id"],
            what=What.BATCH_EXPORTED,
            purpose=Purpose.BATCH,
            purpose_id=batch.id,
            categories=content.categories.get(one["uscc"], ()),
            institution_id=batch.institution_id,
        )
        for one in content.enterprises
    ]


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]
