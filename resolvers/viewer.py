"""Who is asking."""

import strawberry

from schema.context import Info
from schema.viewer import Viewer


@strawberry.type
class ViewerQueries:
    """Root fields about the viewer."""

    @strawberry.field(description="The signed-in person; null when signed out.")
    def viewer(self, info: Info) -> Viewer | None:
        """The viewer of this request."""
        viewer = info.context.viewer
        return Viewer.of(viewer) if viewer else None
