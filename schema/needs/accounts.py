"""People, enterprises and institutions, and the notices of whoever asks."""

from typing import Protocol
from uuid import UUID

from foundation.pagination import Page, PageRequest
from schema.needs.shapes import ByKey
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.institution import Institution
from storage.models.membership import Membership
from storage.models.notice import Notice
from storage.models.person import Person


class ViewersNotices(Protocol):
    """The viewer's inbox."""

    async def page(self, request: PageRequest, *, unread_only: bool) -> Page[Notice]:
        """A page, the newest first."""
        ...

    async def unread_count(self) -> int:
        """How many are unread."""
        ...

    async def subject(self, kind: str, key: UUID) -> object | None:
        """The node that a notice speaks of; None when the viewer may not see it."""
        ...


class AccountLoaders(Protocol):
    """Who names a key of these has been given access to it: none is checked here."""

    @property
    def people(self) -> ByKey[Person | None]:
        """A person."""
        ...

    @property
    def memberships_of_person(self) -> ByKey[list[Membership]]:
        """The memberships of a person that have not ended, oldest first."""
        ...

    @property
    def enterprises(self) -> ByKey[Enterprise | None]:
        """An enterprise."""
        ...

    @property
    def registration_states(self) -> ByKey[RegistrationState]:
        """How far an enterprise has come."""
        ...

    @property
    def institutions(self) -> ByKey[Institution | None]:
        """An institution."""
        ...

    @property
    def notices(self) -> ViewersNotices:
        """The notices of the viewer, who is signed in wherever they are asked for."""
        ...
