"""Which derived figures count beside what files brought: the newest wins."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sharing.grades.figures import About, Figure, Figures
from sharing.grades.unheard import bills_unheard
from sharing.peers import Peer
from sharing.records import TAX_FEED, Bills, Records

TAX, UTILITIES = 1, 2


def serving(
    figures: Figures, records: Records, bills: Sequence[Bills], awaited: Collection[str]
) -> Figures:
    """The figures that nothing received since has overtaken.

    Bills overtake one only where they are whole without it (A2-43).
    """
    taxes = [one.received_on for one in records.get(TAX_FEED, ())]
    billed = [one.received_on for one in bills if one.received_on]
    overtaken = {
        TAX: _is_newer(taxes, figures.get(TAX)),
        UTILITIES: _is_newer(billed, figures.get(UTILITIES)) and not bills_unheard(bills, awaited),
    }
    return {number: one for number, one in figures.items() if not overtaken.get(number)}


def beside(records: Records, figures: Figures) -> Records:
    """Records with those that figures hold, which stand first."""
    found = {feed: list(rows) for feed, rows in records.items()}
    for one in figures.values():
        if one.record:
            feed = one.record.category.feeds
            found[feed] = [one.record, *found.get(feed, ())]
    return found


def with_those_answered(peers: Sequence[Peer], about: Mapping[str, About]) -> list[Peer]:
    """Peers, and those of whom there is nothing but a figure."""
    known = {peer.uscc for peer in peers}
    others = [
        Peer(uscc, one.industry, {}, ())
        for uscc, one in about.items()
        if one.figures and uscc not in known
    ]
    return [*peers, *others]


def _is_newer(received: Sequence[date], figure: Figure | None) -> bool:
    return figure is not None and any(day > figure.answered_on for day in received)
