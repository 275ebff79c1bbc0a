"""Tables, one file per noun. Constraints and indexes stand in the migrations, not in Meta:
the migration tool drops Meta.constraints silently; a test compares both with the catalogue.
"""

from storage.models.consent import Consent, ConsentScope, PersonalInvitation
from storage.models.credit_record import CreditRecord, ImportBatch, QuarantinedRow
from storage.models.credit_report import CreditReport
from storage.models.data_provider import DataProvider, Upload, UploadTicket
from storage.models.declaration import Declaration
from storage.models.demand import Demand, DemandAudience, DemandOfficer
from storage.models.download import DataExport, DataExportPart, DownloadTicket
from storage.models.enterprise import Enterprise, OwnershipClaim, VerificationAttempt
from storage.models.grade import Grade
from storage.models.grade_figure import GradeFigure
from storage.models.grade_run import GradeGroup, GradeRun, GradeRunPart
from storage.models.idempotency import IdempotencyKey
from storage.models.institution import Institution
from storage.models.interface import InterfaceAnswer, InterfaceCalls, InterfaceSource
from storage.models.ledger import AccessChainLink, AccessLedgerEntry, LedgerCheckpoint
from storage.models.match import LabCohort, Match, MatchRun, MatchShelf
from storage.models.membership import Membership
from storage.models.notice import Notice, NoticeCounter
from storage.models.objection import Objection
from storage.models.offer import Offer
from storage.models.person import ExternalAccount, Person, StaffCredential, StaffTry
from storage.models.product import CatalogueRevision, Product, ProductVersion
from storage.models.public_batch import PublicBatch
from storage.models.session import CodeChallenge, EntryTokenUse, RefreshToken, Session
from storage.models.whitelist import Whitelist, WhitelistEntry, WhitelistRecipient

__all__ = [
    "AccessChainLink",
    "AccessLedgerEntry",
    "CatalogueRevision",
    "CodeChallenge",
    "Consent",
    "ConsentScope",
    "CreditRecord",
    "CreditReport",
    "DataExport",
    "DataExportPart",
    "DataProvider",
    "Declaration",
    "Demand",
    "DemandAudience",
    "DemandOfficer",
    "DownloadTicket",
    "Enterprise",
    "EntryTokenUse",
    "ExternalAccount",
    "Grade",
    "GradeFigure",
    "GradeGroup",
    "GradeRun",
    "GradeRunPart",
    "IdempotencyKey",
    "ImportBatch",
    "Institution",
    "InterfaceAnswer",
    "InterfaceCalls",
    "InterfaceSource",
    "LabCohort",
    "LedgerCheckpoint",
    "Match",
    "MatchRun",
    "MatchShelf",
    "Membership",
    "Notice",
    "NoticeCounter",
    "Objection",
    "Offer",
    "OwnershipClaim",
    "Person",
    "PersonalInvitation",
    "Product",
    "ProductVersion",
    "PublicBatch",
    "QuarantinedRow",
    "RefreshToken",
    "Session",
    "StaffCredential",
    "StaffTry",
    "Upload",
    "UploadTicket",
    "VerificationAttempt",
    "Whitelist",
    "WhitelistEntry",
    "WhitelistRecipient",
]
