"""What else a kept match rests on: records that came, consents that changed, a shelf that shrank.

Each fact recomputes the standing demands that it touches, and no others.
"""

from datetime import datetime

from foundation.clock import SystemClock
from marketplace.facts import ProductLeftShelf
from marketplace.matchmaking import match_enterprise, match_standing
from sharing.facts import BatchImported, ConsentGranted, ConsentNarrowed, ConsentRevoked
from storage.models.consent import Consent, ConsentPurpose
from storage.models.product import Product

# An enterprise's profile, tags and figures come from records; its grade tells itself.
_SPOKEN_OF = """
EXISTS (SELECT FROM enterprise e JOIN credit_record r ON r.uscc = e.uscc AND r.city = e.city
         WHERE e.id = demand.enterprise_id AND r.batch_id = $3)
"""

_KEEPS_A_ROW = "id IN (SELECT m.demand_id FROM match m WHERE m.product_id = $3)"


async def keep_matches_after_the_import(fact: BatchImported) -> None:
    """Match the standing demands of the enterprises that a batch has rows about."""
    await match_standing(_SPOKEN_OF, fact.batch_id, _now())


async def keep_matches_under_the_consent(
    fact: ConsentGranted | ConsentNarrowed | ConsentRevoked,
) -> None:
    """Match an enterprise's standing demands when what may be read for its grade is another."""
    consent = await Consent.get_or_none(id=fact.consent_id)
    if consent is not None and consent.purpose is ConsentPurpose.GRADING:
        await match_enterprise(fact.enterprise_id, _now())


async def keep_matches_without_the_product(fact: ProductLeftShelf) -> None:
    """Match the standing demands that keep a row of a product that is no longer on the shelf."""
    product = await Product.get_or_none(id=fact.product_id)
    if product is not None:
        await match_standing(_KEEPS_A_ROW, product.id, _now())


def _now() -> datetime:
    return SystemClock().now()
