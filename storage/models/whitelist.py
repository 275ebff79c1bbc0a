"""Monthly whitelists: frozen, with the difference to the month before, and who received them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from credit.levels import GradeLevel
from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise
from storage.models.institution import Institution


class WhitelistChange(StrEnum):
    """How an entry differs from the month before."""

    ADDED = "ADDED"
    KEPT = "KEPT"
    REMOVED = "REMOVED"


class Whitelist(Model):
    """One city's list of one month, never changed. `digest` is over codes and levels."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    month = fields.CharField(max_length=7)
    as_of: date = fields.DateField()
    frozen_at: datetime = fields.DatetimeField()
    size = fields.IntField()
    digest = fields.BinaryField()
    receipt = fields.TextField()

    class Meta:
        table = "whitelist"


class WhitelistEntry(Model):
    """An enterprise on the list, or one that left it, with the name it had."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    whitelist: fields.ForeignKeyRelation[Whitelist] = fields.ForeignKeyField("rongqiao.Whitelist")
    whitelist_id: UUID
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    uscc = fields.CharField(max_length=18)
    name = fields.CharField(max_length=120)
    level = fields.CharEnumField(GradeLevel, max_length=16)
    change = fields.CharEnumField(WhitelistChange, max_length=8)
    reason = fields.CharField(max_length=60, null=True)

    class Meta:
        table = "whitelist_entry"


class WhitelistRecipient(Model):
    """An institution that was sent a list: when, how many entries, and a digest of just those."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    whitelist: fields.ForeignKeyRelation[Whitelist] = fields.ForeignKeyField("rongqiao.Whitelist")
    whitelist_id: UUID
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID
    sender_id = fields.UUIDField()
    sent_at: datetime = fields.DatetimeField()
    size = fields.IntField()
    digest = fields.BinaryField()

    class Meta:
        table = "whitelist_recipient"
