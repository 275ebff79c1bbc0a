"""Which indicators a grading consent leaves out: those it does not cover whole (A2-43)."""

from collections.abc import Mapping

from sharing.lists import Authorisation, Category, feeding

# What each indicator is read from; ⑬ is for reference and reads nothing.
_FEEDS: Mapping[int, tuple[str, ...]] = {
    1: ("tax",),
    2: ("water", "electricity", "gas"),
    3: ("social_insurance", "social_insurance_arrears"),
    4: ("housing_fund",),
    5: ("registry",),
    6: ("premises",),
    7: ("personal_credit",),
    8: ("environment",),
    9: ("public_record",),
    10: ("loan",),
    11: ("policy_class",),
    12: ("performance",),
}


def indicator_feeds() -> frozenset[str]:
    """Everything that an indicator is read from."""
    return frozenset(feed for feeds in _FEEDS.values() for feed in feeds)


def withheld_by(city: str, categories: frozenset[str] | None) -> frozenset[int]:
    """The indicators that a consent to these categories leaves out; none where it names none.

    Half of what one is read from would give another letter, a C where the whole gave none, or an
    A by leaving out the arrears; so one that is not covered whole is withheld. One that the
    city's lists hold nothing for is not: nobody could have given it.
    """
    if categories is None:
        return frozenset()
    found = set()
    for number, feeds in _FEEDS.items():
        known = feeding(city, *feeds)
        if not all(_may_be_used(one, categories) for one in known):
            found.add(number)
    return frozenset(found)


def _may_be_used(category: Category, categories: frozenset[str]) -> bool:
    return (
        category.code in categories
        or category.is_public({})
        or category.public_when is not None
        # A person's level needs that person's own consent, which no scope of the enterprise names.
        or category.authorisation is Authorisation.NATURAL_PERSON
    )
