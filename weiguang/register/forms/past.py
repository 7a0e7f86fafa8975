"""Which place on which day, for a list of the past."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Place
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import PlaceField, label_of
from weiguang.register.models import ChildPlace
from weiguang.register.queries.past import PastWish


class PastForm(forms.Form):
    """The place, the day, and by which of a child's two places."""

    place = PlaceField(label=_("哪个地方"))
    on = DayField(label=_("哪一天"))
    kind = forms.ChoiceField(label=_("按什么算"), choices=[
        (ChildPlace.Kind.RESIDENCE, _("居住地")), (ChildPlace.Kind.HUKOU, _("户籍地")),
    ])  # fmt: skip

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].villages = list(places)  # type: ignore[attr-defined]

    @staticmethod
    def said_of(wish: PastWish | None) -> dict[str, Any]:
        """A wish as the form says it."""
        if wish is None:
            return {}
        return {"place": label_of(wish.place), "on": wish.on, "kind": wish.kind}

    def wish(self) -> PastWish:
        """What a valid form asks for."""
        said = self.cleaned_data
        return PastWish(said["place"], said["on"], said["kind"])
