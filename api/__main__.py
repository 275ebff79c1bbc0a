"""`python -m api`: serves HTTP and WebSocket with uvicorn on HOST and PORT."""

import gc

import uvicorn

from api.app import create_app
from api.socket import MAX_MESSAGE
from api.sockets import MAX_OPEN
from foundation.logs import configure_logs
from foundation.settings import settings
from foundation.tokens import signing_keys


def main() -> None:
    """Serve until told to stop."""
    here = settings()
    configure_logs(json_lines=here.is_production)
    # A ring that is missing, damaged or generated for development is refused now, not at a sign-in.
    signing_keys().ring()
    app = create_app(here)
    _leave_startup_alone()
    uvicorn.run(
        app,
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
        limit_concurrency=MAX_OPEN + 1_000,
    )


def _leave_startup_alone() -> None:
    """Keep the collector away from the schema and the modules, which live as long as the process.

    Otherwise it walks half a million objects now and then, while every request waits.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


if __name__ == "__main__":
    main()
