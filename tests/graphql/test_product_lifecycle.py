"""productRevise, -Publish, -Approve, -Refuse, -Retire: who may move a product, and when."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.errors import NotAllowedNow
from foundation.identifiers import encode_id, new_id
from marketplace.product_sheet import FieldProvenance, Provenance
from marketplace.products import LIFECYCLE, advance
from storage.models import Institution, Product
from storage.models.institution import InstitutionStatus
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_institution, an_officer, an_operator, an_owner
from tests.factories.products import a_product
from tests.graphql.product_documents import (
    APPROVE,
    PUBLISH,
    REFUSE,
    RETIRE,
    REVISE,
    an_id,
    everything,
    facts,
    standing,
)

DRAFT, IN_REVIEW = ProductStatus.DRAFT, ProductStatus.IN_REVIEW
PUBLISHED, RETIRED = ProductStatus.PUBLISHED, ProductStatus.RETIRED


@dataclass(frozen=True)
class Operation:
    """One mutation, who may run it, from which states, and where it leads."""

    document: str
    role: Role
    leads: dict[ProductStatus, ProductStatus]
    input: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return self.document.split("product", 1)[1].split("(")[0]

    def variables(self, product_id: str) -> dict[str, Any]:
        return {"id": product_id} | ({"input": self.input} if self.input is not None else {})


MANAGER, OPERATOR = Role.PRODUCT_MANAGER, Role.OPERATOR
OPERATIONS = [
    Operation(REVISE, MANAGER, {DRAFT: DRAFT, PUBLISHED: DRAFT}, {"rateBasis": "LPR加点"}),
    Operation(PUBLISH, MANAGER, {DRAFT: IN_REVIEW}),
    Operation(APPROVE, OPERATOR, {IN_REVIEW: PUBLISHED}),
    Operation(REFUSE, OPERATOR, {IN_REVIEW: DRAFT}, {"reason": "请补充材料清单"}),
    Operation(RETIRE, MANAGER, dict.fromkeys((DRAFT, IN_REVIEW, PUBLISHED), RETIRED)),
    Operation(RETIRE, OPERATOR, dict.fromkeys((IN_REVIEW, PUBLISHED), RETIRED)),
]
each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=[f"{one.role.value}-{n}" for n, one in enumerate(OPERATIONS)]
)


async def somebody(operation: Operation, institution: Institution) -> Someone:
    if operation.role is OPERATOR:
        return await an_operator()
    return await an_officer(institution=institution, role=operation.role)


async def run(gql: GraphQL, operation: Operation, product: Product, who: Someone) -> dict[str, Any]:
    variables = operation.variables(an_id(product))
    data = await gql.data(operation.document, variables=variables, token=who.token)
    (result,) = data.values()
    found: dict[str, Any] = result
    return found


async def refused(gql: GraphQL, operation: Operation, product_id: str, token: str | None) -> str:
    """The code of a refusal; nothing moved."""
    before = await everything()
    body = await gql(operation.document, variables=operation.variables(product_id), token=token)
    assert await everything() == before
    if "errors" in body:
        code: str = body["errors"][0]["extensions"]["code"]
        return code
    (result,) = body["data"].values()
    assert result["message"]
    name: str = result["__typename"]
    return name


@each_operation
async def test_an_anonymous_caller_moves_nothing(gql: GraphQL, operation: Operation) -> None:
    for status in operation.leads:
        product = await a_product(status=status)
        assert await refused(gql, operation, an_id(product), None) == "UNAUTHENTICATED"


@each_operation
async def test_another_tenants_product_looks_like_a_missing_one(
    gql: GraphQL, operation: Operation
) -> None:
    for status in operation.leads:
        product = await a_product(status=status)
        strangers = [
            await an_operator(city="CHANGZHOU")
            if operation.role is OPERATOR
            else await an_officer(role=operation.role),
        ]
        if operation.role is MANAGER:
            bank = await Institution.get(id=product.institution_id)
            strangers.append(await an_officer(institution=bank, role=MANAGER, city="CHANGZHOU"))
        for stranger in strangers:
            assert await refused(gql, operation, an_id(product), stranger.token) == "NotFound"
    who = await somebody(operation, await an_institution())
    for missing in (encode_id("product", new_id()), encode_id("demand", product.id)):
        assert await refused(gql, operation, missing, who.token) == "NotFound"


@each_operation
async def test_the_wrong_role_is_forbidden(gql: GraphQL, operation: Operation) -> None:
    bank = await an_institution()
    product = await a_product(institution=bank, status=next(iter(operation.leads)))
    wrong = [
        await an_officer(institution=bank),
        await an_officer(institution=bank, role=Role.INSTITUTION_ADMIN),
        await an_owner(),
        await an_operator(role=Role.REGULATOR),
    ]
    if operation.document is not RETIRE:
        other = MANAGER if operation.role is OPERATOR else OPERATOR
        wrong.append(
            await an_operator()
            if other is OPERATOR
            else await an_officer(institution=bank, role=MANAGER)
        )
    for who in wrong:
        assert await refused(gql, operation, an_id(product), who.token) == "FORBIDDEN"


@each_operation
async def test_every_state_either_leads_on_or_says_why_not(
    gql: GraphQL, operation: Operation, clock: FrozenClock
) -> None:
    bank = await an_institution()
    who = await somebody(operation, bank)
    for status in ProductStatus:
        product = await a_product(name=f"在{status.value}", institution=bank, status=status)
        if status in operation.leads:
            result = await run(gql, operation, product, who)
            assert result["__typename"] == "Product", result
            assert result["status"] == operation.leads[status].value
            assert (await standing(product.id))[0] == operation.leads[status].value
        elif operation.role is OPERATOR and status is DRAFT:
            # A draft is nobody's but its bank's.
            assert await refused(gql, operation, an_id(product), who.token) == "NotFound"
        else:
            assert await refused(gql, operation, an_id(product), who.token) == "NotAllowedNow"


def test_every_edge_of_the_table_is_walked_and_every_other_is_refused() -> None:
    walked = {(a, b) for one in OPERATIONS for a, b in one.leads.items() if a is not b}
    assert walked == {(a, b) for a, edges in LIFECYCLE.items() for b in edges}
    for status in ProductStatus:
        for to in ProductStatus:
            product = Product(status=status)
            if to in LIFECYCLE[status]:
                advance(product, to)
                assert product.status is to
            else:
                with pytest.raises(NotAllowedNow, match="该产品"):
                    advance(product, to)
                assert product.status is status


async def test_the_way_to_the_shelf_and_back(gql: GraphQL) -> None:
    bank = await an_institution()
    manager = await an_officer(institution=bank, role=MANAGER)
    operator = await an_operator()
    product = await a_product(institution=bank, status=DRAFT)
    revise, publish, approve, refuse = OPERATIONS[:4]

    assert (await run(gql, publish, product, manager))["status"] == "IN_REVIEW"
    back = await run(gql, refuse, product, operator)
    assert (back["status"], back["refusalReason"]) == ("DRAFT", "请补充材料清单")
    again = await run(gql, publish, product, manager)
    assert (again["status"], again["refusalReason"]) == ("IN_REVIEW", None)
    assert await facts() == []

    shown = await run(gql, approve, product, operator)
    assert (shown["status"], shown["version"]) == ("PUBLISHED", 1)
    assert await facts() == ["ProductPublished"]

    revised = await run(gql, revise, product, manager)
    assert (revised["status"], revised["version"]) == ("DRAFT", 2)
    await run(gql, publish, product, manager)
    await run(gql, approve, product, operator)
    assert await facts() == ["ProductPublished", "ProductLeftShelf", "ProductPublished"]
    _, versions, _, _ = await everything()
    assert [row["number"] for row in versions] == [1, 2]
    assert "固定利率" in versions[0]["sheet"]
    assert "LPR加点" in versions[1]["sheet"]


async def test_a_revision_keeps_what_it_leaves_out_and_checks_the_whole(gql: GraphQL) -> None:
    bank = await an_institution()
    manager = await an_officer(institution=bank, role=MANAGER)
    product = await a_product(institution=bank, status=DRAFT, description="原来的说明")
    _, _, before = await standing(product.id)

    async def revise(values: dict[str, Any]) -> dict[str, Any]:
        variables = {"id": an_id(product), "input": values}
        found = await gql.data(REVISE, variables=variables, token=manager.token)
        result: dict[str, Any] = found["productRevise"]
        return result

    assert (await revise({"maxAmount": "5000000"}))["maxAmount"] == "5000000"
    _, _, after = await standing(product.id)
    assert after | {"max_amount": before["max_amount"]} == before
    faulty = await revise({"minAmount": "6000000"})
    # Limits that fall outside amounts which contradict each other are no second fault.
    assert [error["field"] for error in faulty["fieldErrors"]] == ["maxAmount"]
    assert (await standing(product.id))[2] == after
    await revise({"description": None, "name": None})
    _, _, cleared = await standing(product.id)
    assert "description" not in cleared
    assert cleared["name"] == before["name"]


@pytest.mark.parametrize("values", [{}, {"name": None}, {"minAmount": "100000.00"}])
async def test_a_revision_that_changes_nothing_leaves_a_product_on_the_shelf(
    gql: GraphQL, values: dict[str, Any]
) -> None:
    bank = await an_institution()
    manager = await an_officer(institution=bank, role=MANAGER)
    product = await a_product(institution=bank, status=PUBLISHED)
    before = await standing(product.id)
    variables: dict[str, Any] = {"id": an_id(product), "input": values}

    found = await gql.data(REVISE, variables=variables, token=manager.token)

    assert found["productRevise"]["status"] == "PUBLISHED"
    assert await standing(product.id) == before


async def test_a_figure_that_its_bank_changes_is_no_example_any_more(gql: GraphQL) -> None:
    bank = await an_institution(illustrative=False)
    manager = await an_officer(institution=bank, role=MANAGER)
    product = await a_product(institution=bank, status=DRAFT)
    marks = tuple(
        FieldProvenance(field=name, provenance=Provenance.ILLUSTRATIVE)
        for name in ("institution", "maxAmount", "rateBasis")
    )
    product.sheet = product.sheet | {"provenance": [one.model_dump() for one in marks]}
    await product.save()
    document = """query ($id: ID!) { product(id: $id) { isExample provenance {
      field provenance source } } }"""
    variables = {"id": an_id(product), "input": {"maxAmount": "2000000"}}
    await gql.data(REVISE, variables=variables, token=manager.token)
    found = await gql.data(document, variables={"id": an_id(product)}, token=manager.token)
    assert found["product"] == {
        "isExample": True,
        "provenance": [
            {"field": "institution", "provenance": "ILLUSTRATIVE", "source": None},
            {"field": "maxAmount", "provenance": "SOURCE", "source": "机构填报"},
            {"field": "rateBasis", "provenance": "ILLUSTRATIVE", "source": None},
        ],
    }


async def test_a_bank_that_is_suspended_puts_nothing_on_the_shelf(gql: GraphQL) -> None:
    bank = await an_institution(status=InstitutionStatus.SUSPENDED)
    manager = await an_officer(institution=bank, role=MANAGER)
    draft = await a_product(name="甲", institution=bank, status=DRAFT)
    review = await a_product(name="乙", institution=bank, status=IN_REVIEW)
    operator = await an_operator()
    assert await refused(gql, OPERATIONS[1], an_id(draft), manager.token) == "NotAllowedNow"
    assert await refused(gql, OPERATIONS[2], an_id(review), operator.token) == "NotAllowedNow"


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "不行🎉"])
async def test_a_refusal_needs_a_reason(gql: GraphQL, reason: str) -> None:
    product, operator = await a_product(status=IN_REVIEW), await an_operator()
    operation = Operation(REFUSE, OPERATOR, {}, {"reason": reason})
    assert await refused(gql, operation, an_id(product), operator.token) == "ValidationFailed"


async def test_operators_see_what_waits_in_their_city(gql: GraphQL) -> None:
    await a_product(name="待审一", status=IN_REVIEW)
    await a_product(name="待审二", status=IN_REVIEW)
    await a_product(name="他城", status=IN_REVIEW, city="CHANGZHOU")
    await a_product(name="草稿", status=DRAFT)
    document = "{ productsInReview(first: 5) { edges { node { name } } } }"
    operator, manager = await an_operator(), await an_officer(role=MANAGER)
    found = await gql.data(document, token=operator.token)
    names = [edge["node"]["name"] for edge in found["productsInReview"]["edges"]]
    assert names == ["待审一", "待审二"]
    for token, code in ((None, "UNAUTHENTICATED"), (manager.token, "FORBIDDEN")):
        body = await gql(document, token=token)
        assert body["errors"][0]["extensions"]["code"] == code


async def test_the_answer_to_everybody_follows_the_shelf_at_once(gql: GraphQL) -> None:
    bank = await an_institution()
    manager = await an_officer(institution=bank, role=MANAGER)
    product = await a_product(name="示例贷", institution=bank, status=IN_REVIEW)
    document = "{ products(city: JIANGYIN) { edges { node { name } } } }"

    async def shelf() -> list[str]:
        found = await gql.data(document)
        return [edge["node"]["name"] for edge in found["products"]["edges"]]

    assert await shelf() == []
    await run(gql, OPERATIONS[2], product, await an_operator())
    assert await shelf() == ["示例贷"]
    await run(gql, OPERATIONS[4], product, manager)
    assert await shelf() == []


async def test_of_two_operators_who_approve_at_once_one_is_told_that_it_is_done(
    gql: GraphQL,
) -> None:
    product = await a_product(status=IN_REVIEW)
    operators = [await an_operator(), await an_operator()]
    results = await asyncio.gather(
        *(run(gql, OPERATIONS[2], product, operator) for operator in operators)
    )
    assert sorted(one["__typename"] for one in results) == ["NotAllowedNow", "Product"]
    assert await facts() == ["ProductPublished"]
    _, versions, _, _ = await everything()
    assert [row["number"] for row in versions] == [1]
