"""Loaders of one request: each batches what nested fields ask for, and forgets it afterwards."""

from typing import Any

from accounts.viewers import Viewer
from foundation.clock import Clock
from resolvers.loaders.access_entries import own_consents, pages_of_access
from resolvers.loaders.accounts import (
    read_enterprises,
    read_memberships_of_people,
    read_people,
    registration_states_on,
)
from resolvers.loaders.batching import by_key, paged
from resolvers.loaders.consents import (
    pages_of_consents,
    personal_consents_of,
    read_last_uses,
    read_scopes,
)
from resolvers.loaders.credit_grades import amounts_behind, grades_as, read_papers
from resolvers.loaders.credit_reports import ReportTickets
from resolvers.loaders.demands import DemandLoads, MatchLoads, read_demands
from resolvers.loaders.institutions import read_institutions
from resolvers.loaders.notices import Notices
from resolvers.loaders.own_data import OwnData
from resolvers.loaders.products import Judgements, pages_of_institutions, read_products_as
from resolvers.loaders.quality import QualityLoads
from resolvers.loaders.shared_data import shared_data_as
from resolvers.loaders.whitelists import Whitelists
from sharing.declaring.figures import declared_figures
from sharing.objections.readings import under_objection
from sharing.receiving.batches import quarantined_page


class RequestLoaders:
    """Every loader that schema.context.Loaders declares, for one request of one viewer.

    They are made when the first one is needed: most requests need none.
    """

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self.viewer = viewer
        self.clock = clock
        self._made = False

    def __getattr__(self, name: str) -> Any:
        """A loader that is not there yet, or never will be."""
        if self.__dict__.get("_made", True):
            raise AttributeError(name)
        self._made = True
        self._make(self.viewer, self.clock)
        return getattr(self, name)

    def _make(self, viewer: Viewer | None, clock: Clock) -> None:
        self.people = by_key(read_people)
        self.memberships_of_person = by_key(read_memberships_of_people)
        self.enterprises = by_key(read_enterprises)
        self.registration_states = by_key(registration_states_on(clock))

        self.credit_grades = grades_as(viewer, clock)
        self.grade_papers = by_key(read_papers)
        self.amounts_behind = amounts_behind
        self.objected_among = under_objection
        self.report_ticket = ReportTickets(viewer, clock).issue
        whitelists = Whitelists(viewer, clock)
        self.whitelist_entries = whitelists.entries
        self.whitelist_recipients = whitelists.recipients
        self.consent_pages = pages_of_consents(viewer)
        self.consent_scopes = by_key(read_scopes)
        self.consent_uses = by_key(read_last_uses)
        self.personal_consents = personal_consents_of(viewer)
        self.shared_data = shared_data_as(viewer, clock)
        self.own_consents = by_key(own_consents(viewer))
        self.access_pages = pages_of_access(viewer)
        self.own_data = OwnData(viewer, clock)
        self.objections_of_records = by_key(self.own_data.objections_to)

        self.institutions = by_key(read_institutions)
        self.products = by_key(read_products_as(viewer))
        self.products_of_institution = pages_of_institutions(viewer)
        self.judgement = Judgements(viewer, clock)

        self.quarantined_rows = quarantined_page
        self.declared_figures = by_key(declared_figures)
        quality = QualityLoads(viewer, clock)
        self.source_quality = quality.seen
        self.source_notices = quality.notices

        self.notices = Notices(viewer)

        about = DemandLoads(viewer, clock)
        self.demands = by_key(read_demands)
        self.visible_demands = by_key(about.visible)
        self.enterprises_of_demands = by_key(about.enterprises)
        self.contacts_of_demands = by_key(about.contacts)
        self.grade_levels_of_demands = by_key(about.grade_levels)
        self.actions_on_demands = by_key(about.actions)
        self.demand_pages = paged(about.demand_pages)
        self.offer_pages = paged(about.offer_pages)
        matches = MatchLoads(viewer, clock, self.enterprises)
        self.match_pages = paged(matches.kept_pages)
        self.computed_match_pages = paged(matches.computed_pages)

    def for_viewer(self, viewer: Viewer | None) -> "RequestLoaders":
        """Fresh loaders for another viewer."""
        return RequestLoaders(viewer, self.clock)
