"""What of a match's reasons a viewer is shown."""

from collections.abc import Sequence
from typing import Any

from accounts.access import officers_institution
from accounts.viewers import Viewer
from matching.requirements import AGE, EMPLOYEES, GRADE, LOANS, RECORDS, REVENUE, TAGS, TAX
from matching.terms import Verdict

# Which qualification is held, the founding day, every figure and record, and why a firm is not
# rated go beyond the profile that an institution sees before the owner lets it in (district,
# industry, size, grade, age band).
_BEYOND_THE_PROFILE = frozenset({AGE, GRADE, TAGS, REVENUE, TAX, EMPLOYEES, RECORDS, LOANS})
_SAID_TO_INSTITUTIONS = {
    Verdict.PASS: "符合该项条件",
    Verdict.FAIL: "不符合该项条件",
    Verdict.NEAR_MISS: "与该项条件还有差距",
    Verdict.UNKNOWN: "平台暂无记录可以证明，需由机构核实",
}


def shown_reasons(viewer: Viewer | None, reasons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A match's reasons; to an institution without the enterprise's own values."""
    if viewer is None or officers_institution(viewer) is None:
        return list(reasons)
    return [_without_values(one) if one["code"] in _BEYOND_THE_PROFILE else one for one in reasons]


def _without_values(reason: dict[str, Any]) -> dict[str, Any]:
    said = _SAID_TO_INSTITUTIONS[Verdict(reason["verdict"])]
    return {**reason, "actual": None, "distance": None, "explanation": said}
