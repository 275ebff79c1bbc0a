"""Banks and the other institutions that are let in."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class InstitutionKind(StrEnum):
    """接入机构的类别."""

    BANK = "BANK"
    INSURER = "INSURER"
    GUARANTOR = "GUARANTOR"
    CREDIT_SERVICE = "CREDIT_SERVICE"


class InstitutionStatus(StrEnum):
    """有进有出 (苏政办发〔2022〕59号 4): only ACTIVE ones see demands and make offers."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXITED = "EXITED"


class Institution(Model):
    """A bank that publishes products; `illustrative` marks one made up for the demo."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=120)
    kind = fields.CharEnumField(InstitutionKind, max_length=16, default=InstitutionKind.BANK)
    status = fields.CharEnumField(
        InstitutionStatus, max_length=16, default=InstitutionStatus.ACTIVE
    )
    illustrative = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "institution"
