"""A paper handed in, and why one counts no longer."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.register.forms.days import DayField
from weiguang.register.forms.words import PICK, Choices, choices_of, said_by
from weiguang.register.queries.documents import KINDS

ACCEPTED: Final = ".jpg,.jpeg,.png,.pdf,.docx,.xlsx"


class DocumentForm(forms.Form):
    """The file, and what a person says it is; its name is never asked what it is."""

    kind = forms.ChoiceField(
        label=_("是什么材料"),
        help_text=_("写着“封存”的，交进去以后您自己也看不到，只有获准查看封存信息的人能打开。"),
    )
    file = forms.FileField(
        label=_("选一个文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    since = DayField(required=False, may_come=True, label=_("材料上写的有效期，从哪天起"))
    until = DayField(required=False, may_come=True, label=_("到哪天为止"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        largest = settings.WEIGUANG_LARGEST_DOCUMENT // 2**20
        self.fields["file"].help_text = _(
            "照片（JPG、PNG）、PDF、docx、xlsx，最大 %(n)s MB。系统会去掉拍摄地点等隐藏信息，"
            "存的是去掉以后的一份；原件请自己保管。不要拍伤处，不要拍孩子身体。"
        ) % {"n": largest}

    def clean(self) -> dict[str, Any] | None:
        """The end of the time is not before its beginning."""
        said = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", _("结束的日期早于开始的日期。"))
        return said


class VoidForm(forms.Form):
    """Why a paper counts no longer."""

    reason = forms.ChoiceField(label=_("为什么作废"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices_of("document_voids")  # type: ignore[attr-defined]


def _kinds() -> Choices:
    listed = packs.words(settings.WEIGUANG_PACK, KINDS)
    return [PICK, *((each.code, _said(each)) for each in listed)]


def _said(kind: packs.Word) -> object:
    said = said_by(kind.label)
    return _("%(kind)s（封存）") % {"kind": said} if kind.traits["is_sealed"] else said
