"""Coded lists of the pack as choices, in the reader's language."""

from typing import Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs

PICK: Final[tuple[str, object]] = ("", _("请选择"))


def choices_of(list_name: str) -> list[tuple[str, object]]:
    """A coded list, with an empty first entry."""
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    language = get_language() or "zh-hans"
    return [PICK, *((each.code, each.label.text(language)) for each in listed)]
