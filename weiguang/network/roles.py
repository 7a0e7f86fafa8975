"""Who may do what, on one page: the roles of the three levels and of the three administrators.

A role says what its holder may do within the places of the post (`reach` SUBTREE) or only for the
children somebody granted (`reach` GRANTS). Who holds which post, where and until when, is data.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.sensitivity import Tier
from weiguang.network.verbs import Verb


class Level(StrEnum):
    """Where a role's posts stand."""

    VILLAGE = "village"
    TOWN = "town"
    CITY = "city"
    PROVIDER = "provider"
    SYSTEM = "system"


class Reach(StrEnum):
    """How far a role's verbs on children go."""

    SUBTREE = "subtree"
    GRANTS = "grants"


class AdministratorKind(StrEnum):
    """The three administrations that no person may combine (GB/T 22239)."""

    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its verbs, how far they reach, and the tier its holder may see when asked for."""

    code: str
    label: str | Promise
    level: Level
    verbs: frozenset[Verb]
    reach: Reach = Reach.SUBTREE
    sees: Tier = Tier.PERSONAL
    # A standing purpose comes with the post; otherwise each file asks why it is opened.
    has_standing_purpose: bool = True
    needs_second_factor: bool = False
    administers: AdministratorKind | None = None


V = Verb
# With one's own account, and with no post either: who has lost her post can still log out.
ONESELF: Final = frozenset(
    {
        V.ACCOUNT_OWN, V.SESSION_OPEN, V.SESSION_END, V.PASSWORD_CHANGE, V.FACTOR_SET,
        V.FACTOR_REMOVE,
    }
)  # fmt: skip
EVERYONE: Final = ONESELF | {V.HOME_OPEN, V.NOTICE_SET, V.DILIGENCE_OWN}
READS: Final = {V.CHILD_LIST, V.CHILD_OPEN, V.CHILD_REVEAL, V.PLACE_LIST}
KEEPS: Final = {V.CHILD_REGISTER, V.CHILD_AMEND, V.RESIDENCE_CONFIRM, V.CATEGORY_PROPOSE}
IMPORTS: Final = {
    V.IMPORT_LIST, V.IMPORT_UPLOAD, V.IMPORT_RESOLVE, V.IMPORT_CONFIRM, V.IMPORT_UNDO,
    V.IMPORT_EXPORT,
}  # fmt: skip

# Who has work to do; who asks a second person; who is that person.
WORKS: Final = {V.TASK_LIST, V.TASK_FINISH, V.TASK_PAUSE, V.APPROVAL_ASK, V.CONFLICT_DECLARE}
SIGNS: Final = {V.TASK_LIST, V.TASK_FINISH, V.APPROVAL_SIGN, V.CONFLICT_DECLARE}
DISPATCHES: Final = {V.TASK_OPEN, V.TASK_HAND_OVER}
FINDS: Final = {V.LEAD_LIST, V.LEAD_ENTER, V.LEAD_VERIFY, V.SURVEY_LIST, V.SURVEY_SIGN}
LEADS: Final = FINDS | {V.LEAD_ASSIGN, V.LEAD_CLOSE}
SECONDS: Final = SIGNS | {V.ACCESS_APPROVE, V.ACCESS_REVIEW, V.MERGE_APPROVE, V.EXPORT_APPROVE,
                         V.BAR_APPROVE, V.LEVEL_APPROVE,
                         V.PLAN_APPROVE, V.CLOSURE_APPROVE}  # fmt: skip
WORKS_CASES: Final = {V.CASE_LIST, V.CASE_OPEN, V.CASE_READ, V.CASE_LEAD, V.CASE_NOTE}
ANSWERS_FOR_CASES: Final = WORKS_CASES | {V.CASE_TEAM, V.CASE_COMMENT}
ASSESSES: Final = {V.ASSESSMENT_READ, V.ASSESSMENT_RECORD, V.INSTRUMENT_LIST, V.LEVEL_SHOW,
                   V.LEVEL_SET}  # fmt: skip
HOLDS_PAPERS: Final = {V.DOCUMENT_ADD, V.DOCUMENT_SHOW, V.CONSENT_RECORD, V.ENTRUSTMENT_RECORD}
MOVES: Final = {V.MOVE_PROPOSE, V.MOVE_RECEIVE, V.MERGE_PROPOSE, V.HANDOVER_PREPARE,
                V.HANDOVER_SIGN}  # fmt: skip
# Who hears a child keeps what it told her; VOICE_READ is for what others heard.
HEARS: Final = {V.VOICE_HEAR, V.VOICE_ANSWER}
# Who may be asked to a conference; who may call one and keeps its record. None of these verbs
# reaches a conference by a place: whoever was asked has leave for that one.
ATTENDS: Final = {V.TASK_LIST, V.TASK_FINISH, V.CONFERENCE_READ, V.CONFERENCE_SIGN}
CONVENES: Final = ATTENDS | {V.CONFERENCE_CALL, V.CONFERENCE_RECORD}
SENDS_OUT: Final = {V.EXPORT_MASKED, V.EXPORT_FULL, V.EXPORT_PRINT, V.EXPORT_FETCH}
TOWN_KEEPS: Final = (
    READS | KEEPS | IMPORTS | WORKS | DISPATCHES | LEADS | SECONDS | HOLDS_PAPERS | MOVES
    | ANSWERS_FOR_CASES
    | SENDS_OUT | HEARS | ASSESSES | CONVENES
    | {V.CATEGORY_CONFIRM, V.ACCESS_REQUEST, V.ACCESS_BREAK, V.DOCUMENT_VOID, V.MOVE_SAFETY,
       V.BAR_SET, V.PLACE_ALLOT, V.COVERAGE_LIST, V.VOICE_READ}
)  # fmt: skip


def _role(code: str, label: str | Promise, level: Level, verbs: set[Verb], **more: object) -> Role:
    return Role(code, label, level, frozenset(EVERYONE | verbs), **more)  # type: ignore[arg-type]


ROLES: Final[dict[str, Role]] = {
    role.code: role
    for role in (
        _role("child_director", _("儿童主任"), Level.VILLAGE,
              READS | WORKS | FINDS | HOLDS_PAPERS | HEARS | ATTENDS
              | {V.RESIDENCE_CONFIRM, V.CATEGORY_PROPOSE, V.ACCESS_REQUEST, V.HANDOVER_SIGN,
                 V.LEVEL_SHOW},
              sees=Tier.SENSITIVE),
        _role("village_secretary", _("村（社区）书记"), Level.VILLAGE,
              SIGNS | ATTENDS
              | {V.CHILD_LIST, V.CHILD_OPEN, V.PLACE_LIST, V.SURVEY_LIST, V.SURVEY_SIGN,
                 V.HANDOVER_SIGN}),
        _role("child_supervisor", _("儿童督导员"), Level.TOWN,
              TOWN_KEEPS | {V.READERS_LIST, V.SURVEY_ANNOUNCE}, sees=Tier.SENSITIVE),
        _role("town_leader", _("镇分管领导"), Level.TOWN,
              SECONDS | ATTENDS
              | {V.CHILD_LIST, V.CHILD_OPEN, V.PLACE_LIST, V.CATEGORY_CONFIRM, V.LEAD_LIST,
                 V.SURVEY_LIST, V.HANDOVER_SIGN, V.COVERAGE_LIST}),
        _role("town_civil_affairs", _("镇民政办"), Level.TOWN,
              TOWN_KEEPS, sees=Tier.SENSITIVE),
        _role("duty_officer", _("救助保护中心值班员"), Level.CITY,
              READS | WORKS | (SECONDS - {V.EXPORT_APPROVE}) | ANSWERS_FOR_CASES | HEARS | ASSESSES
              | CONVENES
              | {V.LEAD_LIST, V.LEAD_ENTER, V.ACCESS_BREAK, V.MOVE_SAFETY, V.BAR_SET,
                 V.VOICE_READ},
              sees=Tier.SENSITIVE, has_standing_purpose=False, needs_second_factor=True),
        _role("social_worker", _("儿童社工"), Level.PROVIDER,
              WORKS | WORKS_CASES | HEARS | ASSESSES | CONVENES
              | {V.CHILD_LIST, V.CHILD_OPEN, V.CHILD_REVEAL, V.ACCESS_REQUEST, V.LEAD_ENTER,
                 V.VOICE_READ},
              reach=Reach.GRANTS, sees=Tier.SENSITIVE),
        _role("provider_manager", _("承接机构负责人"), Level.PROVIDER, set(), reach=Reach.GRANTS),
        _role("city_officer", _("市民政局经办人"), Level.CITY,
              TOWN_KEEPS | {V.READERS_LIST, V.SURVEY_ANNOUNCE},
              sees=Tier.SENSITIVE, has_standing_purpose=False, needs_second_factor=True),
        _role("city_approver", _("市民政局审批人"), Level.CITY,
              SECONDS | ATTENDS
              | {V.CHILD_LIST, V.CHILD_OPEN, V.CATEGORY_CONFIRM, V.PLACE_LIST, V.PLACE_APPROVE,
                 V.COVERAGE_LIST},
              has_standing_purpose=False, needs_second_factor=True),
        _role("finance_officer", _("财政经办人"), Level.CITY, set(), reach=Reach.GRANTS),
        _role("coordination_secretary", _("协调机制秘书"), Level.CITY,
              ATTENDS | {V.PLACE_LIST, V.COVERAGE_LIST}, reach=Reach.GRANTS),
        _role("department_liaison", _("部门联络员"), Level.CITY, ATTENDS, reach=Reach.GRANTS),
        _role("hotline_operator", _("热线接线员"), Level.CITY, {V.LEAD_ENTER}, reach=Reach.GRANTS),
        _role("system_administrator", _("系统管理员"), Level.SYSTEM,
              {V.PLACE_LIST, V.PLACE_AMEND, V.ORGANISATION_AMEND, V.ACCOUNT_LIST,
               V.ACCOUNT_CREATE, V.ACCOUNT_CLOSE, V.ACCOUNT_REOPEN, V.ACCOUNT_RESET,
               V.ACCOUNT_UNLOCK, V.OPERATIONS_SHOW, V.DELIVERY_RETRY, V.KEYS_ROTATE},
              reach=Reach.GRANTS, needs_second_factor=True,
              administers=AdministratorKind.SYSTEM),
        _role("security_administrator", _("安全管理员"), Level.SYSTEM,
              {V.PLACE_LIST, V.COVERAGE_LIST, V.POST_ESTABLISH, V.POST_FILL, V.POST_VACATE,
               V.GRANT_GIVE, V.GRANT_END, V.MATRIX_SHOW},
              reach=Reach.GRANTS, needs_second_factor=True,
              administers=AdministratorKind.SECURITY),
        _role("audit_administrator", _("审计管理员"), Level.SYSTEM,
              {V.EVENT_LIST, V.READERS_LIST, V.CHAIN_VERIFY, V.MATRIX_SHOW},
              needs_second_factor=True, administers=AdministratorKind.AUDIT),
    )
}  # fmt: skip

# What leave for one subject may consist of: work, never an administration.
GRANTABLE: Final[frozenset[Verb]] = (
    frozenset().union(*(role.verbs for role in ROLES.values() if not role.administers)) - EVERYONE
)

# What the system does on its own account: bringing up a city, what only the machine's operator may
# (reset an administrator), and reactions to events.
SYSTEM_VERBS: Final = frozenset(
    {
        V.CITY_SEED, V.PLACE_AMEND, V.ORGANISATION_AMEND, V.POST_ESTABLISH, V.POST_FILL,
        V.ACCOUNT_CREATE, V.ACCOUNT_RESET, V.GRANT_GIVE, V.CHILD_REGISTER, V.CATEGORY_PROPOSE,
        V.CATEGORY_CONFIRM, V.STANDING_PUSH, V.KEYS_ROTATE, V.BACKUP_MAKE,
        V.CHAIN_VERIFY, V.TASK_OPEN,
        V.TASK_FINISH, V.TASK_ESCALATE, V.APPROVAL_ASK, V.APPROVAL_DECIDE, V.NOTICE_SEND,
        V.ACCESS_APPROVE,
        V.ACCESS_REVIEW,
        V.DOCUMENT_SCAN, V.BAR_CARRY, V.PLACE_CARRY,
        V.ALERT_RAISE, V.MERGE_CARRY, V.GRANT_END, V.SHELTER_NAME, V.SHELTER_END,
        V.MOVE_OVERLAP_END,
        V.EXPORT_MAKE, V.EXPORT_CLEAR, V.CASE_CARRY, V.LEVEL_CARRY,
    }
)  # fmt: skip
