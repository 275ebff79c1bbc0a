"""Codes through the SMS gateway of the city's operator, over HTTP.

POST {RQ_SMS_URL} with a bearer token and {"to", "template", "city", "values"}; any 2xx means that
the message was accepted. The text is the template's, as the carriers approved it.
"""

from foundation.http_client import OutboundClient, OutboundError
from notifications.channels.base import CodeMessage, LinkMessage, SmsError

TEMPLATE = "one_time_code"
LINK_TEMPLATE = "personal_consent_link"
WITHIN_S = 5.0


class GatewaySms:
    """Hands messages to the gateway; nothing is kept and nothing is repeated here."""

    def __init__(self, url: str, token: str, client: OutboundClient) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._client = client

    async def send_code(self, message: CodeMessage) -> None:
        """Send a code. Raises SmsError when the gateway refuses, fails or does not answer."""
        values = {"code": message.code, "minutes": str(message.minutes)}
        await self._send(message.phone, message.city, TEMPLATE, values)

    async def send_link(self, message: LinkMessage) -> None:
        """Send a link. Raises SmsError when the gateway refuses, fails or does not answer."""
        values = {
            "link": message.link,
            "enterprise": message.enterprise,
            "days": str(message.days),
        }
        await self._send(message.phone, message.city, LINK_TEMPLATE, values)

    async def _send(self, phone: str, city: str, template: str, values: dict[str, str]) -> None:
        body = {"to": phone, "template": template, "city": city, "values": values}
        try:
            status, _ = await self._client.post_json(
                self._url, body, seconds=WITHIN_S, headers=self._headers
            )
        except OutboundError as error:
            raise SmsError(str(error)) from None
        if not 200 <= status < 300:
            raise SmsError(f"the SMS gateway answered {status}")
