"""Notices as they arrive: first what was missed, then what comes, each once and in order.

Both halves are one reading by position, so there is no seam between them.
"""

from collections.abc import AsyncGenerator
from uuid import UUID

from foundation.errors import BadUserInput
from notifications import compose
from notifications.inbox import Letter, deliver, key_of, notice_of
from storage.database import fetch_models, fetch_one
from storage.live import live_bus
from storage.models.notice import Notice

MAX_MISSED = 1_000
BATCH = 100
# Between wake-ups everybody looks again after this long, in case the bus lost one.
LOOK_AGAIN_S = 30.0


async def arrivals(
    person_id: UUID, after: UUID | None, *, look_again_s: float = LOOK_AGAIN_S
) -> AsyncGenerator[Notice, None]:
    """A person's notices after one of them, or from now on, for as long as somebody listens.

    When more than 1,000 were missed, one notice of kind SYSTEM stands for all of them.
    Raises BadUserInput when `after` is not a notice of this person.
    """
    async with live_bus().subscribe(person_id) as wake:
        position = await _start(person_id, after)
        if after is not None and await _missed(person_id, position) > MAX_MISSED:
            reminder = await _reminder_to_reload(person_id, after)
            position = max(await _last_position(person_id), reminder.position)
            yield reminder
        while True:
            found = await _after(person_id, position)
            for notice in found:
                position = notice.position
                yield notice
            if len(found) < BATCH:
                await wake.wait(look_again_s)


async def _start(person_id: UUID, after: UUID | None) -> int:
    if after is None:
        return await _last_position(person_id)
    notice = await notice_of(person_id, after)
    if notice is None:
        raise BadUserInput("after 不是您的消息")
    return int(notice.position)


async def _last_position(person_id: UUID) -> int:
    row = await fetch_one(
        "SELECT last_position FROM notice_counter WHERE person_id = $1", person_id
    )
    return int(row["last_position"]) if row else 0


async def _missed(person_id: UUID, position: int) -> int:
    row = await fetch_one(
        """
        SELECT count(*) AS n FROM (
          SELECT FROM notice WHERE recipient_id = $1 AND position > $2 LIMIT $3) AS missed
        """,
        person_id,
        position,
        MAX_MISSED + 1,
    )
    return int(row["n"]) if row else 0


async def _reminder_to_reload(person_id: UUID, after: UUID) -> Notice:
    # A notice of its own, because its id has to serve as the next `after`.
    key = key_of("reload", after)
    await deliver([Letter(recipient=person_id, key=key, text=compose.reload_please())])
    return await Notice.get(recipient_id=person_id, fact_id=key)


async def _after(person_id: UUID, position: int) -> list[Notice]:
    return await fetch_models(
        Notice,
        "SELECT n.* FROM notice n WHERE n.recipient_id = $1 AND n.position > $2 "
        "ORDER BY n.position LIMIT $3",
        person_id,
        position,
        BATCH,
    )
