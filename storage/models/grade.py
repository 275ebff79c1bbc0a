"""Grades as they were computed; the newest one of an enterprise is current."""

from datetime import date
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from credit.grade import GradeReason
from credit.levels import GradeLevel, GradingMethod
from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise
from storage.models.grade_run import GradeRun


class Grade(Model):
    """One grading of one enterprise in one run: never changed, superseded by the next.

    `outlook` is what could change, for the path to the next grade.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    run: fields.ForeignKeyRelation[GradeRun] = fields.ForeignKeyField("rongqiao.GradeRun")
    run_id: UUID
    level = fields.CharEnumField(GradeLevel, max_length=16)
    method = fields.CharEnumField(GradingMethod, max_length=16, null=True)
    reason_code = fields.CharEnumField(GradeReason, max_length=32)
    reason = fields.CharField(max_length=400)
    as_of: date = fields.DateField()
    rule_version = fields.CharField(max_length=40)
    facts_digest = fields.BinaryField()
    indicators: list[dict[str, Any]] = fields.JSONField()
    methods: list[dict[str, Any]] = fields.JSONField()
    outlook: dict[str, Any] = fields.JSONField()
    computed_at = fields.DatetimeField()
    superseded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "grade"
