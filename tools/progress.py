"""A bar on the terminal while long work goes on; nothing where nobody watches."""

import sys

WIDTH = 30


def show_bar(done: float, text: str) -> None:
    """Draw how much is done, 0 to 1, with a few words, over the line before."""
    if sys.stderr.isatty():
        filled = int(min(done, 1) * WIDTH)
        bar = "█" * filled + "·" * (WIDTH - filled)
        print(f"\r{bar} {min(done, 1):4.0%}  {text}", end="", file=sys.stderr, flush=True)


def end_bar() -> None:
    """Leave the bar where it stands, and go on below it."""
    if sys.stderr.isatty():
        print(file=sys.stderr)
