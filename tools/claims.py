"""`tools claims`: second claims on enterprises, shown and decided by the operator.

Upholding ends what the former owner does for the enterprise, and takes back what they consented to:
the new owner grants their own.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from uuid import UUID

from accounts.claims import open_claims, reject, uphold
from sharing.consenting.rules import GRANTED_HERE
from sharing.consents import end, revoke
from storage.database import fetch_models, transaction
from storage.models.consent import Consent, ConsentSubject
from tools.database import application_database

# Who no longer owns it does not speak as its legal representative either (AU-7).
_OF_FORMER_OWNERS = """
SELECT c.* FROM consent c JOIN membership m
    ON m.enterprise_id = c.enterprise_id AND m.person_id = c.person_id
   AND m.role = 'OWNER' AND m.ended_at = $2
 WHERE c.enterprise_id = $1 AND c.subject = 'LEGAL_REPRESENTATIVE' AND c.revoked_at IS NULL
   AND c.lapsed_at IS NULL AND c.superseded_at IS NULL
   FOR NO KEY UPDATE OF c
"""

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
    """Uphold a claim, and take back what the former owner consented to for the enterprise, also as
    its legal representative. What another person consented to by a link stays that person's.

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
        for personal in await fetch_models(Consent, _OF_FORMER_OWNERS, owner.enterprise_id, now):
            await end(owner, personal, now)
