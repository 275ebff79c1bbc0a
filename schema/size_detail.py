"""The size of an enterprise with its range: what is certain, what is possible, what is missing."""

import strawberry

from credit.levels import EnterpriseSize
from credit.size import SizeResult, size_table

_CRITERIA = {
    "employees": "从业人员",
    "revenue_wan": "上年营业收入",
    "assets_wan": "资产总额",
    "industry": "所属行业",
}


@strawberry.type(
    description="Size by 工信部联企业〔2011〕300号, never a guess: UNKNOWN comes with the sizes "
    "that are still possible."
)
class SizeDetail:
    """A size and how sure it is."""

    size: EnterpriseSize = strawberry.field(description="The size; UNKNOWN while several may be.")
    possible: list[EnterpriseSize] = strawberry.field(
        description="Every size that the known figures allow, smallest first; empty for an "
        "industry that the standard does not size, or an unknown one."
    )
    missing: list[str] = strawberry.field(
        description="Chinese names of the figures that the standard asks for and nobody has "
        "given: 从业人员, 上年营业收入, 资产总额, 所属行业."
    )
    standard: str = strawberry.field(description="Edition of the standard, in Chinese.")

    @staticmethod
    def of(found: SizeResult) -> "SizeDetail":
        """The GraphQL detail of a result."""
        edition = size_table().edition
        return SizeDetail(
            size=found.size,
            possible=list(found.possible),
            missing=[_CRITERIA[name] for name in found.missing],
            standard=f"{edition}（参照执行）" if found.by_reference else edition,
        )
