"""The built client's files: what is found, what is not, and what a browser is told."""

import gzip
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from foundation.settings import Settings
from tests.api.conftest import TOYS


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder like the one a build leaves, with a secret beside it."""
    folder = tmp_path / "h5"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>融桥</title>", "utf-8")
    (folder / "assets" / "index-Ab12Cd34.js").write_text("console.log(1)\n" * 500)
    (folder / "assets" / "pixel.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


async def _get(built: Path, path: str, **headers: str) -> httpx2.Response:
    app = create_app(Settings(RQ_CLIENT_DIR=str(built)), schema=TOYS)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        request = client.build_request("GET", "/", headers=headers)
        request.url = request.url.copy_with(raw_path=path.encode())
        return await client.send(request)


@pytest.mark.parametrize("path", ["/", "/pages/home/index", "/pages/offers?x=1"])
async def test_every_path_without_a_file_is_the_page(built: Path, path: str) -> None:
    answer = await _get(built, path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "融桥" in answer.text


async def test_a_hashed_file_is_kept_for_a_year_and_compressed(built: Path) -> None:
    packed = await _get(built, "/assets/index-Ab12Cd34.js", **{"accept-encoding": "gzip"})
    plain = await _get(built, "/assets/index-Ab12Cd34.js", **{"accept-encoding": "identity"})
    image = await _get(built, "/assets/pixel.png", **{"accept-encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert packed.text == plain.text == "console.log(1)\n" * 500
    assert "content-encoding" not in image.headers
    assert image.headers["cache-control"] == "no-cache"


async def test_an_unchanged_file_is_not_sent_again(built: Path) -> None:
    first = await _get(built, "/")
    again = await _get(built, "/", **{"if-none-match": first.headers["etag"]})
    (built / "index.html").write_text("<!doctype html><title>new</title>")
    changed = await _get(built, "/", **{"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert "new" in changed.text


@pytest.mark.parametrize(
    "path",
    [
        "/missing.js",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/link.txt",
        "//etc/passwd.txt",
        "/a%00.txt",
        "/" + "a" * 600 + ".txt",
    ],
)
async def test_nothing_outside_the_folder_is_served(built: Path, path: str) -> None:
    answer = await _get(built, path)

    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_browser_is_told_to_trust_only_us(built: Path) -> None:
    for path in ("/", "/assets/index-Ab12Cd34.js", "/missing.js"):
        headers = (await _get(built, path)).headers

        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_without_a_build_the_page_is_missing_and_the_api_works(tmp_path: Path) -> None:
    page = await _get(tmp_path / "nothing", "/")
    api = await _get(tmp_path / "nothing", "/graphql?query={hello}")

    assert page.status_code == 404
    assert api.json() == {"data": {"hello": "hello world"}}


async def test_the_explorer_is_for_development(built: Path) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    visit = await _get(built, "/graphql", **browser)
    page = await _get(built, "/graphiql", **browser)
    script = await _get(built, "/graphiql/explorer.js")
    other = await _get(built, "/graphiql/..%2f..%2fapp.py")

    assert (visit.status_code, visit.headers["location"]) == (302, "/graphiql")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype", "")
    assert "https://" not in script.text
    assert other.status_code == 404


async def test_production_has_no_explorer(built: Path) -> None:
    settings = Settings(
        RQ_ENV="production",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        RQ_SIGNING_KEYS_FILE="/nonexistent",
        RQ_CODE_SECRET="s" * 32,
        RQ_CLIENT_DIR=str(built),
    )
    transport = httpx2.ASGITransport(app=create_app(settings, schema=TOYS))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        visit = await client.get("/graphql", headers={"accept": "text/html"})
        script = await client.get("/graphiql/explorer.js")

    assert visit.status_code == 406
    assert script.status_code == 404


def test_what_is_compressed_is_what_was_read(built: Path) -> None:
    from api.client import ClientFiles

    found = ClientFiles(built)._find("assets/index-Ab12Cd34.js")

    assert found is not None
    assert found.compressed is not None
    assert gzip.decompress(found.compressed) == found.content
