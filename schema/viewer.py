"""The signed-in person, and what they act for."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from accounts import viewers
from foundation.identifiers import encode_id
from foundation.pagination import page_request
from schema.connection import After, Before, First, Last
from schema.consent import Consent, ConsentConnection
from schema.context import Info
from schema.enterprise import Enterprise
from schema.membership import Membership
from schema.my_data import MyData
from schema.notice import Notice, NoticeConnection

if TYPE_CHECKING:
    from schema.institution import Institution


@strawberry.type(description="The signed-in person. Only that person sees it.")
class Viewer:
    """Who is asking."""

    id: strawberry.ID = strawberry.field(description="Id of the person.")
    viewer: strawberry.Private[viewers.Viewer]

    @strawberry.field(description="The person's name; null until it is known.")
    async def name(self, info: Info) -> str | None:
        """The name, when known."""
        person = await info.context.loaders.people.load(self.viewer.person_id)
        return person.name if person else None

    @strawberry.field(
        description="What the session acts for now; null for a person who acts for nothing yet."
    )
    async def acting(self, info: Info) -> Membership | None:
        """The chosen membership."""
        found = await info.context.loaders.memberships_of_person.load(self.viewer.person_id)
        chosen = (row for row in found if row.id == self.viewer.membership_id)
        return next(map(Membership.of, chosen), None)

    @strawberry.field(
        description="Everything that the person could act for, oldest first, at most 50."
    )
    async def memberships(self, info: Info) -> list[Membership]:
        """All memberships that have not ended."""
        found = await info.context.loaders.memberships_of_person.load(self.viewer.person_id)
        return [Membership.of(row) for row in found]

    @strawberry.field(description="The enterprise that the session acts for, as its owner.")
    async def enterprise(self, info: Info) -> Enterprise | None:
        """The enterprise, for an owner."""
        if self.viewer.enterprise_id is None:
            return None
        found = await info.context.loaders.enterprises.load(self.viewer.enterprise_id)
        return Enterprise.of(found) if found else None

    @strawberry.field(
        description="Everything held about the enterprise that the session acts for: free, as "
        "often as its owner likes; null for who owns none."
    )
    async def all_my_data(self, info: Info) -> MyData | None:
        """What is held, for an owner."""
        enterprise = await self.enterprise(info)
        return MyData(enterprise=enterprise) if enterprise else None

    @strawberry.field(description="The institution that the session acts for.")
    async def institution(
        self, info: Info
    ) -> Annotated["Institution", strawberry.lazy("schema.institution")] | None:
        """The institution, for its people."""
        from schema.institution import Institution

        if self.viewer.institution_id is None:
            return None
        found = await info.context.loaders.institutions.load(self.viewer.institution_id)
        return Institution.of(found) if found else None

    @strawberry.field(
        description="What the person consented to for themselves, as a legal representative or "
        "actual controller, newest first; `consentRevoke` takes it back."
    )
    async def personal_consents(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ConsentConnection:
        """A page of the person's own consents."""
        request = page_request(
            "personal_consents", first=first, after=after, last=last, before=before
        )
        page = await info.context.loaders.personal_consents(request)
        return ConsentConnection.of(page, Consent.of)

    @strawberry.field(description="What the person was told, the newest first.")
    async def notices(
        self,
        info: Info,
        unread_only: Annotated[
            bool, strawberry.argument(description="Only those not marked as read.")
        ] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> NoticeConnection:
        """A page of the person's notices."""
        request = page_request("notices", first=first, after=after, last=last, before=before)
        page = await info.context.loaders.notices.page(request, unread_only=unread_only)
        return NoticeConnection.of(page, Notice.of)

    @strawberry.field(description="How many notices the person has not marked as read.")
    async def unread_notice_count(self, info: Info) -> int:
        """The number on the badge."""
        return await info.context.loaders.notices.unread_count()

    @staticmethod
    def of(viewer: viewers.Viewer) -> "Viewer":
        """The GraphQL viewer of a signed-in person."""
        return Viewer(
            id=strawberry.ID(encode_id("person", viewer.person_id)),
            viewer=viewer,
        )
