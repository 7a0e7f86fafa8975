"""Coded lists of the pack as choices, in the reader's language."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs

Choices = list[tuple[str, object]]
PICK: tuple[str, object] = ("", _("请选择"))


def said_by(label: packs.Label) -> str:
    """A pack's label in the reader's language."""
    return label.text(get_language() or "zh-hans")


def choices_of(list_name: str) -> Choices:
    """A coded list, with an empty first entry."""
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    return [PICK, *((word.code, said_by(word.label)) for word in listed)]


def category_choices() -> Choices:
    """The categories of children, in the pack's order."""
    listed = packs.categories(settings.WEIGUANG_PACK)
    return [PICK, *((category.code, said_by(category.label)) for category in listed)]


def situation_choices() -> Choices:
    """What can be true of a parent."""
    listed = packs.situations(settings.WEIGUANG_PACK)
    return [PICK, *((situation.code, said_by(situation.label)) for situation in listed)]
