"""A kept match computed again from what was kept with it, and what is different today.

The owner hears of the enterprise's own facts too; an institution hears of its own product alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import access
from accounts.viewers import Viewer
from marketplace.applicants import own_applicant
from marketplace.match_runs import sheets_of_run
from matching.applicant import Applicant
from matching.factors import RULES_VERSION
from matching.rank import Ranked, rank
from matching.replay import digest_of, facts_read, order_digest
from storage.models.match import Match, MatchRun
from storage.models.product import Product, ProductStatus

NOT_KEPT = "这条匹配没有留存计算依据，无法重放；下次匹配后即可重放"
_FACTS = {
    "place": "所在区域",
    "industry": "行业",
    "size": "企业规模",
    "established_on": "成立日期",
    "tags": "资质",
    "annual_revenue": "年营业收入",
    "annual_tax": "年纳税额",
    "employees": "从业人员",
    "public_records": "公共失信记录",
    "bad_loans": "不良信贷记录",
}


@dataclass(frozen=True)
class MatchReplay:
    """What was kept, what came of it now, and in Chinese sentences how both differ.

    `run` is None, and nothing is replayed, for a match of a time when nothing was kept with it.
    `changed_since` says what is different today and does not speak against the kept match.
    """

    match: Match
    run: MatchRun | None
    replayed_rank: int | None
    differences: Sequence[str]
    changed_since: Sequence[str]

    @property
    def agrees(self) -> bool:
        """Whether the kept match is exactly what its facts and rules give."""
        return self.run is not None and not self.differences


async def replay_of(
    viewer: Viewer | None, match_id: UUID | None, now: datetime
) -> MatchReplay | None:
    """A kept match replayed, for whom may see it; None for every other one.

    That an owner compares it with the facts of today is a line of the access ledger.
    """
    match = await access.match_for(viewer, match_id)
    if viewer is None or match is None:
        return None
    run = await MatchRun.get_or_none(id=match.run_id) if match.run_id else None
    since = await _since_of_the_product(match)
    if run is None:
        return MatchReplay(match, None, None, [NOT_KEPT], since)
    shelf, sheets = await sheets_of_run(run)
    applicant, wish, today = facts_read(run.facts)
    ranked = await asyncio.to_thread(rank, applicant, wish, sheets, today)
    found = next((one for one in ranked if one.sheet.product_id == match.product_id.hex), None)
    differences = _differences(match, found)
    if bytes(run.digest) != digest_of(run.facts):
        differences.append("留存的企业事实与其摘要不一致")
    if bytes(run.order_digest) != order_digest(ranked):
        differences.append("同一次匹配的整体排序与留存的摘要不一致")
    if len(sheets) < len(shelf.products):
        differences.append("当时货架上有产品条款没有留存")
    if run.rules_version != RULES_VERSION:
        since.append(f"匹配规则已由第{run.rules_version}版改为第{RULES_VERSION}版")
    if (own := access.owned_enterprise(viewer)) is not None:
        since += _since_of_the_firm(applicant, await own_applicant(viewer, own, now))
    replayed = None if found is None else found.rank
    return MatchReplay(match, run, replayed, differences, since)


def _differences(match: Match, found: Ranked | None) -> list[str]:
    if found is None:
        return ["当时的货架上没有这款产品的条款"]
    terms = found.terms
    pairs: list[tuple[str, object, object]] = [
        ("产品版本", match.product_version, found.sheet.version),
        ("是否符合条件", _yes(match.eligible), _yes(found.eligible)),
        ("排位", match.position, found.position),
        ("名次", match.rank, found.rank),
        ("年利率", match.annual_rate, terms and terms.annual_rate),
        ("额度", match.limit_amount, terms and terms.limit),
        ("综合年化成本", match.all_in_cost, terms and terms.cost.compound),
        ("得分", match.score, found.score),
    ]
    return [
        f"{name}：留存为{_said(kept)}，重放为{_said(replayed)}"
        for name, kept, replayed in pairs
        if kept != replayed
    ]


async def _since_of_the_product(match: Match) -> list[str]:
    product = await Product.get(id=match.product_id)
    if product.status is not ProductStatus.PUBLISHED:
        return ["产品现在不在货架上"]
    if product.version != match.product_version:
        return [f"产品条款已更新：当时为第{match.product_version}版，现在为第{product.version}版"]
    return []


def _since_of_the_firm(then: Applicant, now: Applicant) -> list[str]:
    said = []
    if then.grade is not now.grade:
        said.append(f"信用等级已变化：当时为{then.grade.chinese}，现在为{now.grade.chinese}")
    return said + [
        f"{name}与当时不同"
        for field, name in _FACTS.items()
        if getattr(then, field) != getattr(now, field)
    ]


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _said(value: object) -> str:
    return "无" if value is None else str(value)
