"""What children say to decisions about them, sentence by sentence, each told only where it allows.

Nobody sees more of a view than its sentences permit: what the child keeps to itself stands in a
sealed column, and a view that is kept as a whole does not exist for anybody but who heard it.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.fields import EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models import Child


class MayTell(models.TextChoices):
    """To whom one sentence may be told: the child is asked, and says so."""

    NOBODY_ELSE = "nobody_else", _("谁也不告诉")
    NAMED = "named", _("只告诉孩子点名的人")
    TEAM = "team", _("可以告诉一起帮孩子的人")
    GUARDIAN = "guardian", _("也可以告诉监护人")


class View(Record):
    """The child's own view of one decision, or why it could not be asked."""

    class How(models.TextChoices):
        SAID = "said", _("孩子自己说的")
        SHOWED = "showed", _("孩子画的、比划的")
        UNASKED = "unasked", _("没有追问，只记孩子主动说的")
        SILENT = "silent", _("问了，孩子不想说")
        NOT_ASKED = "not_asked", _("没有问成")

    child = models.ForeignKey(Child, models.PROTECT, related_name="views")
    # What it belongs to: a case, a plan, a review, a closure; the child itself on an ordinary day.
    about_kind = models.TextField()
    about_id = models.UUIDField()
    matter = models.TextField()
    how = models.TextField(choices=How.choices)
    why_not = models.TextField(blank=True)
    # Sentences that may be told to the team or the guardian: [[words, may_tell], ...]
    words = EncryptedJson(null=True)
    # What the child keeps, or lets be told to people it names: [[words, may_tell, names], ...]
    sealed_words = EncryptedJson(null=True)
    # True where nobody else is to know that there was such a talk.
    is_sealed = models.BooleanField(default=False)
    is_alone = models.BooleanField(default=False)
    heard_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    heard_on = models.DateField()
    # What was done with it, as the child was told; sealed where the view holds sealed words.
    answer = EncryptedText(null=True)
    sealed_answer = EncryptedText(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "about_kind": Tier.CODE, "about_id": Tier.PERSONAL,
        "matter": Tier.PERSONAL, "how": Tier.PERSONAL, "why_not": Tier.PERSONAL,
        "words": Tier.SENSITIVE, "sealed_words": Tier.SEALED, "is_sealed": Tier.CODE,
        "is_alone": Tier.PERSONAL, "heard_by": Tier.PERSONAL, "heard_on": Tier.PERSONAL,
        "answer": Tier.SENSITIVE, "sealed_answer": Tier.SEALED, "answered_on": Tier.PERSONAL,
        "answered_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["child", "-heard_on", "-id"], name="view_of_child"),
            models.Index(fields=["about_id"], name="view_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="view_not_asked_says_why",
                condition=(models.Q(how="not_asked") & ~models.Q(why_not=""))
                | (~models.Q(how="not_asked") & models.Q(why_not="")),
            ),
            models.CheckConstraint(
                name="view_has_words_where_the_child_spoke",
                condition=models.Q(
                    how__in=["silent", "not_asked"], words__isnull=True, sealed_words__isnull=True
                )
                | models.Q(how__in=["said", "showed", "unasked"], words__isnull=False)
                | models.Q(how__in=["said", "showed", "unasked"], sealed_words__isnull=False),
            ),
            models.CheckConstraint(
                name="view_kept_whole_has_no_open_words",
                condition=models.Q(is_sealed=False)
                | models.Q(words__isnull=True, answer__isnull=True),
            ),
            models.CheckConstraint(
                name="view_answered_once",
                condition=models.Q(
                    answered_on=None,
                    answered_by=None,
                    answer__isnull=True,
                    sealed_answer__isnull=True,
                )
                | models.Q(
                    answered_on__isnull=False, answer__isnull=False, sealed_answer__isnull=True
                )
                | models.Q(
                    answered_on__isnull=False, answer__isnull=True, sealed_answer__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="view_answered_after_it_was_heard",
                condition=models.Q(answered_on=None)
                | models.Q(answered_on__gte=models.F("heard_on")),
            ),
        ]

    @property
    def holds_sealed(self) -> bool:
        """Whether something in it is for who heard it alone; reads no words."""
        return self.is_sealed or self.sealed_words is not None

    @property
    def wants_an_answer(self) -> bool:
        """Whether the child spoke, and was not yet told what came of it."""
        spoke = self.how in (self.How.SAID, self.How.SHOWED, self.How.UNASKED)
        return spoke and self.answered_on is None
