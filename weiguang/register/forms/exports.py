"""What goes out, how, and what for, as the person who takes it out says it."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from weiguang.register.actions.exports import Outgoing
from weiguang.register.actions.purposes import Why, needs_words, purposes
from weiguang.register.queries.words import word
from weiguang.web.purposes import PurposeForm

MASKED, FULL = "masked", "full"
NUMBERS: Final = (
    (MASKED, _("遮盖号码、电话、地址，马上就能下载")),
    (FULL, _("完整的号码、电话、地址，要另一个人同意，文件加密码")),
)
LIST, FILES = "list", "files"
KINDS: Final = (
    (LIST, _("名单（Excel，一人一行）")),
    (FILES, _("每个孩子的档案（PDF），要另一个人同意")),
)


class TakeOutForm(PurposeForm):
    """What something goes out for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        listed = [(each.code, word("access_purposes", each.code)) for each in purposes()]
        super().__init__(*args, purposes=listed, needs_words=needs_words, **kwargs)

    def why(self) -> Why:
        """The purpose that was said."""
        return Why(self.cleaned_data["purpose"], self.cleaned_data["words"])


class PrintForm(TakeOutForm):
    """How a file goes out, and what for."""

    numbers = forms.ChoiceField(
        widget=forms.RadioSelect, choices=NUMBERS, initial=MASKED, label=_("号码怎么显示")
    )
    field_order: tuple[str, ...] = ("numbers", "purpose", "words")

    def asked(self) -> Outgoing:
        """What was said."""
        return Outgoing(self.why(), is_full=self.cleaned_data["numbers"] == FULL)


class ExportForm(PrintForm):
    """The same of a list, and as what it goes out."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, choices=KINDS, initial=LIST, label=_("导出什么")
    )
    field_order = ("kind", "numbers", "purpose", "words")

    @property
    def wants_files(self) -> bool:
        """Whether the files themselves are wanted, not a list of them."""
        return bool(self.cleaned_data["kind"] == FILES)
