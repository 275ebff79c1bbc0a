"""Filing an objection to a datum, and handing it over to the provincial node.

What comes back from the node, and what follows from it, belongs to a part that is not there yet.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from accounts.access import acting_as, require_role
from accounts.viewers import Viewer
from foundation.errors import NotAllowedNow, NotFound, Problems
from foundation.free_text import is_plain, tidy
from foundation.identifiers import new_id
from sharing import ledger
from sharing.facts import ObjectionFiled, ObjectionHandedOver
from sharing.holdings.records import HeldRecord, own_record
from sharing.ledger import Line, Purpose, What
from sharing.lists import category_on
from sharing.objections.rules import (
    MAX_ACKNOWLEDGEMENT,
    MAX_REASON,
    advance,
    hand_over_deadline,
)
from storage.database import fetch_models, transaction
from storage.idempotency import attempt, claim, claim_or_earlier
from storage.models.membership import Role
from storage.models.objection import Objection, ObjectionState
from storage.queue import enqueue

ALREADY_OPEN = "这条信息已经有正在处理的异议，请等待结果"

_OF_THE_CITY = "SELECT * FROM objection WHERE id = $1 AND city = $2 FOR NO KEY UPDATE"


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What an owner objects to: a record, or one field of it by the list's own name, and why."""

    record_id: UUID | None
    field: str | None
    reason: str


async def file(viewer: Viewer | None, filing: Filing, key: str, now: datetime) -> Objection:
    """Record an objection; its datum is marked 异议中 for readers from then on.

    The same key with the same input gives the objection as it stands now. Raises Unauthenticated,
    Forbidden, BadUserInput, NotFound for a record that is not about the owner's enterprise,
    ValidationFailed, IdempotencyKeyReused, and NotAllowedNow while one about the same is open.
    """
    owner = require_role(viewer, Role.OWNER)
    this = attempt(acting_as(owner), "objectionFile", key, asdict(filing), new_id(), now)
    try:
        async with transaction():
            objection_id = await claim(this)
            if objection_id != this.object_id:
                return await Objection.get(id=objection_id)
            record = await own_record(owner, filing.record_id)
            if record is None:
                raise NotFound("没有找到这条信息")
            reason = _checked(filing, record)
            return await _keep(owner, record, filing.field, reason, objection_id, now)
    except IntegrityError as error:
        if "objection_open_key" in str(error):
            raise NotAllowedNow(ALREADY_OPEN) from None
        raise


async def hand_over(
    viewer: Viewer | None, objection_id: UUID | None, acknowledgement: str, key: str, now: datetime
) -> Objection:
    """Note that the provincial node has it, by the number of the node's acknowledgement (A2-32).

    Raises Unauthenticated, Forbidden, BadUserInput, NotFound for another city's, ValidationFailed,
    IdempotencyKeyReused, and NotAllowedNow for one that was handed over.
    """
    operator = require_role(viewer, Role.OPERATOR)
    number = tidy(acknowledgement)
    this = attempt(
        acting_as(operator),
        "objectionHandOver",
        key,
        {"id": objection_id, "acknowledgement": number},
        objection_id or new_id(),
        now,
    )
    async with transaction():
        rows = await fetch_models(Objection, _OF_THE_CITY, objection_id, operator.city)
        if not rows:
            raise NotFound("没有找到这项异议")
        objection = rows[0]
        if await claim_or_earlier(this) is not None:
            return objection
        _check_acknowledgement(number)
        advance(objection, ObjectionState.HANDED_OVER)
        objection.handed_over_at, objection.handed_over_by = now, operator.person_id
        objection.acknowledgement = number
        await objection.save(
            update_fields=["state", "handed_over_at", "handed_over_by", "acknowledgement"]
        )
        await _note(operator, objection, What.OBJECTION_HANDED_OVER, Purpose.SUPERVISION, now)
        await enqueue(
            ObjectionHandedOver(objection_id=objection.id, enterprise_id=objection.enterprise_id)
        )
    return objection


def _checked(filing: Filing, record: HeldRecord) -> str:
    reason = tidy(filing.reason)
    problems = Problems()
    category = category_on(record.city, record.category, record.received_on)
    names = {rule.name for rule in category.fields}
    problems.check(filing.field is None or filing.field in names, "field", "这条信息没有这个字段")
    problems.check(bool(reason), "reason", "请说明哪里有误")
    problems.check(len(reason) <= MAX_REASON, "reason", f"理由不超过 {MAX_REASON} 个字")
    problems.check(is_plain(reason), "reason", "理由含有无法识别的字符")
    problems.raise_if_any()
    return reason


def _check_acknowledgement(number: str) -> None:
    problems = Problems()
    problems.check(
        0 < len(number) <= MAX_ACKNOWLEDGEMENT and is_plain(number),
        "acknowledgement",
        f"请填写省级节点的回执编号，不超过 {MAX_ACKNOWLEDGEMENT} 个字",
    )
    problems.raise_if_any()


async def _keep(
    owner: Viewer,
    record: HeldRecord,
    field: str | None,
    reason: str,
    objection_id: UUID,
    now: datetime,
) -> Objection:
    due = hand_over_deadline(now)
    objection = await Objection.create(
        id=objection_id,
        enterprise_id=record.enterprise_id,
        person_id=owner.person_id,
        city=record.enterprise_city,
        record_city=record.city,
        record_id=record.id,
        category=record.category,
        field=field,
        reason=reason,
        filed_at=now,
        hand_over_due_on=due.day,
        due_is_provisional=due.is_provisional,
    )
    await _note(owner, objection, What.OBJECTION_FILED, Purpose.OWN, now)
    await enqueue(ObjectionFiled(objection_id=objection.id, enterprise_id=objection.enterprise_id))
    return objection


async def _note(
    viewer: Viewer, objection: Objection, what: What, purpose: Purpose, now: datetime
) -> None:
    code = objection.category
    line = Line(
        enterprise_id=objection.enterprise_id,
        what=what,
        purpose=purpose,
        purpose_id=objection.id,
        categories=(code,),
        fields=(f"{code}/{objection.field}",) if objection.field else (),
    )
    await ledger.write(viewer, [line], now)
