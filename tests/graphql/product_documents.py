"""What the tests of a product's way to the shelf send, and what must not have moved."""

import json
from typing import Any
from uuid import UUID

from foundation.identifiers import encode_id
from storage.database import fetch, fetch_one
from storage.models import Institution, Product

RESULT = """
    __typename
    ... on Product { id name status version refusalReason minAmount maxAmount maxAnnualRate }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field code message } }
"""
DRAFT = f"mutation ($input: ProductDraftInput!) {{ productDraft(input: $input) {{ {RESULT} }} }}"
REVISE = f"""mutation ($id: ID!, $input: ProductReviseInput!) {{
  productRevise(id: $id, input: $input) {{ {RESULT} }} }}"""
PUBLISH = f"mutation ($id: ID!) {{ productPublish(id: $id) {{ {RESULT} }} }}"
APPROVE = f"mutation ($id: ID!) {{ productApprove(id: $id) {{ {RESULT} }} }}".replace(
    "... on ValidationFailed { fieldErrors { field code message } }", ""
)
REFUSE = f"""mutation ($id: ID!, $input: ProductRefuseInput!) {{
  productRefuse(id: $id, input: $input) {{ {RESULT} }} }}"""
RETIRE = f"mutation ($id: ID!) {{ productRetire(id: $id) {{ {RESULT} }} }}".replace(
    "... on ValidationFailed { fieldErrors { field code message } }", ""
)


def draft_input(institution: Institution, **changes: Any) -> dict[str, Any]:
    """A whole sheet as a client sends it."""
    return {
        "institutionId": encode_id("institution", institution.id),
        "city": "JIANGYIN",
        "name": "示例经营贷",
        "description": "面向小微企业的流动资金贷款。",
        "guaranteeKinds": ["CREDIT"],
        "minAmount": "100000",
        "maxAmount": "3000000",
        "prices": [
            {"grade": "ADVANCED", "annualRate": "3.0", "limitPercent": "100"},
            {"grade": "FIRST", "annualRate": "3.5", "limitPercent": "100"},
            {"grade": "CANDIDATE", "annualRate": "4.0", "limitPercent": "50"},
        ],
        "rateBasis": "固定利率",
        "fees": [],
        "minTermMonths": 3,
        "maxTermMonths": 24,
        "repaymentMethods": ["INTEREST_FIRST"],
        "requiredGrade": "CANDIDATE",
        "districts": [],
        "industries": ["C"],
        "sizes": ["SMALL", "MICRO"],
        "tagGroups": [["高新技术企业"]],
        "materials": ["营业执照"],
        "idempotencyKey": "draft-0001",
    } | changes


def an_id(product: Product) -> str:
    return encode_id("product", product.id)


async def standing(product_id: UUID) -> tuple[str, int, dict[str, Any]]:
    """A product's state, version and sheet."""
    row = await fetch_one("SELECT status, version, sheet FROM product WHERE id = $1", product_id)
    assert row is not None
    return row["status"], row["version"], json.loads(row["sheet"])


async def everything() -> tuple[list[dict[str, Any]], ...]:
    """All that a mutation of products may change."""
    return (
        await fetch("SELECT * FROM product ORDER BY id"),
        await fetch("SELECT * FROM product_version ORDER BY id"),
        await fetch("SELECT entrypoint, payload FROM pgqueuer ORDER BY id"),
        await fetch("SELECT * FROM idempotency_key ORDER BY id"),
    )


async def facts() -> list[str]:
    """The kinds of fact on the queue."""
    return [row["entrypoint"] for row in await fetch("SELECT entrypoint FROM pgqueuer ORDER BY id")]
