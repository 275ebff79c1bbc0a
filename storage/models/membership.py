"""What a person may act as: an enterprise's owner, a bank's officer, an operator."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.data_provider import DataProvider
from storage.models.enterprise import Enterprise
from storage.models.institution import Institution
from storage.models.person import Person


class Role(StrEnum):
    """The roles of the API."""

    OWNER = "OWNER"
    OFFICER = "OFFICER"
    PRODUCT_MANAGER = "PRODUCT_MANAGER"
    INSTITUTION_ADMIN = "INSTITUTION_ADMIN"
    OPERATOR = "OPERATOR"
    REGULATOR = "REGULATOR"
    DATA_PROVIDER = "DATA_PROVIDER"


class Membership(Model):
    """One role of one person, in a city, for an enterprise, an institution or a data provider."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    role = fields.CharEnumField(Role, max_length=24)
    city = fields.CharField(max_length=24)
    enterprise: fields.ForeignKeyNullableRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise", null=True
    )
    institution: fields.ForeignKeyNullableRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution", null=True
    )
    provider: fields.ForeignKeyNullableRelation[DataProvider] = fields.ForeignKeyField(
        "rongqiao.DataProvider", null=True
    )
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    person_id: UUID
    enterprise_id: UUID | None
    institution_id: UUID | None
    provider_id: UUID | None

    class Meta:
        table = "membership"
