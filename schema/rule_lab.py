"""The rule lab: whom a product would fit, in counts that name nobody."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from credit.levels import GradeLevel
from foundation.city import cities
from foundation.industry import industry_name
from marketplace import rule_lab
from schema.failures import NotFound, ValidationFailed

if TYPE_CHECKING:
    from matching import lab

_CONDITIONS = {
    "grade": "信用等级",
    "region": "服务区域",
    "industry": "支持行业",
    "size": "企业规模",
    "tags": "资质要求",
    "age": "成立时间",
    "revenue": "年营业收入",
    "tax": "年纳税额",
    "employees": "从业人员",
    "records": "公共失信记录",
    "loans": "不良信贷记录",
}


@strawberry.type(description="Firms of one kind. Its product manager's only.")
class LabCell:
    """How many there are, and how many fit."""

    key: str = strawberry.field(
        description="Code of the grade, the district or the industry section."
    )
    name: str = strawberry.field(description="Its Chinese name.")
    firms: int = strawberry.field(description="Firms of this kind, in tens.")
    fitting: int = strawberry.field(description="Those whom it would fit, in tens.")


@strawberry.type(description="A condition that shuts firms out. Its product manager's only.")
class LabBarrier:
    """One condition."""

    code: str = strawberry.field(description="The condition's code, as in matches.")
    name: str = strawberry.field(description="Its Chinese name.")
    firms: int = strawberry.field(description="Firms that do not meet it, in tens.")
    alone: int = strawberry.field(description="Firms shut out by it and by nothing else, in tens.")
    text: str = strawberry.field(description="The same as a Chinese sentence.")

    @staticmethod
    def of(found: "lab.Barrier") -> "LabBarrier":
        """The GraphQL barrier."""
        name = _CONDITIONS[found.code]
        only = f"，其中{found.alone}家只差这一条" if found.alone else ""
        return LabBarrier(
            code=found.code,
            name=name,
            firms=found.firms,
            alone=found.alone,
            text=f"{name}：{found.firms}家不符合或尚不清楚{only}",
        )


@strawberry.type(
    description="A product before the firms of its city, whatever amount and term they ask for. "
    "Counted are cohorts of at least ten firms that are alike, each judged by its typical member "
    "and counted as ten; so every count is in tens, and no two questions differ by one firm. Its "
    "institution's product managers only."
)
class RuleLab:
    """What a sheet would do."""

    as_of: date | None = strawberry.field(
        description="The day the cohorts were drawn; null while fewer than ten firms of the city "
        "agreed to be graded, and every count is 0."
    )
    firms: int = strawberry.field(
        description="Firms in business that agreed to be graded, in tens."
    )
    fitting: int = strawberry.field(description="Those whom it would fit, in tens.")
    near: int = strawberry.field(
        description="Those shut out by nothing that cannot change: near misses."
    )
    by_grade: list[LabCell] = strawberry.field(description="By grade, the best first.")
    by_district: list[LabCell] = strawberry.field(description="By district or town, by code.")
    by_industry: list[LabCell] = strawberry.field(description="By GB/T 4754 section, by code.")
    barriers: list[LabBarrier] = strawberry.field(
        description="Conditions, the one that alone shuts out most first."
    )

    @staticmethod
    def of(tried: rule_lab.Tried) -> "RuleLab":
        """The GraphQL answer."""
        found = tried.trial
        if found is None:
            return RuleLab(
                as_of=None,
                firms=0,
                fitting=0,
                near=0,
                by_grade=[],
                by_district=[],
                by_industry=[],
                barriers=[],
            )
        city = cities()[tried.city]

        def district(code: str) -> str:
            named = city.district(code)
            return named.name if named else city.name

        return RuleLab(
            as_of=tried.drawn_on,
            firms=found.firms,
            fitting=found.fitting,
            near=found.near,
            by_grade=_cells(found.by_grade, lambda key: GradeLevel(key).chinese),
            by_district=_cells(found.by_district, district),
            by_industry=_cells(found.by_industry, industry_name),
            barriers=[LabBarrier.of(one) for one in found.barriers],
        )


def _cells(found: "Sequence[lab.Cell]", name: Callable[[str], str]) -> list[LabCell]:
    return [
        LabCell(key=one.key, name=name(one.key), firms=one.firms, fitting=one.fitting)
        for one in found
    ]


RuleLabResult: TypeAlias = Annotated[
    RuleLab | ValidationFailed | NotFound,
    strawberry.union(
        "RuleLabResult",
        description="The trial. ValidationFailed: a fault of the sheet, as in productDraft and "
        "productRevise. NotFound: not a product of this institution and city.",
    ),
]
