"""Enterprises as their own people, and the officers they let in, see them."""

from typing import Annotated, TypeAlias

import strawberry

from foundation.identifiers import encode_id
from schema.city import CityCode, District, Industry
from schema.context import Info
from schema.failures import Locked, NotFound, Unavailable, ValidationFailed
from schema.node import Node
from schema.registration import RegistrationState
from storage.models import enterprise as rows


@strawberry.type(
    description="An SME or 个体工商户. Its own people reach it, and officers whose offer its owner "
    "accepted; to everybody else its id is null."
)
class Enterprise(Node):
    """An enterprise; whoever holds its row has been given access to it."""

    name: str = strawberry.field(description="Name in the registry.")
    uscc: str = strawberry.field(description="统一社会信用代码, 18 characters (GB 32100).")
    city: CityCode = strawberry.field(description="The city it is registered in here.")
    district: District = strawberry.field(description="District of its registered address.")
    industry: Industry = strawberry.field(
        description="Main business on its licence: section, or section and division."
    )
    row: strawberry.Private[rows.Enterprise]

    @strawberry.field(description="How far it has come: 注册, 实名认证, 授权.")
    async def registration(self, info: Info) -> RegistrationState:
        """The state as of today."""
        return await info.context.loaders.registration_states.load(self.row.id)

    @staticmethod
    def of(row: rows.Enterprise) -> "Enterprise":
        """The GraphQL enterprise of a row."""
        return Enterprise(
            id=strawberry.ID(encode_id("enterprise", row.id)),
            name=row.name,
            uscc=row.uscc,
            city=CityCode(row.city),
            district=District.of(row.city, row.district),
            industry=Industry.of(row.industry),
            row=row,
        )


@strawberry.input(description="Which enterprise to register, as its business licence has it.")
class EnterpriseRegisterInput:
    """Registers an enterprise."""

    uscc: str = strawberry.field(
        description="统一社会信用代码, 18 characters. The registry must know it."
    )
    name: str = strawberry.field(
        description="Name on the licence, at most 120 characters; must be the registry's."
    )
    city: CityCode = strawberry.field(description="The city of its registered address.")


@strawberry.input(description="Who stands behind an enterprise. Neither value is kept.")
class EnterpriseVerifyInput:
    """Verifies a real name."""

    legal_representative: str = strawberry.field(
        description="Name of the legal representative, at most 60 characters."
    )
    id_number: str = strawberry.field(
        description="The legal representative's 18-digit ID number; handed to the registry only, "
        "neither kept nor logged."
    )
    consent_text_version: str = strawberry.field(
        description="Version of the REAL_NAME text that was shown; it must be the one in force."
    )


EnterpriseRegisterResult: TypeAlias = Annotated[
    Enterprise | ValidationFailed | Unavailable,
    strawberry.union("EnterpriseRegisterResult", description="The enterprise, or why not."),
]
EnterpriseVerifyResult: TypeAlias = Annotated[
    Enterprise | ValidationFailed | NotFound | Locked | Unavailable,
    strawberry.union("EnterpriseVerifyResult", description="The enterprise, or why not."),
]
