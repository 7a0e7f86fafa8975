"""Changes of places that two people decide, and the children whom a split asks about."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Place
from weiguang.register.models.children import Child


class PlaceChange(Record):
    """A place is renamed, goes into another, is split, or comes under another town; from a day on.

    Proposed by one person, approved by another, carried out by the system on its day.
    """

    class Kind(models.TextChoices):
        RENAME = "rename", _("更名")
        MERGE = "merge", _("并入另一个地方")
        SPLIT = "split", _("分出一个新的地方")
        MOVE = "move", _("划归另一个区镇")

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        WAITING = "waiting", _("已同意，等生效日期")
        DONE = "done", _("已生效")
        DECLINED = "declined", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        # Approved, and by its day no longer possible: one of its places had changed meanwhile.
        VOID = "void", _("没有生效")

    kind = models.TextField(choices=Kind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="changes")
    # The place it goes into, or the town it comes under.
    to_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    # The new name of the place, or the name of the new place; a new code where there is one.
    name = models.TextField(blank=True)
    code = models.TextField(blank=True)
    on = models.DateField()
    # The document that decided it, in words; it names no person.
    document = models.TextField()
    state = models.TextField(choices=State.choices, default=State.ASKED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # The place that goes on, or that is new.
    result = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kind": Tier.CODE, "place": Tier.CODE, "to_place": Tier.CODE, "name": Tier.CODE,
        "code": Tier.CODE, "on": Tier.CODE, "document": Tier.CODE, "state": Tier.CODE,
        "proposed_by": Tier.PERSONAL, "proposed_at": Tier.CODE, "done_at": Tier.CODE,
        "result": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place"],
                name="place_changes_once_at_a_time",
                condition=models.Q(state__in=("asked", "waiting")),
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it was neither carried out nor given up."""
        return self.state in (self.State.ASKED, self.State.WAITING)

    @property
    def subject(self) -> Subject:
        """What an act about this change is about; read with `place`."""
        return Subject("place_change", self.pk, (self.place.path,))


class Allotment(Record):
    """A child of a place that was split: until somebody says where it belongs, it stays."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待分配")
        STAYS = "stays", _("留在原处")
        GOES = "goes", _("归新的地方")

    change = models.ForeignKey(PlaceChange, models.PROTECT, related_name="allotments")
    child = models.ForeignKey(Child, models.PROTECT, related_name="allotments")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "change": Tier.CODE, "child": Tier.PERSONAL, "state": Tier.PERSONAL,
        "decided_by": Tier.PERSONAL, "decided_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "child"], name="child_is_allotted_once")
        ]
