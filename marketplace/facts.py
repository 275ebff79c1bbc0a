"""What happens in the marketplace, as facts: ids only, enqueued with the rows they speak of."""

from dataclasses import dataclass
from uuid import UUID

from foundation.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DemandPublished(Fact):
    """An owner published a demand; its matches are still to be computed."""

    demand_id: UUID


@dataclass(frozen=True, kw_only=True)
class DemandMatched(Fact):
    """A demand's matches are kept, and the officers it rings are chosen."""

    demand_id: UUID


@dataclass(frozen=True, kw_only=True)
class DemandWithdrawn(Fact):
    """An owner took a demand back."""

    demand_id: UUID


@dataclass(frozen=True, kw_only=True)
class DemandExpired(Fact):
    """A demand reached the end of its time unanswered."""

    demand_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductPublished(Fact):
    """A version of a product's sheet came on show."""

    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductLeftShelf(Fact):
    """A product is no longer on show: it is revised, or retired."""

    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class MatchImproved(Fact):
    """A product is better for an open demand than before: new among the best, or cheaper."""

    demand_id: UUID
    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductMatched(Fact):
    """A product that came on show, or changed, fits an open demand."""

    demand_id: UUID
    product_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferMade(Fact):
    """An officer offered a product for a demand."""

    offer_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(Fact):
    """A bank took an offer back, before or after it was accepted."""

    offer_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(Fact):
    """An owner accepted an offer; its bank may now reach the owner."""

    offer_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(Fact):
    """An owner declined an offer, or accepted another bank's."""

    offer_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferExpired(Fact):
    """An offer reached the end of its time unanswered."""

    offer_id: UUID
