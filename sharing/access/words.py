"""A ledger line in words that an owner understands. Pure: codes in, Chinese out."""

from collections.abc import Mapping, Sequence

from sharing.ledger import PERSON, PLATFORM, VISITOR, Purpose, Refusal, What
from sharing.lists import sharing_lists
from storage.models.membership import Role

WHAT: Mapping[What, str] = {
    What.GRADE_READ: "查看信用等级",
    What.DATA_READ: "查看信用信息",
    What.VERIFICATION: "核验信用信息",
    What.CONTACT_READ: "查看联系方式",
    What.INTERFACE_CALLED: "调用信息提供单位接口",
    What.CONSENT_GRANTED: "授权",
    What.CONSENT_NARROWED: "缩小授权范围",
    What.CONSENT_RENEWED: "续期授权",
    What.CONSENT_REVOKED: "撤回授权",
    What.BATCH_EXPORTED: "推送公开信用信息",
    What.REPORT_ISSUED: "出具信用报告",
    What.WHITELIST_SENT: "发送白名单",
    What.DATA_EXPORTED: "下载全部信息",
    What.OBJECTION_FILED: "提出异议",
    What.OBJECTION_HANDED_OVER: "转交异议",
    What.LEDGER_READ: "查看查询台账",
}

PURPOSES: Mapping[Purpose, str] = {
    Purpose.OWN: "企业自行办理",
    Purpose.DEMAND: "办理贵企业发布的融资需求",
    Purpose.APPLICATION: "办理贵企业的贷款申请",
    Purpose.GRADE_RUN: "评定信用等级",
    Purpose.INVITATION: "邀请本人授权",
    Purpose.CREDIT_CODE: "通过苏信码展示信用等级",
    Purpose.BATCH: "批量推送公开信用信息",
    Purpose.STATISTICS: "制作不指向任何企业的分组统计，供机构试算产品规则",
    Purpose.SUPERVISION: "履行平台运营或监管职责",
    Purpose.NONE: "没有说明用途",
}

REFUSALS: Mapping[Refusal, str] = {
    Refusal.NO_PURPOSE: "没有对应的融资需求或申请",
    Refusal.NO_CONSENT: "没有贵企业的授权",
    Refusal.CONSENT_REVOKED: "授权已经撤回",
    Refusal.CONSENT_EXPIRED: "授权已经到期",
    Refusal.OUT_OF_SCOPE: "超出授权范围",
    Refusal.NOT_LET_IN: "贵企业没有接受该机构的报价",
    Refusal.INSTITUTION_INACTIVE: "该机构已暂停或退出接入",
    Refusal.PERSONS_CONSENT_MISSING: "没有本人的单独授权",
    Refusal.UNAVAILABLE: "信息提供单位暂时没有答复",
}

_ROLES: Mapping[str, str] = {
    PLATFORM: "平台",
    PERSON: "本人",
    VISITOR: "扫码的人",
    Role.OWNER: "本企业",
    Role.OPERATOR: "平台运营人员",
    Role.REGULATOR: "监管人员",
    Role.DATA_PROVIDER: "信息提供单位",
}


def reader_name(role: str, institution: str | None) -> str:
    """Who it was: the institution by its name, the platform's own people by what they are."""
    if institution and role not in (PLATFORM, Role.OPERATOR):
        return institution
    return _ROLES.get(role, "接入机构")


def categories_in_words(codes: Sequence[str], fields: Sequence[str]) -> list[str]:
    """Each category by its name, with the fields that were meant where some were named."""
    named: dict[str, list[str]] = {}
    for field in fields:
        code, _, name = field.partition("/")
        named.setdefault(code, []).append(name)
    return [_category(code, named.get(code, [])) for code in codes]


def explanation_of(
    reader: str, what: What, purpose: Purpose, refusal: str | None, *, recipient: str | None
) -> str:
    """One sentence: who did what and why, or why nothing was given. A source that did not answer
    has refused nobody.
    """
    sent = f"，接收方：{recipient}" if recipient else ""
    done = f"{reader}{WHAT[what]}，用途：{PURPOSES[purpose]}{sent}"
    if refusal is None:
        return f"{done}。"
    if refusal == Refusal.UNAVAILABLE:
        return f"{done}；{REFUSALS[Refusal.UNAVAILABLE]}，没有得到任何信息。"
    reason = REFUSALS[Refusal(refusal)] if refusal in Refusal.__members__ else "不符合查询条件"
    return f"{reader}申请{WHAT[what]}，因{reason}被拒绝，没有给出任何信息。"


def _category(code: str, fields: Sequence[str]) -> str:
    name = next(
        (one.name for each in sharing_lists().values() for one in each.categories
         if one.code == code),
        code,
    )  # fmt: skip
    return f"{name}（{'、'.join(fields)}）" if fields else name
