"""Reads what 苏信码 show, each code once a request, however often it is asked for there."""

from strawberry.dataloader import DataLoader

from foundation.clock import Clock
from sharing.credit_code import Shown, shown_by

# Each look is a line of a ledger that is never cut: a request scans few codes.
MAX_CODES = 3


def codes_on(clock: Clock) -> DataLoader[str, Shown | None]:
    """A loader of what codes show; those beyond the first few of a request show nothing."""
    looked_at = 0

    async def read(codes: list[str]) -> list[Shown | BaseException | None]:
        nonlocal looked_at
        found: list[Shown | BaseException | None] = []
        for code in codes:
            looked_at += 1
            found.append(await shown_by(code, clock.now()) if looked_at <= MAX_CODES else None)
        return found

    return DataLoader(load_fn=read)
