"""What can go wrong with a case, in the worker's words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict, Invalid


class CaseIsOpen(Conflict):
    """A case of the child is open already."""

    code = "case_is_open"
    default_what = _("这个孩子已经有一个没有结的个案。")
    default_to_what = _("这次没有再开。")
    default_what_next = _("请打开原来的个案，接着做。")


class CaseMoved(Conflict):
    """Another step was taken since the actor saw the case."""

    code = "case_moved"
    default_what = _("这个个案刚刚有人动过。")
    default_to_what = _("您这次的操作没有保存，您写的字还在页面上。")
    default_what_next = _("请打开个案看看新的情况，再决定怎么做。")


class StepRefused(Invalid):
    """The step does not begin from here, or something that it rests on is missing."""

    code = "case_step_refused"
    default_what = _("现在还不能这样做：%(why)s")
    default_to_what = _("个案没有变动。")
    default_what_next = _("请先把缺的补上。")


class AlreadyOnTeam(Conflict):
    """The person is on the team already."""

    code = "already_on_team"
    default_what = _("这个人已经在小组里。")
    default_to_what = _("小组没有变动。")
    default_what_next = _("要改身份或者可看的内容，请先移出，再重新加入。")


class TooNear(Invalid):
    """The person is near to the family."""

    code = "team_too_near"
    default_what = _("这个人和这家人有亲友、邻居或者利害关系。")
    default_to_what = _("没有加入小组。")
    default_what_next = _("请换一个人。")


class ShelteredTeam(Invalid):
    """The child was moved for safety: only who is named there may work on the case."""

    code = "team_sheltered"
    default_what = _("孩子在安全转移中，只有指定的人能看。")
    default_to_what = _("小组没有变动。")
    default_what_next = _("要增加人，请在安全转移里增加指定的人。")
