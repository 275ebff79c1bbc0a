"""Enterprises and who claims to own them."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.person import Person


class RegistrationState(StrEnum):
    """注册, 实名认证, 授权: three counted states (江阴“澄易贷”方案 二(一))."""

    REGISTERED = "REGISTERED"
    REAL_NAME_VERIFIED = "REAL_NAME_VERIFIED"
    AUTHORISED = "AUTHORISED"


class ClaimState(StrEnum):
    """Where a second claim on a USCC stands."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class Enterprise(Model):
    """An SME, 个体工商户 included. Money in yuan; the profile comes from registry records.

    AUTHORISED is not stored here: it is an active grading consent. `representative_since` is the
    day on which the legal representative last changed, where the registry says so.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    uscc = fields.CharField(max_length=18)
    name = fields.CharField(max_length=120)
    city = fields.CharField(max_length=24)
    district = fields.CharField(max_length=16)
    industry = fields.CharField(max_length=5)
    established_on = fields.DateField(null=True)
    in_business = fields.BooleanField(default=True)
    employees = fields.IntField(null=True)
    annual_revenue = fields.DecimalField(max_digits=14, decimal_places=2, null=True)
    total_assets = fields.DecimalField(max_digits=14, decimal_places=2, null=True)
    representative_since = fields.DateField(null=True)
    registered_at = fields.DatetimeField()
    real_name_verified_at = fields.DatetimeField(null=True)

    class Meta:
        table = "enterprise"


class OwnershipClaim(Model):
    """A later claim on an enterprise that somebody already owns; for the operator to decide.

    `verified_at`: the claimant knows the legal representative's name and ID number, checked under
    the consent text of that version.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    state = fields.CharEnumField(ClaimState, max_length=16, default=ClaimState.OPEN)
    claimed_at = fields.DatetimeField()
    verified_at = fields.DatetimeField(null=True)
    consent_text_version = fields.CharField(max_length=40, null=True)
    decided_at = fields.DatetimeField(null=True)

    enterprise_id: UUID
    person_id: UUID

    class Meta:
        table = "ownership_claim"


class VerificationStep(StrEnum):
    """What is known of a try: it began, and then how it ended."""

    BEGAN = "BEGAN"
    AGREED = "AGREED"
    DISAGREED = "DISAGREED"
    UNANSWERED = "UNANSWERED"


class VerificationAttempt(Model):
    """A step of one try at real-name verification; too many wrong tries lock the next."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    try_id = fields.UUIDField()
    at = fields.DatetimeField()
    step = fields.CharEnumField(VerificationStep, max_length=12)

    class Meta:
        table = "verification_attempt"
