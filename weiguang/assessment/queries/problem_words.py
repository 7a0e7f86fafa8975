"""Why an answer is not accepted, in the worker's words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.assessment.engine.answers import Problem

WORDS: Final[Mapping[str, str | Promise]] = {
    "unknown": _("这份量表里没有这一项。"),
    "one": _("只能选一个。"),
    "choice": _("请从给出的选项里选。"),
    "number": _("请填数字。"),
    "decimals": _("小数位数太多，最多%(detail)s位。"),
    "limits": _("请填%(detail)s之间的数。"),
    "step": _("请按%(detail)s一级填。"),
    "date": _("请填日期，例如2024-05-31。"),
    "long": _("太长了，最多%(detail)s字。"),
    "type": _("填的内容和这一项对不上。"),
}


def problem_in_words(problem: Problem) -> str:
    """What is wrong with an answer, and how to put it right."""
    return str(WORDS[problem.reason]) % {"detail": problem.detail}
