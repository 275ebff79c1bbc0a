"""A product's place in an order in figures alone, without a sentence."""

from typing import Any, NamedTuple

from matching.terms import Verdict


class Placed(NamedTuple):
    """One product's place for one applicant, 1 for the best.

    Rate and compounded all-in cost are in 1/10,000 percent, the limit in fen; None for what does
    not fit, and for a cost that does not exist.
    """

    product_id: str
    version: int
    verdict: Verdict
    position: int
    annual_rate: int | None = None
    limit: int | None = None
    cost: int | None = None

    @property
    def fits(self) -> bool:
        """Whether every condition that excludes is met."""
        return self.verdict is Verdict.PASS

    @property
    def rank(self) -> int | None:
        """The place among what fits."""
        return self.position if self.fits else None


def told(one: Placed) -> list[Any]:
    """It as JSON values, the same as matching.replay has them in the digest of an order."""
    figures = []
    if one.fits:
        figures = [_decimal(one.annual_rate, 1), _decimal(one.limit, 100), _decimal(one.cost, 1)]
    return [one.product_id, one.version, one.verdict, one.rank, *figures]


def _decimal(value: int | None, scale: int) -> str | None:
    if value is None:
        return None
    whole, part = divmod(value * scale, 10_000)
    return f"{whole}.{part:04}"
