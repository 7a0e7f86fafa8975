"""A case, who works on it, what was done with it step by step, and what was noted.

What stands in a section of its own (medical, judicial) is read by those of the team who were named
for that section, and by nobody else, whatever her post.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.cases.rules import transitions as rules
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Grant, Post
from weiguang.register.models import Child, Lead

S = rules.State
OPEN = [state.value for state in rules.OPEN]


class Section(models.TextChoices):
    """What a note belongs to; each but the first is read only by those named for it."""

    GENERAL = "general", _("个案记录")
    MEDICAL = "medical", _("医疗")
    JUDICIAL = "judicial", _("司法")


class Case(Record):
    """One child's difficulties, worked on by one lead worker and a team until they are settled."""

    class State(models.TextChoices):
        ACCEPTED = S.ACCEPTED.value, _("已接案")
        ASSESSED = S.ASSESSED.value, _("已预估")
        PLANNED = S.PLANNED.value, _("计划已定")
        IN_SERVICE = S.IN_SERVICE.value, _("服务中")
        REVIEW = S.REVIEW.value, _("评估成效")
        CLOSING = S.CLOSING.value, _("准备结案")
        CLOSED = S.CLOSED.value, _("已结案")
        FOLLOW_UP = S.FOLLOW_UP.value, _("跟踪回访")
        ARCHIVED = S.ARCHIVED.value, _("已归档")

    child = models.ForeignKey(Child, models.PROTECT, related_name="cases")
    state = models.TextField(choices=State.choices, default=State.ACCEPTED)
    is_emergency = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False)
    reason = models.TextField()
    words = EncryptedText(null=True)
    from_lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField()
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    # From when it is counted what was done in this case: from its opening or its last reopening.
    counted_from = models.DateTimeField()
    lead = models.ForeignKey(Account, models.PROTECT, related_name="+")
    lead_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    # How many steps were taken: who saw another number saw another case.
    moves = models.PositiveIntegerField(default=0)
    # It came with another file of the same child, in which a case was open as well.
    is_second = models.BooleanField(default=False)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "state": Tier.CODE, "is_emergency": Tier.CODE,
        "is_suspended": Tier.CODE, "reason": Tier.PERSONAL, "words": Tier.SENSITIVE,
        "from_lead": Tier.CODE, "opened_on": Tier.PERSONAL, "opened_by": Tier.PERSONAL,
        "counted_from": Tier.CODE, "lead": Tier.PERSONAL, "lead_post": Tier.CODE,
        "closed_on": Tier.PERSONAL, "moves": Tier.CODE, "is_second": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["child", "-id"], name="case_of_child"),
            models.Index(fields=["lead", "-id"], name="case_of_lead"),
            models.Index(fields=["state", "-id"], name="case_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child"], name="case_one_open",
                condition=models.Q(state__in=OPEN, is_second=False),
            ),
            models.CheckConstraint(
                name="case_closed_on_a_day",
                condition=models.Q(state__in=OPEN, closed_on=None)
                | models.Q(~models.Q(state__in=OPEN), closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_emergency_stays_open",
                condition=models.Q(is_emergency=False) | models.Q(state__in=OPEN),
            ),
        ]  # fmt: skip

    @property
    def where(self) -> rules.Where:
        """The case as the table of steps sees it."""
        return rules.Where(rules.State(self.state), self.is_emergency, self.is_suspended)

    @property
    def is_open(self) -> bool:
        """Whether work on it has not ended."""
        return self.state in OPEN


class CaseStep(Record):
    """One step that was taken with a case as a whole: what, from where to where, why, by whom."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    action = models.TextField()
    from_state = models.TextField(blank=True)
    to_state = models.TextField()
    reason = models.TextField(blank=True)
    words = EncryptedText(null=True)
    # None for what the system carried out after two people agreed.
    person = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "case": Tier.CODE, "action": Tier.CODE, "from_state": Tier.CODE, "to_state": Tier.CODE,
        "reason": Tier.PERSONAL, "words": Tier.SENSITIVE, "person": Tier.PERSONAL, "at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [models.Index(fields=["case", "-id"], name="case_steps")]


class TeamMember(Record):
    """Somebody who works on a case: as what, and for which sections; the right itself is a grant.

    Whose post reaches the child needs no grant.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="team")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    role = models.TextField()
    sections = ArrayField(models.TextField(choices=Section.choices), default=list)
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    ended_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "case": Tier.CODE, "account": Tier.PERSONAL, "role": Tier.CODE, "sections": Tier.CODE,
        "grant": Tier.CODE, "since": Tier.PERSONAL, "ended_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["account"], name="team_of_person", condition=models.Q(ended_at=None)
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "account"], name="team_member_once",
                condition=models.Q(ended_at=None),
            ),
            models.UniqueConstraint(
                fields=["case"], name="team_one_lead",
                condition=models.Q(ended_at=None, role="lead"),
            ),
        ]  # fmt: skip


class CaseNote(Record):
    """What somebody of the team, or a supervisor, wrote down; what is judicial stands sealed."""

    class Kind(models.TextChoices):
        NOTE = "note", _("记录")
        COMMENT = "comment", _("督导意见")
        REVISE = "revise", _("请修改")

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    kind = models.TextField(choices=Kind.choices, default=Kind.NOTE)
    section = models.TextField(choices=Section.choices, default=Section.GENERAL)
    words = EncryptedText(null=True)
    sealed_words = EncryptedText(null=True)
    written_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "case": Tier.CODE, "kind": Tier.CODE, "section": Tier.CODE, "words": Tier.SENSITIVE,
        "sealed_words": Tier.SEALED, "written_by": Tier.PERSONAL, "at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [models.Index(fields=["case", "-id"], name="case_notes")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="note_judicial_is_sealed",
                condition=models.Q(
                    section="judicial", words__isnull=True, sealed_words__isnull=False
                )
                | models.Q(
                    ~models.Q(section="judicial"), words__isnull=False, sealed_words__isnull=True
                ),
            )
        ]
