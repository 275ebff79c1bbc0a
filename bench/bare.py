"""`python -m bench.bare`: a Starlette route that returns a file's bytes, for comparison."""

import os
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ANSWER = "BENCH_ANSWER"


def main() -> None:
    """Serve the bytes of the file that BENCH_ANSWER names."""
    answer = Path(os.environ[ANSWER]).read_bytes()

    async def bare(_: Request) -> Response:
        return Response(answer, media_type="application/json")

    uvicorn.run(
        Starlette(routes=[Route("/graphql", bare, methods=["POST"])]),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
