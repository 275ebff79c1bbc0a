"""The roots of the graph: every noun's queries and mutations, and `node`, in one schema."""

from functools import cache
from typing import Annotated

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema, Undefined
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.utils.str_converters import to_camel_case

from foundation.identifiers import split_id
from resolvers import (
    access_entries,
    consents,
    credit_reports,
    declarations,
    demands,
    enterprises,
    import_batches,
    institutions,
    matches,
    notices,
    objections,
    offers,
    own_data,
    personal_consents,
    products,
    public_batches,
    whitelists,
)
from resolvers.access_entries import AccessEntryQueries
from resolvers.cities import CityQueries
from resolvers.consents import ConsentMutations
from resolvers.credit_codes import CreditCodeQueries
from resolvers.credit_reports import CreditReportMutations
from resolvers.declarations import DeclarationMutations, DeclarationQueries
from resolvers.demands import DemandMutations, DemandQueries
from resolvers.enterprises import EnterpriseMutations
from resolvers.import_batches import ImportBatchMutations, ImportBatchQueries
from resolvers.institutions import InstitutionQueries
from resolvers.matches import MatchQueries
from resolvers.notices import NoticeMutations, NoticeSubscriptions
from resolvers.objections import ObjectionMutations, ObjectionQueries
from resolvers.offers import OfferMutations, OfferQueries
from resolvers.own_data import OwnDataMutations
from resolvers.personal_consents import PersonalConsentMutations, PersonalConsentQueries
from resolvers.products import ProductMutations, ProductQueries
from resolvers.public_batches import PublicBatchMutations, PublicBatchQueries
from resolvers.sessions import SessionMutations
from resolvers.viewer import ViewerQueries
from resolvers.whitelists import WhitelistMutations, WhitelistQueries
from schema.context import Info
from schema.failures import EXCEPTION_HANDLERS
from schema.node import Node, NodeFetchers
from schema.scalars import SCALARS

_NODES: NodeFetchers = {
    **access_entries.NODES,
    **consents.NODES,
    **credit_reports.NODES,
    **declarations.NODES,
    **demands.NODES,
    **enterprises.NODES,
    **import_batches.NODES,
    **institutions.NODES,
    **matches.NODES,
    **notices.NODES,
    **objections.NODES,
    **offers.NODES,
    **own_data.NODES,
    **personal_consents.NODES,
    **products.NODES,
    **whitelists.NODES,
    **public_batches.NODES,
}


@strawberry.type
class NodeQueries:
    """The one field that fetches any kind of record."""

    @strawberry.field(
        description="The object with an id; null when it is missing or not for this viewer."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of any Node.")],
    ) -> Node | None:
        """Whatever has this id, as far as this viewer may see it."""
        kind, key = split_id(id)
        fetcher = _NODES.get(kind)
        return await fetcher(info, key) if fetcher else None


@strawberry.type(description="What can be read.")
class Query(
    ViewerQueries,
    CityQueries,
    CreditCodeQueries,
    InstitutionQueries,
    ProductQueries,
    DemandQueries,
    OfferQueries,
    WhitelistQueries,
    MatchQueries,
    ImportBatchQueries,
    DeclarationQueries,
    PublicBatchQueries,
    AccessEntryQueries,
    ObjectionQueries,
    PersonalConsentQueries,
    NodeQueries,
):
    """Every root field that reads."""


@strawberry.type(description="What can be changed.")
class Mutation(
    SessionMutations,
    EnterpriseMutations,
    ConsentMutations,
    CreditReportMutations,
    PersonalConsentMutations,
    DemandMutations,
    ProductMutations,
    OfferMutations,
    WhitelistMutations,
    NoticeMutations,
    ObjectionMutations,
    OwnDataMutations,
    ImportBatchMutations,
    DeclarationMutations,
    PublicBatchMutations,
):
    """Every root field that changes something."""


@strawberry.type(description="What arrives live.")
class Subscription(NoticeSubscriptions):
    """Every root field that keeps sending."""


class _Names(NameConverter):
    """Camel case, worked out once for each name instead of once for each argument of a request."""

    @staticmethod
    @cache
    def _camel(name: str) -> str:
        return to_camel_case(name)

    def apply_naming_config(self, name: str) -> str:
        """The GraphQL name of a Python name."""
        return self._camel(name)


class RongQiaoSchema(strawberry.Schema):
    """The schema, with graphql-core's own object within reach of the endpoint."""

    @property
    def graphql(self) -> GraphQLSchema:
        """The executable schema."""
        return self._schema


@cache
def build_schema() -> RongQiaoSchema:
    """The one schema of this process."""
    schema = RongQiaoSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=_Names()),
        exception_handlers=EXCEPTION_HANDLERS,
    )
    _drop_null_defaults(schema.graphql)
    return schema


def _drop_null_defaults(schema: GraphQLSchema) -> None:
    """Let `first: Int` print without `= null`: Python's default serves where nothing is sent."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            inputs = list(kind.fields.values())
        else:
            fields = getattr(kind, "fields", {}).values()
            inputs = [argument for field in fields for argument in field.args.values()]
        for value in inputs:
            if value.default_value is None:
                value.default_value = Undefined
