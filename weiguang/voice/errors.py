"""What can go wrong when a child's view is recorded or answered, in the worker's words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict, Invalid


class NotHeard(Invalid):
    """Neither what the child said nor why it could not be asked is there."""

    code = "child_not_heard"
    default_what = _("还没有写孩子自己怎么说，或者为什么没有问成。")
    default_to_what = _("没有保存。")
    default_what_next = _("请写孩子的话；没有问成的，选一个原因。")


class TooEarly(Invalid):
    """The day of the answer lies before the day on which the child was heard, or has not come."""

    code = "answer_too_early"
    default_what = _("答复的日期不对：不能早于听取的那天，也不能晚于今天。")
    default_to_what = _("没有保存。")
    default_what_next = _("请改正日期。")


class AlreadyAnswered(Conflict):
    """Somebody else told the child meanwhile."""

    code = "view_answered"
    default_what = _("已经有人答复过孩子了。")
    default_to_what = _("这次没有保存。")
    default_what_next = _("请打开这次的意见，看看是怎么答复的。")


class NothingToAnswer(Conflict):
    """The child was not asked: there is nothing to answer."""

    code = "view_without_words"
    default_what = _("这一次没有问成孩子，没有可以答复的话。")
    default_to_what = _("没有保存。")
    default_what_next = _("请先听孩子怎么说，再来答复。")
