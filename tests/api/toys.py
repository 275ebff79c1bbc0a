"""A small schema whose fields fail in every way that matters to the endpoint."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import asyncpg
import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from foundation.errors import (
    BadUserInput,
    FieldProblem,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    ValidationFailed,
)
from foundation.pagination import page_of, page_request
from resolvers.root import RongQiaoSchema
from schema.connection import Connection
from schema.context import Info
from schema.failures import EXCEPTION_HANDLERS
from schema.failures import NotFound as NotFoundMember
from schema.failures import ValidationFailed as ValidationFailedMember
from schema.scalars import SCALARS, Percent, Yuan

SECRET = "13800001234"
counting = 0
"""How many `count` subscriptions are running."""


@strawberry.type
class Toy:
    name: str
    price: Yuan | None = None

    @strawberry.field
    def parts(self, first: int | None = None) -> "list[Toy]":
        return [Toy(name=f"{self.name}.{n}") for n in range(first or 2)]


@strawberry.input
class ToyInput:
    price: Yuan | None = None
    rates: list[Percent] | None = None
    name: str = "toy"


ToyResult = Annotated[Toy | ValidationFailedMember | NotFoundMember, strawberry.union("ToyResult")]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def toys(self, first: int | None = None) -> list[Toy]:
        return [Toy(name=str(n)) for n in range(first or 2)]

    @strawberry.field
    def shelf(self) -> list[Toy]:
        return [Toy(name="only")]

    @strawberry.field
    def catalogue(self, first: int | None = None) -> Connection[Toy]:
        page = page_of(page_request("toys", first=first), list(range(101)), lambda n: [n])
        return Connection[Toy].of(page, lambda n: Toy(name=str(n)))

    @strawberry.field
    def priced(self, price: Yuan) -> Yuan:
        return price

    @strawberry.field
    def counted(self, count: int) -> int:
        return count

    @strawberry.field
    def scaled(self, factor: float) -> float:
        return factor

    @strawberry.field
    def who(self, info: Info) -> str | None:
        return info.context.viewer.person_id.hex if info.context.viewer else None

    @strawberry.field
    def address(self, info: Info) -> str:
        return info.context.address

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("当前身份不能进行这项操作")

    @strawberry.field
    def private(self) -> str | None:
        raise Unauthenticated("请先登录")

    @strawberry.field
    def wrong(self) -> str | None:
        raise BadUserInput("每页条数须在 0 到 100 之间")

    @strawberry.field
    def busy(self) -> str | None:
        raise TooManyRequests("操作太频繁", 7)

    @strawberry.field
    def faulty(self) -> str | None:
        raise ValueError(f"no such phone {SECRET}")

    @strawberry.field
    def unnamed_failure(self) -> str | None:
        raise NotFound

    @strawberry.field
    async def stopped(self) -> str | None:
        raise ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 5432)")

    @strawberry.field
    async def full(self) -> str | None:
        raise asyncpg.DiskFullError("could not extend file")

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.sleep(60)
        return "late"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def toy_make(self, input: ToyInput) -> ToyResult:
        if input.name == "bad":
            raise ValidationFailed([FieldProblem("name", "名称不可用")])
        if input.name == "gone":
            raise NotFound
        return Toy(name=input.name, price=input.price)

    @strawberry.mutation
    async def session_keep(self, info: Info) -> str:
        cookie = info.context.refresh_cookie
        cookie.keep("r1.secret", info.context.clock.now())
        return cookie.value or "none"

    @strawberry.mutation
    async def session_drop(self, info: Info) -> str:
        info.context.refresh_cookie.drop()
        return "dropped"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3, every_ms: int = 0) -> AsyncIterator[int]:
        global counting
        counting += 1
        try:
            for n in range(to):
                await asyncio.sleep(every_ms / 1000)
                yield n
        finally:
            counting -= 1

    @strawberry.subscription
    async def big(self, times: int) -> AsyncIterator[str]:
        for _ in range(times):
            yield "x" * 1_000_000

    @strawberry.subscription
    async def mine(self, info: Info) -> AsyncIterator[str]:
        if info.context.viewer is None:
            raise Unauthenticated("请先登录")
        yield info.context.viewer.person_id.hex
        await asyncio.sleep(60)

    @strawberry.subscription
    async def refused(self) -> AsyncIterator[int]:
        raise BadUserInput("after 不是您的通知")
        yield 0

    @strawberry.subscription
    async def broken(self) -> AsyncIterator[int]:
        yield 1
        raise ValueError(f"no such phone {SECRET}")


def toy_schema() -> GraphQLSchema:
    """The toys' executable schema."""
    return RongQiaoSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=EXCEPTION_HANDLERS,
    ).graphql
