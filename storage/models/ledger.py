"""The access ledger: who read what of whom, and for which purpose. Append-only and chained."""

from datetime import datetime

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.models import Model

from foundation.identifiers import new_id


class AccessLedgerEntry(Model):
    """One reading, grant, refusal or export. Ids and codes only: the people and firms stand in
    their own tables.

    `institution_id` is whose person read, or who was sent something; `refusal` is the reason's
    code where `allowed` is false.
    """

    id = fields.BigIntField(primary_key=True)
    at: datetime = fields.DatetimeField()
    person_id = fields.UUIDField(null=True)
    role = fields.CharField(max_length=24)
    institution_id = fields.UUIDField(null=True)
    enterprise_id = fields.UUIDField()
    what = fields.CharField(max_length=40)
    purpose_kind = fields.CharField(max_length=24)
    purpose_id = fields.UUIDField(null=True)
    consent_id = fields.UUIDField(null=True)
    allowed = fields.BooleanField()
    refusal = fields.CharField(max_length=40, null=True)
    categories: list[str] = ArrayField("text", db_default=SqlDefault("'{}'"))
    field_names: list[str] = ArrayField("text", db_default=SqlDefault("'{}'"))

    class Meta:
        table = "access_ledger"


class AccessChainLink(Model):
    """A line's place in the chain, written by the database alone when the line commits.

    `digest` is SHA-256 over the digest before it and the line's text (docs/access-ledger.md).
    """

    position = fields.BigIntField(primary_key=True, generated=False)
    line_id = fields.BigIntField()
    recorded_at: datetime = fields.DatetimeField()
    digest = fields.BinaryField()

    class Meta:
        table = "access_chain"


class LedgerCheckpoint(Model):
    """The chain's head at an instant, signed; kept here, and handed out to those who watch."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    position = fields.BigIntField()
    digest = fields.BinaryField()
    made_at: datetime = fields.DatetimeField()
    statement = fields.TextField()

    class Meta:
        table = "ledger_checkpoint"
