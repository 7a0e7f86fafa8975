"""Survey rounds, and the sheet by which each village says what it looked at and what it found.

That nobody was found is a result like any other, and worth as much: it is signed by two people and
names the sources that were looked at.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Place, Post


class SurveyRound(Record):
    """A survey announced for a city or a town: from when to when, and which sources to look at."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    title = models.TextField()
    since = models.DateField()
    until = models.DateField()
    # Codes of the pack's `survey_sources`.
    sources = ArrayField(models.TextField())
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "place": Tier.CODE, "title": Tier.CODE, "since": Tier.CODE, "until": Tier.CODE,
        "sources": Tier.CODE, "announced_at": Tier.CODE, "announced_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="survey_ends_after_it_begins",
                condition=models.Q(until__gte=models.F("since")),
            ),
            models.CheckConstraint(
                name="survey_looks_somewhere", condition=models.Q(sources__len__gt=0)
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The round as authority knows it: where it was announced for."""
        return Subject("survey", self.pk, (self.place.path,))


class SurveySheet(Record):
    """What one village says in one round: the sources it looked at, how many leads, two names."""

    class State(models.TextChoices):
        OPEN = "open", _("未签")
        SIGNED = "signed", _("待会签")
        DONE = "done", _("已签")

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="sheets")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    path = models.TextField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    looked = ArrayField(models.TextField(), default=list)
    # How many leads there were when it was signed: counted, never typed.
    number = models.PositiveIntegerField(null=True)
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    second_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    # How often it was opened again, and why the last time.
    reopened = models.PositiveSmallIntegerField(default=0)
    reopened_why = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "round": Tier.CODE, "place": Tier.CODE, "path": Tier.CODE, "state": Tier.CODE,
        "looked": Tier.CODE, "number": Tier.CODE, "signed_by": Tier.PERSONAL,
        "signed_post": Tier.CODE, "signed_at": Tier.CODE, "second_by": Tier.PERSONAL,
        "second_post": Tier.CODE, "second_at": Tier.CODE, "reopened": Tier.CODE,
        "reopened_why": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["path"], name="sheet_path", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "place"], name="one_sheet_a_village_a_round"),
            models.CheckConstraint(
                name="sheet_signed_with_its_sources",
                condition=models.Q(
                    state="open", signed_by=None, signed_post=None, signed_at=None, number=None
                )
                | (
                    ~models.Q(state="open")
                    & models.Q(
                        looked__len__gt=0,
                        signed_by__isnull=False,
                        signed_post__isnull=False,
                        signed_at__isnull=False,
                        number__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="sheet_done_by_two_people_on_two_posts",
                condition=(
                    ~models.Q(state="done")
                    & models.Q(second_by=None, second_post=None, second_at=None)
                )
                | (
                    models.Q(
                        state="done",
                        second_by__isnull=False,
                        second_post__isnull=False,
                        second_at__isnull=False,
                    )
                    & ~models.Q(second_by=models.F("signed_by"))
                    & ~models.Q(second_post=models.F("signed_post"))
                ),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The sheet as authority knows it: in its village."""
        return Subject("sheet", self.pk, (self.path,))
