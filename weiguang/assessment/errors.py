"""What can go wrong with an assessment or a level, in the worker's words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict, Invalid


class SavedElsewhere(Conflict):
    """The draft was saved in another window since this one was opened."""

    code = "draft_saved_elsewhere"
    default_what = _("这份草稿在别的窗口保存过。")
    default_to_what = _("这个窗口里填的内容还在页面上，没有保存。")
    default_what_next = _("请和那个窗口对照；要以这个窗口为准的，再点一次保存或者提交。")


class AlreadySubmitted(Conflict):
    """The assessment is no draft any more."""

    code = "assessment_submitted"
    default_what = _("这份评估已经提交，或者已经放弃。")
    default_to_what = _("这次的改动没有保存。")
    default_what_next = _("情况有变的，请再做一次评估；原来的会留着。")


class Incomplete(Invalid):
    """Something required is missing, or an answer cannot be read."""

    code = "assessment_incomplete"
    default_what = _("还有必填的没有填，或者有填得不对的地方。")
    default_to_what = _("评估没有提交，已经填的都保存在草稿里。")
    default_what_next = _("请把标出来的地方补好，再提交。")


class ViewMissing(Invalid):
    """How the child was heard is not said."""

    code = "child_view_missing"
    default_what = _("还没有写孩子自己怎么说，或者为什么没有问。")
    default_to_what = _("评估没有提交，已经填的都保存在草稿里。")
    default_what_next = _("请写孩子的话；不能问的，选一个原因。")


class NoSuchVersion(Conflict):
    """The version of the instrument with which the draft was begun is gone from the pack."""

    code = "instrument_version_gone"
    default_what = _("这份草稿用的量表版本已经停用。")
    default_to_what = _("草稿没有提交，填过的内容都还在。")
    default_what_next = _("请用现行版本重新做一份，对照着填。")


class ReasonMissing(Invalid):
    """A level was set without the reason that it needs."""

    code = "level_reason_missing"
    default_what = _("没有写理由。")
    default_to_what = _("等级没有改动。")
    default_what_next = _("请写明为什么是这个等级，再提交。")


class LevelWaits(Conflict):
    """A decision about the child's level waits for a second person already."""

    code = "level_waits"
    default_what = _("这个孩子的等级改动正在等第二人同意。")
    default_to_what = _("这次没有再提。")
    default_what_next = _("请等结果出来；有新情况的，先告诉审批的人。")
