"""Signed checkpoints of the access ledger, for those who keep them against us."""

from datetime import datetime
from typing import TypeAlias

import strawberry

from schema.connection import Connection
from storage.models import ledger as rows


@strawberry.type(
    description="Where the access ledger's chain stood at an instant, signed. For OPERATOR and "
    "REGULATOR; whoever keeps one can show later that nothing before it was changed or cut off."
)
class LedgerCheckpoint:
    """One checkpoint."""

    position: str = strawberry.field(
        description="The last line's position, which is how many lines there were; digits."
    )
    digest: str = strawberry.field(
        description="The digest of that line and of everything before it, 64 hexadecimal digits."
    )
    made_at: datetime = strawberry.field(description="When it was signed.")
    statement: str = strawberry.field(
        description="The same as a compact JWS, by the platform's signing keys; what to keep."
    )

    @staticmethod
    def of(row: rows.LedgerCheckpoint) -> "LedgerCheckpoint":
        """The GraphQL checkpoint of a row."""
        return LedgerCheckpoint(
            position=str(row.position),
            digest=bytes(row.digest).hex(),
            made_at=row.made_at,
            statement=row.statement,
        )


LedgerCheckpointConnection: TypeAlias = Connection[LedgerCheckpoint]
