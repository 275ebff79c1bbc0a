"""What a standard credit report says (FN-06): public records and the certified level, as JSON.

The layout has a version: a report says which, and its digest is over exactly these bytes.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from credit.levels import GradeLevel
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.industry import industry_name
from sharing.categories import Category
from sharing.lists import categories_of, category_on
from storage.database import fetch
from storage.models.enterprise import Enterprise

LAYOUT = "rongqiao-credit-report-1"
ROWS_SHOWN = 50
"""Of one category; how many more there are is said."""

# The newest version of each row, newest first; one more than is shown says that there are more.
_PUBLIC = """
SELECT category, "values", received_on, provider, place, of_category FROM (
  SELECT n.*, row_number() OVER (PARTITION BY category ORDER BY received_on DESC, id) AS place,
         count(*) OVER (PARTITION BY category) AS of_category
    FROM (
      SELECT DISTINCT ON (r.category, r.key_digest)
             r.id, r.category, r."values", r.received_on, b.provider
        FROM credit_record r JOIN import_batch b ON b.id = r.batch_id
       WHERE r.city = $1 AND r.uscc = $2 AND r.category = ANY($3::text[]) AND r.received_on <= $4
       ORDER BY r.category, r.key_digest, r.received_on DESC, r.id DESC) n) numbered
 WHERE place <= $5
 ORDER BY category, place
"""

STATEMENT = (
    "本报告仅依据依法公开的信息和本平台信用等级认证结果生成，供融资服务使用，不作其他用途。"
    "信息由各提供单位负责；如对内容有异议，可在平台的“我的信息”中提出。"
    "报告的内容以其摘要为准：对同名 JSON 文件计算 SHA-256 即可核对。"
)
NO_LEVEL = "本报告不含信用等级：尚未授权评级，或未评级"


@dataclass(frozen=True)
class ShownGrade:
    """The level as it may be shown on a report."""

    level: GradeLevel
    as_of: date | None
    rule_version: str | None


@dataclass(frozen=True)
class Report:
    """A report's parts, before they are written down."""

    report_id: UUID
    enterprise: Enterprise
    grade: ShownGrade | None
    sections: Sequence[Mapping[str, Any]]
    issued_at: datetime

    def body(self) -> bytes:
        """The report as canonical JSON, UTF-8: the bytes that its digest is over."""
        return json.dumps(
            self._plain(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    def _plain(self) -> dict[str, Any]:
        one, city = self.enterprise, cities()[self.enterprise.city]
        district = city.district(one.district)
        return {
            "layout": LAYOUT,
            "report": self.report_id.hex,
            "issued_at": self.issued_at.isoformat(timespec="seconds"),
            "as_of": day_in_shanghai(self.issued_at).isoformat(),
            "city": city.name,
            "enterprise": {
                "name": one.name,
                "uscc": one.uscc,
                "district": district.name if district else one.district,
                "industry": f"{one.industry} {industry_name(one.industry)}"
                if one.industry
                else None,
                "established_on": one.established_on and one.established_on.isoformat(),
                "status": "在业" if one.in_business else "非在业",
            },
            "grade": self._grade(city.grading.scheme),
            "sections": list(self.sections),
            "statement": STATEMENT,
        }

    def _grade(self, scheme: str) -> dict[str, Any] | None:
        if self.grade is None:
            return None
        day = self.grade.as_of
        return {
            "level": self.grade.level.value,
            "chinese": self.grade.level.chinese,
            "scheme": scheme,
            "as_of": day and day.isoformat(),
            "rules": self.grade.rule_version,
        }


async def public_sections(enterprise: Enterprise, today: date) -> list[dict[str, Any]]:
    """Every public category of the city's lists with its rows; empty ones too, which is knowledge.

    One query. A category that is public for some rows only shows just those.
    """
    categories = {
        code: one
        for code, one in categories_of(enterprise.city, today).items()
        if one.is_public({}) or one.public_when is not None
    }
    rows = await fetch(
        _PUBLIC, enterprise.city, enterprise.uscc, list(categories), today, ROWS_SHOWN
    )
    by_category: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_category[row["category"]].append(row)
    return [_section(enterprise.city, one, by_category[code]) for code, one in categories.items()]


def _section(city: str, category: Category, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    versions = [category_on(city, category.code, one["received_on"]) for one in rows]
    every = (_row(version, one) for version, one in zip(versions, rows, strict=True))
    shown = [row for row in every if row["fields"]]
    beyond = rows[0]["of_category"] - len(rows) if rows else 0
    return {
        "category": category.code,
        "name": category.name,
        "list": category.list_title,
        "ours": category.ours,
        "rows": shown,
        "not_shown": max(beyond, 0),
    }


def _row(category: Category, row: Mapping[str, Any]) -> dict[str, Any]:
    values = category.unpack(row["values"])
    public = category.is_public(category.by_role(values))
    return {
        "received_on": row["received_on"].isoformat(),
        "provider": row["provider"],
        "fields": [
            {"name": field.name, "value": values[field.name]}
            for field in category.fields
            if public and field.is_kept and field.authorisation is None and values.get(field.name)
        ],
    }
