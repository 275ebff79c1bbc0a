"""Why a request gets no data: the code, the sentence and the HTTP status of each refusal."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from api.media import Media


class Code(StrEnum):
    """Every value that `extensions.code` of a top-level error can have."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"


_STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.BAD_USER_INPUT: 400,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
}

Body = Mapping[str, Any]


def error_body(code: Code, message: str, **extensions: object) -> dict[str, Any]:
    """One entry of `errors`."""
    return {"message": message, "extensions": {"code": code.value, **extensions}}


class Refused(Exception):
    """A request that is not executed.

    `malformed` says that it is not even a GraphQL-over-HTTP request, or that something before
    GraphQL refused it: then its status holds for every media type. Otherwise a caller that
    accepts application/json only gets 200, as the specification wants.
    """

    def __init__(
        self,
        errors: Sequence[Body],
        *,
        status: int | None = None,
        malformed: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)
        code = Code(errors[0]["extensions"]["code"])
        self.code = code
        self._status = status or _STATUS[code]
        self._malformed = malformed
        self.headers = dict(headers or {})

    def status(self, media: Media) -> int:
        """The HTTP status under a media type."""
        return 200 if media is Media.JSON and not self._malformed else self._status


def bad_input(message: str, **extensions: object) -> Refused:
    """A well-formed request whose document or variables are wrong."""
    return Refused([error_body(Code.BAD_USER_INPUT, message, **extensions)])


def malformed(message: str, status: int = 400, **headers: str) -> Refused:
    """Something that is no GraphQL-over-HTTP request."""
    return Refused(
        [error_body(Code.BAD_USER_INPUT, message)], status=status, malformed=True, headers=headers
    )
