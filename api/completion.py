"""Completes lists and objects by generated functions where only what is at hand is asked.

GraphQL's executor walks every value of every entry through the same checks. For a value whose
selections are attributes, or methods that take nothing and wait for nothing, of leaf types, lists
of them, and objects of the same, the checks depend on the document alone; so they are made once,
into a function that only reads and writes. Whenever a value is not as the types promise (null
where there must be none, a value that a scalar refuses, an object of another class), the function
gives up and the stock executor completes the whole value again, with the errors and nulls that the
specification wants. Reading has no effects in `schema`, so reading twice does no harm.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionSetNode,
    Undefined,
    is_abstract_type,
)
from graphql.execution import Executor
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Complete = Callable[[Any], Any]
Compiled = dict[tuple[int, int], Complete | None]
Fields = dict[str, list[FieldNode]]

_AS_IT_IS = {
    "String": "{0}.__class__ is str",
    "ID": "{0}.__class__ is str",
    "Boolean": "{0}.__class__ is bool",
    "Int": "{0}.__class__ is int and -2147483648 <= {1} <= 2147483647",
    "Float": "{0}.__class__ is float and -1e999 < {1} < 1e999",
}
"""Built-in scalars, and when a value of theirs is written as it is."""


class NotPlain(Exception):
    """A selection that only the stock executor can complete, or an entry that it must."""


class CompletingExecutor(Executor[Any]):
    """The stock executor, without incremental delivery, but for plain lists and objects."""

    def __init__(self, *args: Any, compiled: Compiled, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._compiled = compiled

    def build_resolve_info(
        self,
        field_def: GraphQLField,
        field_nodes: list[FieldNode],
        parent_type: GraphQLObjectType,
        path: Any,
    ) -> Any:
        """What a resolver is told; Strawberry's resolvers take the variables' bare values."""
        return GraphQLResolveInfo(
            field_nodes[0].name.value,
            field_nodes,
            field_def.type,
            parent_type,
            path,
            self.schema,
            self.fragment_definitions,
            self.root_value,
            self.operation,
            self.variable_values.coerced,  # type: ignore[arg-type]
            self.context_value,
            self.is_awaitable,
            self.abort_signal,
            self.async_helpers,
        )

    def complete_list_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a list by its function, or as the stock executor does."""
        complete = self._function(return_type, field_details_list)
        if complete is not None:
            try:
                return complete(result)
            except Exception:  # noqa: S110 - the stock executor finds it again, and says where
                pass
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_object_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete an object by its function, or as the stock executor does."""
        complete = self._function(return_type, field_details_list)
        if complete is not None:
            try:
                return complete(result)
            except Exception:  # noqa: S110 - the same
                pass
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _function(self, kind: Any, field_details_list: Any) -> Complete | None:
        if len(field_details_list) != 1:
            return None
        node = field_details_list[0].node
        key = (id(kind), id(node))
        if key not in self._compiled:
            self._compiled[key] = compile_field(self, kind, node)
        return self._compiled[key]


def compile_field(
    executor: Executor[Any], kind: GraphQLList[Any] | GraphQLObjectType, node: FieldNode
) -> Complete | None:
    """The function that completes a field's value; None when its selections are not plain."""
    if node.selection_set is None:
        return None
    source = _Source(executor.schema, executor.fragment_definitions)
    try:
        return source.function(kind, node.selection_set)
    except NotPlain:
        return None


class _Source:
    """Writes the function's source; every name it uses from outside is bound beforehand."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._bound: dict[str, Any] = {"give_up": _give_up}
        self._temporaries = 0

    def function(self, kind: GraphQLOutputType, selections: SelectionSetNode) -> Complete:
        """Compile what completes a value of this kind that is not null. Raises NotPlain.

        The text holds names of ours and of the schema and string literals made by repr, nothing
        that a caller wrote.
        """
        made = self._present("value", "value", kind, [selections])
        text = f"def complete(value):\n    return {made}\n"
        exec(compile(text, "<completion>", "exec"), self._bound)  # noqa: S102 - see above
        complete: Complete = self._bound["complete"]
        return complete

    def value(self, read: str, kind: GraphQLOutputType, selections: list[SelectionSetNode]) -> str:
        """An expression that completes what `read` reads."""
        held = self._temporary()
        if isinstance(kind, GraphQLNonNull):
            return self._present(f"({held} := {read})", held, kind.of_type, selections)
        present = self._present(held, held, kind, selections)
        return f"(None if ({held} := {read}) is None else {present})"

    def _present(
        self, first: str, held: str, kind: GraphQLOutputType, selections: list[SelectionSetNode]
    ) -> str:
        """The same for a value that is not null: `first` reads it, `held` has it afterwards."""
        if isinstance(kind, GraphQLList):
            entry = self._temporary()
            inner = self.value(entry, kind.of_type, selections)
            return f"([{inner} for {entry} in {held}] if {first}.__class__ is list else give_up())"
        if isinstance(kind, GraphQLObjectType):
            return self._object(first, held, kind, selections)
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return self._leaf(first, held, kind)
        raise NotPlain

    def _leaf(self, first: str, held: str, kind: GraphQLLeafType) -> str:
        if isinstance(kind, GraphQLEnumType):
            names = {value.value: name for name, value in kind.values.items()}
            if isinstance(kind, CustomGraphQLEnumType):
                names |= {kind.wrapped_cls(value): name for value, name in names.items()}
            return f"{self._bind(names)}[{first}]"
        write = self._bind(_writer_of(kind))
        if kind.name in _AS_IT_IS:
            return f"({held} if {_AS_IT_IS[kind.name].format(first, held)} else {write}({held}))"
        return f"{write}({first})"

    def _object(
        self, first: str, held: str, kind: GraphQLObjectType, selections: list[SelectionSetNode]
    ) -> str:
        parts = [
            f"{name!r}: {self._field(held, kind, nodes)}"
            for name, nodes in self._collect(kind, selections).items()
        ]
        made = "{" + ", ".join(parts) + "}"
        if kind.is_type_of is None:
            return f"({made} if {first} is not None else give_up())"
        wanted = self._bind(kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin)
        return f"({made} if {first}.__class__ is {wanted} else give_up())"

    def _field(self, held: str, parent: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return repr(parent.name)
        field = parent.fields.get(name)
        if field is None:
            raise NotPlain
        inner = [node.selection_set for node in nodes if node.selection_set is not None]
        definition = _definition(field)
        if definition.base_resolver is None:
            read = f"{held}.{definition.python_name}"
        else:
            read = f"{self._bind(definition.base_resolver.wrapped_func)}({held})"
        return self.value(read, field.type, inner)

    def _collect(self, kind: GraphQLObjectType, selections: Iterable[SelectionSetNode]) -> Fields:
        """The fields asked of an object, in the order in which the executor would find them."""
        found: Fields = {}
        spread: set[str] = set()
        for selection_set in selections:
            self._collect_into(found, spread, kind, selection_set)
        return found

    def _collect_into(
        self, found: Fields, spread: set[str], kind: GraphQLObjectType, chosen: SelectionSetNode
    ) -> None:
        for selection in chosen.selections:
            if selection.directives:
                raise NotPlain
            if isinstance(selection, FieldNode):
                if selection.arguments:
                    raise NotPlain
                found.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(selection.type_condition, kind):
                    self._collect_into(found, spread, kind, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                if selection.name.value in spread:
                    continue
                spread.add(selection.name.value)
                if self._applies(fragment.type_condition, kind):
                    self._collect_into(found, spread, kind, fragment.selection_set)

    def _applies(self, condition: NamedTypeNode | None, kind: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == kind.name:
            return True
        wanted = self._schema.type_map.get(condition.name.value)
        return is_abstract_type(wanted) and self._schema.is_sub_type(wanted, kind)

    def _bind(self, value: object) -> str:
        name = f"bound_{len(self._bound)}"
        self._bound[name] = value
        return name

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"held_{self._temporaries}"


def _definition(field: GraphQLField) -> StrawberryField:
    """What a field was made from. Raises NotPlain unless it is an attribute or a bare method."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField) or field.args:
        raise NotPlain
    if definition.extensions or definition.permission_classes:
        raise NotPlain
    if definition.is_basic_field:
        return definition
    resolver = definition.base_resolver
    if resolver is None or resolver.is_async or resolver.self_parameter is None:
        raise NotPlain
    if resolver.info_parameter or resolver.parent_parameter or resolver.root_parameter:
        raise NotPlain
    return definition


def _writer_of(kind: GraphQLScalarType) -> Callable[[Any], Any]:
    """Writes values of a scalar. Raises NotPlain where the stock executor would find nothing."""
    coerce = kind.coerce_output_value

    def write(value: Any) -> Any:
        if value is None or isinstance(value, Exception):
            raise NotPlain
        written = coerce(value)
        if written is None or written is Undefined:
            raise NotPlain
        return written

    return write


def _give_up() -> Any:
    raise NotPlain
