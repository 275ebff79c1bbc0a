"""What the tests of uploads ask for, and how they send a file."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx2

from foundation.identifiers import new_id
from tests.conftest import GraphQL
from tests.factories.credit_files import Row
from tests.factories.people import Someone

ISSUE = """
mutation ($input: UploadTicketIssueInput!) {
  uploadTicketIssue(input: $input) {
    __typename
    ... on UploadTicket { ticket url expiresAt maxBytes }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""

BATCH = """
query ($id: ID!) {
  importBatch(id: $id) {
    id state category { code name mode } provider fileName fileDigest receivedOn progress
    accepted unchanged quarantined refusal receipt
    quarantinedRows { edges { node { line field value reason } } }
  }
}
"""


def a_wish(**changes: str) -> dict[str, str]:
    """The input of uploadTicketIssue, changed."""
    return {
        "city": "JIANGYIN",
        "category": "JS-13",
        "fileName": "公积金.csv",
        "idempotencyKey": f"upload-{new_id().hex}",
    } | changes


async def issue(api: GraphQL, who: Someone, **changes: str) -> dict[str, Any]:
    """What uploadTicketIssue answers."""
    answer = await api.data(ISSUE, variables={"input": a_wish(**changes)}, token=who.token)
    result: dict[str, Any] = answer["uploadTicketIssue"]
    return result


async def a_ticket(api: GraphQL, who: Someone, **changes: str) -> str:
    """A ticket for one file."""
    answer = await issue(api, who, **changes)
    assert answer["__typename"] == "UploadTicket", answer
    return str(answer["ticket"])


async def send(
    api: GraphQL, ticket: str, body: bytes | AsyncIterator[bytes], **headers: str
) -> httpx2.Response:
    """POST a file with a ticket."""
    return await api.client.post(
        "/uploads", content=body, headers={"authorization": f"Ticket {ticket}"} | headers
    )


async def batch(api: GraphQL, who: Someone, batch_id: str) -> dict[str, Any] | None:
    """The batch as somebody reads it."""
    answer = await api.data(BATCH, variables={"id": batch_id}, token=who.token)
    found: dict[str, Any] | None = answer["importBatch"]
    return found


def csv_bytes(rows: Sequence[Row], *, header: Sequence[str] | None = None) -> bytes:
    """Rows as a provider's file has them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def id_in(answer: httpx2.Response) -> str:
    """The batch that an upload became."""
    body: Mapping[str, Any] = answer.json()
    return str(body["importBatch"]["id"])
