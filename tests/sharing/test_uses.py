"""Every rule that reads a category says what for."""

from sharing.lists import list_versions
from sharing.uses import uses_of


def test_every_category_that_a_rule_reads_names_its_use() -> None:
    every = [
        category
        for versions in list_versions().values()
        for version in versions
        for category in version.categories
    ]

    assert [one.code for one in every if one.feeds and not uses_of(one)] == []
    assert [one.code for one in every if not one.feeds and uses_of(one)] == []
