"""The public keys that verify receipts, past ones included, as a JWK set. Open to everyone."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from foundation.tokens import signing_keys

RECEIPT_KEYS_PATH = "/.well-known/receipt-keys.json"


async def receipt_keys(_: Request) -> JSONResponse:
    """The key set; public halves only."""
    return JSONResponse(signing_keys().ring().jwks(), headers={"Cache-Control": "max-age=300"})
