"""What the auditor looks for, made from what she typed into ids and codes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Account, Place
from weiguang.network.verb_labels import LABELS
from weiguang.office.forms.posts import Day
from weiguang.office.queries.events import Filters
from weiguang.office.rules.pinyin import means


class EventFilters(forms.Form):
    """Filters over the memory; each may be left empty."""

    verb = forms.ChoiceField(label=_("做了什么"), required=False)
    login = forms.CharField(label=_("谁（登录名）"), max_length=40, required=False)
    about = forms.UUIDField(label=_("儿童编号"), required=False)
    place = forms.CharField(label=_("地方"), max_length=40, required=False)
    since = Day(label=_("从哪天"), required=False)
    last_day = Day(label=_("到哪天"), required=False)
    refused_only = forms.BooleanField(label=_("只看被拒绝的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)
        verb.choices = [("", _("全部")), *((str(code), label) for code, label in LABELS.items())]

    def clean_login(self) -> str:
        """The id of the person whose login this is."""
        typed = self.cleaned_data["login"].strip()
        if not typed:
            return ""
        account = Account.objects.filter(login__iexact=typed).first()
        if account is None:
            raise forms.ValidationError(_("没有这个登录名。"))
        return str(account.pk)

    def clean_place(self) -> str:
        """The path of the one place that is meant."""
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return ""
        places = list(Place.objects.all())
        meant = [place for place in places if place.name == typed]
        meant = meant or [place for place in places if means(typed, place.name)]
        if len(meant) != 1:
            raise forms.ValidationError(
                _("没有这个地方。") if not meant else _("有几个地方叫这个名字，请写全称。")
            )
        return meant[0].path

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") and said.get("last_day") and said["last_day"] < said["since"]:
            self.add_error("last_day", _("不能早于开始的那天。"))
        return said

    def filters(self) -> Filters:
        """What was typed, as ids and codes; after `is_valid`."""
        said = self.cleaned_data
        return Filters(
            verb=said["verb"],
            person_id=said["login"],
            about_id=str(said["about"] or ""),
            place_path=said["place"],
            since=said["since"].isoformat() if said["since"] else "",
            last_day=said["last_day"].isoformat() if said["last_day"] else "",
            refused_only=said["refused_only"],
        )
