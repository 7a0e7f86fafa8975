"""What people meet at the door, in their words."""

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import WeiguangError


class LockedOut(WeiguangError):  # noqa: N818 - named as in kernel.errors
    """Too many wrong passwords for one login from one address; says nothing of the login."""

    code = "locked_out"
    http_status = 429
    default_what = _("输错的次数太多，暂时不能登录。")
    default_to_what = _("为了保护账号，这个登录名从您现在的网络暂停登录 15 分钟，什么都没有改动。")
    default_what_next = _("请过 15 分钟再试；忘了密码或急着用，请找本单位的系统管理员。")


class TooFast(WeiguangError):  # noqa: N818
    """More attempts in a minute than people make."""

    code = "too_fast"
    http_status = 429
    default_what = _("操作太频繁。")
    default_to_what = _("刚才的操作没有完成，什么都没有改动。")
    default_what_next = _("请过一分钟再试。")


class NotAdmitted(WeiguangError):  # noqa: N818
    """The city's single sign-on knows the person, but no account here belongs to her."""

    code = "not_admitted"
    http_status = 403
    default_what = _("没有可以登录的账号。")
    default_to_what = _("统一认证已经通过，但是本系统没有与之对应的账号，没有登录。")
    default_what_next = _("请找本单位的系统管理员核对您的账号。")
