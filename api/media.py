"""Which media type an answer has, after the GraphQL-over-HTTP specification."""

from enum import StrEnum
from functools import lru_cache


class Media(StrEnum):
    """The two media types of a GraphQL answer, and what a browser's address bar asks for."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    PAGE = "text/html"

    @property
    def content_type(self) -> str:
        """The Content-Type header's value."""
        return f"{self.value}; charset=utf-8"


_OFFERS = {
    "application/graphql-response+json": Media.RESPONSE,
    "application/json": Media.JSON,
    "application/*": Media.JSON,
    "*/*": Media.JSON,
    "text/html": Media.PAGE,
}


@lru_cache(maxsize=256)
def accepted(header: str | None) -> tuple[Media, ...]:
    """What a caller accepts of what we make, most wanted first; empty when there is none.

    Without a header, and for `*/*`, application/json: the caller may be older than the
    specification. Entries with a charset other than UTF-8 or with q=0 do not count.
    """
    if header is None:
        return (Media.JSON,)
    ranked: list[tuple[float, int, Media]] = []
    for place, entry in enumerate(header.split(",", 32)[:32]):
        name, _, parameters = entry.partition(";")
        offer = _OFFERS.get(name.strip().lower())
        quality = _quality(parameters)
        if offer is not None and quality > 0:
            ranked.append((-quality, place, offer))
    return tuple(offer for _, _, offer in sorted(ranked, key=lambda entry: entry[:2]))


def _quality(parameters: str) -> float:
    quality = 1.0
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().lower().partition("=")
        value = value.strip('" ')
        if name == "charset" and value not in ("utf-8", "utf8"):
            return 0.0
        if name == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
    return quality if 0 <= quality <= 1 else 0.0


@lru_cache(maxsize=256)
def is_json(content_type: str | None) -> bool:
    """Whether a request's body says that it is JSON in UTF-8."""
    name, _, parameters = (content_type or "").partition(";")
    return name.strip().lower() == "application/json" and _quality(parameters) > 0
