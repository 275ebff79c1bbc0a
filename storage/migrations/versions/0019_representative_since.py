"""Since when an enterprise has had its legal representative, where the registry says so (AU-7)."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0018_grade_figures")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Enterprise",
            name="representative_since",
            field=fields.DateField(null=True),
        ),
    ]
