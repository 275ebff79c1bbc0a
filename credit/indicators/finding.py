"""What one indicator says: a letter, the value behind it, and why."""

from dataclasses import dataclass
from fractions import Fraction

from credit.levels import Letter
from credit.ranking import Standing

NAMES = {
    1: "纳税",
    2: "水电气消费",
    3: "社保缴纳",
    4: "公积金缴存",
    5: "经营年限",
    6: "不动产",
    7: "企业法人或实际控制人信用状况",
    8: "环境评价",
    9: "企业公共信用状况",
    10: "金融信贷记录",
    11: "产业政策",
    12: "工业绩效",
    13: "互认结果及互联网信息",
}


@dataclass(frozen=True)
class Finding:
    """A letter with its reason. `value` and `source` are for those who may see the data;
    `explanation` may repeat the value, the sentence of `rule_of` never does. `standing` is the
    place in a ranking of ours.
    """

    letter: Letter
    explanation: str
    value: str | None = None
    source: str | None = None
    severe_check: bool = False
    standing: Standing | None = None


def not_classified(explanation: str, source: str | None = None) -> Finding:
    """A finding that counts as neither A, B nor C (A2-4)."""
    return Finding(Letter.NOT_CLASSIFIED, explanation, source=source)


def show_ratio(ratio: Fraction) -> str:
    """A ratio with four places, cut off rather than rounded, so that it never looks better."""
    ten_thousandths = (abs(ratio.numerator) * 10_000) // ratio.denominator
    sign = "-" if ratio < 0 and ten_thousandths else ""
    return f"{sign}{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"


_RANKED = {
    Letter.A: "同行业排名在前 20%，列入 A 类",
    Letter.B: "同行业排名在 20%—50%，列入 B 类",
    Letter.C: "同行业排名在 50% 以后，列入 C 类",
}

_RULES: dict[int, dict[Letter, str]] = {
    1: _RANKED,
    2: _RANKED,
    3: {Letter.A: "五项社会保险正常缴纳，列入 A 类", Letter.B: "未缴齐五项社会保险，列入 B 类"},
    4: {Letter.A: "正常缴存公积金，列入 A 类"},
    5: {Letter.A: "经营年限超过 3 年，列入 A 类", Letter.B: "经营年限不超过 3 年，列入 B 类"},
    6: {
        Letter.A: "拥有经营场所，或为租赁经营的高新技术、科技类企业，列入 A 类",
        Letter.B: "经营场所为租赁或无偿使用，列入 B 类",
    },
    7: {
        Letter.A: "信用积分等级为 A 级以上，列入 A 类",
        Letter.B: "信用积分等级为 B 级，列入 B 类",
        Letter.C: "信用积分等级低于 B 级，列入 C 类",
    },
    8: {
        Letter.A: "环境信用评价为绿牌，列入 A 类",
        Letter.B: "环境信用评价为蓝牌，列入 B 类",
        Letter.C: "环境信用评价为黄牌、红牌或黑牌，列入 C 类",
    },
    9: {
        Letter.A: "无失信记录，列入 A 类",
        Letter.B: "有失信记录，已修复或仅 1 条未修复，列入 B 类",
        Letter.C: "存在 2 条以上未修复的失信记录，列入 C 类",
    },
    10: {
        Letter.A: "有贷款记录且无不良记录，列入 A 类",
        Letter.B: "无贷款记录，或有 1—2 条不良记录但无欠息，列入 B 类",
        Letter.C: "不良记录超过 2 条或有欠息，列入 C 类",
    },
    11: {
        Letter.A: "属于鼓励、优先发展或主导产业，列入 A 类",
        Letter.B: "属于一般发展的产业，列入 B 类",
        Letter.C: "属于限制或禁止发展的产业，列入 C 类",
    },
    12: {
        Letter.A: "工业绩效排名在前 20%，列入 A 类",
        Letter.B: "工业绩效排名在 20%—50%，列入 B 类",
        Letter.C: "工业绩效排名在 50% 以后，列入 C 类",
    },
    13: {},
}


def rule_of(number: int, letter: Letter) -> str:
    """What a letter of an indicator means, without a word about the enterprise's own data."""
    return _RULES[number].get(letter, "不进行分类，不计入 A、B、C")
