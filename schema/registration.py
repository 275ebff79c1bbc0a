"""The three counted states of an enterprise's registration."""

from schema.enums import describe_enum
from storage.models.enterprise import RegistrationState

describe_enum(
    RegistrationState,
    "How far an enterprise has come: 注册, 实名认证, 授权. Each state includes the one before.",
    {
        "REGISTERED": "注册: somebody registered it by its USCC and name.",
        "REAL_NAME_VERIFIED": "实名认证: its legal representative's name and ID number agreed with "
        "the registry.",
        "AUTHORISED": "授权: a grading consent is in force, so its credit records may be read.",
    },
)

__all__ = ["RegistrationState"]
