"""Migrations run on databases that hold rows: a new column must have a value for each of them."""

from importlib import import_module

import pytest
from tortoise.migrations.operations import AddField, CreateModel

from storage.migrations import state

NAMES = sorted(path.stem for path in state._VERSIONS.glob("[0-9]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_column_that_is_added_has_a_value_for_the_rows_that_are_there(name: str) -> None:
    migration = import_module(f"storage.migrations.versions.{name}").Migration
    new = {one.name for one in migration.operations if isinstance(one, CreateModel)}
    for one in migration.operations:
        # A subclass says in SQL of its own what becomes of the rows.
        if type(one) is AddField and one.model_name not in new:
            assert one.field.null or one.field.has_db_default(), (one.model_name, one.name)
