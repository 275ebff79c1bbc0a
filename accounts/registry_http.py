"""The registry over HTTP, through a gateway that speaks our two questions.

GET  {base}/enterprises/{uscc}                              200 with the profile, or 404
POST {base}/enterprises/{uscc}/legal-representative-check   200 {"agrees": true or false}
"""

from datetime import date
from functools import cache
from typing import Any

from accounts.registry import ANSWER_SECONDS, Registry, RegistryProfile, silent
from foundation.http_client import OutboundClient, OutboundError, outbound
from foundation.industry import is_industry
from foundation.settings import settings
from foundation.stand_ins import registry_address


class HttpRegistry:
    """Asks a gateway; anything but a clear answer counts as silence."""

    def __init__(self, client: OutboundClient, base_url: str, token: str | None = None) -> None:
        self._client = client
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def profile(self, uscc: str) -> RegistryProfile | None:
        """The enterprise with a USCC. Raises Unavailable."""
        try:
            status, body = await self._client.get_json(
                f"{self._base}/enterprises/{uscc}", seconds=ANSWER_SECONDS, headers=self._headers
            )
        except OutboundError:
            raise silent() from None
        if status == 404:
            return None
        if status != 200:
            raise silent()
        return _profile_in(uscc, body)

    async def agrees(self, uscc: str, legal_representative: str, id_number: str) -> bool:
        """Whether name and ID number are the legal representative's. Raises Unavailable."""
        try:
            status, body = await self._client.post_json(
                f"{self._base}/enterprises/{uscc}/legal-representative-check",
                {"name": legal_representative, "id_number": id_number},
                seconds=ANSWER_SECONDS,
                headers=self._headers,
            )
        except OutboundError:
            raise silent() from None
        answer = body.get("agrees") if isinstance(body, dict) else None
        if status != 200 or not isinstance(answer, bool):
            raise silent()
        return answer


def _profile_in(uscc: str, body: Any) -> RegistryProfile:
    try:
        established = body["established_on"]
        profile = RegistryProfile(
            uscc=uscc,
            name=str(body["name"]),
            district=str(body["district"]),
            industry=str(body["industry"]),
            established_on=date.fromisoformat(established) if established else None,
            in_business=body["in_business"] is True,
        )
    except (LookupError, TypeError, ValueError):
        raise silent() from None
    usable = 2 <= len(profile.name) <= 120 and is_industry(profile.industry)
    if body.get("uscc") != uscc or not usable:
        raise silent()
    return profile


class NoRegistry:
    """Stands where no registry is configured: it never answers."""

    async def profile(self, _uscc: str) -> RegistryProfile | None:
        """Raises Unavailable."""
        raise silent()

    async def agrees(self, _uscc: str, _legal_representative: str, _id_number: str) -> bool:
        """Raises Unavailable."""
        raise silent()


@cache
def configured_registry() -> Registry:
    """The registry that the settings name."""
    address, token = registry_address(), settings().registry_token
    if address is None:
        return NoRegistry()
    return HttpRegistry(outbound(), address, token.get_secret_value() if token else None)
