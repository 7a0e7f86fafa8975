"""What can go wrong with a conference, in the worker's words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict, Invalid


class NotNow(Conflict):
    """The conference is in another state than this step needs."""

    code = "conference_not_now"
    default_what = _("这次会商现在不能这样办。")
    default_to_what = _("什么都没有改动。")
    default_what_next = _("请刷新页面，看看会商到了哪一步。")


class SavedElsewhere(Conflict):
    """Somebody else saved the record since this page was opened."""

    code = "conference_saved_elsewhere"
    default_what = _("别人刚刚保存过这份记录。")
    default_to_what = _("您写的内容还在页面上，没有保存。")
    default_what_next = _("请另开一页对照别人写的；要以您的为准，再点一次保存。")


class InvitedAlready(Conflict):
    """The person takes part already."""

    code = "participant_invited"
    default_what = _("这个人已经请过了。")
    default_to_what = _("没有再请一次。")
    default_what_next = _("请在参加的人里核对。")


class ChairTaken(Conflict):
    """Somebody else takes the chair already."""

    code = "conference_chair_taken"
    default_what = _("这次会商已经有人主持了。")
    default_to_what = _("没有请。")
    default_what_next = _("请去掉“由这个人主持”，再请一次。")


class KeptFrom(Invalid):
    """The person has a conflict of interest with the family, or may not know of the child."""

    code = "participant_kept_from"
    default_what = _("这个人不能参加这次会商。")
    default_to_what = _("没有请。")
    default_what_next = _("请换一个人。")


class NotTheirSection(Invalid):
    """The decision stands in a section that its owner does not see."""

    code = "decision_not_their_section"
    default_what = _("这一部分没有对负责的人开放。")
    default_to_what = _("决定没有保存。")
    default_what_next = _("请换一个人负责，或者把决定写到对方看得到的部分。")


class NothingRecorded(Invalid):
    """There is neither a record nor anybody who was there."""

    code = "conference_not_recorded"
    default_what = _("还没有写记录，或者没有勾选到会的人。")
    default_to_what = _("没有定稿。")
    default_what_next = _("请先写好记录、勾上到会的人，再定稿。")


class AlreadySigned(Conflict):
    """The signature is there."""

    code = "conference_signed_already"
    default_what = _("已经签过字了。")
    default_to_what = _("没有再签一次。")
    default_what_next = _("请刷新页面查看。")
