"""Which letters would rest on silence: of what is given under consent, absence says nothing.

Rows of an interface category go when their consent ends, and come again only when the source is
asked again (decision 0019). What is left of an indicator meanwhile would give another letter than
the whole: no arrears, or a ratio of the other utilities (A2-18, A2-43). It gives none.
"""

from collections.abc import Collection, Sequence

from credit.facts import Facts, Insurance
from credit.ranking import ratio_of
from sharing.evidence import Evidence, utilities_of
from sharing.interfaces.retention import needing_consent
from sharing.interfaces.sources import source_for
from sharing.lists import categories_of
from sharing.records import UTILITY_FEEDS, Bills, Connected

ARREARS_FEED = "social_insurance_arrears"


def awaited_feeds(city: str, connected: Connected) -> frozenset[str]:
    """What a city's sources give about whoever consents, as files or through a gateway."""
    under_consent = needing_consent().get(city, frozenset())
    return frozenset(
        one.feeds
        for one in categories_of(city).values()
        if one.code in under_consent
        and one.feeds
        and (one.feeds in connected or source_for(city, one.code) is not None)
    )


def unheard_in(evidence: Evidence, facts: Facts) -> frozenset[int]:
    """The indicators whose letter would rest on what no source has said yet."""
    found = set()
    if 2 not in evidence.figures and bills_unheard(evidence.bills, evidence.awaited):
        found.add(2)
    if _arrears_unheard(evidence, facts):
        found.add(3)
    return frozenset(found)


def _arrears_unheard(evidence: Evidence, facts: Facts) -> bool:
    """③: whether only the word about arrears is missing; an unpaid insurance gives B without it."""
    known = facts.social_insurance
    return (
        known is not None
        and ARREARS_FEED in evidence.awaited
        and 3 not in evidence.figures
        and not evidence.records.get(ARREARS_FEED)
        and known.paid == frozenset(Insurance)
    )


def bills_unheard(
    bills: Sequence[Bills], awaited: Collection[str], heard: Collection[str] = ()
) -> bool:
    """②: whether a utility that is given under consent may be missing from the sum."""
    missing = utilities_missing(bills, awaited, heard)
    return bool(missing) and ratio_of(utilities_of(bills)) is not None


def utilities_missing(
    bills: Sequence[Bills], awaited: Collection[str], heard: Collection[str]
) -> frozenset[str]:
    """The utilities given under consent that are not known: without bills of both periods, and
    of which no source was asked and answered (A2-15).
    """
    whole = {one.feeds for one in (b.category for b in bills if _has_both(b))}
    return (frozenset(awaited) & frozenset(UTILITY_FEEDS)) - whole - frozenset(heard)


def _has_both(bills: Bills) -> bool:
    return bills.current is not None and bills.base is not None
