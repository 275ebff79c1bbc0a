"""demandPublish: consent, demand, audience and fact together, or nothing at all."""

from decimal import Decimal
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.models import Consent, Demand, DemandAudience
from storage.models.consent import ConsentPurpose
from storage.models.institution import InstitutionStatus
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.demands import text_version
from tests.factories.people import (
    Someone,
    a_person,
    access_token_for,
    an_enterprise,
    an_institution,
    an_officer,
    an_operator,
    an_owner,
)
from tests.graphql.publishing import PUBLISH, an_input, publish
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued


async def code_of(api: GraphQL, token: str | None, **changes: Any) -> str:
    body = await api(PUBLISH, variables={"input": an_input(**changes)}, token=token)
    assert body["data"] is None
    code: str = body["errors"][0]["extensions"]["code"]
    return code


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


async def test_anonymous(api: GraphQL) -> None:
    async with nothing_moves():
        assert await code_of(api, None) == "UNAUTHENTICATED"


async def test_a_person_without_an_enterprise_is_forbidden(
    api: GraphQL, clock: FrozenClock
) -> None:
    token = await access_token_for(await a_person(), now=clock.now())
    async with nothing_moves():
        assert await code_of(api, token) == "FORBIDDEN"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
async def test_every_other_role_is_forbidden(api: GraphQL, clock: FrozenClock, role: Role) -> None:
    banks = (Role.OFFICER, Role.PRODUCT_MANAGER, Role.INSTITUTION_ADMIN)
    make = an_officer if role in banks else an_operator
    someone = await make(role=role, now=clock.now())
    async with nothing_moves():
        assert await code_of(api, someone.token) == "FORBIDDEN"


async def test_before_real_name_nothing_is_published(api: GraphQL, clock: FrozenClock) -> None:
    someone = await an_owner(real_name=False, now=clock.now())
    async with nothing_moves():
        result = await publish(api, someone)
    assert result == {
        "__typename": "NotVerified",
        "code": "NOT_VERIFIED",
        "message": "请先完成企业实名认证，再发布融资需求",
        "state": "REGISTERED",
    }


async def test_a_demand_is_published_with_its_consent_and_its_fact(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    result = await publish(api, owner)
    assert result | {"id": ""} == {
        "__typename": "Demand",
        "id": "",
        "status": "OPEN",
        "amount": "500000",
        "termMonths": 12,
        "purpose": "采购原材料",
        "guaranteeKinds": ["CREDIT"],
        "maxAnnualRate": "4.50",
        "matching": "PENDING",
        "publishedAt": "2026-03-18T04:00:00Z",
        "expiresAt": "2026-04-17T04:00:00Z",
    }
    demand = await Demand.get()
    consent = await Consent.get()
    assert result["id"] == encode_id("demand", demand.id)
    assert demand.enterprise_id == owner.membership.enterprise_id
    assert demand.publisher_id == owner.person.id
    assert demand.consent_id == consent.id
    assert demand.to_all_matched
    assert consent.purpose is ConsentPurpose.PUBLISH_DEMAND
    assert consent.text_version == text_version()
    assert consent.granted_at == clock.now()
    assert consent.revoked_at is None
    assert await queued() == {"DemandPublished": 1}


async def test_a_demand_for_named_institutions_keeps_them(api: GraphQL, owner: Someone) -> None:
    named = [await an_institution() for _ in range(2)]
    ids = [encode_id("institution", one.id) for one in named]
    result = await publish(api, owner, audience={"institutionIds": ids})
    assert result["__typename"] == "Demand"
    kept = await DemandAudience.all()
    assert {row.institution_id for row in kept} == {one.id for one in named}
    assert not (await Demand.get()).to_all_matched


async def test_a_publish_takes_at_most_six_round_trips(api: GraphQL, owner: Someone) -> None:
    await publish(api, owner)
    with recorded_queries() as statements:
        result = await publish(api, owner)
    assert result["__typename"] == "Demand"
    # The viewer; then, between BEGIN and COMMIT: claim and read, write, enqueue.
    assert len(statements) + 2 <= 6, statements


WRONG = {
    "too little": ({"amount": "9999.99"}, "amount", "融资金额须在1万元到1亿元之间，请修改金额"),
    "too much": ({"amount": "100000000.01"}, "amount", "融资金额须在1万元到1亿元之间，请修改金额"),
    "no term": ({"termMonths": 0}, "termMonths", "期限须在1到360个月之间，请修改期限"),
    "negative term": ({"termMonths": -1}, "termMonths", "期限须在1到360个月之间，请修改期限"),
    "long term": ({"termMonths": 361}, "termMonths", "期限须在1到360个月之间，请修改期限"),
    "empty purpose": (
        {"purpose": " 　"},
        "purpose",
        "请用一句话写明资金用途，例如“采购原材料”",
    ),
    "long purpose": ({"purpose": "料" * 201}, "purpose", "用途最多200个字，请缩短"),
    "emoji": ({"purpose": "采购😀"}, "purpose", "用途里有表情符号、换行或不可见字符，请删去"),
    "line break": (
        {"purpose": "采购\n原料"},
        "purpose",
        "用途里有表情符号、换行或不可见字符，请删去",
    ),
    "zero width": (
        {"purpose": "采购\u200b原料"},
        "purpose",
        "用途里有表情符号、换行或不可见字符，请删去",
    ),
    "only a phone": (
        {"purpose": "１３８ ０００１ ２３４５"},
        "purpose",
        "用途里不能只有联系方式或网址，请写明资金用途，例如“采购原材料”",
    ),
    "kind twice": (
        {"guaranteeKinds": ["CREDIT", "CREDIT"]},
        "guaranteeKinds",
        "担保方式有重复，每种只选一次",
    ),
    "no rate": (
        {"maxAnnualRate": "0"},
        "maxAnnualRate",
        "可接受的最高年利率须大于0且不超过100%，没有要求可以不填",
    ),
    "high rate": (
        {"maxAnnualRate": "100.0001"},
        "maxAnnualRate",
        "可接受的最高年利率须大于0且不超过100%，没有要求可以不填",
    ),
    "no audience": (
        {"audience": {}},
        "audience",
        "请在“所有匹配的机构”和“指定机构”中选一种，且只选一种",
    ),
    "nobody": (
        {"audience": {"allMatched": False}},
        "audience",
        "请在“所有匹配的机构”和“指定机构”中选一种，且只选一种",
    ),
    "both": (
        {"audience": {"allMatched": True, "institutionIds": []}},
        "audience",
        "请在“所有匹配的机构”和“指定机构”中选一种，且只选一种",
    ),
    "no institution": (
        {"audience": {"institutionIds": []}},
        "audience.institutionIds",
        "请指定1到20家机构，或改选“所有匹配的机构”",
    ),
    "unknown institution": (
        {"audience": {"institutionIds": ["institution_" + "0" * 32]}},
        "audience.institutionIds",
        "指定的机构中有不存在或已暂停服务的，请重新选择",
    ),
    "another kind of id": (
        {"audience": {"institutionIds": ["product_" + "0" * 32]}},
        "audience.institutionIds",
        "指定的机构中有不存在或已暂停服务的，请重新选择",
    ),
    "old text": (
        {"consentTextVersion": "jiangyin-publish-demand-2020-01"},
        "consentTextVersion",
        "授权文本已更新，请阅读现行文本并重新同意后再发布",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=WRONG.keys())
async def test_a_value_that_breaks_a_rule_names_its_field_and_the_way_out(
    api: GraphQL, owner: Someone, case: str
) -> None:
    changes, field, message = WRONG[case]
    async with nothing_moves():
        result = await publish(api, owner, **changes)
    assert result["__typename"] == "ValidationFailed"
    assert result["code"] == "VALIDATION_FAILED"
    assert result["fieldErrors"] == [
        {"field": field, "code": "VALIDATION_FAILED", "message": message}
    ]
    assert result["message"] == message


@pytest.mark.parametrize("status", [InstitutionStatus.SUSPENDED, InstitutionStatus.EXITED])
async def test_an_institution_that_is_not_let_in_cannot_be_named(
    api: GraphQL, owner: Someone, status: InstitutionStatus
) -> None:
    ids = [encode_id("institution", (await an_institution(status=status)).id)]
    async with nothing_moves():
        result = await publish(api, owner, audience={"institutionIds": ids})
    assert [one["field"] for one in result["fieldErrors"]] == ["audience.institutionIds"]


async def test_at_most_twenty_institutions_are_named_once_each(
    api: GraphQL, owner: Someone
) -> None:
    ids = [encode_id("institution", (await an_institution()).id) for _ in range(21)]
    async with nothing_moves():
        many = await publish(api, owner, audience={"institutionIds": ids})
        twice = await publish(api, owner, audience={"institutionIds": [ids[0], ids[0]]})
    assert many["message"] == "请指定1到20家机构，或改选“所有匹配的机构”"
    assert twice["message"] == "指定的机构有重复，每家只选一次"


async def test_every_problem_is_told_at_once(api: GraphQL, owner: Someone) -> None:
    result = await publish(api, owner, amount="1", termMonths=0, purpose="", audience={})
    assert [one["field"] for one in result["fieldErrors"]] == [
        "amount",
        "termMonths",
        "purpose",
        "audience",
    ]
    assert result["message"] == "有几处需要修改"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"amount": 500000}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "500000.001"}, "amount"),
        ({"maxAnnualRate": 4.5}, "maxAnnualRate"),
        ({"termMonths": "12"}, "termMonths"),
        ({"guaranteeKinds": ["GOLD"]}, "guaranteeKinds"),
        ({"purpose": "a\x00b"}, ""),
        ({"audience": {"institutionIds": ["不是ID"]}}, ""),
        ({"idempotencyKey": "short"}, ""),
        ({"idempotencyKey": "k" * 81}, ""),
        ({"idempotencyKey": "有中文的凭据啊啊"}, ""),
    ],
)
async def test_what_is_no_value_at_all_is_bad_input(
    api: GraphQL, owner: Someone, changes: dict[str, Any], path: str
) -> None:
    async with nothing_moves():
        body = await api(PUBLISH, variables={"input": an_input(**changes)}, token=owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert path in str(body["errors"][0])


async def test_what_would_reach_or_name_the_owner_is_taken_out(
    api: GraphQL, clock: FrozenClock
) -> None:
    enterprise = await an_enterprise(name="示例精工机械（江阴）有限公司", now=clock.now())
    someone = await an_owner(enterprise=enterprise, now=clock.now())
    purpose = f"示例精工机械采购，电话１３８ 0000 1234，证号{enterprise.uscc}，见www.example.com"
    result = await publish(api, someone, purpose=purpose)
    assert result["purpose"] == "***采购，电话***，证号***，见***"
    assert (await Demand.get()).purpose == result["purpose"]


async def test_amounts_are_kept_to_the_fen(api: GraphQL, owner: Someone) -> None:
    await publish(api, owner, amount="12345678.9")
    assert (await Demand.get()).amount == Decimal("12345678.90")
