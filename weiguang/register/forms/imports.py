"""A list handed in, its columns corrected, and one of its rows put right."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Place
from weiguang.register.forms.days import DayField
from weiguang.register.forms.places import VillageField, label_of
from weiguang.register.forms.words import choices_of
from weiguang.register.models import ImportedRow
from weiguang.register.queries.import_words import column_words, left_out_reasons
from weiguang.register.queries.judging import list_words

# What a person corrects of a row by typing; place, category and sex are chosen.
TYPED = (
    "name", "id_number", "birth_date", "guardian_name", "guardian_id_number", "relation", "phone",
    "hukou_address", "residence_address", "school", "grade", "disability_number", "note",
)  # fmt: skip
SEXES = (("", "—"), ("男", _("男")), ("女", _("女")))
UNREAD = "-"
# Which fields a doubt is about; a doubt that is not named here is about who the child is.
WHO = ("name", "id_number", "sex", "birth_date")
DOUBTED = {
    "name_missing": ("name",), "name_is_number": ("name",),
    "id_missing": ("id_number", "no_id_reason", "sex", "birth_date"),
    "id_damaged": ("id_number",), "id_checksum": ("id_number",), "id_date_invalid": ("id_number",),
    "id_malformed": ("id_number", "no_id_reason"), "id_15": ("id_number",),
    "id_is_guardians": ("id_number", "guardian_id_number"),
    "birth_mismatch": ("id_number", "birth_date"), "sex_mismatch": ("id_number", "sex"),
    "birth_invalid": ("birth_date",), "birth_future": ("birth_date",),
    "sex_invalid": ("sex",), "place_unknown": ("place",), "category_missing": ("category",),
    "category_unknown": ("category",), "category_ambiguous": ("category",),
    "phone_invalid": ("phone",), "disability_number_invalid": ("disability_number",),
    "twin": (*WHO, "guardian_name"),
}  # fmt: skip


class UploadForm(forms.Form):
    """The file, and what it does not say itself."""

    file = forms.FileField(
        label=_("名单文件"),
        help_text=_("xlsx、xls、csv、tsv，最大 20 MB。先只读取和检查，您确认以后才写入。"),
    )
    place = forms.ChoiceField(label=_("导入到"))
    as_of = DayField(
        required=False,
        label=_("名单日期"),
        help_text=_("表头上方印有日期的不用填；都没有就按今天。"),
    )
    default_place = VillageField(
        required=False,
        label=_("名单里没写村（社区）的，都算"),
        help_text=_("整份名单是一个村的才填。"),
    )

    def __init__(
        self, *args: Any, places: list[Place], villages: list[Place], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._places = {str(place.pk): place for place in places}
        self.fields["place"].choices = [(key, p.name) for key, p in self._places.items()]  # type: ignore[attr-defined]
        self.fields["default_place"].villages = villages  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = str(places[0].pk)

    def clean_place(self) -> Place:
        """The place that was chosen."""
        return self._places[self.cleaned_data["place"]]


class ColumnsForm(forms.Form):
    """What each column of each sheet is taken for."""

    def __init__(self, *args: Any, sheets: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        named = [(code, label.text(language)) for code, label in column_words().items()]
        for sheet in sheets:
            for index, label, code in sheet["columns"]:
                self.fields[f"{sheet['index']}-{index}"] = forms.ChoiceField(
                    required=False, label=label, initial=code or UNREAD,
                    choices=[(UNREAD, _("不读取")), *named],
                )  # fmt: skip

    def changed(self) -> dict[int, dict[int, str | None]]:
        """The columns that the person takes for something else, by sheet and column."""
        columns: dict[int, dict[int, str | None]] = {}
        for name in self.changed_data:
            sheet, index = map(int, name.split("-"))
            said = self.cleaned_data[name]
            columns.setdefault(sheet, {})[index] = None if said == UNREAD else said
        return columns


class RowForm(forms.Form):
    """A row as the file says it, to be put right; empty where nothing was said."""

    place = VillageField(required=False, label=_("村（社区）"))
    category = forms.ChoiceField(required=False, label=_("类别"))
    sex = forms.ChoiceField(required=False, choices=SEXES, label=_("性别"))
    no_id_reason = forms.ChoiceField(required=False, label=_("没有号码的原因"))

    def __init__(self, *args: Any, row: ImportedRow, villages: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        language = get_language() or "zh-hans"
        for name in TYPED:
            label = column_words()[name].text(language)
            self.fields[name] = forms.CharField(required=False, max_length=200, label=label)
        self.order_fields(["name", "id_number", "no_id_reason", "sex", "birth_date", "place"])
        self.fields["place"].villages = villages  # type: ignore[attr-defined]
        self.fields["category"].choices = _category_words()  # type: ignore[attr-defined]
        self.fields["no_id_reason"].choices = choices_of("no_id_reasons")  # type: ignore[attr-defined]
        self.initial = self._as_given(villages)

    @property
    def doubted(self) -> set[str]:
        """The fields that the row's doubts are about, to stand before the others."""
        return {name for reason in self.row.reasons for name in DOUBTED.get(reason, WHO)}

    def corrections(self) -> dict[str, str]:
        """What differs from the file, by identifier, with what was corrected before."""
        said: dict[str, str] = dict(self.row.corrections or {})
        for name in self.changed_data:
            value = self.cleaned_data[name]
            said[name] = str(value.pk) if isinstance(value, Place) else value or ""
        if not said.get("place"):
            said.pop("place", None)
        return said

    def _as_given(self, villages: list[Place]) -> dict[str, Any]:
        given: dict[str, Any] = {**self.row.said["values"], **(self.row.corrections or {})}
        words = list_words()
        given["sex"] = {"male": "男", "female": "女"}.get(
            words.sexes.get(given.get("sex", ""), ""), ""
        )
        code = words.categories.get(given.get("category", ""))
        given["category"] = next((w for w, c in words.categories.items() if c == code), "")
        meant = self.row.said["meaning"].get("place")
        given["place"] = next((label_of(v) for v in villages if str(v.pk) == meant), "")
        return given


class LeaveOutForm(forms.Form):
    """Why a row is left out of the import."""

    reason = forms.ChoiceField(label=_("不导入的原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (code, label.text(language)) for code, label in left_out_reasons().items()
        ]


def _category_words() -> list[tuple[str, str]]:
    """One word of a list for each category, as the file would say it."""
    first: dict[str, str] = {}
    for word, code in list_words().categories.items():
        first.setdefault(code, word)
    return [("", "—"), *((word, word) for word in first.values())]
