"""What one change opens most: an amount, a term, a certificate, the next grade, or some time.

Each change is tried on the catalogue's columns as if it had been made, everything else as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

import numpy as np

from credit.levels import GradeLevel
from matching.applicant import Applicant, Tags, Wish, tags_of_registration
from matching.changes import Advice, Change, ChangeKind
from matching.conditions import add_months
from matching.engine.catalogue import Catalogue
from matching.engine.shelf import Shelf, judged, shelf_for
from matching.engine.units import PASSES, Integers
from matching.health import amounts_near, lends_all, terms_near
from matching.pricing import treated_as
from matching.rank import Terms
from matching.terms import RequiredGrade

MOST_ADVICE = 5
_LONGEST_WAIT_MONTHS = 24
_YUAN = Decimal(1)
_KINDS = tuple(ChangeKind)


@dataclass(frozen=True)
class _World:
    """What the products are judged by."""

    applicant: Applicant
    wish: Wish
    today: date


@dataclass(frozen=True)
class _Outcome:
    fits: Integers
    full: Integers


def advise(
    catalogue: Catalogue, applicant: Applicant, wish: Wish, today: date
) -> tuple[Advice, ...]:
    """The changes that open most, at most five; of equals the one that saves more, then the
    easier kind. None that opens or fills nothing.
    """
    here = _World(applicant, wish, today)
    now = _outcome(catalogue, here)
    tried = [
        (change, there, _outcome(catalogue, there)) for change, there in _changes(catalogue, here)
    ]
    useful = [one for one in tried if _gain(now, one[2]) > 0]
    # Of two changes of a kind that gain as much the smaller one comes first.
    useful.sort(
        key=lambda one: (-_gain(now, one[2]), _KINDS.index(one[0].kind), _distance(here, one[0]))
    )
    first = _first_terms(catalogue, here)
    # Costs are worked out for a few only; two of each kind keep the list from being all amounts.
    advice = [
        _advice(catalogue, one, now, first)
        for one in _few_of_each_kind(here, useful, MOST_ADVICE * 2)
    ]
    advice.sort(
        key=lambda one: (
            -(one.opens + one.fills),
            -(one.saves_a_year or 0),
            _KINDS.index(one.change.kind),
        )
    )
    return tuple(advice[:MOST_ADVICE])


def _few_of_each_kind(
    here: _World, useful: list[tuple[Change, _World, _Outcome]], most: int
) -> list[tuple[Change, _World, _Outcome]]:
    """The best of each kind, and of those that gain less only what is a smaller change."""
    kept: list[tuple[Change, _World, _Outcome]] = []
    for one in useful:
        same = [other[0] for other in kept if other[0].kind is one[0].kind]
        smaller = all(_distance(here, one[0]) < _distance(here, other) for other in same)
        if len(same) < most // len(_KINDS) and (smaller or one[0].kind is ChangeKind.CERTIFICATE):
            kept.append(one)
    return kept


def _changes(catalogue: Catalogue, here: _World) -> Iterator[tuple[Change, _World]]:
    for amount in amounts_near(catalogue, here.applicant, here.wish):
        wish = replace(here.wish, amount=amount)
        yield Change(kind=ChangeKind.AMOUNT, amount=amount), replace(here, wish=wish)
    for term in terms_near(catalogue, here.wish):
        wish = replace(here.wish, term_months=term)
        yield Change(kind=ChangeKind.TERM, term_months=term), replace(here, wish=wish)
    yield from _certificates(catalogue, here)
    yield from _grades(here)
    yield from _waits(catalogue, here)


def _distance(here: _World, change: Change) -> float:
    """How large a change is among those of its kind."""
    if change.amount is not None:
        ratio = float(change.amount / here.wish.amount)
        return max(ratio, 1 / ratio)
    if change.term_months is not None:
        return abs(change.term_months - here.wish.term_months)
    if change.grade is not None:
        return change.grade.standing
    return (change.on - here.today).days if change.on is not None else 0


def _certificates(catalogue: Catalogue, here: _World) -> Iterator[tuple[Change, _World]]:
    tags = here.applicant.tags
    # What follows from registration is no certificate that somebody could get.
    given = tags_of_registration(here.applicant.industry, sole_trader=False).keys()
    wanted = {tag for group in catalogue.groups for tag in group} - tags.held - given
    for name in sorted(wanted):
        change = Change(
            kind=ChangeKind.CERTIFICATE, certificate=name, known_missing=name in tags.lacking
        )
        with_it = Tags(held=tags.held | {name}, lacking=tags.lacking - {name})
        yield change, replace(here, applicant=replace(here.applicant, tags=with_it))


def _grades(here: _World) -> Iterator[tuple[Change, _World]]:
    """Every better grade; out of 不予认证 the way leads to 备选."""
    now = treated_as(here.applicant.grade)
    height = now.height if now else 0
    for grade in (GradeLevel.CANDIDATE, GradeLevel.FIRST, GradeLevel.ADVANCED):
        if RequiredGrade(grade.value).height > height:
            yield (
                Change(kind=ChangeKind.GRADE, grade=grade),
                replace(here, applicant=replace(here.applicant, grade=grade)),
            )
            if now is None:
                return


def _waits(catalogue: Catalogue, here: _World) -> Iterator[tuple[Change, _World]]:
    since = here.applicant.established_on
    if since is None:
        return
    last = add_months(here.today, _LONGEST_WAIT_MONTHS)
    for months in np.unique(catalogue.min_age):
        ready = add_months(since, int(months))
        if here.today < ready <= last:
            yield Change(kind=ChangeKind.WAIT, on=ready), replace(here, today=ready)


def _outcome(catalogue: Catalogue, world: _World) -> _Outcome:
    states, _ = judged(catalogue, world.applicant, world.wish, world.today)
    fits: Integers = states == PASSES
    return _Outcome(fits, fits & lends_all(catalogue, world.applicant, world.wish))


def _gain(now: _Outcome, then: _Outcome) -> int:
    return int(np.count_nonzero(then.fits & ~now.fits)) + _fills(now, then)


def _fills(now: _Outcome, then: _Outcome) -> int:
    return int(np.count_nonzero(then.full & ~now.full & now.fits))


def _advice(
    catalogue: Catalogue,
    tried: tuple[Change, _World, _Outcome],
    now: _Outcome,
    first: Terms | None,
) -> Advice:
    change, there, then = tried
    shelf = _shelf(catalogue, there)
    opened = [int(place) for place in shelf.order if then.fits[place] and not now.fits[place]]
    return Advice(
        change=change,
        opens=len(opened),
        fills=_fills(now, then),
        closes=int(np.count_nonzero(now.fits & ~then.fits)),
        fitting=int(np.count_nonzero(then.fits)),
        saves_a_year=_saving(first, _terms_of_first(shelf)),
        opened=tuple(catalogue.sheets[place].product_id for place in opened),
    )


def _shelf(catalogue: Catalogue, world: _World) -> Shelf:
    return shelf_for(catalogue, world.applicant, world.wish, world.today)


def _first_terms(catalogue: Catalogue, world: _World) -> Terms | None:
    return _terms_of_first(_shelf(catalogue, world))


def _terms_of_first(shelf: Shelf) -> Terms | None:
    return shelf.explained([1])[0].terms if len(shelf.order) else None


def _saving(before: Terms | None, after: Terms | None) -> Decimal | None:
    if before is None or after is None:
        return None
    dear, cheap = before.cost.compound, after.cost.compound
    if dear is None or cheap is None or cheap >= dear:
        return None
    yuan = ((dear - cheap) * after.granted / 100).quantize(_YUAN, ROUND_DOWN)
    return yuan if yuan > 0 else None
