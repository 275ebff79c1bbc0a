"""What a demand may say, and the states it goes through. Opens no connection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from foundation.city import City, DemandLimits
from foundation.errors import NotAllowedNow, Problems
from foundation.free_text import is_plain, tidy
from foundation.money import spoken_yuan
from foundation.redaction import MASK, redact
from matching.terms import GuaranteeKind
from storage.models.consent import ConsentPurpose
from storage.models.demand import Demand, DemandStatus

MAX_TEXT = 200
_HIGHEST_WISHED_RATE = Decimal(100)

LIFECYCLE: Mapping[DemandStatus, frozenset[DemandStatus]] = {
    DemandStatus.OPEN: frozenset(
        {DemandStatus.MATCHED, DemandStatus.WITHDRAWN, DemandStatus.EXPIRED}
    ),
    DemandStatus.MATCHED: frozenset({DemandStatus.OPEN, DemandStatus.CONTRACTED}),
    DemandStatus.CONTRACTED: frozenset(),
    DemandStatus.WITHDRAWN: frozenset(),
    DemandStatus.EXPIRED: frozenset(),
}

STANDING = {
    DemandStatus.OPEN: "需求正在征集报价，可以撤回或接受报价",
    DemandStatus.MATCHED: "已接受一家机构的报价，该机构撤回报价后需求会重新开放",
    DemandStatus.CONTRACTED: "需求已签约，不能再改动",
    DemandStatus.WITHDRAWN: "需求已撤回，可以重新发布一条",
    DemandStatus.EXPIRED: "需求已到期，可以重新发布一条",
}


def advance(demand: Demand, to: DemandStatus) -> None:
    """Move a demand to another state. Raises NotAllowedNow where LIFECYCLE has no such step."""
    if to not in LIFECYCLE[demand.status]:
        raise NotAllowedNow(STANDING[demand.status])
    demand.status = to


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A demand as it was typed in. Yuan, months, percent per year.

    `institution_ids` holds None for an id that is no institution's.
    """

    amount: Decimal
    term_months: int
    purpose: str
    guarantee_kinds: tuple[GuaranteeKind, ...]
    max_annual_rate: Decimal | None
    all_matched: bool
    institution_ids: tuple[UUID | None, ...] | None
    consent_text_version: str


def check(draft: Draft, city: City, admitted: Iterable[UUID]) -> None:
    """Refuse a draft that breaks a rule; `admitted` are those of its institutions that are ACTIVE.

    Raises ValidationFailed with every problem and how to mend it.
    """
    problems = Problems()
    check_figures(
        problems,
        limits=city.demand,
        amount=draft.amount,
        term_months=draft.term_months,
        guarantee_kinds=draft.guarantee_kinds,
        max_annual_rate=draft.max_annual_rate,
    )
    _check_purpose(problems, draft.purpose)
    _check_audience(problems, draft, city.demand, frozenset(admitted))
    current = city.consent_text(ConsentPurpose.PUBLISH_DEMAND).version
    problems.check(
        draft.consent_text_version == current,
        "consentTextVersion",
        "授权文本已更新，请阅读现行文本并重新同意后再发布",
    )
    problems.raise_if_any()


def check_figures(
    problems: Problems,
    *,
    limits: DemandLimits,
    amount: Decimal,
    term_months: int,
    guarantee_kinds: Sequence[GuaranteeKind],
    max_annual_rate: Decimal | None,
) -> None:
    """Note what is wrong with the figures of a demand: yuan, months, percent per year."""
    lowest, highest = limits.min_amount, limits.max_amount
    problems.check(
        lowest <= amount <= highest,
        "amount",
        f"融资金额须在{spoken_yuan(lowest)}到{spoken_yuan(highest)}之间，请修改金额",
    )
    problems.check(
        1 <= term_months <= limits.max_term_months,
        "termMonths",
        f"期限须在1到{limits.max_term_months}个月之间，请修改期限",
    )
    problems.check(
        len(set(guarantee_kinds)) == len(guarantee_kinds),
        "guaranteeKinds",
        "担保方式有重复，每种只选一次",
    )
    problems.check(
        max_annual_rate is None or 0 < max_annual_rate <= _HIGHEST_WISHED_RATE,
        "maxAnnualRate",
        "可接受的最高年利率须大于0且不超过100%，没有要求可以不填",
    )


def _check_purpose(problems: Problems, purpose: str) -> None:
    problem = text_problem(purpose, "用途")
    if problem is None and not tidy(purpose):
        problem = "请用一句话写明资金用途，例如“采购原材料”"
    elif problem is None and not says_something(redact(tidy(purpose))):
        problem = "用途里不能只有联系方式或网址，请写明资金用途，例如“采购原材料”"
    if problem is not None:
        problems.add("purpose", problem)


def text_problem(text: str, name: str) -> str | None:
    """What is wrong with a free text as a sentence, or None."""
    if len(tidy(text)) > MAX_TEXT:
        return f"{name}最多{MAX_TEXT}个字，请缩短"
    if not is_plain(text):
        return f"{name}里有表情符号、换行或不可见字符，请删去"
    return None


def says_something(redacted: str) -> bool:
    """Whether any letter or digit is left beside what was masked."""
    return any(character.isalnum() for character in redacted.replace(MASK, ""))


def _check_audience(
    problems: Problems, draft: Draft, limits: DemandLimits, admitted: frozenset[UUID]
) -> None:
    ids = draft.institution_ids
    if draft.all_matched == (ids is not None):
        problems.add("audience", "请在“所有匹配的机构”和“指定机构”中选一种，且只选一种")
        return
    if ids is None:
        return
    most = limits.max_named_institutions
    problems.check(
        1 <= len(set(ids)) <= most,
        "audience.institutionIds",
        f"请指定1到{most}家机构，或改选“所有匹配的机构”",
    )
    problems.check(
        len(set(ids)) == len(ids), "audience.institutionIds", "指定的机构有重复，每家只选一次"
    )
    problems.check(
        admitted >= set(ids),
        "audience.institutionIds",
        "指定的机构中有不存在或已暂停服务的，请重新选择",
    )
