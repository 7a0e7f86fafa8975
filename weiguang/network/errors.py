"""What people meet when posts and accounts clash, in their words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict


class PostIsHeld(Conflict):
    """Another person holds the post in the same period."""

    code = "post_is_held"
    default_what = _("这段时间，这个岗位已经有人任职。")
    default_to_what = _("一个岗位同一时间只能有一个人任职，这次安排没有保存。")
    default_what_next = _("请先结束现任的任职，或者改成代理，或者另选日期。")


class AlreadyOnPost(Conflict):
    """The same person is on this post in the same period already."""

    code = "already_on_post"
    default_what = _("这段时间，此人已经在这个岗位上。")
    default_to_what = _("这次安排没有保存。")
    default_what_next = _("请核对日期；要改变任职方式，请先结束原来的安排。")


class AdministrationsApart(Conflict):
    """The person holds another of the three administrations in the same period."""

    code = "administrations_apart"
    default_what = _("系统管理、安全管理、审计管理必须由三个人分别担任，审计管理员不兼任其他岗位。")
    default_to_what = _("此人在这段时间已经有不能兼任的岗位，这次安排没有保存。")
    default_what_next = _("请另选一个人。")


class PasswordIsNotHers(Conflict):
    """An administration was to go to an account whose password a person gave, not the machine."""

    code = "password_is_not_hers"
    default_what = _("此人的密码是系统管理员在网页上给的。")
    default_to_what = _("给的人可能先登录过，所以不能安排到管理员岗位，没有保存。")
    default_what_next = _(
        "请维护服务器的人运行 weiguang account reset，把新密码当面交给本人，再来安排。"
    )


class FilesApart(Conflict):
    """The auditor would be let into a child's file."""

    code = "files_apart"
    default_what = _("审计管理员不能同时打开孩子的档案。")
    default_to_what = _("此人在这段时间两样都有，这次没有保存。")
    default_what_next = _("请另选一个人，或者先结束其中一样。")


class ActedBefore(Conflict):
    """An auditor would look at what she did herself as another administrator."""

    code = "acted_before"
    default_what = _("做过系统管理员、安全管理员的人，不能再做审计管理员。")
    default_to_what = _("不然就会自己查自己，这次安排没有保存。")
    default_what_next = _("请另选一个人。")


class TermIsOver(Conflict):
    """What was to be ended ends earlier already; ending it must not make it longer."""

    code = "term_is_over"
    default_what = _("原定的结束日期更早。")
    default_to_what = _("结束只能提前，不能延长，这次没有保存。")
    default_what_next = _("要延长，请重新安排。")


class NoPlaces(Conflict):
    """The first administrators were to be made before the city's places were there."""

    code = "no_places"
    default_what = _("辖区还没有载入。")
    default_to_what = _("账号没有建立。")
    default_what_next = _("请先运行 weiguang places load。")


class AdministrationHeld(Conflict):
    """The administration to be begun has somebody already."""

    code = "administration_held"
    default_what = _("这一项管理已经有人担任。")
    default_to_what = _("账号没有建立。")
    default_what_next = _(
        "另外的人请由系统管理员建立账号、安全管理员安排岗位；"
        "忘了密码，请运行 weiguang account reset。"
    )


class LoginTaken(Conflict):
    """Another account has this login."""

    code = "login_taken"
    default_what = _("这个登录名已经有人使用。")
    default_to_what = _("账号没有建立。")
    default_what_next = _("请换一个登录名。")


class OwnAccount(Conflict):
    """A person tried to close or reset her own account from the list of accounts."""

    code = "own_account"
    default_what = _("这是您自己的账号。")
    default_to_what = _("自己的账号不能在这里停用、解锁或重置，什么都没有改动。")
    default_what_next = _(
        "改密码和第二重验证请到“我的账号”；要停用，请先由安全管理员结束您的任职。"
    )


class OtherAdministrator(Conflict):
    """A system administrator laid hands on the account of another administrator."""

    code = "other_administrator"
    default_what = _("这是管理员的账号，或者已经安排了要做管理员。")
    default_to_what = _("在网页上不能重置、解锁或停用这个账号，什么都没有改动。")
    default_what_next = _(
        "重置请在服务器上运行 weiguang account reset；要停用，请先由安全管理员结束此人的任职。"
    )
