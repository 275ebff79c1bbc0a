"""The size of an enterprise with its range: what is certain, what is possible, what is missing."""

import strawberry

from credit.levels import EnterpriseSize
from credit.size import SizeResult, size_of, size_table
from foundation.identifiers import is_sole_trader
from schema.context import Info
from storage.models import enterprise as rows

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
    row: strawberry.Private[rows.Enterprise]

    @strawberry.field(
        description="The size if what the owner stated (自愿填报) fills in what the registry "
        "lacks; null where nothing was stated that is lacking. No rule that grades or matches "
        "reads it."
    )
    async def with_declared(self, info: Info) -> EnterpriseSize | None:
        """The size with the owner's own figures, marked by being here."""
        stated = await info.context.loaders.declared_figures.load(self.row.id)
        row = self.row
        lacking = (
            (row.employees, stated.employees),
            (row.annual_revenue, stated.annual_revenue),
            (row.total_assets, stated.total_assets),
        )
        if not any(known is None and told is not None for known, told in lacking):
            return None
        employees = stated.employees if row.employees is None else row.employees
        revenue = stated.annual_revenue if row.annual_revenue is None else row.annual_revenue
        assets = stated.total_assets if row.total_assets is None else row.total_assets
        return size_of(
            row.industry,
            employees=employees,
            annual_revenue=revenue,
            total_assets=assets,
            sole_trader=is_sole_trader(row.uscc),
        ).size

    @staticmethod
    def of(found: SizeResult, row: rows.Enterprise) -> "SizeDetail":
        """The GraphQL detail of a result."""
        edition = size_table().edition
        return SizeDetail(
            size=found.size,
            possible=list(found.possible),
            missing=[_CRITERIA[name] for name in found.missing],
            standard=f"{edition}（参照执行）" if found.by_reference else edition,
            row=row,
        )
