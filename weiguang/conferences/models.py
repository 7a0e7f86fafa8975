"""Conferences about one child: who takes part, what is talked over, the record, the decisions.

Everything said stands in a section. Each participant sees the general one and those that the caller
opened to her; what belongs to the judicial section is sealed and stands in columns of its own.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Grant, Post
from weiguang.register.models import Child


class Section(models.TextChoices):
    """What a part of the record is about, so that each profession reads its own."""

    GENERAL = "general", _("一般情况")
    FAMILY = "family", _("家庭和监护")
    SCHOOL = "school", _("上学")
    MEDICAL = "medical", _("医疗和心理")
    JUDICIAL = "judicial", _("司法")


class Conference(Record):
    """One conference about one child, from its call to the last signature."""

    class State(models.TextChoices):
        CALLED = "called", _("已召集")
        HELD = "held", _("已开，待定稿")
        RECORDED = "recorded", _("已定稿，待签字")
        SIGNED = "signed", _("已签字")
        CANCELLED = "cancelled", _("已取消")

    child = models.ForeignKey(Child, models.PROTECT, related_name="conferences")
    # What it belongs to: a case, an incident; the child itself where it belongs to none.
    about_kind = models.TextField()
    about_id = models.UUIDField()
    kind = models.TextField()
    title = EncryptedText()
    purpose = EncryptedText(null=True)
    state = models.TextField(choices=State.choices, default=State.CALLED)
    starts_at = models.DateTimeField()
    where = EncryptedText()
    called_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    # Whoever is on this post may go on with it, when the caller is away.
    called_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    # How often the record was saved: of two who write it the second is told.
    saves = models.PositiveIntegerField(default=0)
    cancel_reason = EncryptedText(null=True)
    concluded_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "about_kind": Tier.CODE, "about_id": Tier.PERSONAL,
        "kind": Tier.CODE, "title": Tier.SENSITIVE, "purpose": Tier.SENSITIVE,
        "state": Tier.CODE, "starts_at": Tier.PERSONAL, "where": Tier.SENSITIVE,
        "called_by": Tier.PERSONAL, "called_post": Tier.CODE, "saves": Tier.CODE,
        "cancel_reason": Tier.SENSITIVE, "concluded_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["child", "-starts_at"], name="conference_of_child"),
            models.Index(fields=["about_id"], name="conference_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conference_cancelled_for_a_reason",
                condition=~models.Q(state="cancelled") | models.Q(cancel_reason__isnull=False),
            ),
            models.CheckConstraint(
                name="conference_concluded_at_a_moment",
                condition=models.Q(state__in=["called", "held", "cancelled"], concluded_at=None)
                | models.Q(state__in=["recorded", "signed"], concluded_at__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The conference as grants name it; no place reaches it."""
        return Subject("conference", self.pk)


class Participant(Record):
    """Somebody who takes part: with an account, or from outside by name and organisation."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="participants")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    name = EncryptedText(null=True)
    organisation = EncryptedText(null=True)
    # Of the pack's list; empty for the caller, who takes part by her post.
    role = models.TextField(blank=True)
    is_chair = models.BooleanField(default=False)
    # The sections opened to her besides the general one.
    sections = ArrayField(models.TextField(choices=Section.choices), default=list)
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="+")
    attended = models.BooleanField(null=True)
    signed_at = models.DateTimeField(null=True)
    is_on_paper = models.BooleanField(default=False)
    # What she does not agree with, signed all the same.
    objection = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "conference": Tier.CODE, "account": Tier.PERSONAL, "post": Tier.CODE,
        "name": Tier.SENSITIVE, "organisation": Tier.SENSITIVE, "role": Tier.PERSONAL,
        "is_chair": Tier.CODE, "sections": Tier.CODE, "grant": Tier.CODE,
        "attended": Tier.PERSONAL, "signed_at": Tier.CODE, "is_on_paper": Tier.CODE,
        "objection": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conference", "account"], name="participant_invited_once"
            ),
            models.UniqueConstraint(
                fields=["conference"],
                name="conference_has_one_chair",
                condition=models.Q(is_chair=True),
            ),
            models.CheckConstraint(
                name="participant_has_an_account_or_a_name",
                condition=models.Q(account__isnull=False, post__isnull=False, name__isnull=True)
                | models.Q(account=None, post=None, name__isnull=False),
            ),
            models.CheckConstraint(
                name="participant_from_outside_signs_on_paper",
                condition=models.Q(account__isnull=False)
                | models.Q(signed_at=None)
                | models.Q(is_on_paper=True),
            ),
        ]


class AgendaItem(Record):
    """One thing to talk over, in the section to which it belongs."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="agenda")
    number = models.PositiveIntegerField()
    section = models.TextField(choices=Section.choices, default=Section.GENERAL)
    words = EncryptedText(null=True)
    sealed_words = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "conference": Tier.CODE, "number": Tier.CODE, "section": Tier.CODE,
        "words": Tier.SENSITIVE, "sealed_words": Tier.SEALED,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conference", "number"], name="agenda_in_order"),
            models.CheckConstraint(
                name="agenda_judicial_is_sealed",
                condition=models.Q(section="judicial", words__isnull=True)
                | (~models.Q(section="judicial") & models.Q(sealed_words__isnull=True)),
            ),
        ]


class RecordPart(Record):
    """What the shared record says in one section."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="parts")
    section = models.TextField(choices=Section.choices)
    words = EncryptedText(null=True)
    sealed_words = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "conference": Tier.CODE, "section": Tier.CODE, "words": Tier.SENSITIVE,
        "sealed_words": Tier.SEALED,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conference", "section"], name="record_by_section"),
            models.CheckConstraint(
                name="record_judicial_is_sealed",
                condition=models.Q(section="judicial", words__isnull=True)
                | (~models.Q(section="judicial") & models.Q(sealed_words__isnull=True)),
            ),
        ]


class Decision(Record):
    """What was decided, whose it is and by when; from the final record on it is a task."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    section = models.TextField(choices=Section.choices, default=Section.GENERAL)
    words = EncryptedText(null=True)
    sealed_words = EncryptedText(null=True)
    owner = models.ForeignKey(Participant, models.PROTECT, related_name="decisions")
    due_on = models.DateField()
    is_dropped = models.BooleanField(default=False)
    outcome = EncryptedText(null=True)
    sealed_outcome = EncryptedText(null=True)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "conference": Tier.CODE, "number": Tier.CODE, "section": Tier.CODE,
        "words": Tier.SENSITIVE, "sealed_words": Tier.SEALED, "owner": Tier.CODE,
        "due_on": Tier.CODE, "is_dropped": Tier.CODE, "outcome": Tier.SENSITIVE,
        "sealed_outcome": Tier.SEALED, "done_on": Tier.CODE, "done_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conference", "number"], name="decision_in_order"),
            models.CheckConstraint(
                name="decision_judicial_is_sealed",
                condition=models.Q(section="judicial", words__isnull=True, outcome__isnull=True)
                | (
                    ~models.Q(section="judicial")
                    & models.Q(sealed_words__isnull=True, sealed_outcome__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="decision_done_with_an_outcome",
                condition=models.Q(done_on=None, outcome__isnull=True, sealed_outcome__isnull=True)
                | models.Q(done_on__isnull=False, outcome__isnull=False)
                | models.Q(done_on__isnull=False, sealed_outcome__isnull=False),
            ),
        ]
