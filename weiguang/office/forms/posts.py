"""Forms about posts: establishing one, putting a person on it, ending her time."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Holding, Organisation, Place, Post
from weiguang.office.queries.seats import organisations_for
from weiguang.office.rules.seats import roles_at
from weiguang.office.rules.terms import term_of


class Day(forms.DateField):
    """A day picked from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)


class NewPost(forms.Form):
    """A role, the organisation it belongs to, and the day it begins."""

    role = forms.ChoiceField(label=_("岗位"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("所属机构"))
    since = Day(label=_("从哪一天起"))

    def __init__(self, *args: Any, place: Place, above: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, organisation = self.fields["role"], self.fields["organisation"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(organisation, forms.ModelChoiceField)
        role.choices = [(each.code, each.label) for each in roles_at(place.level)]
        organisation.queryset = organisations_for(place, above)


class Filling(forms.Form):
    """Whether a person holds the post or stands in, and from which day through which."""

    kind = forms.ChoiceField(
        label=_("方式"),
        widget=forms.RadioSelect,
        choices=[
            (Holding.Kind.HOLDER, _("任职：正式担任这个岗位")),
            (Holding.Kind.SUBSTITUTE, _("代理：岗位空缺或现任请假期间代为履职")),
        ],
    )
    since = Day(label=_("从哪一天起"))
    last_day = Day(
        label=_("到哪一天止（含当天）"), required=False, help_text=_("代理须填写；任职可不填。")
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, last_day = said.get("since"), said.get("last_day")
        if since and last_day and last_day < since:
            self.add_error("last_day", _("结束日期不能早于开始日期。"))
        if said.get("kind") == Holding.Kind.SUBSTITUTE and not last_day:
            self.add_error("last_day", _("代理要有结束日期，到期自动终止。"))
        if since and not _within(self.post, since, last_day):
            self.add_error("since", _("这段时间不在岗位的设立期限之内。"))
        return said


class Leaving(forms.Form):
    """The last day on which a person is on a post."""

    last_day = Day(label=_("任职到哪一天止（含当天）"))

    def __init__(self, *args: Any, holding: Holding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holding = holding

    def clean_last_day(self) -> date:
        """A day within the term, so that the past is shortened and never emptied."""
        said: date = self.cleaned_data["last_day"]
        term = term_of(self.holding.during)
        if term.since and said < term.since:
            raise forms.ValidationError(_("不能早于任职开始的那一天。"))
        if term.last_day and said > term.last_day:
            raise forms.ValidationError(_("原定的结束日期更早，请核对。"))
        return said


def _within(post: Post, since: date, last_day: date | None) -> bool:
    term = term_of(post.during)
    begins = term.since is None or since >= term.since
    return begins and (term.last_day is None or (last_day or date.max) <= term.last_day)
