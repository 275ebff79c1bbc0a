"""Registration of enterprises: 注册, 实名认证, 授权 (江阴“澄易贷”方案 二(一)).

The name, district and industry are the registry's. A second claim on a USCC gets the answer of a
first one, so that nobody learns who is registered here, and goes to the operator.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounts.facts import OwnershipClaimed
from accounts.registry import Registry, RegistryProfile
from accounts.viewers import Viewer
from foundation.city import cities
from foundation.errors import FieldProblem, Forbidden, Problems, ValidationFailed
from foundation.identifiers import is_valid_uscc, new_id
from storage.database import execute, fetch, fetch_one, transaction
from storage.models.consent import STANDS
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.membership import Role
from storage.queue import enqueue

MAX_ENTERPRISES = 20
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
_BRACKETS = str.maketrans("()", "（）")

_STATES = f"""
SELECT e.id, e.real_name_verified_at IS NOT NULL AS verified, EXISTS (
    SELECT FROM consent c
    WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING' AND {STANDS.format(c="c", today="$2")}
) AS authorised
FROM enterprise e WHERE e.id = ANY($1::uuid[])
UNION ALL
SELECT c.id, c.verified_at IS NOT NULL, false FROM ownership_claim c WHERE c.id = ANY($1::uuid[])
"""  # noqa: S608 - a constant; every value is a parameter

_PERSON = """
SELECT p.phone,
  (SELECT count(*) FROM membership m
    WHERE m.person_id = p.id AND m.role = 'OWNER' AND m.ended_at IS NULL)
  + (SELECT count(*) FROM ownership_claim c WHERE c.person_id = p.id) AS enterprises
FROM person p WHERE p.id = $1
"""

_KNOWN = """
SELECT e.id, m.person_id AS owner_id
FROM enterprise e
LEFT JOIN membership m ON m.enterprise_id = e.id AND m.role = 'OWNER' AND m.ended_at IS NULL
WHERE e.uscc = $1
"""

_REPRESENTS = """
SELECT EXISTS (
  SELECT FROM external_account WHERE person_id = $1 AND represents @> to_jsonb($2::text)
) AS represents
"""

_CLAIM = """
INSERT INTO ownership_claim (id, enterprise_id, person_id, state, claimed_at)
VALUES ($1, $2, $3, 'OPEN', $4)
"""

_OWN = """
INSERT INTO membership (id, person_id, role, city, enterprise_id, created_at)
VALUES ($1, $2, 'OWNER', $3, $4, $5)
"""

_ACT_FOR_THE_FIRST = """
UPDATE session SET membership_id = $2 WHERE id = $1 AND membership_id IS NULL
"""


@dataclass(frozen=True)
class Registered:
    """The enterprise as the registering person sees it, and who that person now acts for."""

    enterprise: Enterprise
    viewer: Viewer


async def states_of(
    enterprise_ids: Iterable[UUID], today: date
) -> Mapping[UUID, RegistrationState]:
    """How far enterprises, and claims on them, have come, in one query.

    A consent holds through its last day.
    """
    rows = await fetch(_STATES, list(enterprise_ids), today)
    return {row["id"]: _state(row["verified"], row["authorised"]) for row in rows}


def _state(verified: bool, authorised: bool) -> RegistrationState:
    if not verified:
        return RegistrationState.REGISTERED
    return RegistrationState.AUTHORISED if authorised else RegistrationState.REAL_NAME_VERIFIED


async def register(
    viewer: Viewer, *, uscc: str, name: str, city: str, registry: Registry, now: datetime
) -> Registered:
    """Register an enterprise for the viewer, who owns it from then on.

    Raises Forbidden for people of institutions and of the platform, ValidationFailed for what
    the registry does not confirm, Unavailable when it is silent; then nothing is changed.
    """
    if viewer.role not in (None, Role.OWNER):
        raise Forbidden("工作人员身份不能登记企业")
    code = unicodedata.normalize("NFKC", uscc[:60]).strip().upper()
    _check_shape(code, name)
    await _check_person(viewer.person_id)
    profile = await registry.profile(code)
    confirmed = _confirmed(profile, code, name, city)
    async with transaction():
        await execute("SELECT pg_advisory_xact_lock(hashtextextended('uscc ' || $1, 0))", code)
        known = await fetch_one(_KNOWN, code)
        if known is None:
            enterprise = await _add(confirmed, city, now)
            return Registered(enterprise, await _own(viewer, enterprise, now))
        enterprise = await Enterprise.get(id=known["id"])
        if known["owner_id"] == viewer.person_id:
            return Registered(enterprise, viewer)
        if known["owner_id"] is None and enterprise.real_name_verified_at is None:
            return Registered(enterprise, await _own(viewer, enterprise, now))
        return Registered(await _claim(viewer, enterprise, now), viewer)


def _check_shape(code: str, name: str) -> None:
    problems = Problems()
    shaped = _USCC.fullmatch(code) is not None
    problems.check(shaped, "uscc", "统一社会信用代码是 18 位数字和大写字母（不含 I、O、S、V、Z）")
    problems.check(2 <= len(name.strip()) <= 120, "name", "请输入营业执照上的企业名称")
    problems.raise_if_any()


async def _check_person(person_id: UUID) -> None:
    person = await fetch_one(_PERSON, person_id)
    problems = Problems()
    has_phone = person is not None and person["phone"] is not None
    problems.check(has_phone, "phone", "请先用短信验证码绑定手机号，再登记企业")
    few = person is not None and person["enterprises"] < MAX_ENTERPRISES
    problems.check(few, "uscc", f"一个账户最多登记 {MAX_ENTERPRISES} 家企业")
    problems.raise_if_any()


def _confirmed(profile: RegistryProfile | None, code: str, name: str, city: str) -> RegistryProfile:
    if profile is None:
        # The registry is asked even where the check digit is wrong: some issued codes fail it.
        sentence = (
            "登记机关没有这个统一社会信用代码，请与营业执照核对"
            if is_valid_uscc(code)
            else "统一社会信用代码的校验位不对，请与营业执照核对"
        )
        raise ValidationFailed([FieldProblem("uscc", sentence)])
    problems = Problems()
    same = _plain_name(profile.name) == _plain_name(name)
    problems.check(same, "name", "名称与登记的名称不一致，请按营业执照填写")
    here = cities()[city].district(profile.district) is not None
    problems.check(here, "city", f"登记的住所不在{cities()[city].name}，请选择企业所在的城市")
    problems.raise_if_any()
    return profile


def _plain_name(name: str) -> str:
    """A name without what people type differently: width, spaces, kinds of brackets."""
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return "".join(folded.split()).upper()


async def _add(profile: RegistryProfile, city: str, now: datetime) -> Enterprise:
    return await Enterprise.create(
        uscc=profile.uscc,
        name=profile.name,
        city=city,
        district=profile.district,
        industry=profile.industry,
        established_on=profile.established_on,
        in_business=profile.in_business,
        registered_at=now,
    )


async def _own(viewer: Viewer, enterprise: Enterprise, now: datetime) -> Viewer:
    """Make the viewer its owner; a verified-person claim for its USCC counts as real name."""
    found = await fetch_one(_REPRESENTS, viewer.person_id, enterprise.uscc)
    if found and found["represents"]:
        enterprise.real_name_verified_at = now
        await enterprise.save(update_fields=["real_name_verified_at"])
    membership_id = new_id()
    await execute(_OWN, membership_id, viewer.person_id, enterprise.city, enterprise.id, now)
    if not await execute(_ACT_FOR_THE_FIRST, viewer.session_id, membership_id):
        return viewer
    return replace(
        viewer,
        membership_id=membership_id,
        role=Role.OWNER,
        city=enterprise.city,
        enterprise_id=enterprise.id,
    )


async def _claim(viewer: Viewer, enterprise: Enterprise, now: datetime) -> Enterprise:
    claim = await fetch_one(
        "SELECT id FROM ownership_claim WHERE enterprise_id = $1 AND person_id = $2"
        " ORDER BY claimed_at DESC LIMIT 1",
        enterprise.id,
        viewer.person_id,
    )
    claim_id: UUID = claim["id"] if claim else new_id()
    if claim is None:
        await execute(_CLAIM, claim_id, enterprise.id, viewer.person_id, now)
        await enqueue(OwnershipClaimed(claim_id=claim_id))
    return as_claimed(enterprise, claim_id)


def as_claimed(enterprise: Enterprise, claim_id: UUID) -> Enterprise:
    """A claimed enterprise as its claimant sees it: fresh, and stored nowhere.

    Only what the registry tells everybody is copied, under the claim's id.
    """
    return Enterprise(
        id=claim_id,
        uscc=enterprise.uscc,
        name=enterprise.name,
        city=enterprise.city,
        district=enterprise.district,
        industry=enterprise.industry,
        established_on=enterprise.established_on,
        in_business=enterprise.in_business,
        registered_at=enterprise.registered_at,
    )
