"""The keys that verify receipts are public, and only their public halves are."""

from datetime import UTC, datetime

import httpx2

from api.app import create_app
from foundation import receipts
from foundation.settings import Settings
from foundation.tokens import signing_keys
from tests.servers import Database


async def test_anybody_fetches_the_keys_and_verifies_with_them(database: Database) -> None:
    app = create_app(Settings(DATABASE_URL=database.url))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/.well-known/receipt-keys.json")

    jwks = answer.json()
    ring = signing_keys().ring()
    receipt = receipts.sign(ring, "consent", {"scope": []}, datetime.now(UTC))
    assert receipts.read(jwks, "consent", receipt)["scope"] == []
    assert all("d" not in key for key in jwks["keys"])
