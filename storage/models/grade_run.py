"""Runs of grading: by which rules and settings, from which input, among how many. Append-only."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class GradeRunKind(StrEnum):
    """What a run grades: one enterprise, whoever a batch speaks of, or a whole city."""

    ENTERPRISE = "ENTERPRISE"
    BATCH = "BATCH"
    CITY_NIGHTLY = "CITY_NIGHTLY"
    CITY_MONTHLY = "CITY_MONTHLY"


class GroupLevel(StrEnum):
    """At which level of GB/T 4754 a group was formed (A2-11, A2-12)."""

    DIVISION = "DIVISION"
    SECTION = "SECTION"


class GradeRun(Model):
    """One run: everything that its grades share.

    `scope` is the section or division whose enterprises were counted and ranked, empty for the
    whole city. `input_digest` is the SHA-256 of the rules, the settings, the connected categories
    and every ranked ratio; what is an enterprise's own stands in the digest of its grade.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    kind = fields.CharEnumField(GradeRunKind, max_length=16)
    scope = fields.CharField(max_length=5)
    as_of: date = fields.DateField()
    rule_version = fields.CharField(max_length=40)
    settings: dict[str, Any] = fields.JSONField()
    input_digest = fields.BinaryField()
    registered = fields.IntField()
    consenting = fields.IntField()
    ranked_tax = fields.IntField()
    ranked_utilities = fields.IntField()
    started_at = fields.DatetimeField()

    class Meta:
        table = "grade_run"


class GradeGroup(Model):
    """One ranking group of a run: its size and its cut values, exact as n/d."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    run: fields.ForeignKeyRelation[GradeRun] = fields.ForeignKeyField("rongqiao.GradeRun")
    run_id: UUID
    indicator = fields.SmallIntField()
    code = fields.CharField(max_length=5)
    level = fields.CharEnumField(GroupLevel, max_length=8)
    size = fields.IntField()
    a_cut = fields.CharField(max_length=80)
    b_cut = fields.CharField(max_length=80)

    class Meta:
        table = "grade_group"


class GradeRunPart(Model):
    """How far a run over many enterprises came; the next part begins behind it."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    run: fields.ForeignKeyRelation[GradeRun] = fields.ForeignKeyField("rongqiao.GradeRun")
    run_id: UUID
    number = fields.IntField()
    last_enterprise_id = fields.UUIDField(null=True)
    enterprises = fields.IntField()
    kept = fields.IntField()
    changed = fields.IntField()
    is_last = fields.BooleanField()
    at = fields.DatetimeField()

    class Meta:
        table = "grade_run_part"
