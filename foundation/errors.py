"""What can go wrong on purpose. Every message is Chinese, for the person who will read it.

UserError and its children are expected outcomes and become members of result unions.
BadUserInput, Unauthenticated and Forbidden become top-level errors with a code.
"""

from dataclasses import dataclass, field


class DomainError(Exception):
    """Anything this project raises on purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadUserInput(DomainError):
    """A request that is malformed, whatever the state of the world."""


class Unauthenticated(DomainError):
    """Nobody is signed in, or the token is expired, forged or of a closed session."""


class Forbidden(DomainError):
    """The signed-in person's role does not allow this operation at all."""


class TooManyRequests(DomainError):
    """A rate limit of the whole endpoint, not of one operation."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UserError(DomainError):
    """An expected outcome that a result union names."""


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one field: its path in the input, and a sentence."""

    field: str
    message: str
    code: str = "VALIDATION_FAILED"


class ValidationFailed(UserError):
    """A well-formed value that breaks a rule."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(problems[0].message if len(problems) == 1 else "有几处需要修改")
        self.problems = problems


@dataclass
class Problems:
    """Collects every field problem of an input, so that a form shows all of them at once."""

    found: list[FieldProblem] = field(default_factory=list)

    def add(self, name: str, message: str, code: str = "VALIDATION_FAILED") -> None:
        """Note a problem with a field."""
        self.found.append(FieldProblem(name, message, code))

    def check(self, holds: bool, name: str, message: str) -> None:
        """Note a problem with a field unless the condition holds."""
        if not holds:
            self.add(name, message)

    def raise_if_any(self) -> None:
        """Raise ValidationFailed when something was noted."""
        if self.found:
            raise ValidationFailed(self.found)


class IdempotencyKeyReused(UserError):
    """The same key came with another input."""

    def __init__(self) -> None:
        super().__init__("这次提交与之前用同一凭据的内容不同，请刷新后重试")


class NotFound(UserError):
    """No such record for this viewer: missing and not visible look the same."""

    def __init__(self, message: str = "没有找到，可能已被删除或无权查看") -> None:
        super().__init__(message)


class NotVerified(UserError):
    """The enterprise has not reached the registration state that this needs."""

    def __init__(self, message: str, state: str) -> None:
        super().__init__(message)
        self.state = state


class NotAllowedNow(UserError):
    """The record's state forbids it; the message says the state and what is possible."""


class CodeWrong(UserError):
    """A one-time code or password that does not match."""

    def __init__(self, message: str, tries_left: int) -> None:
        super().__init__(message)
        self.tries_left = tries_left


class Locked(UserError):
    """Too many wrong tries."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RateLimited(UserError):
    """Asked too often."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(UserError):
    """An outside service did not answer in time; nothing was changed."""
