"""What each fact leads to. A handler takes the fact, and a repeat of it changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from accounts.facts import CodeRequested, OwnershipClaimed
from foundation.clock import SystemClock
from foundation.facts import Fact
from marketplace import demands
from marketplace.facts import (
    DemandExpired,
    DemandMatched,
    DemandPublished,
    DemandWithdrawn,
    MatchImproved,
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
    ProductLeftShelf,
    ProductMatched,
    ProductPublished,
)
from marketplace.matchmaking import (
    keep_matches_by_the_new_grade,
    keep_matches_for_the_demand,
    keep_matches_of_the_product,
)
from marketplace.rematching import (
    keep_matches_after_the_import,
    keep_matches_under_the_consent,
    keep_matches_without_the_product,
)
from notifications.claims import tell_the_operators_of_the_claim
from notifications.codes import send_the_code_by_sms
from notifications.consents import (
    send_the_link_by_sms,
    tell_the_owner_of_the_persons_answer,
    tell_the_owner_that_a_bank_read,
)
from notifications.demands import (
    ring_one_officer_per_matched_bank,
    ring_the_officer_of_the_products_bank,
    tell_the_banks_that_offered,
    tell_the_owner_of_the_product,
    tell_the_owner_that_time_is_over,
    tell_the_owner_what_fits,
)
from notifications.grades import tell_the_owner_of_the_new_grade
from notifications.objections import (
    tell_the_operators_of_the_objection,
    tell_the_owner_that_it_was_handed_over,
    tell_the_owner_that_it_was_received,
)
from notifications.offers import (
    tell_both_sides_that_time_is_over,
    tell_the_officer_of_the_acceptance,
    tell_the_officer_of_the_answer,
    tell_the_owner_of_the_offer,
    tell_the_owner_that_it_was_withdrawn,
)
from sharing.facts import (
    BatchImported,
    ConsentGranted,
    ConsentNarrowed,
    ConsentRenewed,
    ConsentRevoked,
    ConsentUsed,
    FileReceived,
    GradeChanged,
    ObjectionFiled,
    ObjectionHandedOver,
    PersonAnswered,
    PersonInvited,
)
from sharing.grades import asking, figures
from sharing.interfaces import answers
from sharing.ledger import Purpose
from sharing.receiving import uploads

Handler: TypeAlias = Callable[[Any], Awaitable[None]]


async def withdraw_the_demand_that_rested_on_it(fact: ConsentRevoked) -> None:
    """A demand is seen by banks only for as long as its owner's consent to publish it lasts."""
    await demands.withdraw_for_consent(fact.consent_id, SystemClock().now())


async def forget_what_was_answered_under_it(fact: ConsentRevoked) -> None:
    """What an interface answered, and what was derived of it, ends with the consent it rests on."""
    await answers.end_consent(fact.consent_id)
    await figures.end_consent(fact.consent_id)


async def forget_what_was_answered_for_it(fact: DemandWithdrawn | DemandExpired) -> None:
    """What an interface answered is not kept beyond the demand that it served."""
    await answers.end_purpose(Purpose.DEMAND, fact.demand_id)


async def ask_the_sources_and_grade(
    fact: ConsentGranted | ConsentNarrowed | ConsentRenewed,
) -> None:
    """A grading consent lets the sources be asked; the grade of the grant read what was there."""
    await asking.ask_and_grade(fact.consent_id, SystemClock().now())


async def forget_what_was_answered_before_it(fact: ConsentNarrowed | ConsentRenewed) -> None:
    """An answer rests on one consent; its successor asks for itself. Derived figures went along."""
    await answers.end_consent(fact.former_id)


async def import_the_file_that_came(fact: FileReceived) -> None:
    """A file goes through the importer; whom it speaks of is graded anew."""
    await uploads.import_upload(fact.upload_id, SystemClock().now())


HANDLERS: Mapping[type[Fact], list[Handler]] = {
    CodeRequested: [send_the_code_by_sms],
    OwnershipClaimed: [tell_the_operators_of_the_claim],
    # A consent does its work at once, in its own transaction; sources are asked and matches follow.
    # The provincial node is told by these four (苏政办发〔2022〕59号 12), once there is an adapter.
    ConsentGranted: [keep_matches_under_the_consent, ask_the_sources_and_grade],
    ConsentNarrowed: [
        keep_matches_under_the_consent,
        forget_what_was_answered_before_it,
        ask_the_sources_and_grade,
    ],
    ConsentRenewed: [forget_what_was_answered_before_it, ask_the_sources_and_grade],
    ConsentRevoked: [
        withdraw_the_demand_that_rested_on_it,
        forget_what_was_answered_under_it,
        keep_matches_under_the_consent,
    ],
    BatchImported: [keep_matches_after_the_import],
    FileReceived: [import_the_file_that_came],
    PersonInvited: [send_the_link_by_sms],
    PersonAnswered: [tell_the_owner_of_the_persons_answer],
    ConsentUsed: [tell_the_owner_that_a_bank_read],
    GradeChanged: [keep_matches_by_the_new_grade, tell_the_owner_of_the_new_grade],
    ObjectionFiled: [tell_the_operators_of_the_objection, tell_the_owner_that_it_was_received],
    ObjectionHandedOver: [tell_the_owner_that_it_was_handed_over],
    DemandPublished: [keep_matches_for_the_demand],
    DemandMatched: [tell_the_owner_what_fits, ring_one_officer_per_matched_bank],
    DemandWithdrawn: [forget_what_was_answered_for_it, tell_the_banks_that_offered],
    DemandExpired: [
        forget_what_was_answered_for_it,
        tell_the_banks_that_offered,
        tell_the_owner_that_time_is_over,
    ],
    ProductPublished: [keep_matches_of_the_product],
    ProductLeftShelf: [keep_matches_without_the_product],
    ProductMatched: [ring_the_officer_of_the_products_bank],
    MatchImproved: [tell_the_owner_of_the_product],
    OfferMade: [tell_the_owner_of_the_offer],
    OfferWithdrawn: [tell_the_owner_that_it_was_withdrawn],
    OfferAccepted: [tell_the_officer_of_the_acceptance],
    OfferDeclined: [tell_the_officer_of_the_answer],
    OfferExpired: [tell_both_sides_that_time_is_over],
}
