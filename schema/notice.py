"""Notices: what a person is told, and what each one speaks of."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from foundation.identifiers import encode_id
from schema.connection import Connection
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import ValidationFailed
from schema.node import Node
from storage import models
from storage.models.notice import NoticeKind

describe_enum(
    NoticeKind,
    "What a notice speaks of.",
    {
        "PRODUCT_MATCHED": "To an owner: products fit a demand; once for a demand, and once for a "
        "product that came on show or changed.",
        "DEMAND_MATCHED": "To an officer: a demand fits the institution's products; once a demand.",
        "OFFER_RECEIVED": "To an owner: an institution made an offer.",
        "OFFER_ACCEPTED": "To an officer: the owner accepted the offer.",
        "OFFER_DECLINED": "To an officer: the owner declined the offer.",
        "OFFER_WITHDRAWN": "To an owner: an institution took its offer back.",
        "OFFER_EXPIRED": "To both sides: an offer ended unanswered.",
        "DEMAND_WITHDRAWN": "To officers with an open offer: the owner took the demand back.",
        "DEMAND_EXPIRED": "To the owner and to officers with an open offer: the demand's time is "
        "over.",
        "APPLICATION_CHANGED": "An application moved on.",
        "GRADE_CHANGED": "To an owner: the enterprise has a new grade. Which one is not said here.",
        "CONSENT_USED": "To an owner: somebody read data under a consent.",
        "CREDIT_ALERT": "To an officer: a watched borrower's credit changed.",
        "SYSTEM": "From the platform, for example the request to reload after a long absence.",
    },
)


@strawberry.type(
    description="One thing a person is told, once. Only that person sees it. Title and body hold "
    "no amount, no refusal and no grade: a locked phone may show them."
)
class Notice(Node):
    """A notice of the viewer's."""

    row: strawberry.Private[models.Notice]
    kind: NoticeKind = strawberry.field(description="What it speaks of.")
    title: str = strawberry.field(description="Chinese, at most 60 characters.")
    body: str = strawberry.field(description="Chinese, at most 300 characters.")
    created_at: datetime = strawberry.field(description="When it was written.")
    read_at: datetime | None = strawberry.field(
        description="When the person marked it as read; null while unread."
    )

    @strawberry.field(
        description="The demand, offer, product or enterprise it speaks of; null when there is "
        "none, or when the viewer may not see it any more in the present membership."
    )
    async def subject(self, info: Info) -> Node | None:
        """What it speaks of, as far as the viewer may see it now."""
        if self.row.subject_kind is None or self.row.subject_id is None:
            return None
        found = await info.context.loaders.notices.subject(
            self.row.subject_kind, self.row.subject_id
        )
        return found if isinstance(found, Node) else None

    @classmethod
    def of(cls, row: models.Notice) -> "Notice":
        """The GraphQL notice of a row of the viewer's."""
        return cls(
            id=notice_id(row.id),
            row=row,
            kind=row.kind,
            title=row.title,
            body=row.body,
            created_at=row.created_at,
            read_at=row.read_at,
        )


def notice_id(key: UUID) -> strawberry.ID:
    """The API id of a notice."""
    return strawberry.ID(encode_id("notice", key))


NoticeConnection: TypeAlias = Connection[Notice]


@strawberry.type(description="The notices are marked as read.")
class NoticesMarked:
    """What is left to read."""

    unread_notice_count: int = strawberry.field(description="How many notices are still unread.")


NoticesMarkReadResult: TypeAlias = Annotated[
    NoticesMarked | ValidationFailed,
    strawberry.union("NoticesMarkReadResult", description="Marked, or why not."),
]
