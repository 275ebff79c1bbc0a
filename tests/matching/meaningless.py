"""Rule sets that contradict themselves, mean nothing, or match nobody, as a bank might write them.

By the names of the API, which are those of a file of rule sets too. Each is refused wherever it is
written, at the same place and for the same reason.
"""

from typing import Any


def price(grade: str, rate: str, limit: str = "100") -> dict[str, str]:
    return {"grade": grade, "annualRate": rate, "limitPercent": limit}


AMOUNTS = {"minAmount": "100000", "maxAmount": "1000000"}
CHEAP = [price("CANDIDATE", "4")]

# What is written, the place that is named, and the reason.
MEANINGLESS: dict[str, tuple[dict[str, Any], str, str]] = {
    "the smallest loan is over the largest": (
        {"minAmount": "1000000.01", "maxAmount": "1000000", "prices": CHEAP},
        "maxAmount",
        "最高金额不能低于最低金额",
    ),
    "the shortest term is over the longest": (
        {"minTermMonths": 13, "maxTermMonths": 12},
        "maxTermMonths",
        "最长期限不能短于最短期限",
    ),
    "whoever is let in may have less than the smallest loan": (
        AMOUNTS | {"requiredGrade": "CANDIDATE", "prices": [price("CANDIDATE", "4", "9.9999")]},
        "prices",
        "备选最高可贷9.9999万元，低于最低金额，没有人能借到",
    ),
    "a better grade pays more": (
        {"requiredGrade": "CANDIDATE", "prices": [price("ADVANCED", "4.0001"), *CHEAP]},
        "prices",
        "高级的年利率不能高于备选",
    ),
    "a better grade may have less": (
        {
            **AMOUNTS,
            "requiredGrade": "CANDIDATE",
            "prices": [price("FIRST", "4", "50"), price("CANDIDATE", "4", "50.5")],
        },
        "prices",
        "一级的额度不能低于备选",
    ),
    "nobody knows what the lowest grade pays": (
        {"requiredGrade": "CANDIDATE", "prices": [price("FIRST", "4")]},
        "prices",
        "缺少准入等级（备选）的价格",
    ),
    "more people at least than at most": (
        {"figures": {"minEmployees": 300, "maxEmployees": 299}},
        "figures.maxEmployees",
        "从业人员的上限低于下限，没有企业能满足",
    ),
    "more revenue at least than at most": (
        {"figures": {"minAnnualRevenue": "5000000.01", "maxAnnualRevenue": "5000000"}},
        "figures.maxAnnualRevenue",
        "营业收入的上限低于下限，没有企业能满足",
    ),
    "a manufacturer among wholesalers": (
        {"industries": ["F51"], "tagGroups": [["制造业"]]},
        "tagGroups",
        "资质要求与支持行业互相排斥，没有企业能同时满足",
    ),
    "a manufacturer that is a service": (
        {"industries": [], "tagGroups": [["制造业"], ["服务业"]]},
        "tagGroups",
        "资质要求与支持行业互相排斥，没有企业能同时满足",
    ),
    "a large manufacturer of ten people": (
        {"industries": ["C34"], "sizes": ["LARGE"], "figures": {"maxEmployees": 10}},
        "sizes",
        "按中小企业划型标准，没有这样规模的企业能满足从业人员和营业收入的要求",
    ),
    "a micro manufacturer of a thousand people and a hundred million": (
        {
            "industries": ["C"],
            "sizes": ["MICRO"],
            "figures": {"minEmployees": 1000, "minAnnualRevenue": "100000000"},
        },
        "sizes",
        "按中小企业划型标准，没有这样规模的企业能满足从业人员和营业收入的要求",
    ),
    "fees of more than the loan": (
        {
            **AMOUNTS,
            "prices": CHEAP,
            "fees": [
                {"name": "甲费", "percentOfPrincipal": "60"},
                {"name": "乙费", "percentOfPrincipal": "40"},
            ],
            "maxTermMonths": 12,
        },
        "fees",
        "借10万元、12个月时各项费用合计10万元，达到或超过本金，实际到手为零",
    ),
    "a sum of money for each year": (
        {"fees": [{"name": "甲费", "amount": "100", "perYear": True}]},
        "fees.0.perYear",
        "按年收取的费用须填本金比例",
    ),
    "a fee of a sum and of a share": (
        {"fees": [{"name": "甲费", "amount": "100", "percentOfPrincipal": "1"}]},
        "fees.0",
        "金额与本金比例须填且只填一项",
    ),
    "a trade that does not exist": (
        {"industries": ["C", "C99"]},
        "industries",
        "没有这样的行业代码：C99",
    ),
    "a group of no qualification": ({"tagGroups": [[]]}, "tagGroups", "每组资质至少1项"),
    "a loan without any guarantee": (
        {"guaranteeKinds": []},
        "guaranteeKinds",
        "至少选择一种担保方式",
    ),
    "a loan that is never repaid": (
        {"repaymentMethods": []},
        "repaymentMethods",
        "至少选择一种还款方式",
    ),
    "money for nothing": (
        {"requiredGrade": "CANDIDATE", "prices": [price("CANDIDATE", "0")]},
        "prices",
        "备选的年利率须大于0且不超过24%",
    ),
    "a size that is not known": (
        {"sizes": ["UNKNOWN"]},
        "sizes",
        "企业规模须为微型、小型、中型或大型",
    ),
    "an age of nothing": ({"minAgeMonths": 0}, "minAgeMonths", ""),
    "an age beyond reason": ({"minAgeMonths": 241}, "minAgeMonths", "成立时间要求须为1到240个月"),
}
