"""Where the outside services are: what settings and cities name, or a local set-up's stand-ins.

RQ_DEV_SERVICES_URL names the stand-ins; production refuses it.
"""

from urllib.parse import urlsplit

from foundation.city import City, DataSource
from foundation.settings import settings


def registry_address() -> str | None:
    """The base address of the registry; None when none is configured."""
    stand_ins = settings().dev_services_url
    return settings().registry_url or (f"{stand_ins}/registry" if stand_ins else None)


def entry_app_keys_address(city: City) -> str:
    """Where the keys of a city's entry app are."""
    stand_ins = settings().dev_services_url
    if stand_ins:
        return f"{stand_ins}/entry-apps/{city.code}/jwks.json"
    return city.entry_app.jwks_url


def source_address(city: str, source: DataSource) -> str:
    """The base address of a city's source of credit records."""
    stand_ins = settings().dev_services_url
    return f"{stand_ins}/sources/{city}/{source.name}" if stand_ins else source.url


def outbound_hosts() -> tuple[str, ...]:
    """The hosts that may be called: those of the settings, and the stand-ins'."""
    stand_ins = settings().dev_services_url
    more = (urlsplit(stand_ins).netloc,) if stand_ins else ()
    return (*settings().outbound_hosts, *more)
