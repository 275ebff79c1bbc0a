"""Which records are an owner's own statements: never mixed with those of providers."""

PREFIX = "LOCAL-DECLARED-"
PROVIDER = "企业自愿填报"


def is_self_declared(category: str) -> bool:
    """Whether the records of a category, by its code, are SELF_DECLARED."""
    return category.startswith(PREFIX)
