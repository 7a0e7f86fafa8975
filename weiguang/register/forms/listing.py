"""The wish behind a list of children, as the filter form says it and as a token keeps it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Place
from weiguang.register.forms.words import category_choices
from weiguang.register.models import Sex
from weiguang.register.queries.listing import ListWish

ANY = ("", _("不限"))
ORDERS = (
    ("name", _("姓名")),
    ("newest", _("最近登记")),
    ("-age", _("年龄从大到小")),
    ("age", _("年龄从小到大")),
)
RESIDENCES = (ANY, ("unconfirmed", _("居住地未确认")), ("away", _("户籍和居住不在一处")))
NUMBERS = (ANY, ("missing", _("没有身份证号码")))
COLUMNS = (("hukou", _("户籍地")), ("birth_date", _("出生日期")), ("guardian", _("监护人")))


class WishForm(forms.Form):
    """Everything a list of children can be narrowed and ordered by."""

    text = forms.CharField(required=False, max_length=40, label=_("姓名、拼音或号码"))
    place = forms.ChoiceField(required=False, label=_("地方"))
    category = forms.ChoiceField(required=False, label=_("类别"))
    sex = forms.ChoiceField(required=False, label=_("性别"), choices=(ANY, *Sex.choices))
    age_from = forms.IntegerField(required=False, min_value=0, max_value=17, label=_("年龄从"))
    age_to = forms.IntegerField(required=False, min_value=0, max_value=17, label=_("到"))
    residence = forms.ChoiceField(required=False, label=_("居住"), choices=RESIDENCES)
    number = forms.ChoiceField(required=False, label=_("证件"), choices=NUMBERS)
    order = forms.ChoiceField(required=False, label=_("排列"), choices=ORDERS)
    columns = forms.MultipleChoiceField(
        required=False, label=_("多看几列"), choices=COLUMNS, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [ANY, *((p.path, p.name) for p in places)]  # type: ignore[attr-defined]
        self.fields["category"].choices = [ANY, *category_choices()[1:]]  # type: ignore[attr-defined]

    def wish(self) -> ListWish:
        """The cleaned wish; what could not be understood is left out."""
        said = self.cleaned_data
        return ListWish(
            text=said.get("text", ""),
            place_path=said.get("place", ""),
            category=said.get("category", ""),
            sex=said.get("sex", ""),
            ages=(said.get("age_from"), said.get("age_to")),
            residence=said.get("residence", ""),
            number=said.get("number", ""),
            order=said.get("order") or "name",
            columns=tuple(said.get("columns", ())),
        )


def said_of(wish: ListWish) -> dict[str, Any]:
    """The wish as the form would say it."""
    return {
        "text": wish.text, "place": wish.place_path, "category": wish.category, "sex": wish.sex,
        "age_from": wish.ages[0], "age_to": wish.ages[1], "residence": wish.residence,
        "number": wish.number, "order": wish.order, "columns": list(wish.columns),
    }  # fmt: skip
