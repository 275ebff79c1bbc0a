"""Stand-ins for the services outside, on the loopback interface: the registry, entry apps' keys,
the gateways of providers.

The registry knows the firms of the demo story and a few that nobody has registered yet. Refuses
to be production.
"""

import argparse
import csv
import hmac
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.settings import settings
from foundation.tokens import KeyRing, new_key_ring, read_key_ring, write_key_ring
from tools.story.answers import answer

HELP = "serve a registry and the entry apps' keys to a local set-up, on 127.0.0.1"
STORY = Path(__file__).parent / "story"
REGISTERS = ("enterprises.csv", "unregistered.csv")
MAX_BODY = 4096


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The port."""
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    if settings().is_production:
        print("Stand-ins for outside services are for development.", file=sys.stderr)
        return 1
    uvicorn.run(create_app(), host="127.0.0.1", port=arguments.port, log_level="warning")
    return 0


def create_app() -> Starlette:
    """The stand-ins as an ASGI application."""
    firms = registered_firms()

    async def profile(request: Request) -> JSONResponse:
        firm = firms.get(request.path_params["uscc"])
        if firm is None:
            return JSONResponse({}, status_code=404)
        return JSONResponse(
            {
                "uscc": firm["uscc"],
                "name": firm["name"],
                "district": firm["district"],
                "industry": firm["industry"],
                "established_on": firm["established_on"] or None,
                "in_business": True,
            }
        )

    async def check(request: Request) -> JSONResponse:
        firm = firms.get(request.path_params["uscc"])
        asked = await _small_body(request)
        agrees = firm is not None and all(
            hmac.compare_digest(str(asked.get(theirs, "")).encode(), firm[ours].encode())
            for theirs, ours in (("name", "legal_representative"), ("id_number", "id_number"))
        )
        return JSONResponse({"agrees": agrees})

    async def keys(request: Request) -> JSONResponse:
        code = request.path_params["city"]
        if code not in cities():
            return JSONResponse({}, status_code=404)
        return JSONResponse(entry_app_keys(code).jwks())

    async def source(request: Request) -> JSONResponse:
        asked = await _small_body(request)
        city = request.path_params["city"]
        category, uscc = str(asked.get("category", "")), str(asked.get("uscc", ""))
        served = [one for one in cities()[city].sources if one.name == request.path_params["name"]]
        if not served or category not in served[0].categories:
            return JSONResponse({}, status_code=404)
        told = {"asOf": str(asked["asOf"])} if "asOf" in asked else {}
        try:
            as_of = date.fromisoformat(told["asOf"]) if told else None
        except ValueError:
            return JSONResponse({}, status_code=400)
        rows = answer(city, category, uscc, day_in_shanghai(datetime.now(UTC)), as_of)
        return JSONResponse({"category": category, "uscc": uscc, "rows": rows} | told)

    firm_path = "/registry/enterprises/{uscc}"
    return Starlette(
        routes=[
            Route(firm_path, profile),
            Route(f"{firm_path}/legal-representative-check", check, methods=["POST"]),
            Route("/sources/{city}/{name}/query", source, methods=["POST"]),
            Route("/entry-apps/{city}/jwks.json", keys),
        ]
    )


async def _small_body(request: Request) -> Mapping[str, Any]:
    body = await request.body()
    asked = await request.json() if 0 < len(body) <= MAX_BODY else {}
    return asked if isinstance(asked, dict) else {}


def registered_firms() -> Mapping[str, Mapping[str, str]]:
    """Every firm that the stand-in registry knows, by USCC."""
    found: dict[str, Mapping[str, str]] = {}
    for name in REGISTERS:
        with (STORY / name).open(encoding="utf-8", newline="") as lines:
            found |= {row["uscc"]: row for row in csv.DictReader(lines)}
    return found


def entry_app_keys(city: str) -> KeyRing:
    """The keys with which a local set-up plays a city's entry app, made when there are none."""
    file = settings().data_dir / "entry-apps" / f"{city}.json"
    if not file.exists():
        # When another process was quicker, its keys serve.
        with suppress(FileExistsError):
            write_key_ring(file, new_key_ring(datetime.now(UTC), generated=True), replace=False)
    return read_key_ring(file)
