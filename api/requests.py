"""From bytes to a GraphQL request: strict JSON in UTF-8, sized, and clean of control characters.

Numbers that JSON or a double cannot hold (NaN, 1e400, thousands of digits) are carried as
`Unreadable`, so that the refusal can name the variable that held them.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from api.refusals import bad_input, malformed

MAX_BODY = 256 * 1024
MAX_DEPTH = 32
MAX_VALUES = 20_000
_MAX_DIGITS = 40

_UNCLEAN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
"""Control characters but tab and line ends, bidirectional overrides, lone surrogates."""


@dataclass(frozen=True)
class Unreadable:
    """A number in the body that no exact value stands for."""


_UNREADABLE = Unreadable()


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document, which of its operations to run, and the values of its variables."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def is_clean(text: str) -> bool:
    """Whether a text holds nothing that a person cannot have typed on purpose."""
    return _UNCLEAN.search(text) is None


def is_number(text: str) -> bool:
    """Whether a number's text is short enough to be read and within a double's reach."""
    return len(text) <= _MAX_DIGITS and math.isfinite(float(text))


def _read_float(text: str) -> float | Unreadable:
    value = float(text)
    return value if math.isfinite(value) else _UNREADABLE


def _read_int(text: str) -> int | Unreadable:
    return int(text) if len(text) <= _MAX_DIGITS else _UNREADABLE


_DECODER = json.JSONDecoder(
    parse_float=_read_float, parse_int=_read_int, parse_constant=lambda _: _UNREADABLE
)


def read_json(raw: bytes | str) -> object:
    """The JSON value in a text. Raises Refused for what is no JSON or not UTF-8."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        return _DECODER.decode(text)
    except UnicodeDecodeError:
        raise malformed("请求须为 UTF-8 编码") from None
    except RecursionError:
        raise malformed("请求的 JSON 嵌套过深") from None
    except ValueError:
        raise malformed("请求不是有效的 JSON") from None


def read_body(raw: bytes | str) -> GraphQLRequest:
    """The request in a JSON body. Raises Refused."""
    return request_of(read_json(raw))


def read_query_string(raw: bytes) -> GraphQLRequest:
    """The request in a URL. Raises Refused."""
    try:
        found = parse_qs(raw.decode("ascii"), errors="strict", max_num_fields=10)
    except ValueError:
        raise malformed("网址参数无效") from None
    if any(len(values) > 1 for values in found.values()):
        raise malformed("网址参数重复")
    body: dict[str, object] = {name: values[0] for name, values in found.items()}
    for name in ("variables", "extensions"):
        text = body.get(name)
        if isinstance(text, str):
            body[name] = read_json(text)
    return request_of(body)


def request_of(body: object) -> GraphQLRequest:
    """Check a request's parameters. Raises Refused."""
    if isinstance(body, list):
        raise malformed("不支持批量请求，请逐个发送")
    if not isinstance(body, dict):
        raise malformed("请求须为 JSON 对象")
    query = body.get("query")
    if not isinstance(query, str) or not query.strip():
        raise malformed("缺少 query")
    name = body.get("operationName")
    if name is not None and not isinstance(name, str):
        raise malformed("operationName 须为字符串")
    variables = _object(body, "variables")
    _object(body, "extensions")
    if variables:
        check_values(variables)
    return GraphQLRequest(query, name or None, variables)


def _object(body: Mapping[str, object], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise malformed(f"{name} 须为 JSON 对象")
    return value


def check_values(variables: Mapping[str, object]) -> None:
    """Refuse numbers that cannot be read, unclean strings, and too many or too deep values."""
    for count, (path, value, depth) in enumerate(_walk(variables), 1):
        if count > MAX_VALUES:
            raise bad_input("变量中的值过多")
        if depth > MAX_DEPTH:
            raise bad_input(f"变量 {path} 嵌套过深", variable=path)
        if isinstance(value, Unreadable):
            raise bad_input(f"变量 {path} 不是有效的数值", variable=path)
        if isinstance(value, str) and not is_clean(value):
            raise bad_input(f"变量 {path} 含有控制字符或无效字符", variable=path)


def _walk(variables: Mapping[str, object]) -> Iterator[tuple[str, object, int]]:
    """Every value with its path and depth, keys of objects included."""
    waiting: list[tuple[str, object, int]] = [("", variables, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        yield path[:200], value, depth
        if isinstance(value, dict):
            for key, inner in value.items():
                if not is_clean(key):
                    raise bad_input("变量名含有控制字符或无效字符")
                waiting.append((f"{path}.{key}" if path else key, inner, depth + 1))
        elif isinstance(value, list):
            waiting.extend((f"{path}.{n}", inner, depth + 1) for n, inner in enumerate(value))
