"""What decides the order, published as data: the order of matches is a function of these alone."""

from dataclasses import dataclass

RULES_VERSION = "3"  # of conditions, cost, order and score; a change of any raises it


@dataclass(frozen=True)
class Factor:
    """One factor of the order: its place, which of two values comes first, and its weight.

    `points` is the most it gives to the score of 0 to 100; the order itself is lexicographic, so
    an earlier factor outweighs every later one.
    """

    code: str
    place: int
    name: str
    first: str
    points: int


FACTORS: tuple[Factor, ...] = (
    Factor(
        code="fit",
        place=1,
        name="是否符合条件",
        first=(
            "全部条件符合的在前，差一点的随后，不符合的在最后；差一点的和不符合的，未满足的条件少的在前，"
            "一样多的按产品编号，以下其他因素只排列符合条件的"
        ),
        points=0,
    ),
    Factor(
        code="full_amount",
        place=2,
        name="能否贷足",
        first="能按申请金额和期限贷足的在前，只能部分满足的在后",
        points=50,
    ),
    Factor(
        code="asked_kind",
        place=3,
        name="担保方式",
        first="有您指定的担保方式的在前；没有指定时不起作用",
        points=25,
    ),
    Factor(
        code="all_in_cost",
        place=4,
        name="综合年化成本",
        first="利息和全部费用折算的年化成本低的在前；算不出成本的在最后",
        points=25,
    ),
    Factor(
        code="limit",
        place=5,
        name="最高可贷额度",
        first="成本相同时，您的等级可贷额度高的在前",
        points=0,
    ),
    Factor(
        code="product_id",
        place=6,
        name="产品编号",
        first="以上都相同时按编号排列，使顺序不取决于偶然",
        points=0,
    ),
)
