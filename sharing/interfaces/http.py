"""A source over HTTP, by the contract of docs/sources.md.

POST {url}/query  {"category", "uscc", "purpose", "consent"}, and "asOf" for an earlier day
200               {"category", "uscc", "rows": [{field: text, …}, …]}, and the same "asOf"
"""

from typing import Any

from foundation.http_client import OutboundClient, OutboundError
from sharing.interfaces.port import Fault, Question, Row, SourceFault

MAX_ROWS = 500
_FAILED = frozenset({500, 502, 503, 504})


class HttpSource:
    """Asks a provider's gateway; anything but a clear answer is a fault."""

    def __init__(self, client: OutboundClient, url: str, token: str | None = None) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/query"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        """The rows about an enterprise. Raises SourceFault."""
        # In the body, because addresses are kept by proxies.
        body = {
            "category": question.category.code,
            "uscc": question.uscc,
            "purpose": question.purpose,
            "consent": question.consent,
        }
        if question.as_of:
            body["asOf"] = question.as_of.isoformat()
        headers = self._headers | {"Idempotency-Key": question.request_id.hex}
        try:
            status, answer = await self._client.post_json(
                self._url, body, seconds=seconds, headers=headers
            )
        except OutboundError as error:
            fault = Fault.UNREACHABLE if error.may_pass else Fault.UNUSABLE
            raise SourceFault(fault) from None
        if status != 200:
            raise SourceFault(_fault_of(status))
        return _rows_in(answer, question)


def _fault_of(status: int) -> Fault:
    if status == 429:
        return Fault.BUSY
    if status in _FAILED:
        return Fault.FAILED
    return Fault.REFUSED if status in (401, 403) else Fault.UNUSABLE


def _rows_in(answer: Any, question: Question) -> tuple[Row, ...]:
    """The rows of an answer that is about what was asked. Raises SourceFault."""
    about = (question.category.code, question.uscc)
    if not isinstance(answer, dict) or (answer.get("category"), answer.get("uscc")) != about:
        raise SourceFault(Fault.UNUSABLE)
    # A gateway that overlooks the day would give today's figure for that of a year ago.
    if answer.get("asOf") != (question.as_of.isoformat() if question.as_of else None):
        raise SourceFault(Fault.UNUSABLE)
    rows = answer.get("rows")
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise SourceFault(Fault.UNUSABLE)
    for row in rows:
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            raise SourceFault(Fault.UNUSABLE)
    return tuple(rows)
