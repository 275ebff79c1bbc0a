"""What a benchmark prints, and when it says that a figure missed its bound."""

import pytest

from bench import __main__ as program
from bench.figures import Figure


@pytest.mark.parametrize(
    ("figure", "line", "holds"),
    [
        (Figure("a", 12345.678, "requests/s"), "FIGURE a 1.235e+04 requests/s -", True),
        (Figure("a", 0.5, "of_bare", at_least=0.5), "FIGURE a 0.5 of_bare >=0.5", True),
        (Figure("a", 0.49, "of_bare", at_least=0.5), "FIGURE a 0.49 of_bare >=0.5", False),
        (Figure("a", 7, "ms", at_most=5), "FIGURE a 7 ms <=5", False),
    ],
)
def test_a_figure_says_its_bound_and_keeps_it_or_not(
    figure: Figure, line: str, holds: bool
) -> None:
    assert figure.line() == line
    assert figure.holds is holds


@pytest.mark.parametrize(("value", "code"), [(0.6, 0), (0.4, 1)])
def test_the_exit_code_says_whether_every_figure_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: float, code: int
) -> None:
    async def measured(name: str) -> list[Figure]:
        return [Figure(name, value, "of_bare", at_least=0.5)]

    monkeypatch.setattr(program, "measured", measured)
    monkeypatch.setattr("sys.argv", ["bench"])
    monkeypatch.setenv("ONLY", "catalogue")

    assert program.main() == code
    assert capsys.readouterr().out == f"FIGURE catalogue {value} of_bare >=0.5\n"


def test_an_unknown_benchmark_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "nothing"])

    assert program.main() == 2
    assert "nothing" in capsys.readouterr().out
