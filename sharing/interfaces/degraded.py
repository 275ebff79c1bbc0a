"""What people read when a source gives no answer: degraded service, said in a sentence."""

from foundation.city import DataSource
from sharing.categories import Category
from sharing.interfaces.port import Fault

_SENTENCES = {
    Fault.UNREACHABLE: "{source}暂时没有应答，本次结果不含“{category}”，请稍后再查",
    Fault.FAILED: "{source}暂时出错，本次结果不含“{category}”，请稍后再查",
    Fault.BUSY: "{source}正忙，本次结果不含“{category}”，请稍后再查",
    Fault.REFUSED: "{source}没有受理这次查询，本次结果不含“{category}”",
    Fault.UNUSABLE: "{source}的应答不符合共享清单，未予采用，本次结果不含“{category}”",
    Fault.TURNED_AWAY: "{source}的调用次数已达上限，本次结果不含“{category}”，请稍后再查",
    Fault.BREAKER_OPEN: "{source}连续出错，已暂停调用，恢复前的结果不含“{category}”",
    Fault.NOT_CONNECTED: "“{category}”尚未接入接口，本次结果不含这项信息",
}


def explain(fault: Fault, category: Category, source: DataSource | None) -> str:
    """The sentence for somebody who would have read the answer."""
    title = source.title if source else ""
    return _SENTENCES[fault].format(source=title, category=category.name)
