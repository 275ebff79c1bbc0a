"""What a document may cost, and that finding out costs nothing."""

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from api.documents import Documents
from api.refusals import Refused
from api.requests import GraphQLRequest
from api.weight import MAX_DEPTH, PLAIN_LIST, Size, page_sizes_of, weigh
from tests.api.conftest import TOYS, Caller, codes
from tests.effort import counted

# A few times what these documents take; one that is expanded first takes millions.
CALLS_TO_REFUSE, CALLS_TO_VALIDATE = 50_000, 300_000


def _size(document: str, **variables: object) -> Size:
    ast = parse(document)
    operations = [d for d in ast.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = {d.name.value: d for d in ast.definitions if d.kind == "fragment_definition"}
    sizes = page_sizes_of(operations[0], variables)
    return weigh(TOYS, operations[0], fragments, sizes)


def _refusal(document: str) -> str:
    documents = Documents(TOYS, suggestions=False, introspection=True)
    with pytest.raises(Refused) as refused:
        documents.find(GraphQLRequest(document, None, {}))
    return str(refused.value)


def test_a_list_in_a_list_multiplies() -> None:
    flat = _size("{shelf{name}}")
    paged = _size("{toys(first:7){name}}")
    nested = _size("{toys{parts(first:3){parts(last:100){name}}}}")

    assert flat == Size(depth=2, fields=2, weight=1 + PLAIN_LIST)
    assert paged == Size(2, 2, 1 + 7)
    assert nested == Size(4, 4, 1 + 20 * (1 + 3 * (1 + 100)))


def test_a_connection_hands_its_page_size_to_its_edges() -> None:
    size = _size("query($n:Int){catalogue(first:$n){edges{node{name}} pageInfo{endCursor}}}", n=50)

    assert size.weight == 1 + (1 + 50 * 2) + 2


def test_fragments_weigh_what_they_expand_to() -> None:
    spread = _size("{...A ...A} fragment A on Query{toys{...B}} fragment B on Toy{name}")

    assert spread == Size(2, 4, 2 * (1 + 20))


@pytest.mark.parametrize("levels", [30, 60])
def test_fragments_that_double_are_refused_without_being_expanded(levels: int) -> None:
    document = "{...f0}" + "".join(
        f" fragment f{n} on Query{{...f{n + 1} ...f{n + 1}}}" for n in range(levels)
    )
    document += f" fragment f{levels} on Query{{hello}}"

    with counted() as calls:
        message = _refusal(document)

    assert "展开后的字段数" in message
    assert calls.made < CALLS_TO_REFUSE


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{toys{parts{parts{parts{name}}}}}", "预计返回的值"),
        ("{toys" + "{parts" * 17 + "{name}" + "}" * 18, "层数"),
        ("{" + " ".join(f"a{n}:hello" for n in range(51)) + "}", "别名"),
        ("{" + " ".join("hello @skip(if:true)" for _ in range(51)) + "}", "指令"),
        ("{" + "hello " * 101 + "}", "同名字段"),
        ("{hello}" + "".join(f" fragment f{n} on Query{{hello}}" for n in range(101)), "片段"),
        ("".join(f" query q{n}{{hello}}" for n in range(21)), "操作"),
        ("{" + "hello " * 2_001 + "}", "tokens"),
        ("{" * 900 + "}" * 900, "Syntax"),
        ("fragment A on Query{hello}", "没有操作"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_each_limit_says_which_it_is(document: str, reason: str) -> None:
    assert reason in _refusal(document)


@pytest.mark.parametrize(
    "document",
    [
        "{...A} fragment A on Query{...A}",
        "{...A} fragment A on Query{toys{...B}} fragment B on Toy{parts{...B}}",
        "{...A} fragment A on Query{a:toys{...B} b:toys{...B}} "
        "fragment B on Toy{a:parts{...B} b:parts{...B} c:parts{...B}}",
        "{...Missing}",
        "{...A} fragment A on Missing{hello}",
    ],
)
def test_cycles_and_unknown_names_end_in_a_refusal(document: str) -> None:
    with counted() as calls:
        assert _refusal(document)
    assert calls.made < CALLS_TO_REFUSE


@pytest.mark.parametrize("kind", ["same field", "own fragment each", "one long chain"])
def test_the_worst_that_is_let_through_to_validation_stays_cheap(kind: str) -> None:
    documents = {
        "same field": "{" + "toys{name} " * 99 + "}",
        "own fragment each": "{"
        + " ".join(f"...f{n}" for n in range(60))
        + "}"
        + "".join(f" fragment f{n} on Query{{toys{{name}}}}" for n in range(60)),
        "one long chain": "{...f0}"
        + "".join(f" fragment f{n} on Query{{...f{n + 1}}}" for n in range(99))
        + " fragment f99 on Query{hello}",
    }
    checked = Documents(TOYS, suggestions=False, introspection=True)

    with counted() as calls:
        try:
            checked.find(GraphQLRequest(documents[kind], None, {}))
        except Refused as refused:
            assert "过" in str(refused)  # noqa: PT017 - either outcome is fine, slowness is not
    assert calls.made < CALLS_TO_VALIDATE


def test_introspection_by_tools_fits_and_by_attackers_does_not() -> None:
    documents = Documents(TOYS, suggestions=False, introspection=True)
    query = get_introspection_query(specified_by_url=True, input_value_deprecation=True)

    assert documents.find(GraphQLRequest(query, None, {})).operations
    bomb = "{__schema{types" + "{fields{type" * 5 + "{name}" + "}}" * 5 + "}}"
    assert "introspection depth" in _refusal(bomb)


async def test_page_sizes_in_variables_count(toys: Caller) -> None:
    document = "query($n:Int){toys(first:$n){parts(first:$n){parts(first:$n){name}}}}"

    small = await toys.ask(document, {"n": 2})
    large = await toys.ask(document, {"n": 100})

    assert len(small["data"]["toys"]) == 2
    assert codes(large) == ["BAD_USER_INPUT"]
    assert "预计返回的值" in large["errors"][0]["message"]


def test_page_sizes_are_bounded_whatever_is_asked() -> None:
    operation = parse("query($a:Int=7,$b:Int,$c:Int,$d:Int){hello}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    sizes = page_sizes_of(operation, {"b": -5, "c": 10**9, "d": "many"})

    assert sizes == {"a": 7, "b": 1, "c": 100, "d": 20}


@given(st.integers(1, 30), st.integers(0, MAX_DEPTH - 2))
def test_weight_never_falls_when_a_selection_grows(width: int, depth: int) -> None:
    inner = "name"
    for _ in range(depth):
        inner = f"parts{{{inner}}}"
    narrow = _size(f"{{toys{{{inner}}}}}")
    wide = _size("{" + " ".join(f"t{n}:toys{{{inner}}}" for n in range(width)) + "}")

    assert wide.fields == width * narrow.fields
    assert wide.weight == width * narrow.weight
    assert wide.depth == narrow.depth == depth + 2


def test_a_known_document_is_neither_parsed_nor_validated_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = Documents(TOYS, suggestions=False, introspection=True)
    request = GraphQLRequest("{toys{name}}", None, {})
    first = documents.find(request)
    monkeypatch.setattr("api.documents.parse", None)
    monkeypatch.setattr("api.documents.validate", None)

    assert documents.find(request) is first


def test_a_refused_document_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents(TOYS, suggestions=False, introspection=True)
    request = GraphQLRequest("{unknown}", None, {})
    with pytest.raises(Refused):
        documents.find(request)
    monkeypatch.setattr("api.documents.parse", None)

    with pytest.raises(Refused):
        documents.find(request)
