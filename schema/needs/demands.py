"""Demands, and the pages of demands, matches and offers."""

from typing import Protocol

from credit.levels import GradeLevel
from marketplace.demand_readings import Contact
from marketplace.demand_views import DemandAction
from marketplace.match_row import MatchRow
from schema.needs.shapes import ByKey, Pages
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise
from storage.models.offer import Offer


class DemandLoaders(Protocol):
    """Who names a demand has been given access to it, but for `visible_demands`."""

    @property
    def demands(self) -> ByKey[Demand | None]:
        """A demand."""
        ...

    @property
    def visible_demands(self) -> ByKey[Demand | None]:
        """A demand, if the viewer may see it."""
        ...

    @property
    def enterprises_of_demands(self) -> ByKey[Enterprise | None]:
        """The enterprise behind a demand, where the viewer was let in."""
        ...

    @property
    def contacts_of_demands(self) -> ByKey[Contact | None]:
        """Whom to call about a demand, where the viewer was let in; the reading is logged."""
        ...

    @property
    def grade_levels_of_demands(self) -> ByKey[GradeLevel]:
        """The credit grade of the enterprise behind a demand; the reading is logged."""
        ...

    @property
    def actions_on_demands(self) -> ByKey[list[DemandAction]]:
        """What the viewer may do with a demand now."""
        ...

    @property
    def demand_pages(self) -> Pages[Demand]:
        """Pages of an enterprise's demands that the viewer may see."""
        ...

    @property
    def match_pages(self) -> Pages[MatchRow]:
        """Pages of a demand's matches."""
        ...

    @property
    def computed_match_pages(self) -> Pages[MatchRow]:
        """Pages of the matches of an enterprise without a demand."""
        ...

    @property
    def offer_pages(self) -> Pages[Offer]:
        """Pages of a demand's offers."""
        ...
