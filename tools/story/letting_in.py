"""The owner of the story whose bank was let in also lets it read chosen categories.

So a reviewer sees what is shown, what is withheld, and what a verification answers.
"""

from datetime import datetime

from foundation.city import cities
from sharing.consenting.rules import Covered
from sharing.consents import Grant, grant
from storage.models.consent import ConsentPurpose
from storage.models.membership import Role
from storage.models.offer import Offer
from storage.models.product import Product
from tools.story.firms import Firm
from tools.story.people import acting

CATEGORIES = ("JS-10", "JS-13", "LOCAL-PREMISES", "LOCAL-PERSONAL-CREDIT")


async def let_the_bank_read(offer: Offer, firm: Firm, now: datetime) -> None:
    """Consent to what the bank of an offer may read for its demand; repeatable."""
    product = await Product.get(id=offer.product_id)
    demand = await offer.demand
    wanted = Grant(
        enterprise_id=demand.enterprise_id,
        purpose=ConsentPurpose.ENTERPRISE_DATA,
        text_version=cities()[firm.city].consent_text(ConsentPurpose.ENTERPRISE_DATA).version,
        until=None,
        grantee_id=product.institution_id,
        demand_id=demand.id,
        scope=tuple(Covered(category=code) for code in CATEGORIES),
    )
    await grant(await acting(firm.phone, Role.OWNER), wanted, f"story-data-{firm.slug}", now)
