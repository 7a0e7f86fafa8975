"""The question what something is done for, as several apps ask it; its answers come from a pack."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST: Final = 200


class PurposeForm(forms.Form):
    """One purpose of a list, and a sentence of one's own where the purpose asks for one."""

    purpose = forms.ChoiceField(widget=forms.RadioSelect, label=_("用途"))
    words = forms.CharField(
        required=False, max_length=LONGEST, label=_("写明用途"),
        help_text=_("选“其他”时必须写。加密保存，只有督导和审计能看到；不要写孩子的名字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, purposes: Sequence[tuple[str, str]],
        needs_words: Callable[[str], bool], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self._needs_words = needs_words

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self._needs_words(said.get("purpose", "")) and not said.get("words", "").strip():
            self.add_error("words", _("请写明用途。"))
        return said
