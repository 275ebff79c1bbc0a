"""Ready answers for people who are not signed in and look at the catalogue.

An answer is kept under the bytes of its request (document, operation and variables at once) and
under the catalogue's version; when the version moves, all of it is forgotten. A request with an
Authorization header never comes here, nor does one whose operation reads anything but what is
open to everyone.
"""

from collections.abc import Awaitable, Callable, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
)

from api.documents import Recent
from api.payload import Payload

MAX_ANSWERS = 2_000
MAX_ANSWER = 256 * 1024
MAX_REQUEST = 16 * 1024
MAX_TOTAL = 64 * 1024 * 1024

OPEN_FIELDS = frozenset({"__typename", "city", "cities", "products", "product", "institution"})
"""Root fields whose answer is the same for everybody who is signed out."""


class AnswerCache:
    """Answers of one catalogue version."""

    def __init__(self, version: Callable[[], Awaitable[object]]) -> None:
        self._read_version = version
        self._version: object = None
        self._answers: Recent[Payload] = Recent(MAX_ANSWERS)
        self._total = 0

    async def find(self, request: bytes) -> Payload | None:
        """The answer to a request under the present version. Raises what reading it raises."""
        if len(request) > MAX_REQUEST:
            return None
        await self._follow()
        return self._answers.get(request)

    def keep(self, request: bytes, answer: Payload, version: object) -> None:
        """Keep an answer that was worked out while the catalogue had this version.

        Nothing is kept when the version is not known, or has moved since: the answer may be of
        either.
        """
        if len(request) > MAX_REQUEST or len(answer.plain) > MAX_ANSWER:
            return
        if version is None or version != self._version:
            return
        if self._total + len(answer.plain) > MAX_TOTAL:
            self._forget()
        self._answers.put(request, answer)
        self._total += len(answer.plain)

    @property
    def version(self) -> object:
        """The catalogue's version when an answer was last looked for."""
        return self._version

    async def _follow(self) -> None:
        version = await self._read_version()
        if version != self._version:
            self._version = version
            self._forget()

    def _forget(self) -> None:
        self._answers.clear()
        self._total = 0


def is_open(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> bool:
    """Whether an operation is a query of nothing but what is open to everyone."""
    if operation.operation is not OperationType.QUERY:
        return False
    waiting = [operation.selection_set]
    spread: set[str] = set()
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                if selection.name.value not in OPEN_FIELDS:
                    return False
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                spread.add(selection.name.value)
                waiting.append(fragments[selection.name.value].selection_set)
    return True
