"""Objections: the operators are told that one waits, the owner that it goes on."""

from notifications import compose
from notifications.inbox import Letter, Subject, deliver
from notifications.recipients import operators_for_objection, owner_of_enterprise
from sharing.facts import ObjectionFiled, ObjectionHandedOver


async def tell_the_operators_of_the_objection(fact: ObjectionFiled) -> None:
    """SYSTEM to each operator of the enterprise's city."""
    text = compose.an_objection_waits_for_you()
    subject = Subject("objection", fact.objection_id)
    await deliver(
        [
            Letter(recipient=operator, key=fact.fact_id, text=text, subject=subject)
            for operator in await operators_for_objection(fact.objection_id)
        ]
    )


async def tell_the_owner_that_it_was_received(fact: ObjectionFiled) -> None:
    """SYSTEM to the owner of the enterprise."""
    await _tell_the_owner(fact, compose.your_objection_was_received())


async def tell_the_owner_that_it_was_handed_over(fact: ObjectionHandedOver) -> None:
    """SYSTEM to the owner of the enterprise."""
    await _tell_the_owner(fact, compose.your_objection_was_handed_over())


async def _tell_the_owner(fact: ObjectionFiled | ObjectionHandedOver, text: compose.Text) -> None:
    owner = await owner_of_enterprise(fact.enterprise_id)
    if owner is not None:
        subject = Subject("objection", fact.objection_id)
        await deliver([Letter(recipient=owner, key=fact.fact_id, text=text, subject=subject)])
