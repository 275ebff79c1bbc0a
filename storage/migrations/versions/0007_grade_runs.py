"""Runs of grading, their groups and how far they came; every kept grade belongs to one.

Grades from before runs were kept get one run per city, rule version and day: its counts are 0,
because nobody wrote them down.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id
from storage.models.grade_run import GradeRunKind, GroupLevel

UNIQUE = {
    "grade_group_key": "grade_group (run_id, indicator, code)",
    "grade_run_part_key": "grade_run_part (run_id, number)",
}

INDEXES = {
    "grade_run_city_idx": "grade_run (city, kind, as_of DESC)",
    "grade_run_idx": "grade (run_id)",
    "enterprise_industry_idx": "enterprise (city, industry text_pattern_ops, id)",
    "enterprise_city_idx": "enterprise (city, id)",
}

CHECKS = {
    "grade_run": {
        "digest": "length(input_digest) = 32",
        "counts": (
            "0 <= consenting AND consenting <= registered AND ranked_tax BETWEEN 0 AND consenting"
            " AND ranked_utilities BETWEEN 0 AND consenting"
        ),
    },
    "grade_group": {
        "indicator": "indicator IN (1, 2)",
        "level": "(level = 'SECTION') = (length(code) = 1)",
        "size": "size >= 5",
        "cuts": "a_cut ~ '^-?[0-9]+(/[0-9]+)?$' AND b_cut ~ '^-?[0-9]+(/[0-9]+)?$'",
    },
    "grade_run_part": {
        "number": "number > 0",
        "counts": "0 <= changed AND changed <= kept AND kept <= enterprises",
    },
}

APPEND_ONLY = ("grade_group", "grade_run", "grade_run_part")

# The trigger that keeps grades would refuse the run that they get here.
_RUNS_OF_WHAT_IS_THERE = """
ALTER TABLE grade DISABLE TRIGGER grade_kept;
INSERT INTO grade_run (id, city, kind, scope, as_of, rule_version, settings, input_digest,
                       registered, consenting, ranked_tax, ranked_utilities, started_at)
SELECT gen_random_uuid(), e.city, 'BATCH', '', g.as_of, g.rule_version, '{}',
       sha256(convert_to('before runs were kept', 'UTF8')), 0, 0, 0, 0, min(g.computed_at)
  FROM grade g JOIN enterprise e ON e.id = g.enterprise_id
 GROUP BY e.city, g.as_of, g.rule_version;
UPDATE grade g SET outlook = '{}', methods = '[]', run_id = (
  SELECT r.id FROM grade_run r JOIN enterprise e ON e.city = r.city
   WHERE e.id = g.enterprise_id AND r.as_of = g.as_of AND r.rule_version = g.rule_version);
ALTER TABLE grade ENABLE TRIGGER grade_kept;
"""


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        statements += [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            for name, rule in checks.items()
        ]
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return statements


def _run(*, null: bool) -> fields.ForeignKeyRelation[object]:
    return fields.ForeignKeyField(
        "rongqiao.GradeRun",
        source_field="run_id",
        null=null,
        db_constraint=True,
        to_field="id",
        on_delete=OnDelete.CASCADE,
    )


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0006_grade_reasons")]

    operations = [
        ops.CreateModel(
            name="GradeRun",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("kind", fields.CharEnumField(enum_type=GradeRunKind, max_length=16)),
                ("scope", fields.CharField(max_length=5)),
                ("as_of", fields.DateField()),
                ("rule_version", fields.CharField(max_length=40)),
                ("settings", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("input_digest", fields.BinaryField()),
                ("registered", fields.IntField()),
                ("consenting", fields.IntField()),
                ("ranked_tax", fields.IntField()),
                ("ranked_utilities", fields.IntField()),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "grade_run",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One run: everything that its grades share.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GradeGroup",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("run", _run(null=False)),
                ("indicator", fields.SmallIntField()),
                ("code", fields.CharField(max_length=5)),
                ("level", fields.CharEnumField(enum_type=GroupLevel, max_length=8)),
                ("size", fields.IntField()),
                ("a_cut", fields.CharField(max_length=80)),
                ("b_cut", fields.CharField(max_length=80)),
            ],
            options={
                "table": "grade_group",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One ranking group of a run: its size and its cut values, exact as n/d.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GradeRunPart",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("run", _run(null=False)),
                ("number", fields.IntField()),
                ("last_enterprise_id", fields.UUIDField(null=True)),
                ("enterprises", fields.IntField()),
                ("kept", fields.IntField()),
                ("changed", fields.IntField()),
                ("is_last", fields.BooleanField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "grade_run_part",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "How far a run over many enterprises came; the next part begins behind it.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Grade",
            options={
                "table": "grade",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One grading of one enterprise in one run: never changed, superseded by the next.",
            },
        ),
        ops.AddField(
            model_name="Grade",
            name="outlook",
            field=fields.JSONField(encoder=JSON_DUMPS, decoder=loads, null=True),
        ),
        ops.AddField(
            model_name="Grade",
            name="methods",
            field=fields.JSONField(encoder=JSON_DUMPS, decoder=loads, null=True),
        ),
        ops.AddField(model_name="Grade", name="run", field=_run(null=True)),
        ops.RunSQL(_RUNS_OF_WHAT_IS_THERE),
        ops.AlterField(
            model_name="Grade",
            name="outlook",
            field=fields.JSONField(encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AlterField(
            model_name="Grade",
            name="methods",
            field=fields.JSONField(encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AlterField(model_name="Grade", name="run", field=_run(null=False)),
        ops.RunSQL(_forward()),
    ]
