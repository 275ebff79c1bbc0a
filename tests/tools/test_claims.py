"""Second claims: upheld ones hand the enterprise over, rejected ones leave everything."""

from datetime import timedelta

import pytest

from accounts.claims import open_claims, reject, uphold
from accounts.viewers import viewer_of
from credit.facts import PersonRole
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.errors import Unauthenticated
from foundation.identifiers import new_id
from sharing.consenting.coverage import persons_consented
from storage.database import fetch
from storage.models import Consent, Enterprise, Grade, Membership, OwnershipClaim
from storage.models.consent import ConsentPurpose
from storage.models.enterprise import ClaimState
from tests.factories.credit import a_personal_consent
from tests.factories.people import Someone, a_person, an_owner
from tests.servers import Database
from tools.claims import hand_over


async def a_claim(owner: Someone, clock: FrozenClock, *, verified: bool = True) -> OwnershipClaim:
    return await OwnershipClaim.create(
        enterprise=owner.enterprise,
        person=await a_person(now=clock.now()),
        claimed_at=clock.now(),
        verified_at=clock.now() + timedelta(minutes=1) if verified else None,
    )


async def a_grading_consent(owner: Someone, clock: FrozenClock) -> Consent:
    return await Consent.create(
        enterprise=owner.enterprise,
        person=owner.person,
        purpose=ConsentPurpose.GRADING,
        text_version="1",
        granted_at=clock.now(),
    )


async def test_claims_that_wait_are_listed_oldest_first(database: Database, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    first = await a_claim(owner, clock, verified=False)
    clock.advance(timedelta(hours=1))
    second = await a_claim(owner, clock)

    waiting = await open_claims()

    assert [(claim.id, claim.verified) for claim in waiting] == [
        (first.id, False),
        (second.id, True),
    ]
    assert waiting[0].uscc == owner.enterprise.uscc


async def test_an_upheld_claim_hands_the_enterprise_over(database: Database, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    consent = await a_grading_consent(owner, clock)
    claim = await a_claim(owner, clock)

    await hand_over(claim.id, clock.now())

    [standing] = await Membership.filter(ended_at=None)
    assert standing.person_id == claim.person_id
    assert standing.enterprise_id == owner.enterprise.id
    with pytest.raises(Unauthenticated):
        await viewer_of(owner.token, clock.now())
    assert (await Consent.get(id=consent.id)).revoked_at == clock.now()
    firm = await Enterprise.get(id=owner.enterprise.id)
    assert firm.real_name_verified_at == claim.verified_at
    decided = await OwnershipClaim.get(id=claim.id)
    assert (decided.state, decided.decided_at) == (ClaimState.UPHELD, clock.now())
    assert (await Grade.get(enterprise=firm, superseded_at=None)).level == "UNRATED"
    assert await open_claims() == []


async def test_a_former_owner_is_no_representative_and_an_invited_person_stays_one(
    database: Database, clock: FrozenClock
):
    owner, other = await an_owner(now=clock.now()), await an_owner(now=clock.now())
    assert owner.enterprise is not None
    assert other.enterprise is not None
    own = await a_personal_consent(owner.enterprise, clock.now(), person=owner.person)
    invited = await a_personal_consent(other.enterprise, clock.now())
    today = day_in_shanghai(clock.now())

    for one in (owner, other):
        await hand_over((await a_claim(one, clock)).id, clock.now())

    assert (await Consent.get(id=own.id)).revoked_at == clock.now()
    assert await persons_consented(owner.enterprise.id, today) == frozenset()
    assert (await Consent.get(id=invited.id)).revoked_at is None
    assert await persons_consented(other.enterprise.id, today) == {PersonRole.LEGAL_REPRESENTATIVE}


async def nothing_moved(owner: Someone) -> bool:
    standing = await fetch("SELECT person_id FROM membership WHERE ended_at IS NULL")
    return standing == [{"person_id": owner.person.id}]


async def test_without_a_proven_real_name_nothing_is_handed_over(
    database: Database, clock: FrozenClock
):
    owner = await an_owner(now=clock.now())
    consent = await a_grading_consent(owner, clock)
    claim = await a_claim(owner, clock, verified=False)

    with pytest.raises(ValueError, match="real name"):
        await hand_over(claim.id, clock.now())

    assert await nothing_moved(owner)
    assert (await Consent.get(id=consent.id)).revoked_at is None
    assert (await OwnershipClaim.get(id=claim.id)).state is ClaimState.OPEN


async def test_a_rejected_claim_leaves_everything(database: Database, clock: FrozenClock):
    owner = await an_owner(now=clock.now())
    claim = await a_claim(owner, clock)

    await reject(claim.id, clock.now())

    assert await nothing_moved(owner)
    assert await open_claims() == []
    with pytest.raises(LookupError):
        await uphold(claim.id, clock.now())
    assert await nothing_moved(owner)


async def test_an_unknown_claim_is_neither_upheld_nor_rejected(
    database: Database, clock: FrozenClock
):
    for decide in (uphold, reject, hand_over):
        with pytest.raises(LookupError):
            await decide(new_id(), clock.now())
