"""Loaders of one request: each batches what nested fields ask for, and forgets it afterwards."""

from accounts.viewers import Viewer
from foundation.clock import Clock
from resolvers.loaders.accounts import (
    read_enterprises,
    read_memberships_of_people,
    read_people,
    registration_states_on,
)
from resolvers.loaders.batching import by_key
from resolvers.loaders.institutions import read_institutions
from resolvers.loaders.products import Judgements, pages_of_institutions, read_products_as


class RequestLoaders:
    """Every loader that schema.context.Loaders declares, for one request of one viewer."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self.viewer = viewer
        self.clock = clock

        self.people = by_key(read_people)
        self.memberships_of_person = by_key(read_memberships_of_people)
        self.enterprises = by_key(read_enterprises)
        self.registration_states = by_key(registration_states_on(clock))

        self.institutions = by_key(read_institutions)
        self.products = by_key(read_products_as(viewer))
        self.products_of_institution = pages_of_institutions(viewer)
        self.judgement = Judgements(viewer, clock)

    def for_viewer(self, viewer: Viewer | None) -> "RequestLoaders":
        """Fresh loaders for another viewer."""
        return RequestLoaders(viewer, self.clock)
