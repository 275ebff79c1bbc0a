"""Which migrations of this release a database still lacks."""

from pathlib import Path

from storage.database import fetch

_VERSIONS = Path(__file__).parent / "versions"


async def pending_migrations() -> list[str]:
    """Names of the migrations that have not been applied, in order; one query."""
    rows = await fetch("SELECT name FROM tortoise_migrations")
    applied = {row["name"] for row in rows}
    known = sorted(path.stem for path in _VERSIONS.glob("[0-9]*.py"))
    return [name for name in known if name not in applied]
