"""JSON read strictly: UTF-8 with or without a mark at its start, no name twice, no NaN; and what is
wrong with it, or with a value in it, as a place and a reason in Chinese.
"""

import json
from collections.abc import Mapping
from typing import Any

from foundation.errors import FieldProblem

WHOLE = "文件"  # the place of what is wrong with all of it
_MOST_DIGITS = 1_000


class RefusedRules(ValueError):
    """A file that is no rule set; `problems` say where and why, in Chinese."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "；".join(f"{one.field}：{one.message}" for one in self.problems[:20])


def checked_json(raw: bytes) -> str:
    """The text of a JSON file. Raises RefusedRules for what is no JSON, or says a thing twice."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"第{error.start + 1}个字节起不是 UTF-8 编码") from None
    try:
        json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_constant=_no_constant,
            parse_int=_no_endless,
        )
    except json.JSONDecodeError as error:
        raise _refused(f"不是有效的 JSON（第{error.lineno}行第{error.colno}个字）") from None
    except RecursionError:
        raise _refused("嵌套过深") from None
    except ValueError as error:
        raise _refused(str(error)) from None
    return text


def problem_of(error: Any) -> FieldProblem:
    """What pydantic found wrong, said to whoever wrote the file."""
    place = ".".join(map(str, error["loc"])) or WHOLE
    known = error.get("ctx", {})
    said = _REASONS.get(error["type"], "值的写法不对")
    if error["type"] == "value_error":
        said = str(known["error"])
    reason = said.format_map(_Known(known))
    if error["type"] == "enum":
        reason += "：" + known["expected"].replace("'", "").replace(" or ", "、").replace(
            ", ", "、"
        )
    if error["type"] != "missing" and error["input"] is None:
        reason = f"不能是 null，{reason}"
    return FieldProblem(place, reason)


def _refused(reason: str) -> RefusedRules:
    return RefusedRules([FieldProblem(WHOLE, reason)])


def _without_doubles(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"同一对象里{double}写了两次")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"JSON 里没有 {name} 这样的数")


def _no_endless(digits: str) -> int:
    # Python reads no more, and would say so in its own words; no figure of a rule set has as many.
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"有一个{len(digits)}位的整数，数字过大")
    return int(digits)


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ""


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是有效的 JSON",
    "enum": "须为下列值之一",
    "too_long": "最多{max_length}项",
    "string_type": "须为文本",
    "string_too_short": "不能为空",
    "string_too_long": "最多{max_length}个字",
    "int_type": "须为整数",
    "int_from_float": "须为整数",
    "int_parsing_size": "数字过大",
    "bool_type": "须为 true 或 false",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "tuple_type": "须为列表",
    "model_type": "须为对象",
    "model_attributes_type": "须为对象",
}
