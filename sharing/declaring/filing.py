"""An owner's statement becomes a record marked SELF_DECLARED, with a signed commitment.

It is checked like a row of a file, by the fields of its own category, and kept beside what
providers send: no rule that grades reads these categories.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.access import acting_as, enterprise_for, owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation import receipts
from foundation.city import Commitment, cities
from foundation.clock import day_in_shanghai
from foundation.errors import NotFound, NotVerified, Problems
from foundation.identifiers import new_id
from foundation.tokens import signing_keys
from sharing.categories import Category
from sharing.declaring.kinds import PROVIDER, is_self_declared
from sharing.imports import open_batch
from sharing.lists import categories_of
from sharing.receiving.headers import columns_of
from sharing.receiving.rows import GoodRow, RowReader
from storage.database import execute, fetch_models, transaction
from storage.idempotency import attempt, claim
from storage.models.declaration import Declaration
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Role

RECEIPT = "declaration"
MAX_VALUES = 30
MAX_VALUE = 500

_KEEP_RECORD = """
INSERT INTO credit_record (id, batch_id, city, category, received_on, uscc, "values",
  key_digest, row_digest, dated_on)
VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9, $10::text::date)
"""
_FINISH = "UPDATE import_batch SET finished_at = $2, accepted = 1, lines_read = 2 WHERE id = $1"

_OWN = """
SELECT * FROM declaration
 WHERE enterprise_id = $1 AND ($2::uuid IS NULL OR id {sign} $2) ORDER BY id {order} LIMIT $3
"""


@dataclass(frozen=True)
class Value:
    """One field of a statement, by the category's own name."""

    field: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What an owner states, and the version of the commitment that was shown."""

    enterprise_id: UUID | None
    category: str
    values: Sequence[Value]
    commitment_version: str


async def file(viewer: Viewer | None, statement: Statement, key: str, now: datetime) -> Declaration:
    """Keep a statement with its commitment, in one transaction.

    The same key with the same input gives the same declaration. Raises Unauthenticated,
    Forbidden, BadUserInput, NotFound, NotVerified before real name, IdempotencyKeyReused, and
    ValidationFailed for a category that is not declared, a field that does not hold, or a
    commitment that is not in force.
    """
    owner = require_role(viewer, Role.OWNER)
    enterprise = await enterprise_for(owner, statement.enterprise_id)
    if enterprise is None:
        raise NotFound("没有找到这家企业")
    values = {**asdict(statement), "values": [asdict(one) for one in statement.values]}
    this = attempt(acting_as(owner), "declarationFile", key, values, new_id(), now)
    async with transaction():
        declaration_id = await claim(this)
        if declaration_id != this.object_id:
            return await Declaration.get(id=declaration_id)
        commitment = _commitment_of(enterprise, statement)
        category, row = _checked(enterprise, statement, day_in_shanghai(now))
        record_id = await _keep(enterprise, category, row, declaration_id, now)
        return await Declaration.create(
            id=declaration_id,
            enterprise_id=enterprise.id,
            person_id=owner.person_id,
            category=category.code,
            record_id=record_id,
            values=dict(row.values),
            commitment_version=commitment.version,
            commitment_digest=hashlib.sha256(commitment.text.encode()).digest(),
            filed_at=now,
        )


async def declaration_for(viewer: Viewer | None, declaration_id: UUID) -> Declaration | None:
    """A declaration, for the owner of its enterprise."""
    enterprise_id = owned_enterprise(viewer) if viewer else None
    if enterprise_id is None:
        return None
    return await Declaration.get_or_none(id=declaration_id, enterprise_id=enterprise_id)


async def newest_of(
    viewer: Viewer | None, enterprise_id: UUID, *, beyond: UUID | None, backward: bool, limit: int
) -> list[Declaration]:
    """Declarations of the viewer's own enterprise, newest first or, backward, oldest first."""
    if viewer is None or owned_enterprise(viewer) != enterprise_id:
        return []
    sign, order = (">", "ASC") if backward else ("<", "DESC")
    sql = _OWN.format(sign=sign, order=order)
    return await fetch_models(Declaration, sql, enterprise_id, beyond, limit)


def receipt_of(declaration: Declaration) -> str:
    """The signed receipt of a declaration: what was stated, under which commitment, when."""
    claims = {
        "declaration": declaration.id.hex,
        "enterprise": declaration.enterprise_id.hex,
        "category": declaration.category,
        "values": declaration.values,
        "commitment": declaration.commitment_version,
        "commitment_sha256": bytes(declaration.commitment_digest).hex(),
        "filed_at": int(declaration.filed_at.timestamp()),
    }
    return receipts.sign(signing_keys().ring(), RECEIPT, claims, declaration.filed_at)


def _commitment_of(enterprise: Enterprise, statement: Statement) -> Commitment:
    if enterprise.real_name_verified_at is None:
        raise NotVerified("请先完成企业实名认证，再填报信息", RegistrationState.REGISTERED)
    commitment = cities()[enterprise.city].commitment
    problems = Problems()
    if commitment is None:
        problems.add("commitmentVersion", "这个城市尚未开放自愿填报")
    elif commitment.version != statement.commitment_version:
        problems.add("commitmentVersion", "承诺书已更新，请重新阅读后再填报")
    problems.raise_if_any()
    if commitment is None:
        raise LookupError("a problem was raised above")
    return commitment


def _checked(enterprise: Enterprise, statement: Statement, today: date) -> tuple[Category, GoodRow]:
    category = categories_of(enterprise.city, today).get(statement.category)
    problems = Problems()
    if category is None or not is_self_declared(statement.category):
        problems.add("category", "这个信息类别不能自愿填报")
        problems.raise_if_any()
    if category is None:
        raise LookupError("a problem was raised above")
    given = _given(category, statement.values, problems)
    problems.raise_if_any()
    given[category.name_of("uscc")] = enterprise.uscc
    reader = RowReader(category, columns_of(category, list(given)), today)
    row = reader.read(2, list(given.values()), frozenset({enterprise.uscc}))
    if isinstance(row, list):
        places = {one.field: f"values.{i}.value" for i, one in enumerate(statement.values)}
        for problem in row:
            where = places.get(problem.field, "values")
            problems.add(where, f"{problem.field}：{problem.reason}")
        problems.raise_if_any()
        raise LookupError("a problem was raised above")
    return category, row


def _given(category: Category, values: Sequence[Value], problems: Problems) -> dict[str, str]:
    """Every field of the category with what was stated, empty where nothing was."""
    names = {rule.name for rule in category.fields} - {category.name_of("uscc")}
    given = dict.fromkeys((rule.name for rule in category.fields if rule.name in names), "")
    problems.check(0 < len(values) <= MAX_VALUES, "values", f"请填写 1 到 {MAX_VALUES} 项")
    for place, one in enumerate(values[:MAX_VALUES]):
        if one.field not in names:
            problems.add(f"values.{place}.field", "没有这一项")
        elif given[one.field]:
            problems.add(f"values.{place}.field", "这一项填了两次")
        elif len(one.value) > MAX_VALUE:
            problems.add(f"values.{place}.value", f"最多 {MAX_VALUE} 个字符")
        else:
            given[one.field] = one.value
    return given


async def _keep(
    enterprise: Enterprise, category: Category, row: GoodRow, declaration_id: UUID, now: datetime
) -> UUID:
    """The record of a statement, in a batch of its own that is finished at once."""
    today = day_in_shanghai(now)
    body: Mapping[str, object] = {"declaration": declaration_id.hex, "values": dict(row.values)}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).digest()
    batch = await open_batch(enterprise.city, category.code, PROVIDER, digest, today)
    record_id = new_id()
    await execute(
        _KEEP_RECORD,
        record_id,
        batch.id,
        enterprise.city,
        category.code,
        today,
        row.uscc,
        category.pack(row.values),
        row.key,
        row.digest,
        row.dated_on,
    )
    await execute(_FINISH, batch.id, now)
    return record_id
