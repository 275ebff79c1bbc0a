"""Notices, as a test needs them."""

from uuid import UUID

from foundation.identifiers import new_id
from notifications.compose import Text
from notifications.inbox import Letter, Subject
from storage.models.notice import NoticeKind


def a_letter(*, to: UUID, key: UUID | None = None, title: str = "示例消息") -> Letter:
    """A letter about a demand that does not exist; a new matter unless a key is given."""
    return Letter(
        recipient=to,
        key=key or new_id(),
        text=Text(NoticeKind.SYSTEM, title, "示例正文"),
        subject=Subject("demand", new_id()),
    )
