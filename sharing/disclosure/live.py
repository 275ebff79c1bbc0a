"""Interface categories asked for a reader: live, for the demand, no longer than a reader waits.

A source that takes longer goes on in the background: its answer is kept for the demand, and the
next reading finds it. The source's own module checks the consent and writes the call's ledger line.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from accounts.viewers import Viewer
from sharing.holdings.records import HeldField, HeldRecord
from sharing.interfaces.answers import Answered, CallPurpose
from sharing.interfaces.calls import Pace
from sharing.interfaces.reading import Asked, Unanswered, interface_rows
from sharing.ledger import Purpose
from sharing.lists import Category
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise

WITHIN_S = 3.0
FINISH_WITHIN_S = 5.0
STILL_ASKING = "正在向信息提供单位查询，请稍后再看"
_LEAST = timedelta(hours=1)
_NOT_STORED = UUID(int=0)

_running: set[asyncio.Task[Answered | Unanswered]] = set()


@dataclass(frozen=True)
class Live:
    """What a source said: records, or a Chinese sentence why there are none."""

    records: Sequence[HeldRecord] = ()
    missing: str | None = None


async def ask_sources(
    viewer: Viewer,
    enterprise: Enterprise,
    demand: Demand,
    wanted: Mapping[str, tuple[Category, UUID | None]],
    pace: Pace,
) -> dict[str, Live]:
    """Ask for categories by code, each under its consent, all at once and for three seconds."""
    ends_at = max(demand.expires_at, pace.clock.now() + _LEAST)
    purpose = CallPurpose(kind=Purpose.DEMAND, id=demand.id, ends_at=ends_at)
    tasks = {
        code: asyncio.create_task(_ask(viewer, enterprise, code, consent_id, purpose, pace))
        for code, (_, consent_id) in wanted.items()
    }
    if not tasks:
        return {}
    _running.update(tasks.values())
    for task in tasks.values():
        task.add_done_callback(_running.discard)
    await asyncio.wait(tasks.values(), timeout=WITHIN_S)
    return {
        code: _live(enterprise, wanted[code][0], task.result() if task.done() else None)
        for code, task in tasks.items()
    }


async def finish_asking(within_s: float = FINISH_WITHIN_S) -> None:
    """Wait for what is still asked in the background, at shutdown, and end what takes longer.

    An answer and its ledger line are one transaction: of a call that is ended nobody read anything.
    """
    asking = tuple(_running)
    if not asking:
        return
    _, late = await asyncio.wait(asking, timeout=within_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def _ask(
    viewer: Viewer,
    enterprise: Enterprise,
    code: str,
    consent_id: UUID | None,
    purpose: CallPurpose,
    pace: Pace,
) -> Answered | Unanswered:
    asked = Asked(enterprise_id=enterprise.id, uscc=enterprise.uscc, consent_id=consent_id)
    found = await interface_rows(viewer, enterprise.city, code, [asked], purpose, pace=pace)
    return found[enterprise.id]


def _live(enterprise: Enterprise, category: Category, answer: Answered | Unanswered | None) -> Live:
    if answer is None:
        return Live(missing=STILL_ASKING)
    if isinstance(answer, Unanswered):
        return Live(missing=answer.explanation)
    return Live(
        records=[
            HeldRecord(
                id=_NOT_STORED,
                enterprise_id=enterprise.id,
                enterprise_city=enterprise.city,
                city=enterprise.city,
                category=category.code,
                provider="、".join(category.providers),
                received_on=answer.answered_on,
                current=True,
                fields=tuple(HeldField(name, value, False) for name, value in row.items()),
            )
            for row in answer.rows
        ]
    )
