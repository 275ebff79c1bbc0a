"""Second claims on an enterprise: the city's operators are told that one waits for them."""

from accounts.facts import OwnershipClaimed
from notifications import compose
from notifications.inbox import Letter, deliver
from notifications.recipients import operators_for_claim


async def tell_the_operators_of_the_claim(fact: OwnershipClaimed) -> None:
    """SYSTEM to each operator of the enterprise's city."""
    text = compose.a_claim_waits_for_you()
    await deliver(
        [
            Letter(recipient=operator, key=fact.fact_id, text=text)
            for operator in await operators_for_claim(fact.claim_id)
        ]
    )
