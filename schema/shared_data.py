"""What a reader is shown of an enterprise's data for a demand."""

from datetime import date, datetime

import strawberry

from schema.consent import Consent
from schema.context import Info
from schema.enums import describe_enum
from schema.shared_field import SharedField
from schema.sharing_category import SharingCategory
from sharing.disclosure import shown
from sharing.disclosure.shown import SharedState

describe_enum(
    SharedState,
    "Whether a category is shown, or why not.",
    {
        "SHARED": "Shown under a consent.",
        "PUBLIC": "Shown because it is public.",
        "WITHHELD": "Not shown: no consent covers it.",
        "NOT_RECEIVED": "It may be shown, but nothing was received.",
        "UNAVAILABLE": "It may be shown, but its provider gives nothing now.",
    },
)


@strawberry.type(description="A record as it is shown: the fields that may be, some masked.")
class SharedRow:
    """One record."""

    received_on: date = strawberry.field(description="When it was received.")
    source: str = strawberry.field(description="Who provided it.")
    under_objection: bool = strawberry.field(
        description="异议中: the enterprise has objected to it, and it is not decided."
    )
    fields: list[SharedField] = strawberry.field(description="Its fields.")


@strawberry.type(description="数据核验: a question and yes, no or a band; never the row.")
class VerificationAnswer:
    """One answer."""

    question: str = strawberry.field(description="Chinese question.")
    answer: str = strawberry.field(description="是, 否 or 无记录.")
    asked_at: datetime = strawberry.field(description="When it was asked.")


@strawberry.type(description="A category as its reader is shown it for a demand.")
class SharedCategory:
    """One category."""

    category: SharingCategory = strawberry.field(description="The category.")
    state: SharedState = strawberry.field(description="Whether it is shown.")
    explanation: str = strawberry.field(description="A Chinese sentence: why, or why not.")
    rows: list[SharedRow] = strawberry.field(description="Records; empty unless shown.")
    answers: list[VerificationAnswer] = strawberry.field(
        description="Answers of a verification; empty unless shown."
    )
    found: strawberry.Private[shown.Shared]

    @strawberry.field(
        description="The consent it is shown under, to the enterprise's owner; null to others and "
        "where none is needed."
    )
    async def consent(self, info: Info) -> Consent | None:
        """The consent."""
        if self.found.consent_id is None:
            return None
        row = await info.context.loaders.own_consents.load(self.found.consent_id)
        return Consent.of(row) if row else None

    @staticmethod
    def of(found: shown.Shared) -> "SharedCategory":
        """The GraphQL category of one that was looked at."""
        return SharedCategory(
            category=SharingCategory.of(found.city, found.category),
            state=found.state,
            explanation=found.explanation,
            rows=[
                SharedRow(
                    received_on=row.received_on,
                    source=row.source,
                    under_objection=row.under_objection,
                    fields=[SharedField.of(cell) for cell in row.fields],
                )
                for row in found.rows
            ],
            answers=[
                VerificationAnswer(question=one.question, answer=one.answer, asked_at=one.asked_at)
                for one in found.answers
            ],
            found=found,
        )
