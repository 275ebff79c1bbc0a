"""What a person may act as: a role in a city, for an enterprise or an institution."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from foundation.identifiers import encode_id
from schema.city import CityCode
from schema.context import Info
from schema.enterprise import Enterprise
from schema.enums import describe_enum
from storage.models import membership as rows
from storage.models.membership import Role

if TYPE_CHECKING:
    from schema.institution import Institution

describe_enum(
    Role,
    "What a person may do.",
    {
        "OWNER": "企业主: acts for an enterprise.",
        "OFFICER": "客户经理: meets demands and makes offers for an institution.",
        "PRODUCT_MANAGER": "产品经理: drafts and publishes an institution's products.",
        "INSTITUTION_ADMIN": "机构管理员: manages an institution's people.",
        "OPERATOR": "平台运营: reviews products and decides claims of ownership.",
        "REGULATOR": "监管人员: reads statistics, never an enterprise's data.",
        "DATA_PROVIDER": "信息提供单位: delivers credit records.",
    },
)


@strawberry.type(description="A role of the viewer. Only the viewer sees it.")
class Membership:
    """One thing a person may act as."""

    id: strawberry.ID = strawberry.field(description="Given to sessionActAs.")
    role: Role = strawberry.field(description="What it allows.")
    city: CityCode = strawberry.field(description="In which city.")
    row: strawberry.Private[rows.Membership]

    @strawberry.field(description="The enterprise of an OWNER; null for every other role.")
    async def enterprise(self, info: Info) -> Enterprise | None:
        """The enterprise, of the person's own."""
        if self.row.enterprise_id is None:
            return None
        found = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return Enterprise.of(found) if found else None

    @strawberry.field(description="The institution of its officers, managers and admins.")
    async def institution(
        self, info: Info
    ) -> Annotated["Institution", strawberry.lazy("schema.institution")] | None:
        """The institution, of the person's own."""
        from schema.institution import Institution

        if self.row.institution_id is None:
            return None
        found = await info.context.loaders.institutions.load(self.row.institution_id)
        return Institution.of(found) if found else None

    @staticmethod
    def of(row: rows.Membership) -> "Membership":
        """The GraphQL membership of a row."""
        return Membership(
            id=strawberry.ID(encode_id("membership", row.id)),
            role=row.role,
            city=CityCode(row.city),
            row=row,
        )
