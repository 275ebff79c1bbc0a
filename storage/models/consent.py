"""What an enterprise's people agreed to, on which version of which text."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise
from storage.models.person import Person


class ConsentPurpose(StrEnum):
    """What a consent is for; one text per purpose is in force at a time."""

    PUBLISH_DEMAND = "PUBLISH_DEMAND"
    REAL_NAME = "REAL_NAME"
    GRADING = "GRADING"
    ENTERPRISE_DATA = "ENTERPRISE_DATA"


class Consent(Model):
    """One consent: active while not revoked and not past `until`.

    `lapsed_at` is set on one that is past its `until` when its successor is granted.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    purpose = fields.CharEnumField(ConsentPurpose, max_length=24)
    text_version = fields.CharField(max_length=40)
    granted_at = fields.DatetimeField()
    until = fields.DateField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    lapsed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "consent"
