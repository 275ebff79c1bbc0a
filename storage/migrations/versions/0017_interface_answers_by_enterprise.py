"""A grade reads the answers about an enterprise; they are found by it."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0016_match_runs")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX interface_answer_enterprise_idx ON interface_answer (enterprise_id)"
        ),
    ]
