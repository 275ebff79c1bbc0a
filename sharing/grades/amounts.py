"""The amounts behind ① and ②, shown to the owner while consent and records last (A2-45).

They are not kept with the grade: they are read again from the records of the grade's day, and
shown only when they still have the digest that the grade kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from credit.facts import YearOnYear
from foundation.money import format_yuan
from foundation.sealing import digests_agree
from sharing.evidence import tax_of, utilities_of
from sharing.grades.basis import Basis, answer_digest
from sharing.peers import bills_of_peers
from sharing.records import TAX_FEED, records_of


async def amounts_behind(
    city: str, uscc: str, as_of: date, bases: Mapping[int, Basis]
) -> dict[int, str]:
    """By indicator number, the two amounts as a sentence's tail; nothing that changed or is gone.

    Two queries, for one enterprise.
    """
    records = await records_of(city, [uscc], as_of, (TAX_FEED,))
    bills = await bills_of_peers(city, [uscc], as_of)
    tax = tax_of(records[uscc], as_of)
    parts: dict[int, Sequence[YearOnYear]] = {
        1: [tax] if tax else [],
        2: utilities_of(bills.get(uscc, ("", ()))[1]),
    }
    return {
        number: _shown(found)
        for number, found in parts.items()
        if found and _is_what_was_ranked(found, bases.get(number))
    }


def _is_what_was_ranked(parts: Sequence[YearOnYear], basis: Basis | None) -> bool:
    kept = basis.digest if basis else None
    return kept is not None and digests_agree(answer_digest(parts).encode(), kept.encode())


def _shown(parts: Sequence[YearOnYear]) -> str:
    both = [part for part in parts if part.current is not None and part.base is not None]
    current = sum((part.current or Decimal(0) for part in both), Decimal(0))
    base = sum((part.base or Decimal(0) for part in both), Decimal(0))
    return f"（本期 {format_yuan(current)} 元，上年同期 {format_yuan(base)} 元）"
