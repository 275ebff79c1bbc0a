"""The stand-in gateways keep the contract of docs/sources.md and know the story's firms."""

from datetime import UTC, date, datetime

import httpx2
import pytest

from credit.periods import years_from
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.http_client import OutboundClient
from foundation.identifiers import new_id
from sharing.interfaces.calls import Pace, ask
from sharing.interfaces.http import HttpSource
from sharing.interfaces.port import Question, SourceFault
from sharing.interfaces.sources import source_for
from sharing.lists import category_on
from tests.factories.people import a_uscc
from tools.dev_services import create_app, registered_firms

pytestmark = pytest.mark.usefixtures("database")


def known_uscc() -> str:
    return next(u for u, firm in registered_firms().items() if firm["slug"] == "owner-advanced")


async def asked(
    code: str, uscc: str, *, of: str | None = None, as_of: date | None = None
) -> tuple[object, ...]:
    source = source_for("JIANGYIN", of or code)
    assert source is not None
    client = OutboundClient(
        ("gateways.example",),
        allow_http=False,
        transport=httpx2.ASGITransport(app=create_app()),
    )
    adapter = HttpSource(client, f"https://gateways.example/sources/JIANGYIN/{source.name}")
    question = Question(
        request_id=new_id(),
        category=category_on("JIANGYIN", code, date(2026, 11, 1)),
        uscc=uscc,
        purpose="DEMAND",
        consent=None,
        as_of=as_of,
    )
    return await ask("JIANGYIN", source, adapter, question, Pace(FrozenClock(datetime.now(UTC))))


async def test_a_firm_of_the_story_has_taxes_and_a_stranger_nothing() -> None:
    [row] = await asked("JS-1", known_uscc())

    assert isinstance(row, dict)
    assert row["统一社会信用代码"] == known_uscc()
    assert "近一年增值税实际缴税金额(元)" in row
    assert await asked("JS-1", a_uscc()) == ()


async def test_a_year_ago_the_taxes_were_those_of_that_year() -> None:
    paid = "近一年增值税实际缴税金额(元)"
    today = datetime.now(UTC).date()
    [now] = await asked("JS-1", known_uscc())
    [before] = await asked("JS-1", known_uscc(), as_of=years_from(today, -1))

    assert isinstance(now, dict)
    assert isinstance(before, dict)
    assert now[paid] != before[paid]
    assert await asked("JS-1", known_uscc(), as_of=years_from(today, -3)) == ()


async def test_every_category_of_every_source_of_the_city_is_answered() -> None:
    for source in cities()["JIANGYIN"].sources:
        for code in source.categories:
            await asked(code, known_uscc())


async def test_a_gateway_answers_for_its_own_categories_only() -> None:
    with pytest.raises(SourceFault):
        await asked("JS-14", known_uscc(), of="JS-1")
