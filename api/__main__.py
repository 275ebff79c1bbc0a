"""`python -m api`: serves HTTP and WebSocket with uvicorn on HOST and PORT."""

import uvicorn

from api.app import create_app
from api.socket import MAX_MESSAGE
from foundation.logs import configure_logs
from foundation.settings import settings
from foundation.tokens import signing_keys


def main() -> None:
    """Serve until told to stop."""
    here = settings()
    configure_logs(json_lines=here.is_production)
    # A ring that is missing, damaged or generated for development is refused now, not at a sign-in.
    signing_keys().ring()
    uvicorn.run(
        create_app(here),
        host=here.host,
        port=here.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        # Notices are short, and each connection's compressor would hold a third of a megabyte.
        ws_per_message_deflate=False,
        forwarded_allow_ips=here.forwarded_allow_ips,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        limit_concurrency=2000,
    )


if __name__ == "__main__":
    main()
