from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from credit.grade import GradeReason


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0005_uploads")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Grade",
            name="reason_code",
            field=fields.CharEnumField(
                description="NOT_IN_BUSINESS: NOT_IN_BUSINESS\nNO_CREDIT_SOURCE: NO_CREDIT_SOURCE\nSEVERE_RECORD: SEVERE_RECORD\nAUTHORISE_TO_BE_GRADED: AUTHORISE_TO_BE_GRADED\nENOUGH_A: ENOUGH_A\nHAS_C: HAS_C\nTOO_FEW_A: TOO_FEW_A\nSCORE: SCORE\nHONOUR: HONOUR\nCREDIT_POINTS: CREDIT_POINTS\nCREDIT_POINTS_CAP: CREDIT_POINTS_CAP\nSTANDARD_GATE: STANDARD_GATE\nBONUS: BONUS",
                enum_type=GradeReason,
                max_length=32,
            ),
        ),
    ]
