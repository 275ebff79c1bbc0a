"""A report on paper: the same bytes each time, nothing cut off, however long it is."""

import hashlib
import json
from typing import Any

from sharing.grades.report_pdf import font_file, pdf_of
from tests.pdf_text import text_of


def a_report(*, rows: int = 1, grade: bool = True) -> bytes:
    row = {
        "received_on": "2026-11-17",
        "provider": "示例市场监督管理局",
        "fields": [
            {"name": "决定文书号", "value": "示例罚字〔2025〕12号"},
            {"name": "一个很长的字段名称，长到一行放不下为止", "value": "责令改正；" * 30},
        ],
    }
    shown = {
        "level": "FIRST",
        "chinese": "一级",
        "scheme": "示例评级办法",
        "as_of": "2026-11-22",
        "rules": "示例",
    }
    report: dict[str, Any] = {
        "layout": "rongqiao-credit-report-1",
        "report": "0" * 32,
        "issued_at": "2026-11-25T02:00:00+00:00",
        "as_of": "2026-11-25",
        "city": "江阴市",
        "enterprise": {
            "name": "示例精工机械有限公司",
            "uscc": "91320281MA0RQ00015",
            "district": "澄江街道",
            "industry": "C34 通用设备制造业",
            "established_on": None,
            "status": "在业",
        },
        "grade": shown if grade else None,
        "sections": [
            {
                "category": "JS-25",
                "name": "行政处罚信息",
                "list": "示例清单",
                "ours": False,
                "rows": [row] * rows,
                "not_shown": 3,
            },
            {
                "category": "JS-36",
                "name": "严重失信主体名单",
                "list": "示例清单",
                "ours": False,
                "rows": [],
                "not_shown": 0,
            },
        ],
        "statement": "示例声明。",
    }
    return json.dumps(report, ensure_ascii=False).encode()


def set_as_pdf(body: bytes) -> bytes:
    return pdf_of(body, hashlib.sha256(body).digest())


def test_the_same_report_is_the_same_file() -> None:
    body = a_report()

    assert set_as_pdf(body) == set_as_pdf(body)
    assert set_as_pdf(a_report(grade=False)) != set_as_pdf(body)


def test_the_font_is_embedded_as_a_subset() -> None:
    pages = set_as_pdf(a_report())

    assert font_file().stat().st_size > 10_000_000
    assert len(pages) < 200_000


def test_every_word_of_a_long_report_is_on_its_pages() -> None:
    text = text_of(set_as_pdf(a_report(rows=12)))

    assert text.count("示例罚字〔2025〕12号") == 12
    plain = "".join(text.split())
    assert plain.count("责令改正；") == 12 * 30
    assert "另有3条较早的记录未列出" in plain
    assert "第2页" in plain
