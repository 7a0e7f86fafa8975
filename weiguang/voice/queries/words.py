"""Coded lists of the pack as choices, in the reader's language."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs

MATTERS = "voice_matters"
WHY_NOT = "voice_why_not"
Choices = list[tuple[str, object]]


def choices_of(list_name: str) -> Choices:
    """A coded list, with an empty first entry."""
    language = get_language() or "zh-hans"
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    return [("", _("请选择")), *((each.code, each.label.text(language)) for each in listed)]
