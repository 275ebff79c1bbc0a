"""What each database role may do: rq_owner migrates, rq_app works without DDL, rq_read reads.

Applied after every migration. A database that lacks the roles (one of somebody else's making)
keeps the rights its owner gave.
"""

from storage.database import execute, fetch

APPEND_ONLY = (
    "access_ledger",
    "access_chain",
    "credit_report",
    "declaration",
    "grade_group",
    "grade_run",
    "grade_run_part",
    "ledger_checkpoint",
    "match_run",
    "match_shelf",
    "product_version",
    "public_batch",
    "verification_attempt",
    "whitelist",
    "whitelist_entry",
    "whitelist_recipient",
)
# Written by functions of the tables' owner alone, so that the application can forge nothing.
WRITTEN_BY_THE_DATABASE = ("access_chain",)
APP_ROLE = "rq_app"
READ_ROLE = "rq_read"


async def grant_roles() -> None:
    """Give the roles that exist their rights on every table of the public schema; repeatable."""
    rows = await fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY($1::text[])", [APP_ROLE, READ_ROLE]
    )
    existing = {row["rolname"] for row in rows}
    if APP_ROLE in existing:
        for statement in _app_rights():
            await execute(statement)
    if READ_ROLE in existing:
        await execute(f"GRANT USAGE ON SCHEMA public TO {READ_ROLE}")
        await execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READ_ROLE}")


def _app_rights() -> list[str]:
    tables = ", ".join(APPEND_ONLY)
    return [
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {APP_ROLE}",
        f"REVOKE INSERT ON {', '.join(WRITTEN_BY_THE_DATABASE)} FROM {APP_ROLE}",
    ]
