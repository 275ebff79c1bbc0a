"""The GraphQL-over-HTTP specification, requirement by requirement, for both media types."""

import json

import httpx2
import pytest

from tests.api.conftest import RESPONSE, Caller

JSON = "application/json"
QUERY = {"query": "{ __typename }"}
NOT_STRINGS = [{"obj": "ect"}, 0, False, ["array"]]
NOT_OBJECTS = ["string", 0, False, ["array"]]


def _is_data(answer: httpx2.Response) -> bool:
    return answer.status_code == 200 and answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("media", [RESPONSE, JSON])
async def test_the_media_type_asked_for_is_the_one_that_comes(toys: Caller, media: str) -> None:
    answer = await toys.post(QUERY, accept=media)

    assert _is_data(answer)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.2, {JSON};q=0.9", JSON),
        ("text/plain, */*;q=0.1", JSON),
        (RESPONSE.upper(), RESPONSE),
    ],
)
async def test_the_most_wanted_media_type_wins(
    toys: Caller, accept: str | None, media: str
) -> None:
    answer = await toys.post(QUERY, accept=accept)

    assert _is_data(answer)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/plain", "image/png", f"{JSON};q=0", f"{JSON};charset=utf-16", "nonsense", ""]
)
async def test_nothing_acceptable_answers_406(toys: Caller, accept: str) -> None:
    answer = await toys.client.post("/graphql", json=QUERY, headers={"accept": accept})

    assert answer.status_code == 406


async def test_bodies_are_utf_8(toys: Caller) -> None:
    declared = await toys.post(QUERY, content_type="application/json; charset=utf-8")
    silent = await toys.post(json.dumps({"query": '{hello(name:"江阴")}'}, ensure_ascii=False))

    assert _is_data(declared)
    assert silent.content.decode() == '{"data":{"hello":"hello 江阴"}}'


async def test_get_takes_the_parameters_from_the_url(toys: Caller) -> None:
    answer = await toys.client.get("/graphql", params=QUERY)

    assert _is_data(answer)
    assert answer.headers["content-type"] == f"{JSON}; charset=utf-8"


async def test_get_runs_no_mutation(toys: Caller) -> None:
    parameters = {"query": "mutation { sessionDrop }"}

    for media in (RESPONSE, JSON):
        answer = await toys.client.get("/graphql", params=parameters, headers={"accept": media})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("media", [RESPONSE, JSON])
async def test_a_missing_query_answers_400(toys: Caller, media: str) -> None:
    answer = await toys.post({"notquery": "{ __typename }"}, accept=media)

    assert answer.status_code == 400


@pytest.mark.parametrize("media", [RESPONSE, JSON])
@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("query", value) for value in NOT_STRINGS),
        *(("operationName", value) for value in NOT_STRINGS),
        *(("variables", value) for value in NOT_OBJECTS),
        *(("extensions", value) for value in NOT_OBJECTS),
    ],
)
async def test_parameters_of_the_wrong_shape_answer_400(
    toys: Caller, media: str, parameter: str, value: object
) -> None:
    answer = await toys.post({**QUERY, parameter: value}, accept=media)

    assert answer.status_code == 400
    assert "data" not in answer.json()


@pytest.mark.parametrize("media", [RESPONSE, JSON])
@pytest.mark.parametrize("parameter", ["operationName", "variables", "extensions"])
async def test_optional_parameters_may_be_null(toys: Caller, media: str, parameter: str) -> None:
    assert _is_data(await toys.post({**QUERY, parameter: None}, accept=media))


@pytest.mark.parametrize("media", [RESPONSE, JSON])
async def test_parameters_of_the_right_shape_are_taken(toys: Caller, media: str) -> None:
    named = {"query": "query Q { __typename }", "operationName": "Q"}
    extended = {**QUERY, "extensions": {"some": "value"}}
    with_variables = {"query": "query Q($n: String!) { hello(name: $n) }", "variables": {"n": "v"}}

    assert _is_data(await toys.post(named, accept=media))
    assert _is_data(await toys.post(extended, accept=media))
    answer = await toys.post(with_variables, accept=media)
    assert answer.json() == {"data": {"hello": "hello v"}}


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{"},
        {"query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }"},
        {"query": "{ unknown }"},
        {"query": "query Q($n: Int!) { counted(count: $n) }", "variables": {"n": "text"}},
        {"query": "query Q($n: Int!) { counted(count: $n) }"},
        {"query": "query A { __typename } query B { __typename }"},
    ],
    ids=["syntax", "token", "validation", "coercion", "missing variable", "operation"],
)
async def test_a_request_error_has_no_data_and_the_status_its_media_type_wants(
    toys: Caller, body: dict[str, object]
) -> None:
    modern = await toys.post(body, accept=RESPONSE)
    older = await toys.post(body, accept=JSON)

    assert modern.status_code == 400
    assert older.status_code == 200
    for answer in (modern, older):
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("media", [RESPONSE, JSON])
async def test_a_field_error_is_a_partial_answer(toys: Caller, media: str) -> None:
    answer = await toys.post({"query": "{ hello forbidden }"}, accept=media)

    assert answer.status_code == 200
    assert answer.json()["data"] == {"hello": "hello world", "forbidden": None}
