"""What a batch holds: public rows and public fields alone, one enterprise a line.

Left out: whatever needs anybody's authorisation, is shown masked only, speaks of a natural person,
or is an owner's own statement. A row under objection says so.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.city import cities
from sharing.categories import Authorisation, Category, Disclosure, SharingMode
from sharing.lists import category_on, list_versions
from sharing.objections.readings import under_objection
from storage.database import fetch

MAX_ENTERPRISES = 200
MAX_ROWS = 20_000

_ENTERPRISES = """
SELECT id, uscc, name, district, industry, established_on, in_business FROM enterprise
 WHERE city = $1 AND district = ANY($2::text[]) AND left(industry, length($3)) = $3
   AND ($4::text IS NULL OR uscc > $4)
 ORDER BY uscc LIMIT $5
"""

_ROWS = """
SELECT r.id, r.uscc, r.category, r."values", r.received_on, b.provider
  FROM credit_record r JOIN import_batch b ON b.id = r.batch_id
 WHERE r.city = $1 AND r.uscc = ANY($2::text[]) AND r.category = ANY($3::text[])
   AND NOT EXISTS (
     SELECT FROM credit_record n
      WHERE n.city = r.city AND n.category = r.category AND n.key_digest = r.key_digest
        AND (n.received_on, n.id) > (r.received_on, r.id))
 ORDER BY r.uscc, r.category, r.received_on, r.id LIMIT $4
"""


@dataclass(frozen=True)
class Content:
    """The file, the enterprises it speaks of, and how many rows; `is_last`: none follow."""

    body: bytes
    enterprises: tuple[Mapping[str, Any], ...]
    categories: Mapping[str, tuple[str, ...]]
    row_count: int
    is_last: bool


async def content_of(city: str, district: str, industry: str, after: str | None) -> Content:
    """The next enterprises of a district and industry behind a USCC, with what is public of them:
    fewer of them where much is, so that nobody stops the batches behind. Raises RuntimeError rather
    than hand out a part of what stands about an enterprise.
    """
    found = await fetch(
        _ENTERPRISES, city, _with_towns(city, district), industry, after, MAX_ENTERPRISES + 1
    )
    enterprises = tuple(found[:MAX_ENTERPRISES])
    while len(rows := await _rows_about(city, enterprises)) > MAX_ROWS:
        if len(enterprises) == 1:
            raise RuntimeError("more public rows about one enterprise than a batch may hold")
        enterprises = enterprises[: len(enterprises) // 2]
    objected = await under_objection([row["id"] for row in rows])
    by_uscc: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        shown = _shown(city, row)
        if shown is not None:
            if row["id"] in objected:
                shown["异议"] = "异议中"
            by_uscc[row["uscc"]].append(shown)
    return Content(
        body="".join(_line(one, by_uscc[one["uscc"]]) for one in enterprises).encode(),
        enterprises=enterprises,
        categories={
            uscc: tuple(sorted({row["类别"] for row in shown})) for uscc, shown in by_uscc.items()
        },
        row_count=sum(len(shown) for shown in by_uscc.values()),
        is_last=len(found) == len(enterprises),
    )


async def _rows_about(city: str, enterprises: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of which some may be public, one more than a batch may hold at most."""
    usccs = [one["uscc"] for one in enterprises]
    return await fetch(_ROWS, city, usccs, sorted(public_codes(city)), MAX_ROWS + 1)


def public_codes(city: str) -> frozenset[str]:
    """The categories of which any row may be public, in any version of a city's lists."""
    return frozenset(
        one.code
        for code in cities()[city].sharing_lists
        for version in list_versions()[code]
        for one in version.categories
        if _may_be_public(one)
    )


def _may_be_public(category: Category) -> bool:
    return (
        category.mode is not SharingMode.VERIFIED
        and category.authorisation is Authorisation.NONE
        and category.disclosure in (Disclosure.PUBLIC, Disclosure.PUBLIC_WHEN)
    )


def _shown(city: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row as anybody may read it; None where its own category does not make it public."""
    received_on: date = row["received_on"]
    category = category_on(city, row["category"], received_on)
    values = category.unpack(row["values"])
    if not (_may_be_public(category) and category.is_public(category.by_role(values))):
        return None
    fields = {
        rule.name: values[rule.name]
        for rule in category.fields
        if rule.is_kept and rule.authorisation is None and rule.name in values
    }
    return {
        "类别": category.code,
        "名称": category.name,
        "提供单位": row["provider"],
        "收到日期": received_on.isoformat(),
        "内容": fields,
    }


def _line(enterprise: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    founded: date | None = enterprise["established_on"]
    body = {
        "统一社会信用代码": enterprise["uscc"],
        "企业名称": enterprise["name"],
        "区域": enterprise["district"],
        "行业": enterprise["industry"],
        "成立日期": founded.isoformat() if founded else None,
        "在业": enterprise["in_business"],
        "公开信息": list(rows),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"


def _with_towns(city: str, district: str) -> list[str]:
    """A district's code and those of the towns inside it."""
    inside = [one.code for one in cities()[city].districts if one.parent == district]
    return [district, *inside]
