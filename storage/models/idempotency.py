"""Idempotency keys of mutations that create obligations."""

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class IdempotencyKey(Model):
    """Actor + mutation + key → the object made, and the digest of the input it was made from."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    actor_id = fields.UUIDField()
    mutation = fields.CharField(max_length=40)
    key = fields.CharField(max_length=80)
    input_digest = fields.BinaryField()
    object_id = fields.UUIDField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_key"
