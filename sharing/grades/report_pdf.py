"""A standard credit report on paper: the same JSON, set on A4 pages with an embedded font.

The same JSON gives the same bytes: the day of issue is the file's only date.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foundation.clock import SHANGHAI

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT_PACKAGE = "cvttf-notosanscjk-regular"
_FONT = "Noto"
_INK = (28, 36, 38)
_QUIET = (96, 106, 110)
_LINE = (214, 220, 222)
_ACCENT = (15, 107, 92)
_TINT = (240, 246, 244)
_MARGIN = 18.0
_WIDTH = 210 - 2 * _MARGIN
_LABEL = 34.0


def pdf_of(body: bytes, digest: bytes) -> bytes:
    """A report's pages. It takes about a second of processor time: not on the event loop."""
    report = json.loads(body)
    pdf = _pages(report, digest)
    _title(pdf, report)
    _enterprise(pdf, report["enterprise"])
    _grade(pdf, report["grade"])
    listed = [one for one in report["sections"] if one["rows"]]
    clean = [one for one in report["sections"] if not one["rows"]]
    _heading(pdf, "公开信用信息")
    if not listed:
        _note(pdf, "各提供单位的公开信息中，没有关于本企业的记录。")
    for section in listed:
        _section(pdf, section, (report["enterprise"]["name"], report["enterprise"]["uscc"]))
    _heading(pdf, "没有记录的公开类别")
    names = "、".join(f"{one['name']}（{one['category']}）" for one in clean)
    _note(pdf, f"{names}。没有记录只说明提供单位尚未报送，不等于事实不存在。" if names else "无。")
    _heading(pdf, "说明")
    _note(pdf, report["statement"])
    _note(pdf, f"JSON 文件摘要 SHA-256：{digest.hex()}")
    return bytes(pdf.output())


def _pages(report: Mapping[str, Any], digest: bytes) -> "FPDF":
    from fpdf import FPDF

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_draw_color(*_LINE)
            self.line(_MARGIN, self.get_y(), 210 - _MARGIN, self.get_y())
            self.set_font(_FONT, size=8)
            self.set_text_color(*_QUIET)
            number = f"报告编号 {report['report']}　摘要 {digest.hex()[:16]}"
            self.cell(_WIDTH - 24, 8, number)
            # At the end, because what replaces it is narrower than the space that it is given.
            self.cell(24, 8, f"第 {self.page_no()} 页 / {{nb}}")

    pdf = Pages(format="A4")
    pdf.set_creation_date(datetime.fromisoformat(report["issued_at"]))
    pdf.set_margins(_MARGIN, 16, _MARGIN)
    pdf.c_margin = 0  # text and lines begin at the same edge
    pdf.set_auto_page_break(True, margin=20)
    pdf.add_font(_FONT, fname=str(font_file()))
    # The font's own forms are Taiwan's; shaping as simplified Chinese gives the mainland's.
    pdf.set_text_shaping(True, script="hani", language="ZHS")
    pdf.set_title(f"企业信用信息报告 {report['enterprise']['name']}")
    pdf.set_lang("zh-CN")
    pdf.add_page()
    return pdf


@cache
def font_file() -> Path:
    """The font file of the installed package. Raises FileNotFoundError when it has none."""
    for one in files(_FONT_PACKAGE) or ():
        path = Path(str(one.locate()))
        if path.name == "NotoSansCJKtc-Regular.otf" and path.exists():
            return path
    raise FileNotFoundError(f"{_FONT_PACKAGE} holds no font")


def _title(pdf: "FPDF", report: Mapping[str, Any]) -> None:
    _write(pdf, "企业信用信息报告", size=20, height=10, colour=_ACCENT)
    issued = (
        datetime.fromisoformat(report["issued_at"]).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    )
    _write(pdf, f"{report['city']}　公开信息版　出具时间 {issued}", size=9, colour=_QUIET)
    pdf.ln(3)


def _enterprise(pdf: "FPDF", one: Mapping[str, Any]) -> None:
    _write(pdf, one["name"], size=15, height=9)
    rows = [
        ("统一社会信用代码", one["uscc"]),
        ("所在区域", one["district"]),
        ("主营行业", one["industry"] or "不详"),
        ("成立日期", one["established_on"] or "不详"),
        ("经营状态", one["status"]),
    ]
    _pairs(pdf, rows)


def _grade(pdf: "FPDF", grade: Mapping[str, Any] | None) -> None:
    pdf.ln(3)
    top, height = pdf.get_y(), 24.0
    pdf.set_fill_color(*_TINT)
    pdf.rect(_MARGIN, top, _WIDTH, height, style="F")
    pdf.set_xy(_MARGIN + 5, top + 3)
    if grade is None:
        _write(pdf, "金融信贷信用等级", size=9, colour=_QUIET, x=_MARGIN + 5)
        _write(pdf, "本报告不含等级", size=13, height=9, x=_MARGIN + 5)
    else:
        _write(pdf, grade["scheme"], size=9, colour=_QUIET, x=_MARGIN + 5)
        _write(pdf, grade["chinese"], size=17, height=9, colour=_ACCENT, x=_MARGIN + 5)
        when = f"评定日期 {grade['as_of']}" if grade["as_of"] else "依据公开的严重失信名单"
        rules = f"　规则版本 {grade['rules']}" if grade["rules"] else ""
        _write(pdf, when + rules, size=8.5, colour=_QUIET, x=_MARGIN + 5)
    pdf.set_y(top + height + 2)


def _section(pdf: "FPDF", section: Mapping[str, Any], known: Collection[str]) -> None:
    """A category's rows, without the enterprise's own name and code, which stand on top."""
    if pdf.will_page_break(26):
        pdf.add_page()
    ours = "，平台补充类别" if section["ours"] else ""
    _write(pdf, section["name"], size=11, height=7)
    where = f"{section['category']}，{section['list']}{ours}，{len(section['rows'])} 条"
    _write(pdf, where, size=8.5, colour=_QUIET)
    for row in section["rows"]:
        if pdf.will_page_break(20):
            pdf.add_page()
        pdf.ln(1.5)
        _pairs(pdf, [(f["name"], f["value"]) for f in row["fields"] if f["value"] not in known])
        source = f"{row['provider']}，收到日期 {row['received_on']}"
        _write(pdf, source, size=8, colour=_QUIET, align="R")
    if section["not_shown"]:
        _note(pdf, f"另有 {section['not_shown']} 条较早的记录未列出。")
    pdf.ln(3)


def _pairs(pdf: "FPDF", rows: Sequence[tuple[str, str]]) -> None:
    """Label and value side by side, a hair line under each; neither is cut off nor torn apart."""
    for label, value in rows:
        height = max(_cell(pdf, label, 0, draw=False), _cell(pdf, value, 1, draw=False))
        if pdf.will_page_break(height + 2):
            pdf.add_page()
        top = pdf.get_y() + 1
        for column, text in enumerate((label, value)):
            pdf.set_y(top)
            _cell(pdf, text, column, draw=True)
        below = top + height + 1
        pdf.set_draw_color(*_LINE)
        pdf.line(_MARGIN, below, 210 - _MARGIN, below)
        pdf.set_y(below)


def _cell(pdf: "FPDF", text: str, column: int, *, draw: bool) -> float:
    """A label (column 0) or a value, drawn or only measured; its height in mm."""
    size, colour, left, width = (
        (8.5, _QUIET, _MARGIN, _LABEL),
        (9.5, _INK, _MARGIN + _LABEL + 3, _WIDTH - _LABEL - 3),
    )[column]
    pdf.set_font(_FONT, size=size)
    pdf.set_text_color(*colour)
    pdf.set_x(left)
    height: Any = pdf.multi_cell(
        width, 5, text, align="L", new_x="LMARGIN", new_y="NEXT", dry_run=not draw, output="HEIGHT"
    )
    return float(height)


def _heading(pdf: "FPDF", text: str) -> None:
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.ln(4)
    _write(pdf, text, size=13, height=8, colour=_ACCENT)
    pdf.set_draw_color(*_ACCENT)
    pdf.line(_MARGIN, pdf.get_y(), 210 - _MARGIN, pdf.get_y())
    pdf.ln(2)


def _note(pdf: "FPDF", text: str) -> None:
    _write(pdf, text, size=9, colour=_QUIET)


def _write(
    pdf: "FPDF",
    text: str,
    *,
    size: float,
    height: float = 5.0,
    colour: tuple[int, int, int] = _INK,
    align: str = "L",
    x: float = _MARGIN,
) -> None:
    pdf.set_font(_FONT, size=size)
    pdf.set_text_color(*colour)
    pdf.set_x(x)
    pdf.multi_cell(210 - _MARGIN - x, height, text, align=align, new_x="LMARGIN", new_y="NEXT")
