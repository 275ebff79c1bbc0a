"""Registering an enterprise and proving who stands behind it."""

from typing import Annotated
from uuid import UUID

import strawberry

from accounts import access, real_name, registration
from accounts.access import signed_in
from accounts.outside import outside
from foundation.identifiers import decode_id
from schema.context import Info
from schema.enterprise import (
    Enterprise,
    EnterpriseRegisterInput,
    EnterpriseRegisterResult,
    EnterpriseVerifyInput,
    EnterpriseVerifyResult,
)
from schema.node import NodeFetchers


@strawberry.type
class EnterpriseMutations:
    """Root fields that change enterprises."""

    @strawberry.mutation(
        description="注册: registers an enterprise; whoever is signed in owns it from then on, "
        "and acts for it if they acted for nothing. Unavailable: the registry is silent, nothing "
        "was changed."
    )
    async def enterprise_register(
        self,
        info: Info,
        input: Annotated[
            EnterpriseRegisterInput, strawberry.argument(description="Which enterprise.")
        ],
    ) -> EnterpriseRegisterResult:
        """Register an enterprise."""
        registered = await registration.register(
            signed_in(info.context.viewer),
            uscc=input.uscc,
            name=input.name,
            city=input.city.value,
            registry=outside().registry,
            now=info.context.clock.now(),
        )
        info.context.continue_as(registered.viewer)
        return Enterprise.of(registered.enterprise)

    @strawberry.mutation(
        description="实名认证: the legal representative's name and ID number agree with the "
        "registry. For the enterprise's owner; five wrong tries in 24 hours lock it."
    )
    async def enterprise_verify(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which enterprise.")],
        input: Annotated[
            EnterpriseVerifyInput, strawberry.argument(description="Who stands behind it.")
        ],
    ) -> EnterpriseVerifyResult:
        """Verify a real name."""
        verified = await real_name.verify(
            signed_in(info.context.viewer),
            decode_id("enterprise", id),
            legal_representative=input.legal_representative,
            id_number=input.id_number,
            consent_text_version=input.consent_text_version,
            registry=outside().registry,
            now=info.context.clock.now(),
        )
        return Enterprise.of(verified)


async def fetch_enterprise(info: Info, key: UUID) -> Enterprise | None:
    """An enterprise by id, for its owner and the officers that were let in."""
    found = await access.enterprise_for(info.context.viewer, key)
    return Enterprise.of(found) if found else None


NODES: NodeFetchers = {"enterprise": fetch_enterprise}
