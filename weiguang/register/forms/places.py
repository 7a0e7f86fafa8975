"""A village as a person names it: typed and picked from the villages of her work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Place

VILLAGES = "villages"


def label_of(village: Place) -> str:
    """The village with the town above it, as the list of suggestions says it."""
    return f"{village.parent.name} {village.name}" if village.parent else village.name


class VillageField(forms.CharField):
    """A text field with suggestions; cleans to the one village that was meant, or None."""

    unknown = _("请从列表中选一个村（社区）。")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"list": VILLAGES, "autocomplete": "off"}
        self.villages: list[Place] = []

    def clean(self, value: Any) -> Place | None:
        said = "".join(str(super().clean(value)).split())
        if not said:
            return None
        by_label = {"".join(label_of(village).split()): village for village in self.villages}
        meant = [by_label[said]] if said in by_label else self._named(said)
        if len(meant) != 1:
            raise forms.ValidationError(self.unknown)
        return meant[0]

    def _named(self, said: str) -> list[Place]:
        return [village for village in self.villages if village.name.startswith(said)]


class PlaceField(VillageField):
    """The same for a place of any level."""

    unknown = _("请从列表中选一个地方。")
