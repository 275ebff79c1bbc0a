"""Beside a figure, that sources answered this month without one coming of it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0020_credit_codes")]

    initial = False

    operations = [
        ops.AddField(
            model_name="GradeFigure",
            name="whole",
            field=fields.BooleanField(null=True),
        ),
        # What was kept before is a figure each.
        ops.RunSQL("UPDATE grade_figure SET whole = true"),
        ops.AlterField(
            model_name="GradeFigure",
            name="whole",
            field=fields.BooleanField(default=True),
        ),
        ops.RunSQL(
            [
                "DROP INDEX grade_figure_number_key",
                "CREATE UNIQUE INDEX grade_figure_number_key"
                " ON grade_figure (enterprise_id, number, whole)",
            ]
        ),
    ]
