"""The enums of a grade, described before any type uses them."""

from credit.grade import GradeReason
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.path import StepControl
from schema.enums import describe_enum

describe_enum(
    GradeLevel,
    "A credit grade (江阴“澄易贷”附件2), or why there is none.",
    {
        "ADVANCED": "高级: at least nine A's and no C, and a clean public record.",
        "FIRST": "一级: at least six A's and no C, and no record left unrepaired.",
        "CANDIDATE": "备选: every other certified enterprise; its loans take the normal procedure.",
        "NOT_CERTIFIED": "不予认证: a severe dishonesty record stands.",
        "UNRATED": "未评级: not graded, for the reason given; stands as 备选 where products ask.",
    },
)
describe_enum(
    Letter,
    "What one indicator gives.",
    {
        "A": "The best class.",
        "B": "The middle class.",
        "C": "The worst class; a single C keeps from 高级 and 一级.",
        "NOT_CLASSIFIED": "不进行分类: counts as neither.",
    },
)
describe_enum(
    GradingMethod,
    "Which method of Annex 2 三 decided.",
    {
        "INDICATORS": "指标定性法: by the letters of the indicators.",
        "DIRECT": "直接定性法: by honours or by the level of public credit points.",
        "SCORE": "指标得分法: by a score out of 100.",
    },
)
describe_enum(
    GradeReason,
    "Why a level is what it is, for programs; `reason` says it for people.",
    {
        "NOT_IN_BUSINESS": "UNRATED: the enterprise is not in business.",
        "NO_CREDIT_SOURCE": "UNRATED: the city's lists of public and severe records are not "
        "connected.",
        "AUTHORISE_TO_BE_GRADED": "UNRATED: no grading consent is in force.",
        "SEVERE_RECORD": "NOT_CERTIFIED: a severe record stands; the sentence names it.",
        "ENOUGH_A": "ADVANCED or FIRST: enough A's and no C.",
        "HAS_C": "CANDIDATE: at least one C; the sentence names it.",
        "TOO_FEW_A": "CANDIDATE: fewer than six A's.",
        "SCORE": "By the score out of 100, where the city has switched the score method on.",
        "HONOUR": "ADVANCED by the direct method: an honour and three clean years.",
        "CREDIT_POINTS": "ADVANCED or FIRST by the direct method: the level of public credit "
        "points.",
        "CREDIT_POINTS_CAP": "CANDIDATE: public credit points of C or below cap every method.",
        "STANDARD_GATE": "The method would give more, but the public record does not allow it.",
        "BONUS": "Raised by one step for approved bonus items that reach the standard.",
    },
)
describe_enum(
    StepControl,
    "In whose hands a step lies.",
    {
        "CONTROLLABLE": "The enterprise, or the person concerned, can do it.",
        "WAITING": "It comes by itself, on a known day.",
        "NOT_CONTROLLABLE": "It depends on others: a ranking, a directory, a bank's correction.",
    },
)
