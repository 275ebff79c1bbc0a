"""Registration of enterprises: 注册, 实名认证, 授权 (江阴“澄易贷”方案 二(一))."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from storage.database import fetch
from storage.models.enterprise import RegistrationState

_STATES = """
SELECT e.id, e.real_name_verified_at IS NOT NULL AS verified, EXISTS (
    SELECT FROM consent c
    WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND c.revoked_at IS NULL
      AND (c.until IS NULL OR c.until >= $2)
) AS authorised
FROM enterprise e WHERE e.id = ANY($1::uuid[])
"""


async def states_of(
    enterprise_ids: Iterable[UUID], today: date
) -> Mapping[UUID, RegistrationState]:
    """How far enterprises have come, in one query. A consent holds through its last day."""
    rows = await fetch(_STATES, list(enterprise_ids), today)
    return {row["id"]: _state(row["verified"], row["authorised"]) for row in rows}


def _state(verified: bool, authorised: bool) -> RegistrationState:
    if not verified:
        return RegistrationState.REGISTERED
    return RegistrationState.AUTHORISED if authorised else RegistrationState.REAL_NAME_VERIFIED
