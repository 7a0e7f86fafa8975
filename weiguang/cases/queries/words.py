"""What stands in a case by code, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.cases.rules.transitions import Action, Fact, Verdict, Why
from weiguang.kernel.wording import listed

ACTIONS: Final[Mapping[str, str | Promise]] = {
    "open": _("接案"),
    "lead": _("换个案负责人"),
    Action.ASSESS: _("完成预估"),
    Action.AGREE_PLAN: _("计划通过"),
    Action.START: _("开始服务"),
    Action.BEGIN_REVIEW: _("开始评估成效"),
    Action.GO_ON: _("继续服务"),
    Action.PREPARE_CLOSING: _("准备结案"),
    Action.STAY_OPEN: _("暂不结案，继续服务"),
    Action.CLOSE: _("结案"),
    Action.FOLLOW: _("进入跟踪回访"),
    Action.ARCHIVE: _("归档"),
    Action.REOPEN: _("重新接案"),
    Action.RAISE_EMERGENCY: _("转为紧急"),
    Action.END_EMERGENCY: _("解除紧急"),
    Action.SUSPEND: _("暂停"),
    Action.RESUME: _("恢复"),
}
FACTS: Final[Mapping[str, str | Promise]] = {
    Fact.ASSESSMENT: _("已经提交的评估"),
    Fact.PLAN_AGREED: _("审批通过的计划"),
    Fact.OUTCOMES: _("每个目标的成效"),
    Fact.REVIEW_VIEW: _("评估成效时孩子自己怎么说，或者为什么没有问"),
    Fact.CHECKLIST: _("结案清单"),
    Fact.CLOSING_VIEW: _("结案前孩子自己怎么说，或者为什么没有问"),
    Fact.GUARDIAN_FEEDBACK: _("监护人的意见，或者为什么没有问"),
    Fact.FOLLOW_UP_PLANNED: _("回访的日子"),
    Fact.CLOSING_AGREED: _("第二个人同意结案"),
    Fact.FOLLOW_UP_DONE: _("每一次回访的记录"),
    Fact.REASON: _("原因"),
}
REFUSED: Final[Mapping[str, str | Promise]] = {
    Why.NOT_FROM_HERE: _("个案还没有到这一步，或者已经过了这一步"),
    Why.SUSPENDED: _("个案暂停着，要先恢复"),
    Why.EMERGENCY: _("个案在紧急状态，要先解除紧急"),
    Why.NO_EMERGENCY: _("个案不在紧急状态"),
    Why.NOT_SUSPENDED: _("个案没有暂停"),
}


def action_word(code: str) -> str:
    """What a step is called."""
    return str(ACTIONS.get(code, code))


def missing_words(facts: Iterable[Fact]) -> list[str]:
    """What is missing, one by one."""
    return [str(FACTS[fact]) for fact in facts]


def why_not(verdict: Verdict) -> str:
    """Why a step cannot be taken now, as one clause."""
    if verdict.missing:
        return str(_("还缺%(what)s")) % {"what": listed(missing_words(verdict.missing))}
    return str(REFUSED.get(verdict.why, ""))
