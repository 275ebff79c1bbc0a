"""Entry apps as a test needs them: their keys, their tokens, and the server of their key sets."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from foundation.city import cities
from foundation.http_client import OutboundClient
from foundation.identifiers import new_id


class EntryApps(httpx2.AsyncBaseTransport):
    """Signs tokens for every city's entry app, and serves their key sets without a network."""

    def __init__(self) -> None:
        self.private_keys = {
            city.entry_app.jwks_url: ec.generate_private_key(ec.SECP256R1())
            for city in cities().values()
        }
        self.is_silent = False
        self.asked: list[str] = []
        hosts = tuple(str(urlsplit(url).hostname) for url in self.private_keys)
        self.client = OutboundClient(hosts, allow_http=True, transport=self)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        if self.is_silent:
            raise httpx2.ConnectError("silent", request=request)
        key = self.private_keys.get(str(request.url))
        if key is None:
            return httpx2.Response(404, json={})
        body = json.dumps({"keys": [public_jwk(key)]}).encode()
        return httpx2.Response(200, stream=httpx2.ByteStream(body))

    def token(
        self,
        *,
        now: datetime,
        city: str = "JIANGYIN",
        subject: str = "subject-1",
        key: Any = None,
        headers: dict[str, Any] | None = None,
        algorithm: str = "ES256",
        **claims: Any,
    ) -> str:
        """A token of a city's entry app; a claim given as None is left out."""
        app = cities()[city].entry_app
        body = {
            "iss": app.issuer,
            "aud": app.audience,
            "sub": subject,
            "jti": new_id().hex,
            "iat": int(now.timestamp()),
        }
        body = {name: value for name, value in (body | claims).items() if value is not None}
        signer = key or self.private_keys[app.jwks_url]
        return jwt.encode(body, signer, algorithm, headers={"kid": "one"} | (headers or {}))


def public_jwk(key: ec.EllipticCurvePrivateKey, kid: str = "one") -> dict[str, Any]:
    """The public half of a key, as an entry app's server shows it."""
    jwk: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return jwk | {"kid": kid, "alg": "ES256", "use": "sig"}
