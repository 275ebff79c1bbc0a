"""A page to try the API by hand, in development only, from our own files."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.client import SECURITY_HEADERS

PATH = "/graphiql"
_FILES = Path(__file__).parent / "static"
_TYPES = {
    "explorer.html": "text/html; charset=utf-8",
    "explorer.css": "text/css; charset=utf-8",
    "explorer.js": "text/javascript; charset=utf-8",
}


def explorer_routes() -> list[Route]:
    """The page and its two files."""
    return [Route(PATH, _page), Route(PATH + "/{name}", _page)]


async def _page(request: Request) -> Response:
    name = request.path_params.get("name", "explorer.html")
    if name not in _TYPES:
        return Response(status_code=404)
    headers = SECURITY_HEADERS | {"cache-control": "no-cache", "content-type": _TYPES[name]}
    return FileResponse(_FILES / name, headers=headers)
