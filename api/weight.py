"""What a document would cost, counted once on its expanded size and before it is validated.

Fragments are counted with a memo, so that a document of thirty fragments that each spread the
next one twice is measured in microseconds instead of being walked a billion times. Lists multiply:
a connection by the page size asked for, a plain list by a fixed guess. Unknown fields and
fragments count little; validation refuses them afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from api.bad_values import unreadable_number
from api.refusals import Refused, bad_input
from api.requests import is_clean, is_number
from foundation.pagination import DEFAULT_PAGE, MAX_PAGE

MAX_TOKENS = 2_000
MAX_DEPTH = 16
MAX_FIELDS = 1_000
MAX_WEIGHT = 40_000
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_OPERATIONS = 20
MAX_FRAGMENTS = 100
MAX_PAIRS = 10_000
"""How often the rule that fields can be merged would compare two fields: it is quadratic."""
PLAIN_LIST = 8
"""How many entries a list without pages is taken to have: fees, conditions, reasons, districts."""


@dataclass(frozen=True, slots=True)
class Size:
    """A selection's depth, its fields with fragments expanded, and its weight with lists."""

    depth: int
    fields: int
    weight: int


@dataclass
class _Scale:
    """Weighs selections of one document for one set of page sizes."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    page_sizes: Mapping[str, int]
    known: dict[tuple[str, int], Size] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def selections(
        self, chosen: SelectionSetNode, parent: GraphQLNamedType | None, entries: int
    ) -> Size:
        depth = fields = weight = 0
        for selection in chosen.selections:
            if isinstance(selection, FieldNode):
                size = self.field(selection, parent, entries)
            elif isinstance(selection, InlineFragmentNode):
                size = self.inline(selection, parent, entries)
            elif isinstance(selection, FragmentSpreadNode):
                size = self.spread(selection.name.value, entries)
            else:  # pragma: no cover - the grammar has no fourth kind
                continue
            depth = max(depth, size.depth)
            fields += size.fields
            weight += size.weight
        return Size(depth, fields, weight)

    def inline(
        self, fragment: InlineFragmentNode, parent: GraphQLNamedType | None, entries: int
    ) -> Size:
        condition = fragment.type_condition
        if condition is not None:
            parent = self.schema.type_map.get(condition.name.value)
        return self.selections(fragment.selection_set, parent, entries)

    def spread(self, name: str, entries: int) -> Size:
        known = self.known.get((name, entries))
        fragment = self.fragments.get(name)
        if known is not None:
            return known
        if fragment is None or name in self.open:
            return Size(0, 0, 0)
        self.open.add(name)
        parent = self.schema.type_map.get(fragment.type_condition.name.value)
        size = self.selections(fragment.selection_set, parent, entries)
        self.open.discard(name)
        self.known[name, entries] = size
        return size

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, entries: int) -> Size:
        if node.selection_set is None:
            return Size(1, 1, 1)
        definition = None
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            definition = self.schema.get_field(parent, node.name.value)
        inner, times, below = None, 1, 1
        if definition is not None:
            inner = get_named_type(definition.type)
            times, below = self.multipliers(node, definition, inner, entries)
        size = self.selections(node.selection_set, inner, below)
        return Size(size.depth + 1, size.fields + 1, 1 + times * size.weight)

    def multipliers(
        self, node: FieldNode, definition: GraphQLField, inner: GraphQLNamedType, entries: int
    ) -> tuple[int, int]:
        """How often a field's selections count, and the entries that a connection hands down."""
        listed = _is_list(definition.type) and not inner.name.startswith("__")
        if "first" in definition.args:
            size = self.page_size(node)
            return (size, 1) if listed else (1, size)
        if not listed:
            return 1, 1
        return (entries if entries > 1 else PLAIN_LIST), 1

    def page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, IntValueNode) and len(value.value) < 10:
                    return _clamped(int(value.value))
                if isinstance(value, VariableNode):
                    return self.page_sizes.get(value.name.value, DEFAULT_PAGE)
        return DEFAULT_PAGE


def merged_pairs(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> int:
    """How many pairs of fields stand at the same place of the answer.

    Stops counting above the limit, and below the deepest place that is allowed anyway.
    """
    pairs = 0
    waiting = [([operation.selection_set], 1)]
    while waiting and pairs <= MAX_PAIRS:
        group, depth = waiting.pop()
        for nodes in _fields_by_name(group, fragments).values():
            pairs += len(nodes) * len(nodes)
            inner = [node.selection_set for node in nodes if node.selection_set is not None]
            if inner and depth < MAX_DEPTH:
                waiting.append((inner, depth + 1))
    return pairs


def _fields_by_name(
    group: Iterable[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, list[FieldNode]]:
    """The fields of selections that answer the same place, by the name they answer to."""
    found: dict[str, list[FieldNode]] = {}
    spread: set[str] = set()
    waiting = list(group)
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                name = (selection.alias or selection.name).value
                found.setdefault(name, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in spread:
                    spread.add(name)
                    waiting.append(fragments[name].selection_set)
    return found


def _is_list(kind: Any) -> bool:
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)


def _clamped(size: object) -> int:
    if isinstance(size, int) and not isinstance(size, bool):
        return max(1, min(size, MAX_PAGE))
    return DEFAULT_PAGE


def weigh(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    page_sizes: Mapping[str, int],
) -> Size:
    """The size of an operation. Raises Refused when it nests beyond what can be counted."""
    scale = _Scale(schema, fragments, page_sizes)
    try:
        return scale.selections(
            operation.selection_set, schema.get_root_type(operation.operation), 1
        )
    except RecursionError:
        raise bad_input("查询嵌套过深") from None


def page_sizes_of(
    operation: OperationDefinitionNode, variables: Mapping[str, object]
) -> dict[str, int]:
    """What each integer variable of an operation would make of a page's size."""
    sizes: dict[str, int] = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        default = definition.default_value
        if name in variables:
            sizes[name] = _clamped(variables[name])
        elif isinstance(default, IntValueNode) and len(default.value) < 10:
            sizes[name] = _clamped(int(default.value))
    return sizes


def check_size(size: Size) -> None:
    """Raises Refused for an operation that costs too much; the message says which limit."""
    for found, limit, name in (
        (size.depth, MAX_DEPTH, "层数"),
        (size.fields, MAX_FIELDS, "展开后的字段数"),
        (size.weight, MAX_WEIGHT, "预计返回的值"),
    ):
        if found > limit:
            raise bad_input(f"查询过大：{name}超过上限 {limit}")


def check_document(document: DocumentNode) -> None:
    """Check what can be counted without types. Raises Refused."""
    counts = dict.fromkeys(_COUNTED, 0)
    for node in _nodes(document):
        if isinstance(node, StringValueNode) and not is_clean(node.value):
            raise bad_input("query 中的文字含有控制字符或无效字符")
        if isinstance(node, IntValueNode | FloatValueNode) and not is_number(node.value):
            raise Refused([unreadable_number(document, node)])
        if isinstance(node, FieldNode) and node.alias is None:
            continue
        if type(node) in counts:
            counts[type(node)] += 1
    for kind, (limit, name) in _COUNTED.items():
        if counts[kind] > limit:
            raise bad_input(f"查询过大：{name}超过上限 {limit}")


_COUNTED: Mapping[type[Node], tuple[int, str]] = {
    FieldNode: (MAX_ALIASES, "别名"),
    DirectiveNode: (MAX_DIRECTIVES, "指令"),
    OperationDefinitionNode: (MAX_OPERATIONS, "操作"),
    FragmentDefinitionNode: (MAX_FRAGMENTS, "片段"),
}


def _nodes(document: DocumentNode) -> Iterable[Node]:
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            value = getattr(node, key, None)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, list | tuple):
                waiting.extend(inner for inner in value if isinstance(inner, Node))
