"""`tools claims`: second claims on enterprises, shown and decided by the operator.

Upholding ends what the former owner does for the enterprise, and takes the grading consent back
that they gave: the new owner grants their own.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from uuid import UUID

from accounts.claims import open_claims, reject, uphold
from sharing.consenting.rules import GRANTED_HERE
from sharing.consents import revoke
from storage.database import transaction
from storage.models.consent import Consent, ConsentSubject
from tools.database import application_database

HELP = "show second claims on enterprises, uphold or reject one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which claim."""
    parser.add_argument("action", choices=["list", "uphold", "reject"])
    parser.add_argument("claim", nargs="?", type=UUID)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    try:
        asyncio.run(_run(arguments))
    except (LookupError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    async with application_database():
        if arguments.action == "list":
            for claim in await open_claims():
                state = "real name proven" if claim.verified else "real name not proven"
                print(f"{claim.id}  {claim.claimed_at:%Y-%m-%d}  {claim.uscc}  {state}")
        elif arguments.claim is None:
            raise ValueError(f"{arguments.action} needs the id of a claim")
        elif arguments.action == "uphold":
            await hand_over(arguments.claim, datetime.now(UTC))
        else:
            await reject(arguments.claim, datetime.now(UTC))


async def hand_over(claim_id: UUID, now: datetime) -> None:
    """Uphold a claim, and take back what the former owner consented to for the enterprise.

    Raises LookupError or ValueError as `uphold` does; then nothing is changed.
    """
    async with transaction():
        owner = await uphold(claim_id, now)
        standing = Consent.filter(
            enterprise_id=owner.enterprise_id,
            subject=ConsentSubject.ENTERPRISE,
            purpose__in=list(GRANTED_HERE),
            revoked_at=None,
            lapsed_at=None,
            superseded_at=None,
        )
        for consent in await standing:
            await revoke(owner, consent.id, now)
