"""Enterprises with a credit history: their records go through the importer, their consent through
the service, so every grade in a test is computed.
"""

import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import new_id
from sharing.consents import Grant, grant
from sharing.imports import import_file
from storage.database import execute
from storage.models.consent import Consent, ConsentPurpose, ConsentSubject
from storage.models.enterprise import Enterprise
from storage.models.person import Person
from tests.factories.demands import viewer_of
from tests.factories.people import Someone, a_person, an_enterprise, an_owner
from tools.demo_records import DemoFirm, write_files

PEERS = 11


def a_history(enterprise: Enterprise, **changes: str) -> DemoFirm:
    """Records that give an industrial enterprise of 江阴 twelve A's among `peers`, changed."""
    good = {
        "tax": "2000000",
        "tax_before": "1000000",
        "power": "20000",
        "power_before": "10000",
        "insured": "五险",
        "arrears": "否",
        "fund": "正常",
        "tenure": "自有",
        "legal": "A",
        "colour": "绿",
        "loans": "1 0 否",
        "policy": "鼓励",
        "performance": "5/100",
        "tax_level": "B",
    }
    who = {"uscc": enterprise.uscc, "name": enterprise.name, "city": enterprise.city}
    return DemoFirm(**(good | changes | who))


async def import_histories(firms: Sequence[DemoFirm], now: datetime, *, told: bool = False) -> None:
    """Bring every record of these firms in through the importer, as received five days ago; the
    persons of whom there is a level have consented to the platform. `told`: the facts of the
    imports stay on the queue.
    """
    await consents_of_persons(firms, now)
    with tempfile.TemporaryDirectory() as folder:
        for one in write_files(firms, Path(folder), day_in_shanghai(now)):
            receipt = await import_file(
                one.path,
                city=one.city,
                category_code=one.category,
                provider=one.provider,
                received_on=one.received_on,
            )
            assert receipt.quarantined == 0, receipt
    if not told:
        await execute("DELETE FROM pgqueuer WHERE entrypoint = 'BatchImported'")


async def consents_of_persons(firms: Sequence[DemoFirm], now: datetime) -> None:
    """Each person's own consent, where a history has their credit level."""
    for firm in firms:
        enterprise = await Enterprise.get_or_none(uscc=firm.uscc)
        for subject, level in (
            (ConsentSubject.LEGAL_REPRESENTATIVE, firm.legal),
            (ConsentSubject.ACTUAL_CONTROLLER, firm.controller),
        ):
            if enterprise is not None and level not in ("", "未授权"):
                await a_personal_consent(enterprise, now, subject=subject)


async def a_personal_consent(
    enterprise: Enterprise,
    now: datetime,
    *,
    subject: ConsentSubject = ConsentSubject.LEGAL_REPRESENTATIVE,
    person: Person | None = None,
    until: date | None = None,
) -> Consent:
    """A person's consent for themselves, the one that stands if there is one already."""
    held, _ = await Consent.get_or_create(
        enterprise=enterprise,
        purpose=ConsentPurpose.PERSONAL_CREDIT,
        subject=subject,
        revoked_at=None,
        superseded_at=None,
        defaults={
            "person": person or await a_person(now=now),
            "text_version": cities()[enterprise.city].consent_text("PERSONAL_CREDIT").version,
            "granted_at": now,
            "until": until,
        },
    )
    return held


async def a_grading_consent(owner: Someone, now: datetime, *, until: date | None = None) -> Consent:
    """The owner's consent on the text in force; it grades the enterprise."""
    assert owner.enterprise is not None
    text = cities()[owner.enterprise.city].consent_text("GRADING")
    wanted = Grant(
        enterprise_id=owner.enterprise.id,
        purpose=ConsentPurpose.GRADING,
        text_version=text.version,
        until=until,
    )
    return await grant(viewer_of(owner), wanted, f"grading-{new_id().hex}", now)


async def peers(
    now: datetime, *, number: int = PEERS, industry: str = "C34", city: str = "JIANGYIN"
) -> list[Enterprise]:
    """Consenting enterprises of one industry whose taxes and bills grew less than `a_history`:
    ratios 1.09, 1.08 … downwards.
    """
    found = [await an_enterprise(industry=industry, city=city, now=now) for _ in range(number)]
    histories = [
        DemoFirm(
            uscc=firm.uscc,
            name=firm.name,
            city=city,
            tax=str(1_090_000 - 10_000 * i),
            tax_before="1000000",
            power=str(10_900 - 100 * i),
            power_before="10000",
        )
        for i, firm in enumerate(found)
    ]
    await import_histories(histories, now)
    await consent_of_all(found, now)
    return found


async def consent_of_all(
    enterprises: Sequence[Enterprise],
    now: datetime,
    *,
    until: date | None = None,
    text_version: str | None = None,
) -> None:
    """Grading consents of enterprises that only a ranking needs, given by one person, on the text
    in force unless another one is named.
    """
    person = await a_person(now=now)
    await Consent.bulk_create(
        Consent(
            enterprise=enterprise,
            person=person,
            purpose=ConsentPurpose.GRADING,
            text_version=text_version or cities()[enterprise.city].consent_text("GRADING").version,
            granted_at=now,
            until=until,
        )
        for enterprise in enterprises
    )


async def a_graded_owner(
    clock: FrozenClock,
    *,
    with_peers: bool = True,
    city: str = "JIANGYIN",
    until: date | None = None,
    **changes: str,
) -> Someone:
    """An owner whose enterprise was graded from imported records: ADVANCED unless changed."""
    now = clock.now()
    if with_peers:
        await peers(now, city=city)
    owner = await an_owner(city=city, now=now)
    assert owner.enterprise is not None
    await import_histories([a_history(owner.enterprise, **changes)], now)
    await a_grading_consent(owner, now, until=until)
    return owner


async def an_owner_with_nine(clock: FrozenClock, *, persons_days: int) -> Someone:
    """An owner graded 高级 with nine A's, one of them a person's, whose own consent ends so many
    days from now: a day later it is eight, and 一级.
    """
    now = clock.now()
    await peers(now)
    owner = await an_owner(now=now)
    assert owner.enterprise is not None
    until = day_in_shanghai(now) + timedelta(days=persons_days)
    await a_personal_consent(owner.enterprise, now, until=until)
    nine = a_history(owner.enterprise, colour="蓝", loans="", policy="一般")
    await import_histories([nine], now)
    await a_grading_consent(owner, now)
    return owner
