"""The access ledger: who read what of whom, and for which purpose. Append-only."""

from tortoise import fields
from tortoise.models import Model


class AccessLedgerEntry(Model):
    """One reading, grant or refusal. Ids only: the people and firms stand in their own tables."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    person_id = fields.UUIDField(null=True)
    role = fields.CharField(max_length=24)
    institution_id = fields.UUIDField(null=True)
    enterprise_id = fields.UUIDField()
    what = fields.CharField(max_length=40)
    purpose_kind = fields.CharField(max_length=24)
    purpose_id = fields.UUIDField(null=True)
    consent_id = fields.UUIDField(null=True)
    allowed = fields.BooleanField()

    class Meta:
        table = "access_ledger"
