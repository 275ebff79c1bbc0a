"""Cities, their areas, and the texts in force there, from the folders of cities/."""

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry

from foundation import city as cities
from foundation import industry as industries
from schema.enums import describe_enum
from storage.models.consent import ConsentPurpose

if TYPE_CHECKING:

    class CityCode(StrEnum):
        """A city's code; the values are known when the process starts."""

else:
    CityCode = StrEnum("CityCode", {code: code for code in cities.cities()})

describe_enum(
    CityCode,
    "A city that RongQiao serves; each is a folder of data, a further one needs no code.",
    {
        code: f"{city.name}, entry app {city.entry_app.name}"
        for code, city in cities.cities().items()
    },
)

describe_enum(
    ConsentPurpose,
    "What a consent is for; one text per purpose is in force at a time.",
    {
        "PUBLISH_DEMAND": "Showing a demand's profile to the institutions that it goes to.",
        "REAL_NAME": "Checking the legal representative's name and ID number with the registry.",
        "GRADING": "Reading the enterprise's credit records and grading it.",
        "ENTERPRISE_DATA": "Showing chosen categories of the enterprise's credit records to one "
        "institution, for one demand.",
        "OPERATING_DATA": "The same for 经营类信息 (finances, assets, orders): an opt-in of its "
        "own, never pre-ticked and never part of another consent.",
        "PERSONAL_CREDIT": "A legal representative's or actual controller's own consent: their "
        "credit level, and yes or no about their real estate and vehicles.",
        "WHITELIST": "Naming the enterprise, with its level, in the monthly whitelist.",
        "CREDIT_CODE": "Showing its level to whoever scans its 苏信码; cities of 江苏 have a text.",
    },
)


@strawberry.type(description="A district, or a town inside one. Open to everyone.")
class District:
    """A part of a city."""

    code: str = strawberry.field(description="Administrative division code, or the town's own.")
    name: str = strawberry.field(description="Chinese name.")

    @staticmethod
    def of(city: str, code: str) -> "District":
        """The district with a code; one that left the city's data keeps its code as its name."""
        found = cities.cities()[city].district(code)
        return District(code=code, name=found.name if found else code)


@strawberry.type(description="A section or division of GB/T 4754-2017. Open to everyone.")
class Industry:
    """An industry."""

    code: str = strawberry.field(description='Section "C", or section and division "C34".')
    name: str = strawberry.field(description="Chinese name in the standard.")

    @staticmethod
    def of(code: str) -> "Industry":
        """The industry with a code."""
        return Industry(code=code, name=industries.industry_name(code))


@strawberry.type(description="The text in force for one purpose of consent. Open to everyone.")
class ConsentText:
    """What a person agrees to, word by word."""

    purpose: ConsentPurpose = strawberry.field(description="What the consent is for.")
    version: str = strawberry.field(
        description="Version that a consenting mutation must name, as it was shown."
    )
    text: str = strawberry.field(description="The Chinese text, in full.")


@strawberry.type(description="信用承诺: what an owner signs with a statement. Open to everyone.")
class Commitment:
    """A commitment, word by word."""

    version: str = strawberry.field(description="Version that declarationFile must name.")
    text: str = strawberry.field(description="The Chinese text, in full.")


@strawberry.type(description="A city's colours, as #rrggbb. Open to everyone.")
class CityTheme:
    """What a client paints a city with."""

    primary: str = strawberry.field(description="Bars and buttons; white text is legible on it.")
    primary_dark: str = strawberry.field(description="The same, darker, for text and gradients.")
    accent: str = strawberry.field(description="Ornaments; never behind or as text.")


@strawberry.type(description="A city with its entry app, its area and its texts. Open to everyone.")
class City:
    """One city."""

    code: CityCode = strawberry.field(description="Its code.")
    name: str = strawberry.field(description="Chinese name.")
    entry_app: str = strawberry.field(description="Name of the app through which people come.")
    theme: CityTheme = strawberry.field(description="Its colours.")
    districts: list[District] = strawberry.field(
        description="Its districts and their towns, at most a few hundred."
    )
    consent_texts: list[ConsentText] = strawberry.field(
        description="The texts in force, one per purpose; a mutation that consents names the "
        "version it was shown."
    )

    commitment: Commitment | None = strawberry.field(
        description="The commitment in force for an owner's own statements (自愿填报); null where "
        "none can be filed."
    )

    @staticmethod
    def of(city: cities.City) -> "City":
        """The GraphQL city of a folder's data."""
        return City(
            code=CityCode(city.code),
            name=city.name,
            entry_app=city.entry_app.name,
            theme=CityTheme(
                primary=city.theme.primary,
                primary_dark=city.theme.primary_dark,
                accent=city.theme.accent,
            ),
            districts=[District(code=d.code, name=d.name) for d in city.districts],
            commitment=Commitment(version=city.commitment.version, text=city.commitment.text)
            if city.commitment
            else None,
            consent_texts=[
                ConsentText(purpose=ConsentPurpose(t.purpose), version=t.version, text=t.text)
                for t in city.texts_in_force
            ],
        )
