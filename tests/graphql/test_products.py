"""products: the shelf of a city as everybody reads it, filtered, sorted, paged, in one query."""

import base64
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from foundation.pagination import encode_cursor
from matching.terms import GuaranteeKind, RequiredGrade
from storage.models.institution import InstitutionStatus
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.people import an_institution
from tests.factories.products import a_guarantee_fee, a_product, prices
from tests.queries import recorded_queries

LIST = """
query ($city: CityCode!, $filter: ProductFilter, $sort: ProductSort! = RECOMMENDED,
       $first: Int, $after: String, $last: Int, $before: String) {
  products(city: $city, filter: $filter, sort: $sort,
           first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def shelf(gql: GraphQL, *, city: str = "JIANGYIN", **variables: Any) -> dict[str, Any]:
    found = await gql.data(LIST, variables={"city": city, **variables})
    page: dict[str, Any] = found["products"]
    return page


async def names(gql: GraphQL, **variables: Any) -> list[str]:
    return [edge["node"]["name"] for edge in (await shelf(gql, **variables))["edges"]]


async def test_anybody_reads_what_is_published_in_a_city(gql: GraphQL) -> None:
    await a_product(name="在架")
    await a_product(name="草稿", status=ProductStatus.DRAFT)
    await a_product(name="审核中", status=ProductStatus.IN_REVIEW)
    await a_product(name="已下架", status=ProductStatus.RETIRED)
    await a_product(name="他城", city="CHANGZHOU")
    assert await names(gql) == ["在架"]
    assert await names(gql, city="CHANGZHOU") == ["他城"]


async def test_a_bank_that_is_suspended_is_off_the_shelf(gql: GraphQL) -> None:
    suspended = await an_institution(status=InstitutionStatus.SUSPENDED)
    await a_product(institution=suspended)
    assert await names(gql) == []


async def test_recommended_is_the_cheapest_million_over_a_year_and_then_what_cannot_lend_it(
    gql: GraphQL,
) -> None:
    await a_product(
        name="便宜但额度小", prices=prices("1.0", "1.0", "1.0"), max_amount=Decimal(500_000)
    )
    await a_product(name="便宜但期限短", prices=prices("2.0", "2.0", "2.0"), max_term_months=6)
    await a_product(name="有担保费", prices=prices("3.0", "3.5", "4.0"), fees=(a_guarantee_fee(),))
    await a_product(name="利率稍高", prices=prices("3.2", "3.5", "4.0"))
    assert await names(gql) == ["利率稍高", "有担保费", "便宜但额度小", "便宜但期限短"]


async def test_other_sorts(gql: GraphQL, clock: FrozenClock) -> None:
    for days, (name, rate, wan) in enumerate((("甲", "3", 500), ("乙", "2", 40), ("丙", "4", 900))):
        await a_product(
            name=name,
            prices=prices(rate, rate, rate),
            max_amount=Decimal(wan * 10_000),
            now=clock.now() + timedelta(days=days),
        )
    assert await names(gql, sort="COST") == ["乙", "甲", "丙"]
    assert await names(gql, sort="AMOUNT") == ["丙", "甲", "乙"]
    assert await names(gql, sort="NEWEST") == ["丙", "乙", "甲"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, ["信用贷", "抵押贷"]),
        ({"search": "抵押"}, ["抵押贷"]),
        ({"search": "甲银行"}, ["信用贷"]),
        ({"search": "%"}, []),
        ({"guaranteeKinds": ["PLEDGED", "MORTGAGED"]}, ["抵押贷"]),
        ({"guaranteeKinds": []}, ["信用贷", "抵押贷"]),
        ({"amount": "300000"}, ["信用贷"]),
        ({"termMonths": 48}, ["抵押贷"]),
        ({"maxAnnualRate": "3.2"}, ["信用贷"]),
        ({"requiredGrade": "FIRST"}, ["抵押贷"]),
        ({"tags": ["高新技术企业", "没有人要求的"]}, ["抵押贷"]),
        ({"amount": "700000", "guaranteeKinds": ["MORTGAGED"]}, ["抵押贷"]),
        ({"amount": "700000", "termMonths": 60, "requiredGrade": "ADVANCED"}, []),
    ],
)
async def test_filters(gql: GraphQL, narrowed: dict[str, Any], expected: list[str]) -> None:
    await a_product(name="信用贷", institution=await an_institution(name="示例甲银行"))
    await a_product(
        name="抵押贷",
        institution=await an_institution(name="示例乙银行"),
        guarantee_kinds=(GuaranteeKind.MORTGAGED,),
        prices=prices("3.6", "3.8", "4.0"),
        min_amount=Decimal(500_000),
        max_term_months=60,
        required_grade=RequiredGrade.FIRST,
        tag_groups=(("专精特新",), ("高新技术企业", "科技型中小企业")),
    )
    assert await names(gql, filter=narrowed) == expected


async def test_filter_by_institution(gql: GraphQL) -> None:
    first, second = await an_institution(), await an_institution()
    await a_product(name="甲", institution=first)
    await a_product(name="乙", institution=second)
    wanted = [encode_id("institution", second.id)]
    assert await names(gql, filter={"institutionIds": wanted}) == ["乙"]
    nobody = [encode_id("product", second.id)]
    assert await names(gql, filter={"institutionIds": nobody}) == []


@pytest.mark.parametrize(
    "narrowed",
    [
        {"search": "长" * 51},
        {"termMonths": 0},
        {"termMonths": 601},
        {"tags": [f"资质{number}" for number in range(51)]},
        {"institutionIds": ["nonsense"]},
    ],
)
async def test_a_filter_out_of_bounds_is_bad_input(gql: GraphQL, narrowed: dict[str, Any]) -> None:
    body = await gql(LIST, variables={"city": "JIANGYIN", "filter": narrowed})
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("sort", ["RECOMMENDED", "COST", "AMOUNT", "NEWEST"])
async def test_pages_join_to_the_whole_list_in_both_directions(gql: GraphQL, sort: str) -> None:
    for number in range(5):
        await a_product(name=f"产品{number}", prices=prices("3", "3", f"{3 + number // 2}"))
    whole = await names(gql, sort=sort)
    forward, after = [], None
    while True:
        page = await shelf(gql, sort=sort, first=2, after=after)
        forward += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert forward == whole
    page = await shelf(gql, sort=sort, last=2, before=after)
    assert [edge["node"]["name"] for edge in page["edges"]] == whole[2:4]
    assert page["pageInfo"]["hasPreviousPage"]


async def test_a_cursor_of_another_list_and_a_forged_one_are_bad_input(gql: GraphQL) -> None:
    await a_product()
    own = (await shelf(gql))["pageInfo"]["endCursor"]
    forged = encode_cursor("products:JIANGYIN:COST:00000000", ["1e999999999", "x"])
    for variables in (
        {"after": own, "sort": "COST"},
        {"after": own, "filter": {"amount": "500000"}},
        {"after": own, "city": "CHANGZHOU"},
        {"after": forged, "sort": "COST"},
        {"after": "not a cursor"},
    ):
        body = await gql(LIST, variables={"city": "JIANGYIN", **variables})
        assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", variables


@pytest.mark.parametrize("key", ["NaN", "1e999999999", "", True, None, 7, "3.5", [1]])
async def test_keys_of_the_right_list_but_the_wrong_kind_are_bad_input(
    gql: GraphQL, key: Any
) -> None:
    page = await _a_cursor_of_cost(gql)
    body = await gql(
        LIST,
        variables={"city": "JIANGYIN", "sort": "COST", "after": encode_cursor(page, [key, key])},
    )
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def _a_cursor_of_cost(gql: GraphQL) -> str:
    await a_product()
    cursor = (await shelf(gql, sort="COST"))["pageInfo"]["endCursor"]
    name: str = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
    return name


async def test_twenty_products_with_their_banks_are_one_page_query(gql: GraphQL) -> None:
    bank = await an_institution(name="示例银行")
    for number in range(20):
        await a_product(name=f"产品{number:02}", institution=bank)
    document = """{ products(city: JIANGYIN, first: 20) { edges { node {
      id name status guaranteeKinds minAmount maxAmount minAnnualRate maxAnnualRate
      minTermMonths maxTermMonths repaymentMethods requiredGrade institution { id name }
    } } } }"""
    with recorded_queries() as queries:
        found = await gql.data(document)
    nodes = [edge["node"] for edge in found["products"]["edges"]]
    assert len(nodes) == 20
    assert nodes[0] | {"id": "", "institution": {"name": "示例银行"}} == {
        "id": "",
        "name": "产品00",
        "status": "PUBLISHED",
        "guaranteeKinds": ["CREDIT"],
        "minAmount": "100000",
        "maxAmount": "3000000",
        "minAnnualRate": "3.00",
        "maxAnnualRate": "4.00",
        "minTermMonths": 3,
        "maxTermMonths": 24,
        "repaymentMethods": ["INTEREST_FIRST"],
        "requiredGrade": "CANDIDATE",
        "institution": {"name": "示例银行"},
    }
    # The catalogue's revision, for the response cache; the page, its banks included.
    assert len(queries) == 2, queries


async def test_what_stands_in_the_sheets_of_twenty_products_is_one_query_more(
    gql: GraphQL,
) -> None:
    for number in range(20):
        await a_product(name=f"产品{number:02}", fees=(a_guarantee_fee(),))
    document = """{ products(city: JIANGYIN, first: 20) { edges { node {
      description limitFormula rateBasis riskSharing materials channel policyReference
      minAgeMonths soleTraders tagGroups sizes districts { name } industries { name }
      prices { grade annualRate limitPercent } fees { name perYear percentOfPrincipal amount }
      conditions { code text } provenance { field provenance source }
    } } } }"""
    with recorded_queries() as queries:
        found = await gql.data(document)
    assert len(found["products"]["edges"]) == 20
    # The catalogue's revision, for the response cache; the page; the sheets of its products.
    assert len(queries) == 3, queries
