"""productDraft: a bank's sheet, checked field by field, kept once per idempotency key."""

import asyncio
from typing import Any

import pytest

from foundation.identifiers import encode_id
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_institution, an_officer, an_operator, an_owner
from tests.factories.products import a_product
from tests.graphql.product_documents import DRAFT, draft_input, everything
from tests.matching.meaningless import MEANINGLESS


async def a_manager(**values: Any) -> Someone:
    return await an_officer(role=Role.PRODUCT_MANAGER, **values)


async def draft(gql: GraphQL, manager: Someone, **changes: Any) -> dict[str, Any]:
    assert manager.institution is not None
    variables = {"input": draft_input(manager.institution, **changes)}
    found = await gql.data(DRAFT, variables=variables, token=manager.token)
    result: dict[str, Any] = found["productDraft"]
    return result


async def test_an_anonymous_caller_drafts_nothing(gql: GraphQL) -> None:
    body = await gql(DRAFT, variables={"input": draft_input(await an_institution())})
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert not any(await everything())


async def test_a_manager_drafts_nothing_for_another_bank_or_city(gql: GraphQL) -> None:
    manager, other = await a_manager(), await an_institution()
    theirs = encode_id("institution", other.id)
    for changes, field, code in (
        ({"institutionId": theirs}, "institutionId", "NOT_FOUND"),
        ({"institutionId": encode_id("product", other.id)}, "institutionId", "NOT_FOUND"),
        ({"city": "CHANGZHOU"}, "city", "VALIDATION_FAILED"),
    ):
        result = await draft(gql, manager, **changes)
        assert result["__typename"] == "ValidationFailed"
        assert [(e["field"], e["code"]) for e in result["fieldErrors"]] == [(field, code)]
    assert not any(await everything())


async def test_no_other_role_drafts(gql: GraphQL) -> None:
    bank = await an_institution()
    for somebody in (
        await an_officer(institution=bank),
        await an_officer(institution=bank, role=Role.INSTITUTION_ADMIN),
        await an_operator(),
        await an_owner(),
    ):
        body = await gql(DRAFT, variables={"input": draft_input(bank)}, token=somebody.token)
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert not any(await everything())


async def test_a_draft_is_kept_with_its_whole_sheet(gql: GraphQL) -> None:
    result = await draft(gql, await a_manager(), name="  示例经营贷 ")
    assert result | {"id": None} == {
        "__typename": "Product",
        "id": None,
        "name": "示例经营贷",
        "status": "DRAFT",
        "version": 1,
        "refusalReason": None,
        "minAmount": "100000",
        "maxAmount": "3000000",
        "maxAnnualRate": "4.00",
    }
    products, versions, queued, _ = await everything()
    assert (len(products), versions, queued) == (1, [], [])


async def test_the_same_key_gives_the_same_draft_and_another_input_is_refused(
    gql: GraphQL,
) -> None:
    manager = await a_manager()
    first = await draft(gql, manager)
    assert await draft(gql, manager, minAmount="100000.00") == first
    before = await everything()
    assert (await draft(gql, manager, minAmount="200000"))["__typename"] == "IdempotencyKeyReused"
    assert await everything() == before


async def test_two_banks_may_use_the_same_key_and_name(gql: GraphQL) -> None:
    assert (await draft(gql, await a_manager()))["__typename"] == "Product"
    assert (await draft(gql, await a_manager()))["__typename"] == "Product"


async def test_a_bank_has_no_two_products_of_one_name_in_a_city(gql: GraphQL) -> None:
    manager = await a_manager()
    await a_product(institution=manager.institution, name="示例经营贷")
    before = await everything()
    result = await draft(gql, manager)
    assert [(e["field"], e["code"]) for e in result["fieldErrors"]] == [("name", "TAKEN")]
    assert await everything() == before
    await a_product(
        institution=manager.institution, name="退役的名字", status=ProductStatus.RETIRED
    )
    assert (await draft(gql, manager, name="退役的名字"))["__typename"] == "Product"


def price(grade: str, rate: str, limit: str = "100") -> dict[str, str]:
    return {"grade": grade, "annualRate": rate, "limitPercent": limit}


def fee(**changes: Any) -> dict[str, Any]:
    return {"name": "评估费", "payee": "示例评估公司", "paidWhen": "放款前"} | changes


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": " "}, "name", "产品名称不能为空"),
        ({"name": "长" * 81}, "name", "产品名称最多80个字"),
        ({"name": "示例贷🎉"}, "name", "产品名称不能含有表情、换行或不可见字符"),
        ({"name": "示例\n贷"}, "name", "产品名称不能含有表情、换行或不可见字符"),
        ({"description": "长" * 1001}, "description", "产品说明最多1000个字"),
        ({"guaranteeKinds": []}, "guaranteeKinds", "至少选择一种担保方式"),
        ({"guaranteeKinds": ["CREDIT", "CREDIT"]}, "guaranteeKinds", "担保方式里有重复的内容"),
        ({"minAmount": "0"}, "minAmount", "最低金额须大于0"),
        ({"maxAmount": "1000000000.01"}, "maxAmount", "最高金额不能超过10亿元"),
        ({"minAmount": "3000000.01"}, "maxAmount", "最高金额不能低于最低金额"),
        ({"prices": [price("FIRST", "3.5")]}, "prices", "缺少准入等级（备选）的价格"),
        ({"prices": [price("CANDIDATE", "0")]}, "prices", "备选的年利率须大于0且不超过24%"),
        ({"prices": [price("CANDIDATE", "24.01")]}, "prices", "备选的年利率须大于0且不超过24%"),
        (
            {"prices": [price("CANDIDATE", "4", "100.01")]},
            "prices",
            "备选的额度比例须大于0且不超过100%",
        ),
        (
            {"prices": [price("ADVANCED", "4.1"), price("CANDIDATE", "4.0")]},
            "prices",
            "高级的年利率不能高于备选",
        ),
        (
            {"prices": [price("FIRST", "3", "40"), price("CANDIDATE", "4", "50")]},
            "prices",
            "一级的额度不能低于备选",
        ),
        (
            {"prices": [price("CANDIDATE", "4", "3")]},
            "prices",
            "备选最高可贷9万元，低于最低金额，没有人能借到",
        ),
        (
            {"prices": [price("CANDIDATE", "4"), price("CANDIDATE", "5")]},
            "prices",
            "同一信用等级只能填写一个价格",
        ),
        ({"rateBasis": ""}, "rateBasis", "利率方式不能为空"),
        ({"fees": [fee()]}, "fees.0", "金额与本金比例须填且只填一项"),
        (
            {"fees": [fee(amount="1", percentOfPrincipal="1")]},
            "fees.0",
            "金额与本金比例须填且只填一项",
        ),
        ({"fees": [fee(amount="1", name="")]}, "fees.0.name", "费用名称须为1到60个普通字符"),
        (
            {"fees": [fee(percentOfPrincipal="100")]},
            "fees.0.percentOfPrincipal",
            "费用须低于本金的100%",
        ),
        ({"fees": [fee(amount="1", perYear=True)]}, "fees.0.perYear", "按年收取的费用须填本金比例"),
        (
            {"fees": [fee(percentOfPrincipal="20")]},
            "fees",
            "综合年化成本30.6689%超过24.00%的上限",
        ),
        ({"minTermMonths": 0}, "minTermMonths", "最短期限至少1个月"),
        ({"maxTermMonths": 361}, "maxTermMonths", "最长期限不能超过360个月"),
        ({"minTermMonths": 25}, "maxTermMonths", "最长期限不能短于最短期限"),
        ({"minAgeMonths": 0}, "minAgeMonths", "成立时间要求须为1到240个月"),
        ({"repaymentMethods": []}, "repaymentMethods", "至少选择一种还款方式"),
        ({"districts": ["320402", "999"]}, "districts", "不属于江阴市的区域：320402、999"),
        ({"industries": ["C", "Z9"]}, "industries", "没有这样的行业代码：Z9"),
        ({"sizes": ["UNKNOWN"]}, "sizes", "企业规模须为微型、小型、中型或大型"),
        ({"tagGroups": [[]]}, "tagGroups", "每组资质为1到20项"),
        ({"tagGroups": [["甲", "甲"]]}, "tagGroups", "同一组里有重复的资质"),
        ({"tagGroups": [["长" * 41]]}, "tagGroups", "每项资质为1到40个普通字符"),
        ({"tagGroups": [[f"资质{n}"] for n in range(21)]}, "tagGroups", "资质要求最多20项"),
        (
            {"figures": {"minEmployees": 20, "maxEmployees": 10}},
            "figures.maxEmployees",
            "从业人员的上限低于下限，没有企业能满足",
        ),
        (
            {
                "sizes": ["MICRO"],
                "industries": ["C34"],
                "figures": {"minEmployees": 20, "minAnnualRevenue": "3000000"},
            },
            "sizes",
            "按中小企业划型标准，没有这样规模的企业能满足从业人员和营业收入的要求",
        ),
        ({"schemes": ["甲", "甲"]}, "schemes", "风险分担与贴息方案里有重复的内容"),
        ({"schemes": [""]}, "schemes", "每个方案为1到60个普通字符"),
        ({"materials": [""]}, "materials", "每项材料为1到100个普通字符"),
    ],
)
async def test_each_fault_is_told_at_its_field_and_nothing_is_kept(
    gql: GraphQL, changes: dict[str, Any], field: str, message: str
) -> None:
    result = await draft(gql, await a_manager(), **changes)
    assert result["__typename"] == "ValidationFailed", result
    assert {"field": field, "code": "VALIDATION_FAILED", "message": message} in result[
        "fieldErrors"
    ]
    assert not any(await everything())


@pytest.mark.parametrize("what", MEANINGLESS)
async def test_a_rule_set_that_means_nothing_is_refused_in_a_form(gql: GraphQL, what: str) -> None:
    change, place, reason = MEANINGLESS[what]
    fees = [{**fee(), **one} for one in change.get("fees", [])]
    result = await draft(gql, await a_manager(), **{**change, "fees": fees})
    assert result["__typename"] == "ValidationFailed", result
    told = [one["message"] for one in result["fieldErrors"] if one["field"] == place]
    assert told
    assert reason in told[0]
    assert not any(await everything())


async def test_every_fault_of_a_form_is_told_at_once(gql: GraphQL) -> None:
    result = await draft(
        gql, await a_manager(), name="", minAmount="0", repaymentMethods=[], districts=["999"]
    )
    assert [error["field"] for error in result["fieldErrors"]] == [
        "name",
        "repaymentMethods",
        "minAmount",
        "districts",
    ]


@pytest.mark.parametrize("key", ["short", "含有汉字的钥匙啊啊", "with space", "x" * 81])
async def test_a_key_that_is_no_key_is_bad_input(gql: GraphQL, key: str) -> None:
    manager = await a_manager()
    assert manager.institution is not None
    variables = {"input": draft_input(manager.institution, idempotencyKey=key)}
    body = await gql(DRAFT, variables=variables, token=manager.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert not any(await everything())


async def test_credit_beside_another_kind_opens_at_advanced(gql: GraphQL) -> None:
    manager = await a_manager()
    result = await draft(gql, manager, guaranteeKinds=["CREDIT", "MORTGAGED"])
    document = "query ($id: ID!) { product(id: $id) { conditions { code text } } }"
    found = await gql.data(document, variables={"id": result["id"]}, token=manager.token)
    texts = {one["code"]: one["text"] for one in found["product"]["conditions"]}
    assert texts["guarantee"] == "担保方式：信用、抵押（信用方式自高级起开放）"


async def test_the_same_draft_sent_twice_at_once_is_one_product(gql: GraphQL) -> None:
    manager = await a_manager()
    first, second = await asyncio.gather(draft(gql, manager), draft(gql, manager))
    assert first == second
    products, _, _, keys = await everything()
    assert (len(products), len(keys)) == (1, 1)


async def test_conditions_on_figures_and_schemes_are_kept_and_read_back(gql: GraphQL) -> None:
    manager = await a_manager()
    result = await draft(
        gql,
        manager,
        industries=["C3411"],
        figures={"minAnnualRevenue": "1000000.5", "maxBadLoans": 0},
        schemes=["苏科贷风险补偿资金池"],
    )
    assert result["__typename"] == "Product", result
    document = """query Rules($id: ID!) { node(id: $id) { ... on Product {
      schemes industries { code name } conditions { code text }
      figures { minAnnualRevenue maxAnnualRevenue minEmployees maxBadLoans } } } }"""
    data = await gql.data(document, variables={"id": result["id"]}, token=manager.token)
    found = data["node"]
    assert found["figures"] == {
        "minAnnualRevenue": "1000000.5",
        "maxAnnualRevenue": None,
        "minEmployees": None,
        "maxBadLoans": 0,
    }
    assert found["schemes"] == ["苏科贷风险补偿资金池"]
    assert found["industries"] == [{"code": "C3411", "name": "通用设备制造业（小类3411）"}]
    texts = {one["code"]: one["text"] for one in found["conditions"]}
    assert texts["revenue"] == "上年营业收入不低于1000000.5元"
    assert texts["loans"] == "贷款不良记录为0条"
