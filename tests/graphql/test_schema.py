"""The schema as a whole: committed, described, complete, and never broken without a decision."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from graphql import (
    BreakingChangeType,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_schema,
    find_breaking_changes,
    is_required_input_field,
    parse,
    print_ast,
)

from resolvers import root
from schema.failures import EXCEPTION_HANDLERS

ROOT = Path(__file__).resolve().parent.parent.parent
SNAPSHOT = ROOT / "schema" / "schema.graphql"
DECISIONS = ROOT / "docs" / "decisions"
CORE = parse((Path(__file__).parent / "core.graphql").read_text("utf-8"))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return root.build_schema().graphql


def test_the_committed_schema_is_what_the_code_says() -> None:
    assert SNAPSHOT.read_text("utf-8").rstrip() == root.build_schema().as_str().rstrip()


def _arguments(field: FieldDefinitionNode) -> dict[str, str]:
    """Each argument's type and default, as they are written."""
    return {
        argument.name.value: " = ".join(
            print_ast(part) for part in (argument.type, argument.default_value) if part
        )
        for argument in field.arguments or ()
    }


@cache
def _printed_arguments() -> dict[str, dict[str, dict[str, str]]]:
    """The arguments of every field of every object type, as the schema prints them."""
    return {
        kind.name.value: {field.name.value: _arguments(field) for field in kind.fields}
        for kind in parse(root.build_schema().as_str()).definitions
        if isinstance(kind, ObjectTypeDefinitionNode)
    }


def _core(kind: type[TypeDefinitionNode]) -> list[TypeDefinitionNode]:
    return [definition for definition in CORE.definitions if isinstance(definition, kind)]


def _named(definition: TypeDefinitionNode) -> str:
    return definition.name.value


@pytest.mark.parametrize(
    "definition",
    [*_core(ObjectTypeDefinitionNode), *_core(InterfaceTypeDefinitionNode)],
    ids=_named,
)
def test_every_field_of_the_core_is_there(
    schema: GraphQLSchema, definition: ObjectTypeDefinitionNode
) -> None:
    kind = schema.type_map[definition.name.value]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    wanted = {field.name.value: print_ast(field.type) for field in definition.fields}

    assert {name: str(kind.fields[name].type) for name in wanted} == wanted
    interfaces = {interface.name.value for interface in definition.interfaces or ()}
    assert interfaces <= {interface.name for interface in kind.interfaces}


@pytest.mark.parametrize("definition", _core(ObjectTypeDefinitionNode), ids=_named)
def test_every_argument_of_the_core_is_there(definition: ObjectTypeDefinitionNode) -> None:
    printed = _printed_arguments()[definition.name.value]
    for field in definition.fields:
        wanted = _arguments(field)
        present = printed[field.name.value]
        assert {name: present.get(name) for name in wanted} == wanted
        assert not [name for name in present.keys() - wanted if present[name].endswith("!")]


@pytest.mark.parametrize("definition", _core(InputObjectTypeDefinitionNode), ids=_named)
def test_every_input_field_of_the_core_is_there_and_none_more_is_required(
    schema: GraphQLSchema, definition: InputObjectTypeDefinitionNode
) -> None:
    kind = schema.type_map[definition.name.value]
    assert isinstance(kind, GraphQLInputObjectType)
    wanted = {field.name.value: print_ast(field.type) for field in definition.fields}

    assert {name: str(kind.fields[name].type) for name in wanted} == wanted
    required = {name for name, field in kind.fields.items() if is_required_input_field(field)}
    assert required <= set(wanted)


@pytest.mark.parametrize("definition", _core(EnumTypeDefinitionNode), ids=_named)
def test_every_enum_value_of_the_core_is_there(
    schema: GraphQLSchema, definition: EnumTypeDefinitionNode
) -> None:
    kind = schema.type_map[definition.name.value]
    assert isinstance(kind, GraphQLEnumType)
    assert {value.name.value for value in definition.values} <= set(kind.values)


@pytest.mark.parametrize("definition", _core(UnionTypeDefinitionNode), ids=_named)
def test_every_union_member_of_the_core_is_there(
    schema: GraphQLSchema, definition: UnionTypeDefinitionNode
) -> None:
    kind = schema.type_map[definition.name.value]
    assert isinstance(kind, GraphQLUnionType)
    assert {member.name.value for member in definition.types} <= {t.name for t in kind.types}


def _ours(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for name, kind in schema.type_map.items():
        if not name.startswith("__"):
            yield kind


def _described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything that can have a description, with the one it has."""
    for kind in _ours(schema):
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", value.description
        for name, field in getattr(kind, "fields", {}).items():
            yield f"{kind.name}.{name}", field.description
            for argument_name, argument in getattr(field, "args", {}).items():
                yield f"{kind.name}.{name}({argument_name})", argument.description


def test_everything_is_described(schema: GraphQLSchema) -> None:
    silent = [name for name, text in _described(schema) if not (text or "").strip()]

    assert silent == []


def test_every_failure_is_made_by_a_handler_and_every_result_is_a_union(
    schema: GraphQLSchema,
) -> None:
    handled = {handler.error_type.__name__ for handler in EXCEPTION_HANDLERS}
    interface = schema.type_map["UserError"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert {kind.name for kind in schema.get_possible_types(interface)} <= handled
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        result = getattr(field.type, "of_type", None)
        assert isinstance(result, GraphQLUnionType), name
        shared = name in ("sessionOpenStaff", "sessionExchange", "sessionRefresh", "sessionActAs")
        expected = "SessionOpenResult" if shared else f"{name[0].upper()}{name[1:]}Result"
        assert result.name == expected


def test_every_list_that_can_grow_is_paged_the_same_way(schema: GraphQLSchema) -> None:
    for kind in _ours(schema):
        for name, field in getattr(kind, "fields", {}).items():
            if str(field.type).rstrip("!").endswith("Connection"):
                paging = {key: str(field.args[key].type) for key in field.args if key in PAGING}
                assert paging == PAGING, f"{kind.name}.{name}"
                assert field.args["first"].default is None


PAGING = {"first": "Int", "after": "String", "last": "Int", "before": "String"}


def _main_branch() -> str | None:
    """The schema that the main branch has, or HEAD's where there is no such branch."""
    for revision in ("origin/main", "HEAD"):
        found = subprocess.run(
            ["git", "show", f"{revision}:schema/schema.graphql"],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=30,
        )
        if found.returncode == 0:
            return found.stdout.decode()
    return None


def _breaking(before: str, after: str) -> list[str]:
    changes = find_breaking_changes(build_schema(before), build_schema(after))
    return [f"{change.type.name}: {change.description}" for change in changes]


def test_a_breaking_change_wants_a_written_decision() -> None:
    before = _main_branch()
    if before is None:
        return  # the first commit breaks nothing
    decisions = "".join(note.read_text("utf-8") for note in sorted(DECISIONS.glob("*.md")))
    undecided = [
        change
        for change in _breaking(before, SNAPSHOT.read_text("utf-8"))
        if change.partition(": ")[2] not in decisions
    ]

    assert undecided == [], "write each of these sentences into a note in docs/decisions/"


def test_a_removed_field_is_recognised_as_breaking() -> None:
    before = SNAPSHOT.read_text("utf-8")
    after = re.sub(r'  """[^"]*"""\n  entryApp: String!\n', "", before)

    (change,) = _breaking(before, after)

    assert change.startswith(BreakingChangeType.FIELD_REMOVED.name)
