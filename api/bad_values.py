"""Says which variable or argument held a value that its type refuses."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    ValueNode,
    VariableDefinitionNode,
)

from api.refusals import Code, error_body
from schema.scalars import BadValue

_MAX_DETAIL = 300
_VARIABLE = re.compile(
    r"Variable '\$(?P<name>\w+)' has invalid (?:default )?value"
    r"(?: at (?P<path>[^:]*))?: (?P<detail>.*)",
    re.ASCII | re.DOTALL,
)


def bad_variables(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The entries of `errors` for variables that could not be coerced."""
    return [_of_variable(error) for error in errors]


def _of_variable(error: GraphQLError) -> dict[str, Any]:
    found = _VARIABLE.match(error.message)
    if found is None:
        return error_body(Code.BAD_USER_INPUT, f"变量无效：{error.message[:_MAX_DETAIL]}")
    path = (found["path"] or "").replace("[", ".").replace("]", "")
    variable = (found["name"] + path)[:_MAX_DETAIL]
    detail = found["detail"][:_MAX_DETAIL]
    return error_body(Code.BAD_USER_INPUT, f"变量 {variable}：{detail}", variable=variable)


def unreadable_number(ast: DocumentNode, node: Node) -> dict[str, Any]:
    """The entry of `errors` for a number literal that no exact value stands for."""
    name = ".".join(_path_to(ast, node))
    return error_body(Code.BAD_USER_INPUT, f"参数 {name} 不是有效的数值", argument=name)


def bad_literal(ast: DocumentNode, error: GraphQLError) -> dict[str, Any] | None:
    """The entry of `errors` for a literal that its type refuses; None for any other error."""
    node = error.nodes[0] if error.nodes else None
    if not isinstance(node, ValueNode | ObjectFieldNode):
        return None
    name = ".".join(_path_to(ast, node))
    detail = error.message[:_MAX_DETAIL]
    body = error_body(Code.BAD_USER_INPUT, f"参数 {name}：{detail}", argument=name)
    if not isinstance(error, BadValue):
        body["message"] = f"参数 {name} 无效：{detail}"
    if error.locations:
        body["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    return body


def _path_to(ast: DocumentNode, wanted: Node) -> list[str]:
    """Names from the argument, or the variable with a default, down to a value."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(ast, ())]
    while waiting:
        node, path = waiting.pop()
        path = _step(node, path)
        if node is wanted:
            return list(path)
        waiting.extend((inner, path) for inner in _children(node))
    return []


def _step(node: Node, path: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(node, ArgumentNode):
        return (node.name.value,)
    if isinstance(node, VariableDefinitionNode):
        return (f"${node.variable.name.value}",)
    if isinstance(node, ObjectFieldNode):
        return (*path, node.name.value)
    if isinstance(node, ValueNode):
        return path
    return ()


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, ListValueNode):
        yield from node.values
        return
    if isinstance(node, ObjectValueNode):
        yield from node.fields
        return
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list | tuple):
            yield from (inner for inner in value if isinstance(inner, Node))
