"""What is derived from gateways' answers for grading; the answers themselves are not kept (A2-45)."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id


def _forward() -> list[str]:
    return [
        "CREATE UNIQUE INDEX grade_figure_number_key ON grade_figure (enterprise_id, number)",
        "CREATE INDEX grade_figure_consent_idx ON grade_figure (consent_id)",
        "CREATE INDEX grade_figure_expires_idx ON grade_figure (expires_at)",
        "ALTER TABLE grade_figure ADD CONSTRAINT grade_figure_number_check "
        "CHECK (number BETWEEN 1 AND 13)",
        "ALTER TABLE grade_figure ADD CONSTRAINT grade_figure_digest_check "
        "CHECK (length(digest) = 64)",
        # Rows of answers that grading held for months; figures are derived anew from the sources.
        "DELETE FROM interface_answer WHERE purpose_kind = 'GRADE_RUN'",
        "DROP INDEX interface_answer_enterprise_idx",
    ]


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0017_interface_answers_by_enterprise")]

    initial = False

    operations = [
        ops.CreateModel(
            name="GradeFigure",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("enterprise_id", fields.UUIDField()),
                ("consent_id", fields.UUIDField()),
                ("number", fields.SmallIntField()),
                ("value", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("digest", fields.CharField(max_length=64)),
                ("answered_on", fields.DateField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "grade_figure",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "What one indicator needs of the answers about an enterprise: a ratio, a yes or no, a day.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
