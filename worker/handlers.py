"""What each fact leads to. A handler takes the fact, and a repeat of it changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from foundation.facts import Fact
from marketplace.facts import (
    DemandExpired,
    DemandMatched,
    DemandPublished,
    DemandWithdrawn,
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
    ProductMatched,
    ProductPublished,
)

Handler: TypeAlias = Callable[[Any], Awaitable[None]]

HANDLERS: Mapping[type[Fact], list[Handler]] = {
    DemandPublished: [],
    DemandMatched: [],
    DemandWithdrawn: [],
    DemandExpired: [],
    ProductPublished: [],
    ProductMatched: [],
    OfferMade: [],
    OfferWithdrawn: [],
    OfferAccepted: [],
    OfferDeclined: [],
    OfferExpired: [],
}
