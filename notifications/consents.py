"""Consents: a person gets the link to their own phone, and the owner hears of it."""

from foundation.clock import SystemClock, day_in_shanghai
from foundation.settings import settings
from notifications import compose
from notifications.channels import LinkMessage, SmsError, sms_channel
from notifications.inbox import Letter, Subject, deliver, key_of
from notifications.recipients import owner_of_enterprise
from sharing.consenting import invitations
from sharing.facts import ConsentUsed, PersonAnswered, PersonInvited
from storage.database import fetch_one
from storage.models.consent import PersonalInvitation

PAGE = "/#/pages/person/consent?token="
"""Behind the number sign, so that the token never reaches a server by the address."""

_USED = """
SELECT c.enterprise_id, i.name FROM consent c, institution i WHERE c.id = $1 AND i.id = $2
"""


async def send_the_link_by_sms(fact: PersonInvited) -> None:
    """Draw and send the link, unless it has left or nobody waits for it. Raises SmsError."""
    clock = SystemClock()
    drawn = await invitations.draw(fact.invitation_id, clock.now())
    if drawn is not None:
        message = LinkMessage(
            phone=drawn.phone,
            link=f"{_origin()}{PAGE}{drawn.token}",
            enterprise=drawn.enterprise,
            city=drawn.city,
            days=invitations.LIFETIME.days,
        )
        await sms_channel().send_link(message)
        await invitations.mark_sent(fact.invitation_id, clock.now())


async def tell_the_owner_of_the_persons_answer(fact: PersonAnswered) -> None:
    """SYSTEM to the owner of the enterprise that sent the invitation."""
    invitation = await PersonalInvitation.get(id=fact.invitation_id)
    owner = await owner_of_enterprise(invitation.enterprise_id)
    if owner is not None:
        letter = Letter(
            recipient=owner,
            key=fact.fact_id,
            text=compose.the_person_answered(),
            subject=Subject("enterprise", invitation.enterprise_id),
        )
        await deliver([letter])


async def tell_the_owner_that_a_bank_read(fact: ConsentUsed) -> None:
    """CONSENT_USED to the owner: which institution read under a consent, not what; once a day."""
    today = day_in_shanghai(SystemClock().now())
    used = await fetch_one(_USED, fact.consent_id, fact.institution_id)
    owner = await owner_of_enterprise(used["enterprise_id"]) if used else None
    if used is not None and owner is not None:
        letter = Letter(
            recipient=owner,
            key=key_of("consent used", fact.consent_id, fact.institution_id, today),
            text=compose.your_consent_was_used(used["name"]),
            subject=Subject("enterprise", used["enterprise_id"]),
        )
        await deliver([letter])


def _origin() -> str:
    configured = settings()
    if configured.public_url:
        return configured.public_url.rstrip("/")
    if configured.is_production:
        raise SmsError("RQ_PUBLIC_URL is not set")
    return f"http://127.0.0.1:{configured.port}"
