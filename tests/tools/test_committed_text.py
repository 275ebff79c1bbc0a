"""What no committed text may hold is found; what only resembles it is not."""

import pytest

from tools import committed_text
from tools.committed_text import problems_in


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("--index-url https://" + "py" + "pi.org/simple", "the address of a package registry"),
        ('"resolved": "https://registry.' + 'npmjs.org/vue"', "the address of a package registry"),
        ("open('/ro" + "ot/notes')", "a path of somebody's machine"),
        ("cd /ho" + "me/mei/rongqiao", "a path of somebody's machine"),
        ("<" * 7 + " HEAD", "a conflict marker"),
        ("=" * 7, "a conflict marker"),
        ("-----BEGIN EC PRIVATE " + "KEY-----", "a private key"),
    ],
)
def test_is_refused(text: str, what: str) -> None:
    assert list(problems_in(f"first line\n{text}\n")) == [(2, what)]


@pytest.mark.parametrize(
    "text",
    [
        "Title\n========\n",
        "https://docs.pytest.org/en/stable",
        "the npm registry and PyPI",
        "WORKDIR /app",
        "a/work/b/root/c",
        "~/work/of/mine",
        "GET {base}/work/{id}",
    ],
)
def test_is_not_refused(text: str) -> None:
    assert list(problems_in(text)) == []


def test_the_tree_holds_none_of_it() -> None:
    assert committed_text.check() == []
