"""Loaders of one request: each batches what nested fields ask for, and forgets it afterwards."""

from accounts.viewers import Viewer
from foundation.clock import Clock


class RequestLoaders:
    """Every loader that schema.context.Loaders declares, for one request of one viewer."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self.viewer = viewer
        self.clock = clock
