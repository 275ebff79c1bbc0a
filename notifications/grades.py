"""Grades: the owner is told that there is a new one, never in the notice which."""

from notifications import compose
from notifications.inbox import Letter, Subject, deliver
from notifications.recipients import owner_of_enterprise
from sharing.facts import GradeChanged


async def tell_the_owner_of_the_new_grade(fact: GradeChanged) -> None:
    """GRADE_CHANGED to the owner of the enterprise."""
    owner = await owner_of_enterprise(fact.enterprise_id)
    if owner is not None:
        letter = Letter(
            recipient=owner,
            key=fact.fact_id,
            text=compose.your_grade_changed(),
            subject=Subject("enterprise", fact.enterprise_id),
        )
        await deliver([letter])
