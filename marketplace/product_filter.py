"""What a list of products is narrowed to, as SQL: values are parameters, lists are bounded."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from foundation.errors import BadUserInput
from matching.terms import GuaranteeKind, RequiredGrade

ON_SHELF = "p.status = 'PUBLISHED' AND i.status = 'ACTIVE'"
MAX_SEARCH = 50
MAX_VALUES = 50
MAX_TERM_MONTHS = 600


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """What a list is narrowed to; empty means everything. Yuan, months, percent per year."""

    search: str | None = None
    institution_ids: tuple[UUID, ...] = ()
    guarantee_kinds: tuple[GuaranteeKind, ...] = ()
    amount: Decimal | None = None
    term_months: int | None = None
    max_annual_rate: Decimal | None = None
    required_grade: RequiredGrade | None = None
    tags: tuple[str, ...] = ()
    # Ids that no institution can have were named and nothing else: the list is empty.
    matches_nothing: bool = False


@dataclass
class Condition:
    """SQL parts joined by AND; `{}` in a part is the place of its next value."""

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, part: str, *values: object) -> None:
        """One more condition."""
        first = len(self.values) + 1
        self.parts.append(part.format(*(f"${first + step}" for step in range(len(values)))))
        self.values += values

    def add_if_given(self, part: str, value: object) -> None:
        """One more condition when there is something to compare with."""
        if value is not None and value != []:
            self.add(part, value)

    @property
    def sql(self) -> str:
        """The whole condition."""
        return " AND ".join(self.parts)


def shelf_condition(city: str, narrowed: ProductFilter) -> Condition:
    """What a city's shelf is narrowed to. Raises BadUserInput for a filter out of bounds."""
    _check_bounds(narrowed)
    condition = Condition()
    condition.add(f"p.city = {{}} AND {ON_SHELF}", city)
    if narrowed.matches_nothing:
        condition.add("false")
    if narrowed.search:
        pattern = f"%{_escaped(narrowed.search)}%"
        condition.add("(p.name ILIKE {0} OR i.name ILIKE {0})", pattern)
    grade = narrowed.required_grade
    for part, value in (
        ("p.institution_id = ANY({}::uuid[])", list(narrowed.institution_ids)),
        ("p.guarantee_kinds ?| {}::text[]", [kind.value for kind in narrowed.guarantee_kinds]),
        ("{} BETWEEN p.min_amount AND p.max_amount", narrowed.amount),
        ("{}::int BETWEEN p.min_term_months AND p.max_term_months", narrowed.term_months),
        ("p.min_annual_rate <= {}", narrowed.max_annual_rate),
        ("p.required_grade = {}", grade and grade.value),
        (
            "jsonb_path_query_array(p.sheet, '$.tag_groups[*][*]') ?| {}::text[]",
            list(narrowed.tags),
        ),
    ):
        condition.add_if_given(part, value)
    return condition


def _check_bounds(narrowed: ProductFilter) -> None:
    if narrowed.search and len(narrowed.search) > MAX_SEARCH:
        raise BadUserInput(f"搜索词最多{MAX_SEARCH}个字")
    if narrowed.term_months is not None and not 0 < narrowed.term_months <= MAX_TERM_MONTHS:
        raise BadUserInput(f"期限须在1到{MAX_TERM_MONTHS}个月之间")
    for values in (narrowed.institution_ids, narrowed.guarantee_kinds, narrowed.tags):
        if len(values) > MAX_VALUES:
            raise BadUserInput(f"每个筛选条件最多{MAX_VALUES}个值")


def _escaped(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return text
