"""Who is asking: the signed-in person and what they act for now."""

from dataclasses import dataclass
from uuid import UUID

from storage.models.membership import Role


@dataclass(frozen=True)
class Viewer:
    """A signed-in person. Without a membership one may register an enterprise, and little else."""

    person_id: UUID
    session_id: UUID
    membership_id: UUID | None
    role: Role | None
    city: str | None
    enterprise_id: UUID | None
    institution_id: UUID | None
