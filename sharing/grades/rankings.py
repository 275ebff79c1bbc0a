"""The rankings of a city on a day, read in bounded chunks: who is ranked, and with which ratios."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from credit.ranking import SMALLEST_MINIMUM_GROUP, Population, Populations, ratio_of
from foundation.city import cities
from sharing.evidence import ratios_of
from sharing.grades.figures import About, Figures, figures_about
from sharing.grades.serving import TAX, UTILITIES, serving, with_those_answered
from sharing.grades.unheard import awaited_feeds, bills_unheard
from sharing.peers import peers_of, ranked_together
from sharing.records import Connected, connected_feeds
from storage.database import fetch_one

CHUNK = 2_000
"""Enterprises whose records are read at a time."""

# How many there are in all, so that a run can say among how many it ranked (A2-33).
_COUNTS = """
SELECT count(*) AS registered FROM enterprise
 WHERE city = $1 AND industry LIKE $2 || '%'
"""

_NOTHING = About("", {})

Progress = Callable[[int], None]
"""Told how many enterprises have been read or graded so far."""


@dataclass(frozen=True)
class Rankings:
    """The two rankings of a scope: a section or division, or a whole city for an empty one.

    `registered` counts every enterprise of the scope, `consenting` those in business that
    authorised their grading, `ranked_tax` and `ranked_utilities` those with a ratio (A2-49).
    """

    scope: str
    populations: Populations
    registered: int
    consenting: int
    ranked_tax: int
    ranked_utilities: int
    digest: bytes

    @staticmethod
    def of_nobody(scope: str) -> "Rankings":
        """No ranking was needed, so nobody was counted."""
        nobody = _Ratios()
        populations = nobody.populations(SMALLEST_MINIMUM_GROUP)
        return Rankings(scope, populations, 0, 0, 0, 0, nobody.digest())


class CityRankings:
    """The rankings of one city on one day: of the industries asked for, each read once."""

    def __init__(self, city: str, as_of: date) -> None:
        self.city, self.as_of = city, as_of
        self._read: dict[str, Rankings] = {}
        self._connected: Connected | None = None

    async def connected(self) -> Connected:
        """What the city's files let the rules know of."""
        if self._connected is None:
            self._connected = await connected_feeds(self.city, self.as_of)
        return self._connected

    async def of_industry(self, industry: str) -> Rankings:
        """Whom an industry is ranked among: its division, or the section where that is small."""
        division = await self._of(industry)
        if division.populations.rank_within(industry):
            return division
        return await self._of(industry[:1])

    async def of_industries(self, industries: Collection[str]) -> Rankings:
        """One ranking in which each of these industries is placed, as narrow as that can be."""
        if not industries:
            return Rankings.of_nobody("")
        sections = {industry[:1] for industry in industries}
        if len(industries) == 1:
            return await self.of_industry(next(iter(industries)))
        return await self._of(sections.pop()) if len(sections) == 1 else await self.of_city()

    async def of_city(self, progress: Progress | None = None) -> Rankings:
        """Every industry's at once."""
        return await self._of("", progress)

    async def _of(self, scope: str, progress: Progress | None = None) -> Rankings:
        if scope not in self._read:
            awaited = awaited_feeds(self.city, await self.connected())
            self._read[scope] = await _read(self.city, scope, self.as_of, awaited, progress)
        return self._read[scope]


async def _read(
    city: str, scope: str, as_of: date, awaited: frozenset[str], progress: Progress | None
) -> Rankings:
    ratios = _Ratios()
    consenting, beyond = 0, None
    while page := await ranked_together(city, scope, as_of, beyond=beyond, limit=CHUNK):
        beyond = page[-1][0]
        consenting += len(page)
        by_uscc = {uscc: key for key, uscc in page}
        derived = await figures_about(city, list(by_uscc), as_of)
        peers = with_those_answered(await peers_of(city, list(by_uscc), as_of), derived)
        for peer, tax, utilities in ratios_of(peers, as_of):
            about = derived.get(peer.uscc, _NOTHING)
            figures = serving(about.figures, peer.records, peer.bills, awaited)
            whole = None if bills_unheard(peer.bills, awaited) else utilities
            ratios.add(
                by_uscc[peer.uscc],
                peer.industry,
                _ratio(figures, TAX, tax),
                _ratio(figures, UTILITIES, whole),
            )
        if progress:
            progress(consenting)
        if len(page) < CHUNK:
            break
    counts = await fetch_one(_COUNTS, city, scope)
    minimum = cities()[city].grading.minimum_group
    return Rankings(
        scope=scope,
        populations=ratios.populations(minimum),
        registered=counts["registered"] if counts else 0,
        consenting=consenting,
        ranked_tax=len(ratios.tax),
        ranked_utilities=len(ratios.utilities),
        digest=ratios.digest(),
    )


def _ratio(figures: Figures, number: int, stored: Fraction | None) -> Fraction | None:
    """The ratio that counts: what was derived from answers, or else from what is stored."""
    return ratio_of(figures[number].parts) if number in figures else stored


class _Ratios:
    """What is ranked, and a digest of it that does not depend on the order of reading."""

    def __init__(self) -> None:
        self.tax: list[tuple[UUID, str, Fraction]] = []
        self.utilities: list[tuple[UUID, str, Fraction]] = []

    def add(
        self, key: UUID, industry: str, tax: Fraction | None, utilities: Fraction | None
    ) -> None:
        if tax is not None:
            self.tax.append((key, industry, tax))
        if utilities is not None:
            self.utilities.append((key, industry, utilities))

    def populations(self, minimum: int) -> Populations:
        return Populations(
            tax=Population.of(_placed(self.tax), minimum),
            utilities=Population.of(_placed(self.utilities), minimum),
        )

    def digest(self) -> bytes:
        found = hashlib.sha256()
        for number, ratios in ((1, self.tax), (2, self.utilities)):
            for key, industry, ratio in sorted(ratios):
                found.update(f"{number} {key.hex} {industry} {ratio}\n".encode())
        return found.digest()


def _placed(ratios: Sequence[tuple[UUID, str, Fraction]]) -> Iterable[tuple[str, Fraction]]:
    return ((industry, ratio) for _, industry, ratio in ratios)
