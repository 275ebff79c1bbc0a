"""Who is told of an objection: the city's operators, and the owner who filed it."""

import pytest

from foundation.clock import FrozenClock
from notifications.objections import (
    tell_the_operators_of_the_objection,
    tell_the_owner_that_it_was_handed_over,
    tell_the_owner_that_it_was_received,
)
from sharing.facts import ObjectionFiled, ObjectionHandedOver
from sharing.objections import changes
from storage.models import Notice, Objection
from tests.factories.demands import a_key, viewer_of
from tests.factories.holdings import an_owner_with_records, records_about
from tests.factories.people import Someone, an_operator
from tests.notifications.revealing import REVEALING
from tests.servers import Database


@pytest.fixture
async def owner(database: Database, clock: FrozenClock) -> Someone:
    return await an_owner_with_records(clock.now())


@pytest.fixture
async def objection(owner: Someone, clock: FrozenClock) -> Objection:
    (record, *_) = await records_about(owner)
    filing = changes.Filing(record_id=record["id"], field=None, reason="示例理由")
    return await changes.file(viewer_of(owner), filing, a_key(), clock.now())


async def test_the_operators_of_the_city_and_nobody_else(
    objection: Objection, clock: FrozenClock
) -> None:
    here = [await an_operator(now=clock.now()) for _ in range(2)]
    await an_operator(city="CHANGZHOU", now=clock.now())
    fact = ObjectionFiled(objection_id=objection.id, enterprise_id=objection.enterprise_id)

    for _ in range(2):
        await tell_the_operators_of_the_objection(fact)

    notices = await Notice.all()
    assert {notice.recipient_id for notice in notices} == {  # type: ignore[attr-defined]
        one.person.id for one in here
    }
    assert len(notices) == 2, "once each, also when the fact comes twice"
    assert {(one.subject_kind, one.subject_id) for one in notices} == {("objection", objection.id)}


async def test_the_owner_hears_that_it_was_received_and_handed_over(
    owner: Someone, objection: Objection, clock: FrozenClock
) -> None:
    ids = {"objection_id": objection.id, "enterprise_id": objection.enterprise_id}

    await tell_the_owner_that_it_was_received(ObjectionFiled(**ids))
    await tell_the_owner_that_it_was_handed_over(ObjectionHandedOver(**ids))

    notices = await Notice.filter(recipient=owner.person).order_by("position")
    assert [notice.title for notice in notices] == ["您的异议已受理", "您的异议已转交核实"]
    assert not any(REVEALING.search(notice.title + notice.body) for notice in notices)
    assert not any("示例理由" in notice.body for notice in notices)


async def test_what_was_handed_over_waits_for_nobody(
    objection: Objection, clock: FrozenClock
) -> None:
    operator = await an_operator(now=clock.now())
    await changes.hand_over(viewer_of(operator), objection.id, "1", a_key(), clock.now())

    await tell_the_operators_of_the_objection(
        ObjectionFiled(objection_id=objection.id, enterprise_id=objection.enterprise_id)
    )

    assert await Notice.all().count() == 0
