"""Coded lists of the pack as choices, in the reader's language."""

from typing import Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs

KINDS: Final = "conference_kinds"
AS_WHAT: Final = "conference_roles"
Choices = list[tuple[str, object]]


def choices_of(list_name: str) -> Choices:
    """A coded list, with an empty first entry."""
    language = get_language() or "zh-hans"
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    return [("", _("请选择")), *((each.code, each.label.text(language)) for each in listed)]


def codes_of(list_name: str) -> frozenset[str]:
    """The codes of a list."""
    return frozenset(each.code for each in packs.words(settings.WEIGUANG_PACK, list_name))
