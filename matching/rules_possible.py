"""Whether anybody at all could meet a rule set's conditions together.

Sizes follow from employees and revenue by 中小企业划型标准, 制造业 and 服务业 from the industry, so
conditions on both can exclude each other.
"""

from collections.abc import Iterable
from decimal import Decimal

from credit.size import sizes_between
from foundation.errors import Problems
from foundation.industry import industries, section_of
from matching.applicant import tags_of_registration
from matching.sheet import ProductSheet

_SECTIONS = tuple(code for code in industries() if len(code) == 1)
_FROM_REGISTRATION = frozenset(tags_of_registration("C", sole_trader=False))


def check_somebody_can(sheet: ProductSheet, problems: Problems) -> None:
    """Note what makes it impossible to meet every condition of a sheet at once."""
    sections = _sections(sheet)
    problems.check(bool(sections), "tagGroups", "资质要求与支持行业互相排斥，没有企业能同时满足")
    if sections and sheet.sizes and not _has_a_size(sheet):
        problems.add(
            "sizes", "按中小企业划型标准，没有这样规模的企业能满足从业人员和营业收入的要求"
        )


def _sections(sheet: ProductSheet) -> list[str]:
    """The sections of industry that its industries and its tag groups leave open."""
    asked = {section_of(code) for code in sheet.industries} or set(_SECTIONS)
    groups = [group for group in sheet.tag_groups if set(group) <= _FROM_REGISTRATION]
    return [
        section
        for section in _SECTIONS
        if section in asked and any(_meets(section, groups, sole) for sole in (True, False))
    ]


def _meets(section: str, groups: Iterable[Iterable[str]], sole_trader: bool) -> bool:
    tags = tags_of_registration(section, sole_trader=sole_trader)
    return all(any(tags[tag] for tag in group) for group in groups)


def _has_a_size(sheet: ProductSheet) -> bool:
    if sheet.accepts_sole_traders:
        return True  # 个体工商户 are let in whatever their size.
    bounds = sheet.figures
    found = sizes_between(
        sheet.industries,
        employees=(bounds.min_employees, bounds.max_employees),
        revenue_wan=(_wan(bounds.min_annual_revenue), _wan(bounds.max_annual_revenue)),
    )
    # Industries outside the standard have no size at all; what is asked of them is another fault.
    return not found or bool(found & sheet.sizes)


def _wan(yuan: Decimal | None) -> Decimal | None:
    return None if yuan is None else yuan / 10_000
