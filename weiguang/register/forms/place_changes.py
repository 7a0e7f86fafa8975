"""What is to become of a place: the kind of change first, then what that kind needs."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.network.models import Place
from weiguang.register.actions.place_changes import Wish, flaw_of
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import PlaceField, label_of
from weiguang.register.models import Allotment, PlaceChange

KINDS: Final = PlaceChange.Kind


class PlaceChangeForm(forms.Form):
    """One change; `wish` is what it says when it is valid."""

    kind = forms.ChoiceField(label=_("怎么调整"), choices=KINDS.choices, widget=forms.RadioSelect)
    place = PlaceField(label=_("哪个地方"), help_text=_("打几个字，从列表里选。"))
    to_place = PlaceField(
        required=False, label=_("并入或划归哪里"), help_text=_("更名、分出新地方时空着。")
    )
    name = forms.CharField(
        required=False, max_length=40, label=_("新的名称"),
        help_text=_("更名、分出新地方时填；划归时名称不变就空着。"),
    )  # fmt: skip
    code = forms.RegexField(
        r"^\d{6,12}$", required=False, label=_("新的区划代码"),
        help_text=_("分出或划归后有新代码的，照文件填；更名、并入时空着。"),
        error_messages={"invalid": _("代码是 6 到 12 位数字。")},
    )  # fmt: skip
    on = DayField(label=_("从哪天起生效"), may_come=True, initial=clock.today)
    document = forms.CharField(
        max_length=120, label=_("依据的文件"), help_text=_("写文件名称和文号，不写人名。")
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("place", "to_place"):
            self.fields[name].villages = list(places)  # type: ignore[attr-defined]
        self.wish: Wish | None = None

    def clean(self) -> dict[str, Any]:
        """All of it together, by the same questions that are asked when it is carried out."""
        said = super().clean() or {}
        if self.errors:
            return said
        is_named = said["kind"] != KINDS.MERGE
        is_coded = said["kind"] in (KINDS.SPLIT, KINDS.MOVE)
        aims = said["kind"] in (KINDS.MERGE, KINDS.MOVE)
        self.wish = Wish(
            said["kind"], said["place"], said["on"], said["document"].strip(),
            said["to_place"] if aims else None,
            said["name"].strip() if is_named else "", said["code"] if is_coded else "",
        )  # fmt: skip
        flaw = flaw_of(self.wish, today=clock.today())
        if flaw:
            raise forms.ValidationError(str(flaw))
        return said

    def again(self) -> dict[str, str]:
        """The fields as they were said, to be sent once more with the confirmation."""
        said = self.cleaned_data
        named = {name: label_of(said[name]) if said[name] else "" for name in ("place", "to_place")}
        return named | {
            "kind": said["kind"], "name": said["name"], "code": said["code"],
            "on": said["on"].isoformat(), "document": said["document"],
        }  # fmt: skip


class AllotForm(forms.Form):
    """What is said of one child; nothing yet is an answer too."""

    said = forms.ChoiceField(
        required=False, choices=[("", _("待分配")), *Allotment.State.choices[1:]]
    )
