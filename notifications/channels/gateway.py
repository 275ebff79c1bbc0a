"""Codes through the SMS gateway of the city's operator, over HTTP.

POST {RQ_SMS_URL} with a bearer token and {"to", "template", "city", "values"}; any 2xx means that
the message was accepted. The text is the template's, as the carriers approved it.
"""

from foundation.http_client import OutboundClient, OutboundError
from notifications.channels.base import CodeMessage, SmsError

TEMPLATE = "one_time_code"
WITHIN_S = 5.0


class GatewaySms:
    """Hands messages to the gateway; nothing is kept and nothing is repeated here."""

    def __init__(self, url: str, token: str, client: OutboundClient) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._client = client

    async def send_code(self, message: CodeMessage) -> None:
        """Send a code. Raises SmsError when the gateway refuses, fails or does not answer."""
        body = {
            "to": message.phone,
            "template": TEMPLATE,
            "city": message.city,
            "values": {"code": message.code, "minutes": str(message.minutes)},
        }
        try:
            status, _ = await self._client.post_json(
                self._url, body, seconds=WITHIN_S, headers=self._headers
            )
        except OutboundError as error:
            raise SmsError(str(error)) from None
        if not 200 <= status < 300:
            raise SmsError(f"the SMS gateway answered {status}")
