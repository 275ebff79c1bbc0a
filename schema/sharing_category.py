"""Categories of the sharing lists: what comes in, how, with whose authorisation."""

from datetime import date

import strawberry

from schema.context import Info
from schema.enums import describe_enum
from schema.scalars import Percent
from sharing import lists
from sharing.categories import Disclosure
from sharing.declaring.kinds import is_self_declared
from sharing.lists import Authorisation, SharingMode
from sharing.quality import Quality
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
    description="How well a category is delivered: files of a year, calls of thirty days. Seen by "
    "operators and regulators of the city, and by the category's own data providers."
)
class SourceQuality:
    """Freshness, defects, and capacity of calls (FN-33, FN-38)."""

    last_received_on: date | None = strawberry.field(
        description="The day as of which it was last received; null when never within a year."
    )
    expected_every_days: int | None = strawberry.field(
        description="How many days may lie between two files, by the list's own frequency; null "
        "where it has none, or is shared in real time."
    )
    days_late: int | None = strawberry.field(
        description="Days beyond that; 0 in time, null where nothing is expected or ever came."
    )
    rows_received: int = strawberry.field(description="Rows of a year, good and bad.")
    rows_refused: int = strawberry.field(description="Those that were quarantined.")
    defect_percent: Percent | None = strawberry.field(
        description="Refused rows in percent of the received ones; null where none came."
    )
    calls_allowed_per_minute: int | None = strawberry.field(
        description="What its provider grants; null where it is not asked by interface."
    )
    calls_made: int = strawberry.field(description="Calls of thirty days.")
    calls_failed: int = strawberry.field(description="Those that gave no usable answer.")
    median_milliseconds: int | None = strawberry.field(
        description="The middle duration of a call, rounded up to its bucket; null without calls."
    )
    breaker_open: bool = strawberry.field(
        description="Whether it failed so often that it is left alone for a while."
    )

    @staticmethod
    def of(quality: Quality) -> "SourceQuality":
        """The GraphQL type of what was measured."""
        percent = quality.defect_percent
        return SourceQuality(
            last_received_on=quality.last_received_on,
            expected_every_days=quality.expected_every_days,
            days_late=quality.days_late,
            rows_received=quality.rows_received,
            rows_refused=quality.rows_refused,
            defect_percent=None if percent is None else Percent(percent),
            calls_allowed_per_minute=quality.calls_allowed_per_minute,
            calls_made=quality.calls_made,
            calls_failed=quality.calls_failed,
            median_milliseconds=quality.median_ms,
            breaker_open=quality.breaker_open,
        )


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
    self_declared: bool = strawberry.field(
        description="自愿填报: its records are owners' own statements; declarationFile takes them."
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

    @strawberry.field(
        description="How well it is delivered; null for everybody but the city's operators and "
        "regulators and the category's own data providers."
    )
    async def quality(self, info: Info) -> SourceQuality | None:
        """What was measured, for those who may see it."""
        found = await info.context.loaders.source_quality.load(self.key)
        return SourceQuality.of(found) if found else None

    @strawberry.field(
        description="What a reader must know now, in Chinese: it is late, or its source does not "
        "answer. Null when all is well. Open to everyone."
    )
    async def notice(self, info: Info) -> str | None:
        """The sentence for a degraded source."""
        return await info.context.loaders.source_notices.load(self.key)

    @staticmethod
    def of(city: str, code: str) -> "SharingCategory":
        """A category of a city. Raises KeyError for one that its lists do not have."""
        category = lists.categories_of(city)[code]
        return SharingCategory(
            code=category.code,
            name=category.name,
            list_title=category.list_title,
            ours=category.ours,
            self_declared=is_self_declared(category.code),
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
