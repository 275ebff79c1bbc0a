"""`tools staff`: logins for people of institutions and of the platform.

`add` and `reset` print a password and a TOTP secret once; neither can be read again, except in
development, where `totp` prints the present code of a login.
"""

import argparse
import asyncio
import secrets
import sys
from datetime import UTC, datetime
from uuid import UUID

import pyotp

from accounts.memberships import add_staff_member
from accounts.staff import keep_credential, person_of_login, totp_secret_of
from foundation.city import cities
from foundation.errors import DomainError
from foundation.settings import settings
from storage.database import transaction
from storage.models.membership import Role
from tools.database import application_database

HELP = "give staff a login, reset it, or (development only) print its TOTP code"
ROLES = [role.value for role in Role if role is not Role.OWNER]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, for whom."""
    parser.add_argument("action", choices=["add", "reset", "totp"])
    parser.add_argument("login")
    parser.add_argument("--name", help="add: the person's name")
    parser.add_argument("--role", choices=ROLES, help="add: what they may do")
    parser.add_argument("--city", choices=sorted(cities()), help="add: in which city")
    parser.add_argument("--institution", help="add: the institution's name, for its people")
    parser.add_argument("--provider", help="add: the data provider's name, for its people")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    try:
        return asyncio.run(_run(arguments))
    except (LookupError, ValueError) as error:
        print(error, file=sys.stderr)
    except DomainError as error:
        print(error.message, file=sys.stderr)
    return 1


async def _run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    password, secret = secrets.token_urlsafe(18), pyotp.random_base32()
    async with application_database():
        if arguments.action == "totp":
            return await _print_totp(arguments.login, now)
        async with transaction():
            adding = arguments.action == "add"
            person_id = await (_add if adding else _find)(arguments, now)
            await keep_credential(
                person_id=person_id,
                login=arguments.login,
                password=password,
                totp_secret=secret,
                now=now,
            )
    address = pyotp.TOTP(secret).provisioning_uri(name=arguments.login, issuer_name="RongQiao")
    print(f"password  {password}\nTOTP      {address}")
    return 0


async def _add(arguments: argparse.Namespace, now: datetime) -> UUID:
    if not (arguments.name and arguments.role and arguments.city):
        raise ValueError("add needs --name, --role and --city")
    person = await add_staff_member(
        name=arguments.name,
        role=Role(arguments.role),
        city=arguments.city,
        institution=arguments.institution,
        provider=arguments.provider,
        now=now,
    )
    return person.id


async def _find(arguments: argparse.Namespace, _: datetime) -> UUID:
    return await person_of_login(arguments.login)


async def _print_totp(login: str, now: datetime) -> int:
    if settings().is_production:
        print("TOTP codes are shown by the owner's device alone.", file=sys.stderr)
        return 1
    print(pyotp.TOTP(await totp_secret_of(login)).at(now))
    return 0
