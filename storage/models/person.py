"""People and the ways they prove who they are."""

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class Person(Model):
    """Somebody who signs in. The phone is known only after our own code reached it."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=60, null=True)
    phone = fields.CharField(max_length=16, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "person"


class ExternalAccount(Model):
    """An entry app's account, linked by issuer and subject."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    issuer = fields.CharField(max_length=200)
    subject = fields.CharField(max_length=200)
    linked_at = fields.DatetimeField()

    class Meta:
        table = "external_account"


class StaffCredential(Model):
    """A staff member's password and second factor."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    login = fields.CharField(max_length=60)
    password_hash = fields.CharField(max_length=200)
    totp_secret_sealed = fields.BinaryField()
    last_totp_step = fields.BigIntField(default=0)
    failed_tries = fields.IntField(default=0)
    locked_until = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_credential"
