"""Notices in a person's inbox, and the counter that orders them."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.person import Person


class NoticeKind(StrEnum):
    """What a notice speaks of."""

    PRODUCT_MATCHED = "PRODUCT_MATCHED"
    DEMAND_MATCHED = "DEMAND_MATCHED"
    OFFER_RECEIVED = "OFFER_RECEIVED"
    OFFER_ACCEPTED = "OFFER_ACCEPTED"
    OFFER_DECLINED = "OFFER_DECLINED"
    OFFER_WITHDRAWN = "OFFER_WITHDRAWN"
    OFFER_EXPIRED = "OFFER_EXPIRED"
    DEMAND_WITHDRAWN = "DEMAND_WITHDRAWN"
    DEMAND_EXPIRED = "DEMAND_EXPIRED"
    APPLICATION_CHANGED = "APPLICATION_CHANGED"
    GRADE_CHANGED = "GRADE_CHANGED"
    CONSENT_USED = "CONSENT_USED"
    CREDIT_ALERT = "CREDIT_ALERT"
    SYSTEM = "SYSTEM"


class NoticeCounter(Model):
    """The last position given to a recipient; its row lock puts commits in order."""

    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "rongqiao.Person", primary_key=True
    )
    last_position = fields.BigIntField(default=0)

    class Meta:
        table = "notice_counter"


class Notice(Model):
    """One notice of one person, at most one per key: a fact's id, or what makes it count once."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    recipient: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    position = fields.BigIntField()
    fact_id = fields.UUIDField()
    kind = fields.CharEnumField(NoticeKind, max_length=24)
    title = fields.CharField(max_length=60)
    body = fields.CharField(max_length=300)
    subject_kind = fields.CharField(max_length=24, null=True)
    subject_id = fields.UUIDField(null=True)
    created_at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
