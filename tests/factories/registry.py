"""Enterprises as the registry knows them."""

from datetime import date

from accounts.registry import RegistryProfile
from tests.factories.people import a_uscc

LEGAL_REPRESENTATIVE = "示例法人"
ID_NUMBER = "110101190001010014"


def a_profile(
    *,
    uscc: str | None = None,
    name: str = "示例精密（江阴）有限公司",
    district: str = "320281400",
    industry: str = "C34",
    established_on: date | None = date(2016, 3, 1),
    in_business: bool = True,
) -> RegistryProfile:
    """A manufacturer in 江阴's 高新区."""
    return RegistryProfile(
        uscc=uscc or a_uscc(),
        name=name,
        district=district,
        industry=industry,
        established_on=established_on,
        in_business=in_business,
    )
