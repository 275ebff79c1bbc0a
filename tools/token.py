"""`tools token PERSONA`: an access token for walking through a local set-up, alone on stdout.

Made with the key of this set-up, for twelve hours. No HTTP route does this, and production
refuses both the command and such a token.
"""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime

from accounts.personas import open_as_persona
from foundation.identifiers import normal_phone
from foundation.settings import settings
from tools.database import application_database
from tools.personas import persona_phones

HELP = "print an access token for a persona of the demo story (development only)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The persona; `make token` gives it as a variable."""
    parser.add_argument("persona", nargs="?", default=os.environ.get("PERSONA", ""))


def run(arguments: argparse.Namespace) -> int:
    """Print the token."""
    if settings().is_production:
        print("Persona tokens are made in development only.", file=sys.stderr)
        return 1
    phones = persona_phones()
    if arguments.persona not in phones:
        print(f"PERSONA is one of: {', '.join(phones)}", file=sys.stderr)
        return 2
    token = asyncio.run(_token(phones[arguments.persona]))
    if token is None:
        print("The demo story is not in this database: `make seed` fills it in.", file=sys.stderr)
        return 1
    print(token)
    return 0


async def _token(phone: str) -> str | None:
    async with application_database():
        return await open_as_persona(str(normal_phone(phone)), datetime.now(UTC))
