"""The words of a product sheet and of a verdict, as GraphQL enums."""

from credit.levels import EnterpriseSize
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade, Verdict
from schema.enums import describe_enum
from storage.models.product import ProductStatus

describe_enum(
    GuaranteeKind,
    "How a loan is secured.",
    {
        "CREDIT": "信用: nothing but the borrower's credit.",
        "GUARANTEED": "保证: somebody else answers for it, for example a guarantee company.",
        "MORTGAGED": "抵押: property stays with the borrower and answers for it.",
        "PLEDGED": "质押: a right or thing is handed over, for example a receivable or a patent.",
    },
)

describe_enum(
    RepaymentMethod,
    "How principal and interest come back.",
    {
        "EQUAL_INSTALMENTS": "等额本息: the same sum every month.",
        "EQUAL_PRINCIPAL": "等额本金: the same part of the principal every month, and interest.",
        "INTEREST_FIRST": "按期付息到期还本: interest by month or quarter, principal at the end.",
        "ON_DEMAND": "随借随还: drawn and repaid at will; priced as if all stayed drawn.",
        "BULLET": "到期一次还本付息: everything at the end.",
    },
)

describe_enum(
    RequiredGrade,
    "A credit grade as a product names it, for its door or for a price.",
    {
        "ADVANCED": "高级.",
        "FIRST": "一级.",
        "CANDIDATE": "备选: open to every enterprise that is not barred, the ungraded included.",
    },
)

describe_enum(
    Verdict,
    "What a condition, or all of them together, says of an enterprise.",
    {
        "PASS": "Met; of a whole product: eligible.",
        "FAIL": "Not met.",
        "NEAR_MISS": "Not met, but within reach, or only what orders and never excludes.",
        "UNKNOWN": "The platform has no fact for it: never dropped, never passed.",
    },
)

describe_enum(
    EnterpriseSize,
    "Size by 工信部联企业〔2011〕300号.",
    {
        "MICRO": "微型.",
        "SMALL": "小型.",
        "MEDIUM": "中型.",
        "LARGE": "大型.",
        "UNKNOWN": "Not to be told from what is known; never a guess. No product may ask for it.",
    },
)

describe_enum(
    ProductStatus,
    "Where a product stands on its way to the shelf.",
    {
        "DRAFT": "Written or revised by its bank; seen by its own people only.",
        "IN_REVIEW": "Handed to the operator of its city, who approves or refuses.",
        "PUBLISHED": "On the shelf, open to everyone.",
        "RETIRED": "Off the shelf for good.",
    },
)
