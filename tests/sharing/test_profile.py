"""Conditions of product sheets, answered from records: yes, no, or unknown."""

import json
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock, day_in_shanghai
from foundation.settings import ROOT
from sharing.lists import sharing_lists
from sharing.profile import profile_of, tag_rules
from storage.models.enterprise import Enterprise
from tests.factories.credit import a_history, import_histories
from tests.factories.people import an_enterprise
from tests.queries import recorded_queries
from tools.demo_records import DemoFirm

pytestmark = pytest.mark.usefixtures("database")


async def tags(
    clock: FrozenClock, *, consented: bool = True, city: str = "JIANGYIN", **facts: str
) -> dict[str, bool | None]:
    enterprise = await an_enterprise(city=city, now=clock.now())
    who: dict[str, Any] = {"uscc": enterprise.uscc, "name": enterprise.name, "city": city}
    await import_histories([DemoFirm(**who, **facts)], clock.now())
    return (await profile_of(enterprise, day_in_shanghai(clock.now()), consented=consented)).tags


@pytest.mark.parametrize(
    ("tag", "facts", "expected"),
    [
        ("纳税信用A/B/M", {"tax_level": "M"}, True),
        ("纳税信用A/B/M", {"tax_level": "C"}, False),
        ("纳税信用A/B/M", {}, None),
        ("近12月有纳税", {"tax": "1"}, True),
        ("近12月有纳税", {"tax": "0"}, False),
        ("近12月有纳税", {"tax_before": "1"}, None),
        ("有纳税", {"tax": "1"}, True),
        ("纳税满2年", {"tax": "1"}, True),
        ("纳税满2年", {}, None),
        ("社保正常缴纳", {"insured": "五险"}, True),
        ("社保正常缴纳", {"insured": "养老"}, False),
        ("社保正常缴纳", {"insured": "五险", "arrears": "是"}, False),
        ("社保正常缴纳", {}, None),
        ("无逾期", {"loans": "2 0 否"}, True),
        ("无逾期", {"loans": "1 1 否"}, False),
        ("无逾期", {}, None),
        ("环评绿牌或蓝牌", {"colour": "蓝"}, True),
        ("环评绿牌或蓝牌", {"colour": "红"}, False),
        ("环评绿牌或蓝牌", {}, None),
        ("高新技术企业", {"high_tech": "是"}, True),
        ("高新技术企业", {}, False),
        ("专精特新", {}, False),
        ("科技型中小企业", {"qualifications": "科技型中小企业"}, True),
        ("农户", {}, False),
    ],
)
async def test_a_condition_by_its_records(
    clock: FrozenClock, tag: str, facts: dict[str, str], expected: bool | None
) -> None:
    assert (await tags(clock, **facts))[tag] is expected


@pytest.mark.parametrize(("passed", "expected"), [("是", True), ("否", False), ("", None)])
async def test_the_local_score_is_a_scale_of_its_own(
    clock: FrozenClock, passed: str, expected: bool | None
) -> None:
    """A2-29: 常信分达标 is what its source says, never derived from a grade."""
    found = await tags(clock, city="CHANGZHOU", changxin=passed)

    assert found["常信分达标"] is expected


async def test_registered_for_a_year_counts_in_that_city_from_the_anniversary_on(
    clock: FrozenClock,
) -> None:
    today = day_in_shanghai(clock.now())
    a_year_ago = today.replace(year=today.year - 1)

    async def tag(city: str, **changes: Any) -> bool | None:
        enterprise = await an_enterprise(city=city, now=clock.now(), **changes)
        return (await profile_of(enterprise, today, consented=True)).tags["在常州注册满1年"]

    assert await tag("CHANGZHOU", established_on=a_year_ago) is True
    assert await tag("CHANGZHOU", established_on=a_year_ago + timedelta(days=1)) is False
    assert await tag("CHANGZHOU", established_on=None) is None
    assert await tag("JIANGYIN", established_on=a_year_ago) is False


async def test_an_expired_qualification_is_a_no_and_an_unheard_of_one_unknown(
    clock: FrozenClock,
) -> None:
    enterprise = await an_enterprise(now=clock.now())
    who = {"uscc": enterprise.uscc, "name": enterprise.name, "city": "JIANGYIN"}
    await import_histories([DemoFirm(**who, qualifications="瞪羚企业")], clock.now())
    in_two_years = day_in_shanghai(clock.now() + timedelta(days=731))

    now = (await profile_of(enterprise, day_in_shanghai(clock.now()), consented=True)).tags
    later = (await profile_of(enterprise, in_two_years, consented=True)).tags

    assert (now["瞪羚企业"], later["瞪羚企业"]) == (True, False)
    assert "碳账户" not in now


async def test_without_consent_only_public_records_answer(clock: FrozenClock) -> None:
    enterprise = await an_enterprise(now=clock.now())
    await import_histories([a_history(enterprise, tax_level="A", high_tech="是")], clock.now())
    today = day_in_shanghai(clock.now())

    silent = (await profile_of(enterprise, today, consented=False)).tags
    asked = (await profile_of(enterprise, today, consented=True)).tags

    assert (silent["高新技术企业"], silent["环评绿牌或蓝牌"]) == (True, True)
    assert silent["纳税信用A/B/M"] is True  # 纳税信用A级 is published
    for tag in ("近12月有纳税", "社保正常缴纳", "无逾期"):
        assert (silent[tag], asked[tag]) == (None, True)


async def test_a_level_that_is_not_published_stays_unknown_without_consent(
    clock: FrozenClock,
) -> None:
    assert (await tags(clock, consented=False, tax_level="B"))["纳税信用A/B/M"] is None


async def test_all_conditions_of_an_enterprise_take_two_queries(clock: FrozenClock) -> None:
    """Its records, and what is connected in its city."""
    enterprise: Enterprise = await an_enterprise(now=clock.now())

    with recorded_queries() as statements:
        await profile_of(enterprise, day_in_shanghai(clock.now()), consented=True)

    assert len(statements) == 2


def test_every_rule_names_a_feed_that_some_list_has() -> None:
    feeds = {category.feeds for one in sharing_lists().values() for category in one.categories}

    assert {rule.feed for rule in tag_rules() if rule.feed} <= feeds


def test_tag_rules_answer_conditions_that_products_name() -> None:
    shipped = list((ROOT / "marketplace" / "data").glob("*.json"))
    assert shipped, "the shipped products"
    text = json.dumps([json.loads(path.read_text("utf-8")) for path in shipped], ensure_ascii=False)

    assert [rule.name for rule in tag_rules() if rule.name not in text] == []
