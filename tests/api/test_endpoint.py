"""What the endpoint does with requests that a stock one crashes on or lets through."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from api.app import create_app
from api.requests import MAX_BODY
from foundation.clock import FrozenClock
from foundation.settings import Settings
from tests.api.conftest import RESPONSE, TOYS, Caller, calling, codes
from tests.api.toys import SECRET


@pytest.mark.parametrize(
    "body",
    [b"null", b"5", b'"text"', b"true", b"[]", b"{}", b"", b"NONSENSE", b"\xff\xfe", b"[" * 100_000,
     b'{"query":5}', b'{"query":""}', b'{"query":"{hello}","operationName":[]}',
     b'{"query":"{hello}","variables":[7]}', b'{"query":"{hello}","extensions":"x"}',
     b'[{"query":"{hello}"}]', b'{"query":"{hello}"', b'\xef\xbb\xbf{"query":"{hello}"}'],
)  # fmt: skip
@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
async def test_what_is_no_request_answers_400(toys: Caller, body: bytes, accept: str) -> None:
    answer = await toys.post(body, accept=accept)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert codes(answer.json()) == ["BAD_USER_INPUT"]
    assert "data" not in answer.json()


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "9" * 5000])
async def test_a_number_that_cannot_be_read_names_its_variable(toys: Caller, number: str) -> None:
    body = f'{{"query":"query($f:Float!){{scaled(factor:$f)}}","variables":{{"f":{number}}}}}'

    answer = await toys.post(body)

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "variable": "f"}


@pytest.mark.parametrize("literal", ["1e400", "9" * 5000, '"5"'])
async def test_a_literal_that_no_double_holds_names_its_argument(
    toys: Caller, literal: str
) -> None:
    body = await toys.ask(f"{{scaled(factor:{literal})}}")

    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argument": "factor"}


@pytest.mark.parametrize(
    "price", [5, 5.5, "5.555", "-1", "1e3", "", "５", True, ["5"], "1000000000000"]
)
async def test_what_is_no_yuan_names_its_variable(toys: Caller, price: object) -> None:
    document = "mutation($i:ToyInput!){toyMake(input:$i){__typename}}"

    body = await toys.ask(document, {"i": {"price": price}})

    assert "data" not in body
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "variable": "i.price"}
    assert error["message"].startswith("变量 i.price：金额须")


async def test_a_bad_value_inside_a_list_is_named_with_its_place(toys: Caller) -> None:
    document = "mutation($i:ToyInput!){toyMake(input:$i){__typename}}"

    body = await toys.ask(document, {"i": {"rates": ["1.5", "x"]}})

    assert body["errors"][0]["extensions"]["variable"] == "i.rates.1"


async def test_a_bad_literal_inside_an_input_is_named_with_its_path(toys: Caller) -> None:
    body = await toys.ask('mutation{toyMake(input:{rates:["1.5",2]}){__typename}}')

    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argument": "input.rates"}
    assert body["errors"][0]["locations"] == [{"line": 1, "column": 38}]


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b", "a\u202eb", "a\u2066b", "\ufffe"]
)
async def test_control_characters_and_lone_surrogates_are_refused(toys: Caller, text: str) -> None:
    by_variable = await toys.ask("query($n:String!){hello(name:$n)}", {"n": text})
    escaped = json.dumps(text)
    by_literal = await toys.ask(f"{{hello(name:{escaped})}}")
    in_key = await toys.ask("{hello}", {text: 1})

    assert by_variable["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "variable": "n"}
    assert codes(by_literal) == ["BAD_USER_INPUT"]
    assert codes(in_key) == ["BAD_USER_INPUT"]


async def test_line_ends_tabs_and_emoji_reach_the_services(toys: Caller) -> None:
    body = await toys.ask("query($n:String!){hello(name:$n)}", {"n": "一\n二\t三\r🙂"})

    assert body == {"data": {"hello": "hello 一\n二\t三\r🙂"}}


async def test_two_operations_need_a_name(toys: Caller) -> None:
    both = "query A{hello} query B{toys{name}}"

    unnamed = await toys.post({"query": both})
    unknown = await toys.post({"query": both, "operationName": "C"})
    named = await toys.post({"query": both, "operationName": "B"})

    assert unnamed.status_code == 400
    assert codes(unnamed.json()) == ["BAD_USER_INPUT"]
    assert unknown.status_code == 400
    assert named.json()["data"] == {"toys": [{"name": "0"}, {"name": "1"}]}


@pytest.mark.parametrize("path", ["hell", "toys{nam}", 'priced(prise:"1")'])
async def test_production_suggests_no_names(path: str) -> None:
    production = Settings(
        RQ_ENV="production",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        RQ_SIGNING_KEYS_FILE="/nonexistent",
        RQ_CODE_SECRET="s" * 32,
    )
    async with calling(create_app(production, schema=TOYS)) as caller:
        hidden = await caller.post({"query": f"{{{path}}}"})
        introspection = await caller.post({"query": "{__schema{types{name}}}"})
    async with calling(create_app(Settings(), schema=TOYS)) as caller:
        shown = await caller.post({"query": f"{{{path}}}"})

    assert "Did you mean" not in hidden.text
    assert "Did you mean" in shown.text
    assert set(codes(introspection.json())) == {"BAD_USER_INPUT"}
    assert "data" not in introspection.json()


async def test_permission_and_limit_codes_are_not_masked(toys: Caller) -> None:
    body = await toys.ask("{forbidden private wrong busy}")

    assert body["data"] == {"forbidden": None, "private": None, "wrong": None, "busy": None}
    found = {error["path"][0]: error["extensions"] for error in body["errors"]}
    assert found == {
        "forbidden": {"code": "FORBIDDEN"},
        "private": {"code": "UNAUTHENTICATED"},
        "wrong": {"code": "BAD_USER_INPUT"},
        "busy": {"code": "RATE_LIMITED", "retryAfterSeconds": 7},
    }


async def test_a_bug_is_masked_and_logged_without_its_values(
    toys: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await toys.post({"query": "{faulty hello}"})

    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"faulty": None, "hello": "hello world"}
    (error,) = body["errors"]
    reference = error["extensions"]["reference"]
    assert error["extensions"] == {"code": "INTERNAL", "reference": reference}
    logged = "".join(capsys.readouterr())
    assert reference in logged
    assert "ValueError" in logged
    assert SECRET not in answer.text + logged


async def test_a_failure_that_no_union_names_is_a_bug(toys: Caller) -> None:
    body = await toys.ask("{unnamedFailure}")

    assert codes(body) == ["INTERNAL"]


@pytest.mark.parametrize("field", ["stopped", "full"])
async def test_a_database_that_cannot_serve_asks_for_a_retry(toys: Caller, field: str) -> None:
    body = await toys.ask(f"{{{field}}}")

    (error,) = body["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["retryAfterSeconds"] == 5
    assert "没有保存" in error["message"]
    assert "5432" not in error["message"]


async def test_raised_failures_become_union_members(toys: Caller) -> None:
    document = (
        "mutation($n:String!){toyMake(input:{name:$n}){__typename "
        "... on UserError{code message} ... on ValidationFailed{fieldErrors{field code}}}}"
    )

    bad = await toys.ask(document, {"n": "bad"})
    gone = await toys.ask(document, {"n": "gone"})

    assert bad["data"]["toyMake"] == {
        "__typename": "ValidationFailed",
        "code": "VALIDATION_FAILED",
        "message": "名称不可用",
        "fieldErrors": [{"field": "name", "code": "VALIDATION_FAILED"}],
    }
    assert gone["data"]["toyMake"]["code"] == "NOT_FOUND"


async def test_multipart_and_other_bodies_are_refused(toys: Caller) -> None:
    multipart = await toys.client.post(
        "/graphql", files={"operations": b'{"query":"{hello}"}', "map": b"{}"}
    )
    form = await toys.client.post("/graphql", data={"query": "{hello}"})
    text = await toys.post("{hello}", content_type="text/plain")
    latin = await toys.post({"query": "{hello}"}, content_type="application/json; charset=latin-1")
    packed = await toys.post({"query": "{hello}"}, content_encoding="gzip")
    bare = await toys.client.post("/graphql")

    for answer in (multipart, form, text, latin, packed, bare):
        assert answer.status_code == 415
        assert codes(answer.json()) == ["BAD_USER_INPUT"]


async def test_get_carries_queries_only(toys: Caller) -> None:
    headers = {"accept": RESPONSE}
    variables = json.dumps({"n": "get"})
    query = await toys.client.get(
        "/graphql",
        params={"query": "query($n:String!){hello(name:$n)}", "variables": variables},
        headers=headers,
    )
    empty = await toys.client.get("/graphql", headers=headers)
    twice = await toys.client.get("/graphql?query={hello}&query={hello}", headers=headers)
    mutation = await toys.client.get(
        "/graphql", params={"query": "mutation{sessionKeep}"}, headers=headers
    )
    subscription = await toys.client.get(
        "/graphql", params={"query": "subscription{count}"}, headers=headers
    )
    put = await toys.client.put("/graphql", headers=headers)

    assert query.json() == {"data": {"hello": "hello get"}}
    assert (empty.status_code, twice.status_code, subscription.status_code) == (400, 400, 400)
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "POST")
    assert (put.status_code, put.headers["allow"]) == (405, "GET, POST")


async def test_a_huge_body_is_refused_without_being_read(toys: Caller) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10_000):
            read += 1
            yield b"x" * 1024

    streamed = await toys.client.post(
        "/graphql", content=endless(), headers={"content-type": "application/json"}
    )
    declared = await toys.post(b"x" * 10_000_000)
    variables = {"n": "长" * 80_000}
    just_within = await toys.post(
        json.dumps(
            {"query": "query($n:String!){hello(name:$n)}", "variables": variables},
            ensure_ascii=False,
        ).encode()
    )

    assert streamed.status_code == declared.status_code == 413
    assert read <= MAX_BODY // 1024 + 2
    assert len(just_within.json()["data"]["hello"]) == 80_006


async def test_no_answer_is_kept_by_browsers_or_proxies(toys: Caller) -> None:
    answer = await toys.post({"query": "{hello}"})

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "authorization" in answer.headers["vary"]


async def test_large_answers_are_compressed_for_who_accepts_it(toys: Caller) -> None:
    document = "{toys(first:100){name parts{name}}}"

    packed = await toys.post({"query": document}, accept_encoding="gzip")
    plain = await toys.post({"query": document}, accept_encoding="identity")
    small = await toys.post({"query": "{hello}"}, accept_encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in small.headers
    assert packed.json() == plain.json()


async def test_an_operation_that_takes_too_long_is_given_up(
    toys: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.execution.TIMEOUT_S", 0.05)

    async with asyncio.timeout(5):
        body = await toys.ask("{slow}")

    assert codes(body) == ["INTERNAL"]
    assert body["errors"][0]["extensions"]["retryAfterSeconds"] == 5


async def test_the_refresh_cookie_is_for_the_web_client_only(settings: Settings) -> None:
    clock = FrozenClock(datetime(2026, 3, 18, tzinfo=UTC))
    keep = {"query": "mutation{sessionKeep}"}
    async with calling(create_app(settings, schema=TOYS, clock=clock)) as caller:
        web = await caller.post(keep, rongqiao_client="web", cookie="a=b; rq_refresh=r0.old")
        other = await caller.post(keep, cookie="rq_refresh=r0.old")
        dropped = await caller.post({"query": "mutation{sessionDrop}"}, rongqiao_client="web")

    assert web.json()["data"]["sessionKeep"] == "r0.old"
    assert web.headers["set-cookie"] == (
        "rq_refresh=r1.secret; Path=/graphql; Max-Age=0; HttpOnly; SameSite=Strict"
    )
    assert other.json()["data"]["sessionKeep"] == "none"
    assert dropped.headers["set-cookie"].startswith("rq_refresh=; Path=/graphql; Max-Age=0")
