"""Generated completion against the stock executor: the same bytes, whatever is asked and found."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLSchema, parse, validate
from graphql.execution import Executor
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.completion import Compiled, CompletingExecutor
from resolvers.root import RongQiaoSchema
from schema.node import Node
from schema.scalars import SCALARS, Percent, Yuan


@strawberry.enum
class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


@strawberry.enum
class Grade(Enum):
    ONE = 1
    TWO = 2


@strawberry.type
class Bank:
    name: str | None
    rank: int = 1

    @strawberry.field
    def title(self) -> str:
        return f"示例 {self.name}"


@strawberry.type
class Thing(Node):
    text: str
    count: int
    ratio: float
    open: bool
    colour: Colour
    grade: Grade | None
    price: Yuan
    rate: Percent | None
    day: date
    at: datetime
    tags: list[str]
    marks: list[list[Colour] | None]
    bank: Bank
    other: Bank | None
    banks: list[Bank | None]

    @strawberry.field
    def shout(self) -> str:
        return self.text.upper()

    @strawberry.field
    def argued(self, times: int = 2) -> str:
        return self.text * times

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.sleep(0)
        return self.text

    @strawberry.field
    def informed(self, info: strawberry.Info) -> str:
        return info.field_name


@strawberry.type
class OtherThing(Node):
    text: str


@strawberry.type
class Query:
    @strawberry.field
    async def things(self, info: strawberry.Info) -> list[Thing]:
        return info.context

    @strawberry.field
    async def maybe_things(self, info: strawberry.Info) -> list[Thing | None] | None:
        return info.context

    @strawberry.field
    async def first(self, info: strawberry.Info) -> Thing | None:
        return info.context[0] if info.context else None

    @strawberry.field
    async def nodes(self, info: strawberry.Info) -> list[Node]:
        return info.context

    @strawberry.field
    def other(self) -> OtherThing:
        return OtherThing(id=strawberry.ID("o"), text="o")


SCHEMA: GraphQLSchema = RongQiaoSchema(
    query=Query, types=[Thing, OtherThing], config=StrawberryConfig(scalar_map=SCALARS)
).graphql


@dataclass
class Run:
    """What an execution gave, and how much of it generated functions did."""

    body: bytes
    compiled: Compiled = field(default_factory=dict)


def _body(result: ExecutionResult) -> bytes:
    return json.dumps(result.formatted, ensure_ascii=False, default=repr).encode()


async def _run(
    executor_class: type[Executor[Any]],
    document: str,
    things: object,
    variables: dict[str, Any] | None = None,
    **extra: Any,
) -> bytes:
    executor = executor_class.build(
        SCHEMA,
        parse(document, no_location=True),
        context_value=things,
        raw_variable_values=variables,
        **extra,
    )
    assert isinstance(executor, Executor)
    result: Any = executor.execute_operation()
    return _body(await result if executor.is_awaitable(result) else result)


async def both(
    document: str, things: object, variables: dict[str, Any] | None = None
) -> tuple[bytes, Run]:
    """The stock executor's answer, and ours."""
    assert validate(SCHEMA, parse(document)) == []
    stock = await _run(StrawberryGraphQLCoreExecutionContext, document, things, variables)
    ours = Run(b"")
    ours.body = await _run(CompletingExecutor, document, things, variables, compiled=ours.compiled)
    return stock, ours


def a_thing(**changes: Any) -> Thing:
    values: dict[str, Any] = {
        "id": strawberry.ID("thing_1"),
        "text": "一\n二",
        "count": 3,
        "ratio": 0.5,
        "open": True,
        "colour": Colour.RED,
        "grade": Grade.TWO,
        "price": Yuan(Decimal("1234.50")),
        "rate": Percent(Decimal("4.3500")),
        "day": date(2026, 1, 31),
        "at": datetime(2026, 1, 31, 8, tzinfo=UTC),
        "tags": ["a", "b"],
        "marks": [[Colour.BLUE], None, []],
        "bank": Bank(name="示例银行"),
        "other": None,
        "banks": [Bank(name=None), None],
    }
    return Thing(**values | changes)


PLAIN = """
{
  things {
    __typename id text count ratio open colour grade price rate day at tags marks shout
    renamed: text
    bank { name rank title __typename }
    other { name }
    banks { name }
    ...More
    ... on Node { id }
  }
}
fragment More on Thing { text bank { rank ...Deep } }
fragment Deep on Bank { title }
"""


async def test_a_plain_selection_is_completed_by_a_function() -> None:
    stock, ours = await both(PLAIN, [a_thing(), a_thing(other=Bank(name="x"), grade=None)])

    assert ours.body == stock
    assert [function is not None for function in ours.compiled.values()] == [True]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": None},
        {"text": 5},
        {"text": True},
        {"text": Colour.RED},
        {"text": ["x"]},
        {"text": ValueError("secret")},
        {"count": 2**31},
        {"count": -(2**31)},
        {"count": "7"},
        {"count": True},
        {"count": 1.5},
        {"ratio": float("nan")},
        {"ratio": 3},
        {"open": 1},
        {"open": "yes"},
        {"colour": "BLUE"},
        {"colour": "GREEN"},
        {"colour": None},
        {"grade": 2},
        {"grade": Grade.ONE},
        {"price": None},
        {"price": "5"},
        {"rate": None},
        {"day": "2026-01-31"},
        {"tags": None},
        {"tags": ("a",)},
        {"tags": "ab"},
        {"tags": ["a", None]},
        {"tags": {"a": 1}},
        {"marks": [["RED"], [None]]},
        {"bank": None},
        {"bank": Bank(name=None, rank=None)},  # type: ignore[arg-type]
        {"bank": OtherThing(id=strawberry.ID("o"), text="o")},
        {"other": 5},
        {"banks": [5]},
        {"id": None},
        {"id": 5},
    ],
    ids=str,
)
@pytest.mark.parametrize("field", ["things", "maybeThings", "first"])
async def test_whatever_breaks_a_promise_is_told_as_the_stock_executor_tells_it(
    changes: dict[str, Any], field: str
) -> None:
    stock, ours = await both(PLAIN.replace("things", field), [a_thing(**changes), a_thing()])

    assert ours.body == stock


@pytest.mark.parametrize(
    "things",
    [None, [], [None], [a_thing(), None], (a_thing(),), 5, "text", {"a": 1}, [5]],
    ids=repr,
)
@pytest.mark.parametrize("field", ["things", "maybeThings"])
async def test_whatever_a_resolver_returns_for_a_list(things: object, field: str) -> None:
    stock, ours = await both(f"{{{field}{{id text}}}}", things)

    assert ours.body == stock


async def test_an_object_of_another_class_is_told_as_the_stock_executor_tells_it() -> None:
    other = OtherThing(id=strawberry.ID("o"), text="o")

    stock, ours = await both("{maybeThings{id text}}", [a_thing(), other])

    assert ours.body == stock


@pytest.mark.parametrize(
    "selection",
    [
        "text slow",
        "text argued(times: 3)",
        "text argued",
        "text informed",
        "text @skip(if: $yes)",
        "text count @include(if: $yes)",
        "text ... @skip(if: $yes) { count }",
        "text ...F @include(if: $yes)",
    ],
)
@pytest.mark.parametrize("yes", [True, False])
async def test_what_is_not_plain_is_left_to_the_stock_executor(selection: str, yes: bool) -> None:
    fragment = " fragment F on Thing { count }" if "...F" in selection else ""
    head = "query($yes: Boolean!)" if "$yes" in selection else ""

    stock, ours = await both(
        f"{head}{{things{{{selection}}}}}{fragment}", [a_thing()], {"yes": yes}
    )

    assert ours.body == stock
    assert all(function is None for function in ours.compiled.values())


async def test_lists_of_an_interface_are_left_to_the_stock_executor() -> None:
    things = [a_thing(), OtherThing(id=strawberry.ID("o"), text="o")]

    stock, ours = await both("{nodes{__typename id ... on Thing{text bank{name}}}}", things)

    assert ours.body == stock


async def test_the_same_field_asked_twice_is_merged() -> None:
    document = "{things{bank{name}} things{bank{rank} text}}"

    stock, ours = await both(document, [a_thing()])

    assert ours.body == stock


FIELDS = [
    "id", "text", "count", "ratio", "open", "colour", "grade", "price", "rate", "day", "at",
    "tags", "marks", "shout", "argued", "slow", "informed", "__typename", "x: text", "y: count",
]  # fmt: skip
BANK = st.lists(
    st.sampled_from(["name", "rank", "title", "__typename", "n: name"]), min_size=1, max_size=4
).map(" ".join)
OBJECTS = st.tuples(st.sampled_from(["bank", "other", "banks", "b: bank"]), BANK).map(
    lambda parts: f"{parts[0]} {{ {parts[1]} }}"
)
FRAGMENTS = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3).flatmap(
    lambda inner: st.sampled_from(["Thing", "Node", "OtherThing"]).map(
        lambda kind: f"... on {kind} {{ {'id' if kind != 'Thing' else ' '.join(inner)} }}"
    )
)
SELECTIONS = st.lists(
    st.one_of(st.sampled_from(FIELDS), OBJECTS, FRAGMENTS), min_size=1, max_size=10
).map(" ".join)
ODD = st.sampled_from(
    [None, "", "x", 0, -1, 2**40, True, 1.5, [], ["a", None], Colour.BLUE, Grade.ONE]
)
THINGS = st.lists(
    st.dictionaries(
        st.sampled_from(
            ["id", "text", "count", "ratio", "open", "colour", "grade", "tags", "marks", "bank"]
        ),
        ODD,
        max_size=2,
    ).map(lambda changes: a_thing(**changes)),
    max_size=3,
)


@given(
    selection=SELECTIONS, things=THINGS, name=st.sampled_from(["things", "maybeThings", "first"])
)
@settings(max_examples=300, deadline=None)
def test_any_selection_of_anything_gives_the_same_bytes(
    selection: str, things: list[Thing], name: str
) -> None:
    document = f"{{{name}{{{selection}}}}}"
    if validate(SCHEMA, parse(document)):
        return

    stock, ours = asyncio.run(both(document, things))

    assert ours.body == stock


async def test_one_document_is_compiled_once() -> None:
    document = parse("{things{id text}}", no_location=True)
    compiled: Compiled = {}
    for _ in range(3):
        executor = CompletingExecutor.build(
            SCHEMA, document, context_value=[a_thing()], compiled=compiled
        )
        assert isinstance(executor, Executor)
        result: Any = executor.execute_operation()
        await result

    assert len(compiled) == 1
