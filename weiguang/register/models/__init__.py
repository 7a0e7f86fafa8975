"""The register's tables: the children's files, and the lists that are imported into them."""

from weiguang.register.models.access import AccessRequest
from weiguang.register.models.children import (
    ADULT_ID_INDEX,
    ID_INDEX,
    ID_TAIL_INDEX,
    PHONE_INDEX,
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    Household,
    ParentSituation,
    SchoolFact,
    Sex,
    Tie,
)
from weiguang.register.models.conflicts import ConflictDeclaration
from weiguang.register.models.consents import BAR_INDEX, Consent, ContactBar
from weiguang.register.models.documents import DOCUMENT_INDEX, Document, DocumentPart
from weiguang.register.models.entrustments import Entrustment
from weiguang.register.models.exports import (
    Export,
    ExportLine,
    ExportPart,
    ExportPassword,
    StatedPurpose,
)
from weiguang.register.models.handovers import Handover, HandoverItem
from weiguang.register.models.leads import Lead, LeadStep
from weiguang.register.models.lists import (
    FILE_INDEX,
    ImportedFile,
    ImportedList,
    ImportedRow,
)
from weiguang.register.models.merges import Merge
from weiguang.register.models.place_changes import Allotment, PlaceChange
from weiguang.register.models.shelter import SafetyMove
from weiguang.register.models.standing import Standing
from weiguang.register.models.surveys import SurveyRound, SurveySheet
from weiguang.register.models.transfers import Transfer

__all__ = [
    "ADULT_ID_INDEX",
    "BAR_INDEX",
    "DOCUMENT_INDEX",
    "FILE_INDEX",
    "ID_INDEX",
    "ID_TAIL_INDEX",
    "PHONE_INDEX",
    "AccessRequest",
    "Adult",
    "Allotment",
    "Child",
    "ChildCategory",
    "ChildName",
    "ChildPlace",
    "ConflictDeclaration",
    "Consent",
    "ContactBar",
    "Document",
    "DocumentPart",
    "Entrustment",
    "Export",
    "ExportLine",
    "ExportPart",
    "ExportPassword",
    "Handover",
    "HandoverItem",
    "HealthFact",
    "Household",
    "ImportedFile",
    "ImportedList",
    "ImportedRow",
    "Lead",
    "LeadStep",
    "Merge",
    "ParentSituation",
    "PlaceChange",
    "SafetyMove",
    "SchoolFact",
    "Sex",
    "Standing",
    "StatedPurpose",
    "SurveyRound",
    "SurveySheet",
    "Tie",
    "Transfer",
]
