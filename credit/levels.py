"""The vocabulary of a grade: levels, letters and methods, and which level is better."""

from enum import StrEnum


class GradeLevel(StrEnum):
    """高级 / 一级 / 备选, and the two outcomes that are no grade (江阴“澄易贷”附件2 二, A2-7)."""

    ADVANCED = "ADVANCED"
    FIRST = "FIRST"
    CANDIDATE = "CANDIDATE"
    NOT_CERTIFIED = "NOT_CERTIFIED"
    UNRATED = "UNRATED"

    @property
    def chinese(self) -> str:
        """The level as the texts and the screens write it."""
        return _CHINESE[self]

    @property
    def standing(self) -> int:
        """How good the level is: 3 高级, 2 一级, 1 备选, 0 不予认证; UNRATED stands as 备选."""
        return _STANDING[self]

    def better_than(self, other: "GradeLevel") -> bool:
        """Whether this level is strictly better; UNRATED and 备选 are equals."""
        return self.standing > other.standing


_STANDING = {
    GradeLevel.ADVANCED: 3,
    GradeLevel.FIRST: 2,
    GradeLevel.CANDIDATE: 1,
    GradeLevel.UNRATED: 1,
    GradeLevel.NOT_CERTIFIED: 0,
}

_CHINESE = {
    GradeLevel.ADVANCED: "高级",
    GradeLevel.FIRST: "一级",
    GradeLevel.CANDIDATE: "备选",
    GradeLevel.NOT_CERTIFIED: "不予认证",
    GradeLevel.UNRATED: "未评级",
}


class Letter(StrEnum):
    """What one indicator gives."""

    A = "A"
    B = "B"
    C = "C"
    NOT_CLASSIFIED = "NOT_CLASSIFIED"


class GradingMethod(StrEnum):
    """Which method of Annex 2 三 decided."""

    INDICATORS = "INDICATORS"
    DIRECT = "DIRECT"
    SCORE = "SCORE"


class EnterpriseSize(StrEnum):
    """微型, 小型, 中型, 大型 by 工信部联企业〔2011〕300号; UNKNOWN when inputs are missing."""

    MICRO = "MICRO"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"
    UNKNOWN = "UNKNOWN"

    @property
    def chinese(self) -> str:
        """The size as the screens write it."""
        return {"MICRO": "微型", "SMALL": "小型", "MEDIUM": "中型", "LARGE": "大型"}.get(
            self.value, "规模未知"
        )
