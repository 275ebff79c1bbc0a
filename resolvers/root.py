"""The roots of the graph: every noun's queries and mutations, and `node`, in one schema."""

import importlib
import importlib.util
from functools import cache
from typing import Annotated, Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema, Undefined
from strawberry.schema.config import StrawberryConfig

from foundation.identifiers import split_id
from schema.context import Info
from schema.failures import EXCEPTION_HANDLERS
from schema.node import Node, NodeFetcher
from schema.scalars import SCALARS

_NOUNS = (
    "sessions",
    "viewer",
    "cities",
    "institutions",
    "products",
    "enterprises",
    "consents",
    "demands",
    "matches",
    "offers",
    "notices",
)


def _module(noun: str) -> Any:
    name = f"resolvers.{noun}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


_MODULES = [module for module in map(_module, _NOUNS) if module is not None]


def _mixins(suffix: str) -> tuple[type, ...]:
    return tuple(
        kind
        for module in _MODULES
        for name, kind in vars(module).items()
        if name.endswith(suffix) and isinstance(kind, type) and kind.__module__ == module.__name__
    )


_NODES: dict[str, NodeFetcher] = {
    kind: fetcher for module in _MODULES for kind, fetcher in getattr(module, "NODES", {}).items()
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


def _root(name: str, description: str, mixins: tuple[type, ...]) -> Any:
    if not mixins:
        return None
    return strawberry.type(type(name, mixins, {}), name=name, description=description)


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
        query=_root("Query", "What can be read.", (*_mixins("Queries"), NodeQueries)),
        mutation=_root("Mutation", "What can be changed.", _mixins("Mutations")),
        subscription=_root("Subscription", "What arrives live.", _mixins("Subscriptions")),
        config=StrawberryConfig(scalar_map=SCALARS),
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
