"""People and the ways they prove who they are."""

from uuid import UUID

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
    """An entry app's account, linked by issuer and subject.

    `represents` is a JSON list of the USCCs whose verified legal representative the entry app
    says this person is. `phone_digest` is the keyed digest of the phone that the entry app names.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    issuer = fields.CharField(max_length=200)
    subject = fields.CharField(max_length=200)
    linked_at = fields.DatetimeField()
    phone_digest = fields.BinaryField(null=True)
    represents: fields.JSONField[list[str]] = fields.JSONField(default=list)

    person_id: UUID

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

    person_id: UUID

    class Meta:
        table = "staff_credential"


class StaffTry(Model):
    """Wrong tries for a login since `since`, whether or not the login exists; its keyed digest."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    login_digest = fields.BinaryField()
    tries = fields.IntField()
    since = fields.DatetimeField()

    class Meta:
        table = "staff_try"
