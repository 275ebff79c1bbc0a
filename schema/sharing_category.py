"""Categories of the sharing lists: what comes in, how, with whose authorisation."""

from datetime import date

import strawberry

from schema.enums import describe_enum
from sharing import lists
from sharing.categories import Disclosure
from sharing.lists import Authorisation, SharingMode
from sharing.uses import uses_of

describe_enum(
    SharingMode,
    "共享方式: how a category is shared.",
    {
        "COLLECTED": "物理归集: its records are received and stored.",
        "INTERFACE": "接口调用: asked of its provider when it is needed, and not kept beyond that.",
        "VERIFIED": "数据核验: answers yes, no or a band; never the row.",
    },
)

describe_enum(
    Authorisation,
    "Whose authorisation the list asks for.",
    {
        "NONE": "None; the purpose is written down all the same.",
        "ENTERPRISE": "The enterprise's.",
        "NATURAL_PERSON": "The natural person's own, beside the enterprise's.",
    },
    name="DataAuthorisation",
)


@strawberry.type(description="A field of a category, by the list's own name. Open to everyone.")
class SharingField:
    """One field."""

    name: str = strawberry.field(description="Verbatim, slips of the list included.")
    personal: bool = strawberry.field(
        description="Whether it speaks of a natural person: checked, and not kept."
    )
    kept: bool = strawberry.field(description="Whether its value is stored at all.")

    @staticmethod
    def of(rule: lists.FieldRule) -> "SharingField":
        """The GraphQL field of a list's field."""
        return SharingField(name=rule.name, personal=rule.personal, kept=rule.is_kept)


@strawberry.type(
    description="信息类别: a row of a sharing list, or a local one marked ours. Open to everyone."
)
class SharingCategory:
    """One category of a city."""

    code: str = strawberry.field(description="List and row, JS-13; ours are LOCAL-….")
    name: str = strawberry.field(description="Chinese name in the list.")
    list_title: str = strawberry.field(description="Chinese title of its list.")
    ours: bool = strawberry.field(
        description="Whether it is a local one of ours, for what the lists lack."
    )
    mode: SharingMode = strawberry.field(description="How it is shared.")
    authorisation: Authorisation = strawberry.field(description="Whose authorisation it needs.")
    providers: list[str] = strawberry.field(description="The units that the list names.")
    frequency: str | None = strawberry.field(
        description="How often it comes, as the list says it; null where the list says nothing."
    )
    valid_from: date = strawberry.field(description="The first day of this version of the list.")
    valid_until: date | None = strawberry.field(
        description="Its last day; null while no end is set."
    )
    fields: list[SharingField] = strawberry.field(description="Its fields, in the list's order.")
    used_for: list[str] = strawberry.field(
        description="What its records are used for, in Chinese; empty where no rule reads them."
    )
    needs_consent: bool = strawberry.field(
        description="Whether an institution needs the owner's consent for it; false for public "
        "information."
    )
    operating: bool = strawberry.field(
        description="经营类信息: given to an institution only under an OPERATING_DATA consent "
        "of its own (苏政办发〔2022〕59号 5)."
    )
    key: strawberry.Private[tuple[str, str]]

    @staticmethod
    def of(city: str, code: str) -> "SharingCategory":
        """A category of a city. Raises KeyError for one that its lists do not have."""
        category = lists.categories_of(city)[code]
        return SharingCategory(
            code=category.code,
            name=category.name,
            list_title=category.list_title,
            ours=category.ours,
            mode=category.mode,
            authorisation=category.authorisation,
            providers=list(category.providers),
            frequency=category.frequency,
            valid_from=category.valid_from,
            valid_until=category.valid_until,
            fields=[SharingField.of(rule) for rule in category.fields],
            used_for=list(uses_of(category)),
            needs_consent=category.disclosure is not Disclosure.PUBLIC,
            operating=category.operating,
            key=(city, code),
        )
