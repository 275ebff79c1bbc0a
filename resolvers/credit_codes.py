"""苏信码: what an enterprise's code shows to whoever scans it."""

from typing import Annotated

import strawberry

from resolvers.loaders.credit_codes import MAX_CODES
from schema.context import Info
from schema.credit_code import CreditCodeCard
from sharing.credit_code import MAX_CODE


@strawberry.type
class CreditCodeQueries:
    """Root fields about 苏信码."""

    @strawberry.field(
        description="What a 苏信码 shows. Open to everyone who has the code; null for an unknown "
        "one, and for one whose enterprise does not agree to it, or no longer. A request looks at "
        f"{MAX_CODES} codes at most, each once; further ones are null."
    )
    async def credit_code(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description=f"The code, {MAX_CODE} characters.")],
    ) -> CreditCodeCard | None:
        """One card."""
        shown = await info.context.loaders.credit_codes.load(code)
        return CreditCodeCard.of(shown) if shown else None
