"""Draining handles everything that is queued, in this process, before it returns."""

from datetime import UTC, datetime

import pytest

from accounts import codes
from notifications.channels import use_sms_channel
from notifications.channels.memory import MemorySms
from storage.models import Notice
from storage.queue import queue_depths
from tests.factories.claims import a_claim
from tests.factories.people import a_person, a_phone, an_enterprise, an_operator
from worker.drain import drain
from worker.handling import HandlersFailedError

pytestmark = pytest.mark.usefixtures("database")


async def test_nothing_queued_is_nothing_done() -> None:
    assert await drain() == 0


async def test_everything_queued_is_handled() -> None:
    operator = await an_operator()
    enterprise = await an_enterprise()
    for _ in range(25):
        await a_claim(enterprise=enterprise, person=await a_person())
    assert await drain() == 25
    assert await queue_depths() == {}
    assert await Notice.filter(recipient_id=operator.person.id).count() == 25
    assert await drain() == 0


async def test_a_failure_is_raised_and_the_fact_stays() -> None:
    enterprise, person = await an_enterprise(), await a_person()
    sms = MemorySms(failures=1)
    with use_sms_channel(sms):
        await codes.send(
            phone=a_phone(), city="JIANGYIN", address="192.0.2.1", now=datetime.now(UTC)
        )
        await a_claim(enterprise=enterprise, person=person)
        with pytest.raises(HandlersFailedError, match="send_the_code_by_sms: SmsError"):
            await drain()
        assert await queue_depths() == {
            ("CodeRequested", "queued"): 1,
            ("OwnershipClaimed", "queued"): 1,
        }
        assert await drain() == 2
    assert len(sms.sent) == 1
