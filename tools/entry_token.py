"""`tools entry-token`: plays a city's entry app, for a local set-up; prints the token alone."""

import argparse
import sys
from datetime import UTC, datetime

import jwt

from foundation.city import cities
from foundation.identifiers import new_id
from foundation.settings import settings
from tools.dev_services import entry_app_keys

HELP = "print a token of a city's entry app for sessionExchange (development only)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose entry app, and what it says of the person."""
    parser.add_argument("--city", required=True, choices=sorted(cities()))
    parser.add_argument("--subject", default="demo-subject", help="the account in the entry app")
    parser.add_argument("--phone", help="the phone that the entry app names")
    parser.add_argument(
        "--represents",
        action="append",
        metavar="USCC",
        help="a firm whose verified legal representative the person is; repeatable",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a token that is good for five minutes and one use."""
    if settings().is_production:
        print("Only the entry app itself signs its tokens in production.", file=sys.stderr)
        return 1
    app = cities()[arguments.city].entry_app
    claims = {
        "iss": app.issuer,
        "aud": app.audience,
        "sub": arguments.subject,
        "jti": new_id().hex,
        "iat": int(datetime.now(UTC).timestamp()),
    }
    if arguments.phone:
        claims["phone_number"] = arguments.phone
    if arguments.represents:
        claims["verified_person"] = {"legal_representative_of": arguments.represents}
    key = entry_app_keys(arguments.city).active
    print(jwt.encode(claims, key.private_key, "ES256", headers={"kid": key.kid}))
    return 0
