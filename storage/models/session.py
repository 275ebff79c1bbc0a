"""Sign-in: one-time codes, sessions and their refresh tokens, entry-app tokens already used."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.membership import Membership
from storage.models.person import Person


class CodeChallenge(Model):
    """One request for a one-time code. The worker draws the code and keeps its HMAC only."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    phone = fields.CharField(max_length=16)
    city = fields.CharField(max_length=24)
    address_digest = fields.BinaryField()
    requested_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    code_mac = fields.BinaryField(null=True)
    sent_at = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "code_challenge"


class SignInMethod(StrEnum):
    """How a session was opened. Only STAFF and PERSONA ones act for more than an enterprise."""

    CODE = "CODE"
    ENTRY_APP = "ENTRY_APP"
    STAFF = "STAFF"
    PERSONA = "PERSONA"


class CloseReason(StrEnum):
    """Why a session was closed."""

    SIGNED_OUT = "SIGNED_OUT"
    REUSED = "REUSED"
    JOINED = "JOINED"
    CREDENTIAL_RESET = "CREDENTIAL_RESET"


class Session(Model):
    """A signed-in device: the family of its refresh tokens."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    membership: fields.ForeignKeyNullableRelation[Membership] = fields.ForeignKeyField(
        "rongqiao.Membership", null=True
    )
    method = fields.CharEnumField(SignInMethod, max_length=16)
    opened_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    close_reason = fields.CharEnumField(CloseReason, max_length=24, null=True)

    person_id: UUID
    membership_id: UUID | None

    class Meta:
        table = "session"


class RefreshToken(Model):
    """One refresh token, by digest. Used once; a second use closes its session.

    `successor_id` names the token it was traded for, from which that token can be made again.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("rongqiao.Session")
    digest = fields.BinaryField()
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    successor_id = fields.UUIDField(null=True)

    session_id: UUID

    class Meta:
        table = "refresh_token"


class EntryTokenUse(Model):
    """An entry app's token that has been traded in, by the digest of its id (jti).

    Its id and not its text: an ECDSA signature can be rewritten into a second valid one.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    issuer = fields.CharField(max_length=200)
    jti_digest = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "entry_token_use"
