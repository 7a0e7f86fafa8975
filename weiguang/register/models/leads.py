"""Leads: what somebody noticed about a child, before a person has verified it.

A lead is no child's file. It holds the little one knows, and what was done about it, step by step;
only a person's decision makes a child of it, or says that it is none.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import BlindIndex, EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Place, Post
from weiguang.register.models.children import Child, Sex
from weiguang.register.models.surveys import SurveyRound
from weiguang.register.rules import leads as rules


class Lead(Record):
    """Something noticed about a child: where, by whom, what was seen, and how far it has come.

    A neutral lead (prison, detoxification, HIV, police calls) belongs to the town: its path is the
    town's, so that no post of the village reaches it, and nothing in lists says what it is about.
    """

    class State(models.TextChoices):
        NEW = rules.State.NEW.value, _("待分派")
        ASSIGNED = rules.State.ASSIGNED.value, _("待核实")
        VERIFYING = rules.State.VERIFYING.value, _("核实中")
        UNREACHABLE = rules.State.UNREACHABLE.value, _("联系不上")
        VERIFIED = rules.State.VERIFIED.value, _("待镇里定")
        REGISTERED = rules.State.REGISTERED.value, _("已登记为儿童")
        NOT_ELIGIBLE = rules.State.NOT_ELIGIBLE.value, _("不符合")
        DUPLICATE = rules.State.DUPLICATE.value, _("重复")

    class Finding(models.TextChoices):
        NONE = "", _("还没有结果")
        ELIGIBLE = rules.Finding.ELIGIBLE.value, _("应当登记")
        NOT_ELIGIBLE = rules.Finding.NOT_ELIGIBLE.value, _("不符合")
        DUPLICATE = rules.Finding.DUPLICATE.value, _("重复")

    source = models.TextField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    path = models.TextField()
    is_neutral = models.BooleanField(default=False)

    name = models.TextField(blank=True)
    # The name as it sounds, to compare by; never shown.
    loose_pinyin = models.TextField(blank=True)
    sex = models.TextField(choices=Sex.choices, blank=True)
    birth_date = models.DateField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    # The indexes are made as those of children and adults are, so that one finds the other.
    id_number = EncryptedText(null=True)
    id_index = BlindIndex(null=True, db_index=True)
    guardian_name = EncryptedText(null=True)
    guardian_phone = EncryptedText(null=True)
    phone_index = BlindIndex(null=True, db_index=True)
    address = EncryptedText(null=True)
    # Codes of the pack's `lead_signs`: what a family goes through is its most sensitive fact.
    signs = EncryptedJson()
    words = EncryptedText(null=True)

    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    entered_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    round = models.ForeignKey(SurveyRound, models.PROTECT, null=True, related_name="leads")

    state = models.TextField(choices=State.choices, default=State.NEW)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="leads")
    # People who are too near to the family: they neither verify nor see it.
    barred = ArrayField(models.UUIDField(), default=list)
    finding = models.TextField(choices=Finding.choices, blank=True)
    reason = models.TextField(blank=True)
    found_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="leads")
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # How many steps were taken: who saw another number saw another lead.
    moves = models.PositiveIntegerField(default=0)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "source": Tier.CODE, "place": Tier.PERSONAL, "path": Tier.CODE, "is_neutral": Tier.CODE,
        "name": Tier.PERSONAL, "loose_pinyin": Tier.PERSONAL, "sex": Tier.PERSONAL,
        "birth_date": Tier.PERSONAL, "birth_year": Tier.PERSONAL, "id_number": Tier.SENSITIVE,
        "id_index": Tier.SENSITIVE, "guardian_name": Tier.SENSITIVE,
        "guardian_phone": Tier.SENSITIVE, "phone_index": Tier.SENSITIVE,
        "address": Tier.SENSITIVE, "signs": Tier.SENSITIVE, "words": Tier.SENSITIVE,
        "entered_at": Tier.CODE, "entered_by": Tier.PERSONAL, "entered_post": Tier.CODE,
        "round": Tier.CODE, "state": Tier.CODE, "post": Tier.CODE, "barred": Tier.PERSONAL,
        "finding": Tier.CODE, "reason": Tier.CODE, "found_by": Tier.PERSONAL,
        "found_at": Tier.CODE, "decided_by": Tier.PERSONAL, "decided_at": Tier.CODE,
        "child": Tier.PERSONAL, "same_as": Tier.PERSONAL, "moves": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["path"], name="lead_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["state", "-id"], name="lead_state"),
            models.Index(fields=["loose_pinyin"], name="lead_loose"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lead_names_a_child_somehow",
                condition=~models.Q(name="")
                | models.Q(id_number__isnull=False)
                | models.Q(guardian_name__isnull=False)
                | models.Q(guardian_phone__isnull=False)
                | models.Q(address__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_refused_by_two_people",
                condition=~models.Q(state="not_eligible")
                | (
                    models.Q(finding="not_eligible", found_by__isnull=False)
                    & models.Q(decided_by__isnull=False)
                    & ~models.Q(reason="")
                    & ~models.Q(decided_by=models.F("found_by"))
                ),
            ),
            models.CheckConstraint(
                name="lead_registered_is_a_child",
                condition=~models.Q(state="registered") | models.Q(child__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_duplicate_of_something",
                condition=~models.Q(state="duplicate")
                | models.Q(child__isnull=False)
                | models.Q(same_as__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The lead as authority knows it: in its village, or in its town when it is neutral."""
        return Subject("lead", self.pk, (self.path,))

    @property
    def is_open(self) -> bool:
        """Whether something still has to be done about it."""
        return self.state in rules.OPEN


class LeadStep(Record):
    """One thing that was done about a lead: when, by whom, on which post, and what came of it."""

    class Kind(models.TextChoices):
        ENTERED = rules.Step.ENTERED.value, _("登记线索")
        ASSIGNED = rules.Step.ASSIGNED.value, _("分派核实")
        CONFLICT = rules.Step.CONFLICT.value, _("有利害关系，换人核实")
        MOVED = rules.Step.MOVED.value, _("转到别的村镇")
        TRIED = rules.Step.TRIED.value, _("上门或打电话，没联系上")
        REACHED = rules.Step.REACHED.value, _("联系上了")
        LOST = rules.Step.LOST.value, _("多次联系不上，报镇里")
        POLICE_TOLD = rules.Step.POLICE_TOLD.value, _("已报公安")
        SCHOOL_TOLD = rules.Step.SCHOOL_TOLD.value, _("已问学校")
        CITY_ASKED = rules.Step.CITY_ASKED.value, _("已请市里核对")
        FOUND = rules.Step.FOUND.value, _("核实结果")
        RETURNED = rules.Step.RETURNED.value, _("退回再核实")
        REGISTERED = rules.Step.REGISTERED.value, _("登记为儿童")
        NOT_ELIGIBLE = rules.Step.NOT_ELIGIBLE.value, _("定为不符合")
        DUPLICATE = rules.Step.DUPLICATE.value, _("定为重复")
        REOPENED = rules.Step.REOPENED.value, _("重新核实")

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="steps")
    kind = models.TextField(choices=Kind.choices)
    at = models.DateTimeField()
    # Null stands for the system.
    person = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    # Who was to verify from then on.
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    # A code: a finding, a reason, a relation; never free text.
    code = models.TextField(blank=True)
    words = EncryptedText(null=True)
    receipt = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "lead": Tier.CODE, "kind": Tier.CODE, "at": Tier.CODE, "person": Tier.PERSONAL,
        "post": Tier.CODE, "to_post": Tier.CODE, "code": Tier.PERSONAL, "words": Tier.SENSITIVE,
        "receipt": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="police_told_with_a_receipt",
                condition=~models.Q(kind="police_told") | models.Q(receipt__isnull=False),
            )
        ]
