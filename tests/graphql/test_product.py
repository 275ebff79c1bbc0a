"""product: one product's page, for everyone while it is on the shelf."""

from decimal import Decimal

from credit.levels import EnterpriseSize
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from matching.terms import GuaranteeKind, RequiredGrade
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.people import an_institution, an_officer, an_operator, an_owner
from tests.factories.products import a_guarantee_fee, a_product, prices

PAGE = """
query ($id: ID!) { product(id: $id) {
  name city isExample institution { name isExample }
  rateBasis limitFormula referenceCost
  prices { grade annualRate limitPercent }
  fees { name payee amount percentOfPrincipal perYear paidWhen }
  conditions { code text } districts { code name } industries { code name }
  sizes soleTraders tagGroups minAgeMonths materials provenance { field provenance source }
} }
"""
STATUS = "query ($id: ID!) { product(id: $id) { status } }"


async def test_anybody_reads_the_whole_page_of_a_product_on_the_shelf(gql: GraphQL) -> None:
    product = await a_product(
        name="示例制造贷",
        guarantee_kinds=(GuaranteeKind.CREDIT, GuaranteeKind.MORTGAGED),
        fees=(a_guarantee_fee(),),
        districts=("320281001",),
        industries=("C", "I65"),
        sole_traders=True,
        tag_groups=(("高新技术企业", "专精特新"),),
        min_age_months=12,
        required_grade=RequiredGrade.FIRST,
    )
    found = await gql.data(PAGE, variables={"id": encode_id("product", product.id)})
    page = found["product"]
    assert page["conditions"] == [
        {"code": "grade", "text": "信用等级一级及以上"},
        {"code": "region", "text": "经营地在澄江街道"},
        {"code": "industry", "text": "所属行业为制造业、软件和信息技术服务业"},
        {"code": "size", "text": "企业规模为微型、小型、个体工商户"},
        {"code": "tags", "text": "具备其一：高新技术企业、专精特新"},
        {"code": "age", "text": "成立满1年"},
        {"code": "amount", "text": "贷款金额10万元至300万元"},
        {"code": "term", "text": "贷款期限3个月至2年"},
        {"code": "guarantee", "text": "担保方式：信用、抵押（信用方式自高级起开放）"},
    ]
    assert page["prices"][2] == {
        "grade": "CANDIDATE",
        "annualRate": "4.00",
        "limitPercent": "50.00",
    }
    assert page["fees"] == [
        {
            "name": "担保费",
            "payee": "示例担保公司",
            "amount": None,
            "percentOfPrincipal": "0.80",
            "perYear": True,
            "paidWhen": "放款时一次付清",
        }
    ]
    assert page["districts"] == [{"code": "320281001", "name": "澄江街道"}]
    assert page["sizes"] == ["SMALL", "MICRO"]
    assert page["isExample"]
    assert {"field": "prices", "provenance": "SOURCE", "source": "机构填报"} in page["provenance"]


async def test_off_the_shelf_only_its_own_people_and_the_citys_operator_reach_it(
    gql: GraphQL,
) -> None:
    bank = await an_institution()
    own = await an_officer(institution=bank, role=Role.PRODUCT_MANAGER)
    other = await an_officer(role=Role.PRODUCT_MANAGER)
    owner, operator = await an_owner(), await an_operator()
    far_operator = await an_operator(city="CHANGZHOU")
    draft = await a_product(name="甲", institution=bank, status=ProductStatus.DRAFT)
    review = await a_product(name="乙", institution=bank, status=ProductStatus.IN_REVIEW)

    async def status(product_id: str, token: str | None) -> str | None:
        found = await gql.data(STATUS, variables={"id": product_id}, token=token)
        return found["product"] and found["product"]["status"]

    for product, seen_by_operator in ((draft, None), (review, "IN_REVIEW")):
        key = encode_id("product", product.id)
        for token in (None, other.token, owner.token, far_operator.token):
            assert await status(key, token) is None
        assert await status(key, own.token) == product.status.value
        assert await status(key, operator.token) == seen_by_operator


async def test_missing_and_foreign_ids_are_null_and_nonsense_is_bad_input(gql: GraphQL) -> None:
    product = await a_product()
    for missing in (encode_id("product", product.institution_id), encode_id("demand", product.id)):
        found = await gql.data(STATUS, variables={"id": missing})
        assert found["product"] is None
    body = await gql(STATUS, variables={"id": "7"})
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_node_finds_products_and_institutions(gql: GraphQL) -> None:
    product = await a_product(name="示例贷")
    document = "query ($id: ID!) { node(id: $id) { id __typename } }"
    for kind, key in (("product", product.id), ("institution", product.institution_id)):
        node_id = encode_id(kind, key)
        found = await gql.data(document, variables={"id": node_id})
        assert found["node"] == {"id": node_id, "__typename": kind.capitalize()}


async def test_an_institution_shows_strangers_its_shelf_and_its_people_everything(
    gql: GraphQL,
) -> None:
    bank = await an_institution(name="示例银行")
    manager = await an_officer(institution=bank, role=Role.PRODUCT_MANAGER)
    await a_product(name="在架", institution=bank)
    await a_product(name="草稿", institution=bank, status=ProductStatus.DRAFT)
    await a_product(name="他城", institution=bank, city="CHANGZHOU")
    await a_product(name="他行")
    document = """query ($id: ID!, $city: CityCode, $statuses: [ProductStatus!]) {
      institution(id: $id) { name products(city: $city, statuses: $statuses) {
        edges { node { name } } } } }"""

    async def names(token: str | None, **variables: object) -> list[str]:
        found = await gql.data(
            document, variables={"id": encode_id("institution", bank.id), **variables}, token=token
        )
        return [edge["node"]["name"] for edge in found["institution"]["products"]["edges"]]

    assert await names(None) == ["在架", "他城"]
    assert await names(manager.token) == ["在架", "草稿", "他城"]
    assert await names(manager.token, city="JIANGYIN", statuses=["DRAFT"]) == ["草稿"]
    assert await names(None, statuses=["DRAFT"]) == []


async def test_the_reference_cost_is_that_of_a_million_over_a_year_with_its_fees(
    gql: GraphQL, clock: FrozenClock
) -> None:
    product = await a_product(
        prices=prices("6.0", "6.0", "6.0"),
        fees=(a_guarantee_fee(percent="2.0"),),
        max_amount=Decimal(5_000_000),
        sizes=(EnterpriseSize.SMALL,),
        now=clock.now(),
    )
    found = await gql.data(PAGE, variables={"id": encode_id("product", product.id)})
    # Interest first: 98 received, 0.5 a month, 100 back at the end.
    assert found["product"]["referenceCost"] == "8.3954"
