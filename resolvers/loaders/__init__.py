"""Loaders of one request: each batches what nested fields ask for, and forgets it afterwards."""

from collections.abc import Callable, Mapping
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
from resolvers.loaders.credit_codes import codes_on
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

    Each is made when it is first asked for: a request needs a handful of them.
    """

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self.viewer = viewer
        self.clock = clock

    def __getattr__(self, name: str) -> Any:
        """A loader that is not there yet, or never will be."""
        make = _MAKERS.get(name)
        if make is None:
            raise AttributeError(name)
        loader = make(self)
        setattr(self, name, loader)
        return loader

    def for_viewer(self, viewer: Viewer | None) -> "RequestLoaders":
        """Fresh loaders for another viewer."""
        return RequestLoaders(viewer, self.clock)


_MAKERS: Mapping[str, Callable[[RequestLoaders], Any]] = {
    "people": lambda _: by_key(read_people),
    "memberships_of_person": lambda _: by_key(read_memberships_of_people),
    "enterprises": lambda _: by_key(read_enterprises),
    "registration_states": lambda my: by_key(registration_states_on(my.clock)),
    # Grades, reports and whitelists.
    "credit_grades": lambda my: grades_as(my.viewer, my.clock),
    "grade_papers": lambda _: by_key(read_papers),
    "amounts_behind": lambda _: amounts_behind,
    "objected_among": lambda _: under_objection,
    "report_ticket": lambda my: ReportTickets(my.viewer, my.clock).issue,
    "whitelist_loads": lambda my: Whitelists(my.viewer, my.clock),
    "whitelist_entries": lambda my: my.whitelist_loads.entries,
    "whitelist_recipients": lambda my: my.whitelist_loads.recipients,
    # Consents, what is read under them, and what the owner sees of it.
    "consent_pages": lambda my: pages_of_consents(my.viewer),
    "consent_scopes": lambda _: by_key(read_scopes),
    "consent_uses": lambda _: by_key(read_last_uses),
    "personal_consents": lambda my: personal_consents_of(my.viewer),
    "shared_data": lambda my: shared_data_as(my.viewer, my.clock),
    "credit_codes": lambda my: codes_on(my.clock),
    "own_consents": lambda my: by_key(own_consents(my.viewer)),
    "access_pages": lambda my: pages_of_access(my.viewer),
    "own_data": lambda my: OwnData(my.viewer, my.clock),
    "objections_of_records": lambda my: by_key(my.own_data.objections_to),
    # Products.
    "institutions": lambda _: by_key(read_institutions),
    "products": lambda my: by_key(read_products_as(my.viewer)),
    "products_of_institution": lambda my: pages_of_institutions(my.viewer),
    "judgement": lambda my: Judgements(my.viewer, my.clock),
    # Files that came in, and their sources.
    "quarantined_rows": lambda _: quarantined_page,
    "declared_figures": lambda _: by_key(declared_figures),
    "quality_loads": lambda my: QualityLoads(my.viewer, my.clock),
    "source_quality": lambda my: my.quality_loads.seen,
    "source_notices": lambda my: my.quality_loads.notices,
    "notices": lambda my: Notices(my.viewer),
    # Demands, their offers and matches.
    "demands": lambda _: by_key(read_demands),
    "demand_loads": lambda my: DemandLoads(my.viewer, my.clock),
    "visible_demands": lambda my: by_key(my.demand_loads.visible),
    "enterprises_of_demands": lambda my: by_key(my.demand_loads.enterprises),
    "contacts_of_demands": lambda my: by_key(my.demand_loads.contacts),
    "grade_levels_of_demands": lambda my: by_key(my.demand_loads.grade_levels),
    "actions_on_demands": lambda my: by_key(my.demand_loads.actions),
    "demand_pages": lambda my: paged(my.demand_loads.demand_pages),
    "offer_pages": lambda my: paged(my.demand_loads.offer_pages),
    "match_loads": lambda my: MatchLoads(my.viewer, my.clock, my.enterprises),
    "match_pages": lambda my: paged(my.match_loads.kept_pages),
    "computed_match_pages": lambda my: paged(my.match_loads.computed_pages),
}
