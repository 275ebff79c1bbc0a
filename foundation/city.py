"""Cities are data: every folder of `cities/` that holds a city.toml is one, read at start.

A folder has city.toml (names, entry app, grading, limits, theme), districts.csv (code, name,
parent), consent_texts.toml (the texts in force, and former ones), kpi.toml (targets with their
source); where providers answer when they are asked, sources.toml; and where owners may state
something themselves, commitment.toml.
"""

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from foundation.settings import settings

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,23}$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntryApp(_Data):
    """The app through which people come, and what its tokens are checked against.

    Nothing in a token chooses where its key is fetched from: `jwks_url` does.
    """

    name: str
    issuer: str
    audience: str
    algorithms: tuple[str, ...] = Field(min_length=1)
    jwks_url: str


class District(_Data):
    """A district, or a town inside one (`parent`)."""

    code: str
    name: str
    parent: str | None = None


class ConsentText(_Data):
    """A text for one purpose; a consent names the version it was shown. `statistics`: it says that
    what it covers is counted in groups of ten and more (docs/decisions/0021).
    """

    purpose: str
    version: str
    text: str
    in_force: bool = True
    statistics: bool = False

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text, by which a receipt says which words were agreed to."""
        return hashlib.sha256(self.text.encode()).digest()


class Commitment(_Data):
    """What an owner signs with every statement of their own (信用承诺)."""

    version: str
    text: str


class Grading(_Data):
    """Which scale a city shows, and whether it is Annex 2 itself or a configured mapping.

    `standard_gates` switches the gates of the standards (A2-6); `score_method_from` is the day from
    which the score method is the city's base method (A2-44), none while it is off.
    """

    scheme: str
    is_annex_2: bool
    minimum_group: int = Field(ge=5)
    standard_gates: bool = True
    score_method_from: date | None = None


class DemandLimits(_Data):
    """What a demand may ask for. Money in yuan, terms in months."""

    min_amount: Decimal
    max_amount: Decimal
    max_term_months: int
    max_open_per_enterprise: int
    max_named_institutions: int
    expires_after_days: int
    offer_expires_after_days: int


class DataSource(_Data):
    """A provider's gateway that is asked for its categories when they are needed (接口调用).

    A call may take `seconds`, and is tried so often where that can help; `burst` calls may come
    at once, and `calls_per_minute` in the long run. After `breaker_after` failures in a row it is
    left alone for `breaker_pause_s`. One with `history` answers for an earlier day too.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    title: str
    categories: tuple[str, ...] = Field(min_length=1)
    url: str
    seconds: float = Field(5.0, gt=0, le=30)
    attempts: int = Field(3, ge=1, le=5)
    calls_per_minute: int = Field(60, ge=1)
    burst: int = Field(10, ge=1)
    breaker_after: int = Field(5, ge=1)
    breaker_pause_s: int = Field(60, ge=1)
    history: bool = False


class NoticeLimits(_Data):
    """What of its matches an owner is told unasked: products among the `best_matches`, or cheaper
    ones, at most `products_a_day`.
    """

    best_matches: int = Field(default=10, ge=1)
    products_a_day: int = Field(default=3, ge=1)


class Theme(_Data):
    """Colours of the phone client, as #rrggbb."""

    primary: str
    primary_dark: str
    accent: str


class KpiTarget(_Data):
    """A target of a policy text: stored, never computed into."""

    id: str
    name: str
    target: Decimal
    unit: str
    by: str
    source: str


class City(_Data):
    """One city: its names, its area, its rules.

    `sharing_lists` are the lists that its records come in by, its own before those it inherits:
    where two lists feed the same rule, the first that has rows is read.
    """

    code: Code
    name: str
    area_codes: tuple[str, ...]
    province_code: str
    sharing_lists: tuple[str, ...] = ("LOCAL",)
    entry_app: EntryApp
    grading: Grading
    demand: DemandLimits
    notices: NoticeLimits = NoticeLimits()
    theme: Theme
    districts: tuple[District, ...]
    consent_texts: tuple[ConsentText, ...]
    kpi_targets: tuple[KpiTarget, ...]
    sources: tuple[DataSource, ...] = ()
    commitment: Commitment | None = None

    def district(self, code: str) -> District | None:
        """The district or town with a code."""
        return next((d for d in self.districts if d.code == code), None)

    def codes_over(self, district_code: str) -> frozenset[str]:
        """Every code that a district or town lies in: its own, its parent's, the city's and the
        province's.
        """
        found = self.district(district_code)
        parent = {found.parent} if found and found.parent else set()
        return frozenset({district_code, self.province_code, *self.area_codes} | parent)

    def consent_text(self, purpose: str) -> ConsentText:
        """The text in force for a purpose. Raises KeyError when the city has none."""
        for text in self.texts_in_force:
            if text.purpose == purpose:
                return text
        raise KeyError(purpose)

    @property
    def texts_in_force(self) -> tuple[ConsentText, ...]:
        """What is shown to whoever consents now, one text per purpose."""
        return tuple(text for text in self.consent_texts if text.in_force)

    @property
    def statistics_versions(self) -> tuple[str, ...]:
        """The versions, former ones too, that let what they cover be counted."""
        return tuple(text.version for text in self.consent_texts if text.statistics)


@cache
def cities() -> Mapping[str, City]:
    """Every city by its code, in the order of the folders' names."""
    return read_cities(settings().cities_dir)


def read_cities(folder: Path) -> Mapping[str, City]:
    """Read every city of a folder. Raises ValueError naming the file that is wrong."""
    found = [_read_city(file.parent) for file in sorted(folder.glob("*/city.toml"))]
    if not found:
        raise ValueError(f"no city in {folder}")
    return {city.code: city for city in found}


def _read_city(folder: Path) -> City:
    try:
        body = tomllib.loads((folder / "city.toml").read_text("utf-8"))
        texts = tomllib.loads((folder / "consent_texts.toml").read_text("utf-8"))
        targets = tomllib.loads((folder / "kpi.toml").read_text("utf-8"))
        with (folder / "districts.csv").open(encoding="utf-8", newline="") as lines:
            districts = [
                District(code=row["code"], name=row["name"], parent=row["parent"] or None)
                for row in csv.DictReader(lines)
            ]
        return City(
            **body,
            districts=tuple(districts),
            consent_texts=tuple(texts["texts"]),
            kpi_targets=tuple(targets["targets"]),
            sources=_sources_in(folder / "sources.toml"),
            commitment=_commitment_in(folder / "commitment.toml"),
        )
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{folder}: {error}") from error


def _sources_in(file: Path) -> tuple[DataSource, ...]:
    """The gateways of a city; none where there is no such file."""
    if not file.exists():
        return ()
    body = tomllib.loads(file.read_text("utf-8"))
    return tuple(DataSource(**one) for one in body["sources"])


def _commitment_in(file: Path) -> Commitment | None:
    """The commitment of a city; none where owners may not declare anything."""
    return Commitment(**tomllib.loads(file.read_text("utf-8"))) if file.exists() else None
