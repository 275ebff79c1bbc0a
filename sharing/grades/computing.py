"""Gradings computed: what is known of enterprises on a day is read, and the rules are asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from credit.facts import Facts
from credit.grade import GradeResult, grade
from credit.methods.rules import Rules, rules_on
from credit.path import outlook_of
from credit.ranking import Populations
from foundation.city import cities
from sharing.consenting.coverage import (
    UNCONSENTED,
    GradingConsent,
    connected_within,
    within,
)
from sharing.evidence import Evidence, facts_of
from sharing.grades.basis import bases_of
from sharing.grades.figures import About, figures_about
from sharing.grades.rankings import CityRankings
from sharing.grades.rows import Graded, facts_digest, seen_of
from sharing.grades.serving import beside, serving
from sharing.grades.unheard import awaited_feeds, unheard_in
from sharing.grades.withholding import methods_withheld_by, withheld_by
from sharing.peers import bills_of_peers
from sharing.records import SEVERE_FEEDS, Records, records_of
from storage.models.enterprise import Enterprise

_NOTHING = About("", {})


async def look_up(
    enterprises: Sequence[Enterprise],
    consents: Mapping[UUID, GradingConsent],
    rankings: CityRankings,
) -> list[Evidence]:
    """What there is about enterprises of one city: four queries, whatever their number.

    Of those without a consent only the public severe list is read (A2-33), and nothing is used
    that a consent leaves out (A2-43).
    """
    city, as_of = rankings.city, rankings.as_of
    consented = [one.uscc for one in enterprises if one.id in consents]
    silent = [one.uscc for one in enterprises if one.id not in consents]
    records: dict[str, Records] = {}
    derived = await figures_about(city, consented, as_of)
    if consented:
        records |= await records_of(city, consented, as_of)
    if silent:
        records |= await records_of(city, silent, as_of, SEVERE_FEEDS)
    bills = await bills_of_peers(city, consented, as_of) if consented else {}
    connected = await rankings.connected()
    awaited = awaited_feeds(city, connected)
    return [
        Evidence(
            enterprise=one,
            records=beside(within(records[one.uscc], consent.categories), figures),
            bills=billed,
            connected=connected_within(connected, consent.categories),
            consented=consent.consent_id is not None,
            persons=consent.persons,
            withheld=withheld_by(city, consent.categories),
            withheld_methods=methods_withheld_by(city, consent.categories),
            awaited=awaited,
            figures=figures,
        )
        for one in enterprises
        for consent in [consents.get(one.id, UNCONSENTED)]
        for billed in [bills.get(one.uscc, ("", ()))[1]]
        for found in [derived.get(one.uscc, _NOTHING).figures]
        for figures in [serving(found, records[one.uscc], billed, awaited)]
    ]


def compute(evidence: Evidence, populations: Populations, as_of: date) -> Graded:
    """One grading, with what it rests on and what could change. Pure but for the digests' key."""
    return _Grading.of(evidence, populations, as_of).whole()


def compute_all(
    evidence: Iterable[Evidence], populations: Populations, as_of: date
) -> list[Graded]:
    """Gradings of many, for a thread of its own: a chunk takes longer than a heartbeat."""
    return [compute(one, populations, as_of) for one in evidence]


def compute_changed(
    evidence: Iterable[Evidence],
    populations: Populations,
    as_of: date,
    seen: Sequence[tuple[str, ...] | None],
) -> list[Graded | None]:
    """The same of those who look otherwise than they were `seen`, and None of all others: two
    thirds of a grading are its digest, its bases and its outlook, which nobody would keep.
    """
    gradings = (_Grading.of(one, populations, as_of) for one in evidence)
    return [
        None if seen_of(one.result) == before else one.whole()
        for one, before in zip(gradings, seen, strict=True)
    ]


@dataclass(frozen=True)
class _Grading:
    """What the rules said, and all they were asked with."""

    evidence: Evidence
    facts: Facts
    result: GradeResult
    as_of: date
    rules: Rules

    @staticmethod
    def of(evidence: Evidence, populations: Populations, as_of: date) -> "_Grading":
        rules = rules_on(cities()[evidence.enterprise.city].grading, as_of)
        known = facts_of(evidence, as_of)
        facts = replace(known, withheld=evidence.withheld, unheard=unheard_in(evidence, known))
        result = grade(facts, populations, as_of, rules)
        if evidence.withheld_methods:
            result = replace(
                result,
                methods=tuple(
                    replace(one, withheld=one.method in evidence.withheld_methods)
                    for one in result.methods
                ),
            )
        return _Grading(evidence, facts, result, as_of, rules)

    def whole(self) -> Graded:
        """With what it rests on, what could change, and a digest."""
        facts, result, as_of = self.facts, self.result, self.as_of
        return Graded(
            result=result,
            bases=bases_of(self.evidence, facts, as_of) if result.indicators else {},
            outlook=outlook_of(facts, result, as_of, self.rules),
            digest=facts_digest(facts, result, as_of, self.rules),
        )
