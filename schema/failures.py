"""Expected failures as GraphQL types, and what turns a raised domain error into its member.

An error whose type is missing from the field's union stays an error: it is a bug of the union.
"""

from enum import StrEnum
from typing import Any

import strawberry

from foundation import errors
from schema.enums import describe_enum
from schema.registration import RegistrationState

CODE = "What kind of failure this is, for programs."
MESSAGE = "A Chinese sentence for the person who reads it."


class ErrorCode(StrEnum):
    """What an expected failure is, for programs."""

    VALIDATION_FAILED = "VALIDATION_FAILED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    NOT_FOUND = "NOT_FOUND"
    NOT_VERIFIED = "NOT_VERIFIED"
    NOT_ALLOWED_NOW = "NOT_ALLOWED_NOW"
    CODE_WRONG = "CODE_WRONG"
    LOCKED = "LOCKED"
    RATE_LIMITED = "RATE_LIMITED"
    TAKEN = "TAKEN"
    UNAVAILABLE = "UNAVAILABLE"


describe_enum(
    ErrorCode,
    "Which expected failure happened.",
    {
        "VALIDATION_FAILED": "A well-formed value breaks a rule; see the field errors.",
        "IDEMPOTENCY_KEY_REUSED": "The same idempotency key came with another input.",
        "NOT_FOUND": "No such record for this viewer: missing and not visible look the same.",
        "NOT_VERIFIED": "The enterprise has not reached the registration state that this needs.",
        "NOT_ALLOWED_NOW": "The record's state forbids it.",
        "CODE_WRONG": "A one-time code, password or TOTP does not match.",
        "LOCKED": "Too many wrong tries; wait.",
        "RATE_LIMITED": "Asked too often; wait.",
        "TAKEN": "Somebody else already has it, for example a USCC.",
        "UNAVAILABLE": "An outside service did not answer in time; nothing was changed.",
    },
)


@strawberry.interface(description="An expected failure. Its message is Chinese, for the person.")
class UserError:
    """What every expected failure has."""

    code: ErrorCode = strawberry.field(description=CODE)
    message: str = strawberry.field(description=MESSAGE)


@strawberry.type(description="One thing wrong with one field of the input.")
class FieldError:
    """A field's path and what is wrong with it."""

    field: str = strawberry.field(
        description="Path of the field inside the input, for example `audience.institutionIds`."
    )
    code: ErrorCode = strawberry.field(description=CODE)
    message: str = strawberry.field(description=MESSAGE)


@strawberry.type(description="Well-formed values that break rules; nothing was changed.")
class ValidationFailed(UserError):
    """Every field problem of an input at once."""

    field_errors: list[FieldError] = strawberry.field(
        description="Every problem found, in the order of the input's fields."
    )

    @staticmethod
    def of(error: errors.ValidationFailed) -> "ValidationFailed":
        """The union member of a raised error."""
        problems = [
            FieldError(field=p.field, code=ErrorCode(p.code), message=p.message)
            for p in error.problems
        ]
        return ValidationFailed(
            code=ErrorCode.VALIDATION_FAILED, message=error.message, field_errors=problems
        )


@strawberry.type(
    description="The same idempotency key came before with another input; nothing was changed."
)
class IdempotencyKeyReused(UserError):
    """The key belongs to another input."""

    @staticmethod
    def of(error: errors.IdempotencyKeyReused) -> "IdempotencyKeyReused":
        """The union member of a raised error."""
        return IdempotencyKeyReused(code=ErrorCode.IDEMPOTENCY_KEY_REUSED, message=error.message)


@strawberry.type(
    description="No such record for this viewer: missing and not visible look the same."
)
class NotFound(UserError):
    """Missing, or not for this viewer."""

    @staticmethod
    def of(error: errors.NotFound) -> "NotFound":
        """The union member of a raised error."""
        return NotFound(code=ErrorCode.NOT_FOUND, message=error.message)


@strawberry.type(
    description="The enterprise has not reached the registration state that this needs."
)
class NotVerified(UserError):
    """The enterprise must go further first."""

    state: RegistrationState = strawberry.field(description="The state it is in now.")

    @staticmethod
    def of(error: errors.NotVerified) -> "NotVerified":
        """The union member of a raised error."""
        return NotVerified(
            code=ErrorCode.NOT_VERIFIED,
            message=error.message,
            state=RegistrationState(error.state),
        )


@strawberry.type(
    description="The state forbids it: the message says what state it is in and what is possible."
)
class NotAllowedNow(UserError):
    """Not in this state."""

    @staticmethod
    def of(error: errors.NotAllowedNow) -> "NotAllowedNow":
        """The union member of a raised error."""
        return NotAllowedNow(code=ErrorCode.NOT_ALLOWED_NOW, message=error.message)


@strawberry.type(description="The one-time code, password or TOTP does not match.")
class CodeWrong(UserError):
    """A wrong try."""

    tries_left: int = strawberry.field(description="Tries left before this is locked.")

    @staticmethod
    def of(error: errors.CodeWrong) -> "CodeWrong":
        """The union member of a raised error."""
        return CodeWrong(
            code=ErrorCode.CODE_WRONG, message=error.message, tries_left=error.tries_left
        )


@strawberry.type(description="Too many wrong tries.")
class Locked(UserError):
    """Locked for a while."""

    retry_after_seconds: int = strawberry.field(description="Seconds until the next try counts.")

    @staticmethod
    def of(error: errors.Locked) -> "Locked":
        """The union member of a raised error."""
        return Locked(
            code=ErrorCode.LOCKED,
            message=error.message,
            retry_after_seconds=error.retry_after_seconds,
        )


@strawberry.type(description="This operation was asked for too often.")
class RateLimited(UserError):
    """Too often."""

    retry_after_seconds: int = strawberry.field(description="Seconds until it may be asked again.")

    @staticmethod
    def of(error: errors.RateLimited) -> "RateLimited":
        """The union member of a raised error."""
        return RateLimited(
            code=ErrorCode.RATE_LIMITED,
            message=error.message,
            retry_after_seconds=error.retry_after_seconds,
        )


@strawberry.type(
    description="The registry or another outside service did not answer in time; nothing was "
    "changed."
)
class Unavailable(UserError):
    """An outside service is silent."""

    @staticmethod
    def of(error: errors.Unavailable) -> "Unavailable":
        """The union member of a raised error."""
        return Unavailable(code=ErrorCode.UNAVAILABLE, message=error.message)


class _ToMember:
    """Turns one kind of raised error into its union member."""

    def __init__(self, exception_type: type[errors.UserError], error_type: Any) -> None:
        self.exception_type = exception_type
        self.error_type = error_type

    def handle(self, exception: errors.UserError, **_: object) -> object:
        """The member that stands for a raised error."""
        return self.error_type.of(exception)


EXCEPTION_HANDLERS = tuple(
    _ToMember(raised, member)
    for raised, member in (
        (errors.ValidationFailed, ValidationFailed),
        (errors.IdempotencyKeyReused, IdempotencyKeyReused),
        (errors.NotFound, NotFound),
        (errors.NotVerified, NotVerified),
        (errors.NotAllowedNow, NotAllowedNow),
        (errors.CodeWrong, CodeWrong),
        (errors.Locked, Locked),
        (errors.RateLimited, RateLimited),
        (errors.Unavailable, Unavailable),
    )
)
