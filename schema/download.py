"""One-time downloads: where a file is fetched, and with which ticket."""

from datetime import datetime

import strawberry

from sharing.access import downloads


@strawberry.type(
    description="A file that can be fetched once, by GET on `url` with the header "
    "`Authorization: Ticket …`; only whom it was issued to sees the ticket, and only now."
)
class DownloadTicket:
    """Opens one file once."""

    url: str = strawberry.field(
        description="Path on this same server, to be fetched with GET and the ticket's header."
    )
    ticket: str = strawberry.field(
        description="What follows `Ticket ` in the Authorization header. Good once, until "
        "`expiresAt`, while the membership it was issued to stands."
    )
    file_name: str = strawberry.field(description="Name that the file will have.")
    digest: str = strawberry.field(
        description="SHA-256 of the file's bytes, 64 hexadecimal digits."
    )
    expires_at: datetime = strawberry.field(description="When the ticket ends, ten minutes later.")

    @staticmethod
    def of(ticket: downloads.Ticket) -> "DownloadTicket":
        """The GraphQL ticket of an issued one."""
        return DownloadTicket(
            url=f"{downloads.ADDRESS}/{ticket.id.hex}",
            ticket=ticket.secret,
            file_name=ticket.file_name,
            digest=ticket.digest,
            expires_at=ticket.expires_at,
        )
