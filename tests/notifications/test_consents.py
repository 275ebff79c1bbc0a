"""Links leave to the person's own phone, and owners hear of answers and of banks that read."""

import pytest

from foundation.clock import FrozenClock, SystemClock
from notifications.channels import SmsError, use_sms_channel
from notifications.channels.memory import MemorySms
from notifications.consents import (
    PAGE,
    send_the_link_by_sms,
    tell_the_owner_of_the_persons_answer,
    tell_the_owner_that_a_bank_read,
)
from sharing.consenting import invitations
from sharing.consenting.invitations import Invitee
from sharing.facts import ConsentUsed, PersonAnswered, PersonInvited
from storage.database import fetch
from storage.models import Consent, PersonalInvitation
from storage.models.consent import ConsentPurpose, ConsentSubject
from tests.factories.demands import a_key, viewer_of
from tests.factories.people import Someone, an_institution, an_owner
from tests.servers import Database


@pytest.fixture
async def owner(database: Database) -> Someone:
    return await an_owner(now=SystemClock().now())


async def invited(owner: Someone) -> PersonalInvitation:
    assert owner.enterprise is not None
    wanted = Invitee(
        enterprise_id=owner.enterprise.id,
        subject=ConsentSubject.ACTUAL_CONTROLLER,
        name="示例实控人",
        phone="14000009011",
    )
    return await invitations.invite(viewer_of(owner), wanted, a_key(), SystemClock().now())


async def test_the_link_leaves_once_with_its_token_behind_the_number_sign(owner: Someone) -> None:
    invitation = await invited(owner)
    sms = MemorySms()

    with use_sms_channel(sms):
        await send_the_link_by_sms(PersonInvited(invitation_id=invitation.id))
        await send_the_link_by_sms(PersonInvited(invitation_id=invitation.id))

    (message,) = sms.links
    assert message.phone == "+8614000009011"
    origin, token = message.link.split(PAGE)
    assert origin.startswith("http")
    assert await invitations.open_invitation(token, SystemClock().now()) is not None
    (row,) = await fetch("SELECT t::text AS text FROM personal_invitation t")
    assert token not in row["text"]


async def test_a_link_that_did_not_leave_is_drawn_again(owner: Someone) -> None:
    invitation = await invited(owner)
    sms = MemorySms(failures=1)

    with use_sms_channel(sms):
        with pytest.raises(SmsError):
            await send_the_link_by_sms(PersonInvited(invitation_id=invitation.id))
        await send_the_link_by_sms(PersonInvited(invitation_id=invitation.id))

    assert len(sms.links) == 1


async def notices() -> list[str]:
    rows = await fetch("SELECT kind FROM notice ORDER BY position")
    return [row["kind"] for row in rows]


async def test_the_owner_hears_that_there_is_an_answer_and_not_which(owner: Someone) -> None:
    invitation = await invited(owner)
    fact = PersonAnswered(invitation_id=invitation.id)

    await tell_the_owner_of_the_persons_answer(fact)
    await tell_the_owner_of_the_persons_answer(fact)

    assert await notices() == ["SYSTEM"]


async def test_the_owner_hears_once_a_day_of_a_bank_that_reads(
    owner: Someone, clock: FrozenClock
) -> None:
    bank = await an_institution(now=clock.now())
    consent = await Consent.create(
        enterprise=owner.enterprise,
        person=owner.person,
        purpose=ConsentPurpose.GRADING,
        text_version="示例",
        granted_at=clock.now(),
    )

    for _ in range(3):
        await tell_the_owner_that_a_bank_read(
            ConsentUsed(consent_id=consent.id, institution_id=bank.id)
        )

    assert await notices() == ["CONSENT_USED"]
