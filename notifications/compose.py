"""What notices say. Every text may light up on a locked phone: no amount, no refusal, no grade.

What was decided stands behind the notice, where only its reader looks. A product of an
illustrative bank is called 示例产品 wherever it is named.
"""

from dataclasses import dataclass

from storage.models.notice import NoticeKind

MAX_TITLE = 60
MAX_BODY = 300
ILLUSTRATIVE = "【示例产品】"


@dataclass(frozen=True)
class Text:
    """A notice's kind, title and body."""

    kind: NoticeKind
    title: str
    body: str


@dataclass(frozen=True)
class NamedProduct:
    """A product as a notice names it."""

    name: str
    bank: str
    illustrative: bool

    def __str__(self) -> str:
        mark = ILLUSTRATIVE if self.illustrative else ""
        return f"{mark}{self.bank}「{self.name}」"


def products_fit_your_demand(count: int, first: NamedProduct) -> Text:
    """To the owner: how many products fit a demand, and which one is first."""
    return _text(
        NoticeKind.PRODUCT_MATCHED,
        "有融资产品适合您的需求",
        f"为您的融资需求匹配到{count}款产品，首位是{first}。请查看每一条匹配理由和综合成本。",
    )


def a_product_fits_your_demand(product: NamedProduct) -> Text:
    """To the owner: a product is new among the best of a demand, or cheaper than before."""
    return _text(
        NoticeKind.PRODUCT_MATCHED,
        "又有融资产品适合您的需求",
        f"{product}符合您的融资需求，新进入前列或比之前更省。请查看匹配理由和综合成本。",
    )


def a_demand_fits_your_products(best: NamedProduct) -> Text:
    """To an officer: a demand that at least one product of the bank fits."""
    return _text(
        NoticeKind.DEMAND_MATCHED,
        "有融资需求与贵机构的产品匹配",
        f"一条融资需求符合{best}的条件。请查看需求并决定是否报价。",
    )


def an_offer_came(product: NamedProduct) -> Text:
    """To the owner: a bank made an offer."""
    return _text(
        NoticeKind.OFFER_RECEIVED,
        "您收到一份新的报价",
        f"{product}对您的融资需求作出报价。请在有效期内查看并答复。",
    )


def an_offer_was_withdrawn(product: NamedProduct) -> Text:
    """To the owner: a bank took its offer back."""
    return _text(
        NoticeKind.OFFER_WITHDRAWN,
        "一份报价有变化",
        f"{product}的报价已由机构撤回。您的融资需求仍然有效，其他报价不受影响。",
    )


def your_offer_was_accepted(product: NamedProduct) -> Text:
    """To the officer: the owner chose this offer."""
    return _text(
        NoticeKind.OFFER_ACCEPTED,
        "您的报价有了答复",
        f"企业已选择{product}的报价，并同意与您联系。请尽快查看联系方式。",
    )


def your_offer_was_declined(product: NamedProduct) -> Text:
    """To the officer: the owner answered; which way stands behind the notice."""
    return _text(
        NoticeKind.OFFER_DECLINED,
        "您的报价有了答复",
        f"企业已答复{product}的报价。请打开报价查看结果。",
    )


def your_offer_expired(product: NamedProduct) -> Text:
    """To the officer: nobody answered in time."""
    return _text(
        NoticeKind.OFFER_EXPIRED,
        "一份报价已到期",
        f"{product}的报价已到期，未收到答复。需求仍开放时可以重新报价。",
    )


def an_offer_to_you_expired(product: NamedProduct) -> Text:
    """To the owner: an offer ran out of time."""
    return _text(
        NoticeKind.OFFER_EXPIRED,
        "一份报价已到期",
        f"{product}的报价已到期。您的融资需求和其他报价不受影响。",
    )


def a_demand_you_offered_on_was_withdrawn(product: NamedProduct) -> Text:
    """To an officer with an open offer: the owner took the demand back."""
    return _text(
        NoticeKind.DEMAND_WITHDRAWN,
        "一条融资需求已撤回",
        f"企业撤回了融资需求，{product}的报价随之结束，无需再跟进。",
    )


def a_demand_you_offered_on_expired(product: NamedProduct) -> Text:
    """To an officer with an open offer: the demand ran out of time."""
    return _text(
        NoticeKind.DEMAND_EXPIRED,
        "一条融资需求已到期",
        f"融资需求已到期，{product}的报价随之结束，无需再跟进。",
    )


def your_demand_expired() -> Text:
    """To the owner: the demand ran out of time."""
    return _text(
        NoticeKind.DEMAND_EXPIRED,
        "您的融资需求已到期",
        "融资需求已到期，不再向机构展示。如仍有需要，可以重新发布。",
    )


def your_grade_changed() -> Text:
    """To the owner: a new grading stands; what it says is behind the notice."""
    return _text(
        NoticeKind.GRADE_CHANGED,
        "信用评价有更新",
        "贵企业的信用评价已更新。请查看结果、依据和可以改进的地方。",
    )


def the_person_answered() -> Text:
    """To an owner: the invited person granted or declined; which way stands behind the notice."""
    return _text(
        NoticeKind.SYSTEM,
        "个人授权有了答复",
        "您邀请的法定代表人或实际控制人已答复授权链接。请在授权管理中查看结果。",
    )


def your_consent_was_used(bank: str) -> Text:
    """To an owner: an institution read under a consent today."""
    return _text(
        NoticeKind.CONSENT_USED,
        "有机构查询了您授权的信息",
        f"{bank}今天在您的授权范围内查询了企业信用信息。请查看查询记录；您可以随时缩小或撤回授权。",
    )


def a_claim_waits_for_you() -> Text:
    """To an operator: a second person claims an enterprise."""
    return _text(
        NoticeKind.SYSTEM,
        "有一项企业认领申请待处理",
        "有人申请认领一家已有负责人的企业。请核实双方材料后处理。",
    )


def an_objection_waits_for_you() -> Text:
    """To an operator: an owner objected to a datum."""
    return _text(
        NoticeKind.SYSTEM,
        "有一项信用信息异议待转交",
        "企业对一条信用信息提出异议。请在两个工作日内转交省级节点，并登记回执编号。",
    )


def your_objection_was_received() -> Text:
    """To the owner: an objection is recorded, and its datum is marked."""
    return _text(
        NoticeKind.SYSTEM,
        "您的异议已受理",
        "平台将在两个工作日内转交省级节点核实。在此期间，该信息对查询方标注为“异议中”。",
    )


def your_objection_was_handed_over() -> Text:
    """To the owner: the provincial node has it."""
    return _text(
        NoticeKind.SYSTEM,
        "您的异议已转交核实",
        "省级节点已接收您的异议。核实期间，该信息对查询方仍标注为“异议中”。",
    )


def reload_please() -> Text:
    """To a device that was away too long to be told everything it missed."""
    return _text(
        NoticeKind.SYSTEM,
        "消息较多，请刷新",
        "您离开期间的消息较多，未逐条推送。请刷新消息列表查看全部消息。",
    )


def _text(kind: NoticeKind, title: str, body: str) -> Text:
    return Text(kind, title, body if len(body) <= MAX_BODY else f"{body[: MAX_BODY - 1]}…")
