"""A measured figure and the bound it must keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured; `at_least` and `at_most` say what it must be."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its bound."""
        if self.at_least is not None and self.value < self.at_least:
            return False
        return self.at_most is None or self.value <= self.at_most

    def line(self) -> str:
        """The line that tools and people read."""
        bound = "-"
        if self.at_least is not None:
            bound = f">={self.at_least:g}"
        elif self.at_most is not None:
            bound = f"<={self.at_most:g}"
        return f"FIGURE {self.name} {self.value:.4g} {self.unit} {bound}"
