"""The purpose CREDIT_CODE: an enterprise has one active consent to showing its 苏信码."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from storage.models.consent import ConsentPurpose

UNIQUE = {
    "consent_credit_code_key": (
        "consent (enterprise_id) WHERE purpose = 'CREDIT_CODE'"
        " AND revoked_at IS NULL AND lapsed_at IS NULL AND superseded_at IS NULL"
    ),
}


_PURPOSES = (
    *("PUBLISH_DEMAND", "REAL_NAME", "GRADING", "ENTERPRISE_DATA", "OPERATING_DATA"),
    *("PERSONAL_CREDIT", "WHITELIST", "CREDIT_CODE"),
)


def _purpose() -> Any:
    described = "\n".join(f"{name}: {name}" for name in _PURPOSES)
    return fields.CharEnumField(description=described, enum_type=ConsentPurpose, max_length=24)


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0019_representative_since")]

    initial = False

    operations = [
        ops.AlterField(model_name="Consent", name="purpose", field=_purpose()),
        ops.AlterField(model_name="ConsentScope", name="purpose", field=_purpose()),
        *[
            ops.RunSQL(f"CREATE UNIQUE INDEX {name} ON {on}", f"DROP INDEX {name}")
            for name, on in UNIQUE.items()
        ],
    ]
