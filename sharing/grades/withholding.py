"""Which indicators and methods a grading consent leaves out: not covered whole (A2-43)."""

from collections.abc import Mapping
from typing import TypeVar

from credit.levels import GradingMethod
from sharing.lists import Authorisation, Category, feeding

_Key = TypeVar("_Key", int, GradingMethod)

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

# Credit points of C and below are a cap: left out, a better level is read without it.
_METHOD_FEEDS: Mapping[GradingMethod, tuple[str, ...]] = {
    GradingMethod.DIRECT: ("honour", "tax_level", "credit_points"),
    GradingMethod.SCORE: ("score",),
}


def indicator_of_feed(feed: str) -> int | None:
    """The indicator that is read from this."""
    return next((number for number, feeds in _FEEDS.items() if feed in feeds), None)


def withheld_by(city: str, categories: frozenset[str] | None) -> frozenset[int]:
    """The indicators that a consent to these categories leaves out; none where it names none.

    Half of what one is read from would give another letter, a C where the whole gave none, or an
    A by leaving out the arrears; so one that is not covered whole is withheld. One that the
    city's lists hold nothing for is not: nobody could have given it.
    """
    return _left_out(city, categories, _FEEDS)


def methods_withheld_by(city: str, categories: frozenset[str] | None) -> frozenset[GradingMethod]:
    """The methods that a consent to these categories leaves something out of."""
    return _left_out(city, categories, _METHOD_FEEDS)


def _left_out(
    city: str, categories: frozenset[str] | None, read_from: Mapping[_Key, tuple[str, ...]]
) -> frozenset[_Key]:
    if categories is None:
        return frozenset()
    return frozenset(
        key
        for key, feeds in read_from.items()
        if not all(_may_be_used(one, categories) for one in feeding(city, *feeds))
    )


def _may_be_used(category: Category, categories: frozenset[str]) -> bool:
    return (
        category.code in categories
        or category.is_public({})
        or category.public_when is not None
        # A person's level needs that person's own consent, which no scope of the enterprise names.
        or category.authorisation is Authorisation.NATURAL_PERSON
    )
