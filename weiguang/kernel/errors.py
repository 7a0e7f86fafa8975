"""Errors as types: what happened, to what, what to do next, in the worker's words.

Doors turn them into pages or problems in one place. ``str(error)`` is the code alone, so that a
log line can never carry more than that; people read ``what``, ``to_what`` and ``what_next``.
"""

# ruff: noqa: N818 -- a type here names what happened to the worker (Conflict, TooLarge), not "Error"

from typing import Any, ClassVar, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.wording import in_a_row

Text: TypeAlias = str | Promise


def whereabouts(error: Exception) -> str:
    """The type of an error and the function and line that raised it; never its words."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = f"{step.tb_frame.f_code.co_name}:{step.tb_lineno}" if step else "?"
    return f"{type(error).__name__} in {where}"


class WeiguangError(Exception):
    """An expected failure that a person can be told about.

    The three texts are declared by the subclass and may be replaced per raise; ``fields`` fill
    their ``%(name)s`` placeholders when they are rendered. Neither may hold a child's name,
    number, address or free text: they reach pages, logs and partners.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    default_what: ClassVar[Text] = _("系统出了差错。")
    default_to_what: ClassVar[Text] = _("刚才的操作没有完成，什么都没有改动。")
    default_what_next: ClassVar[Text] = _("请稍后再试；若仍不成，请联系系统管理员。")

    def __init__(
        self,
        *,
        what: Text | None = None,
        to_what: Text | None = None,
        what_next: Text | None = None,
        **fields: str | int,
    ) -> None:
        super().__init__(self.code)
        self._what = self.default_what if what is None else what
        self._to_what = self.default_to_what if to_what is None else to_what
        self._what_next = self.default_what_next if what_next is None else what_next
        self.fields = fields

    @property
    def what(self) -> str:
        """What happened, in the reader's language."""
        return self._filled(self._what)

    @property
    def to_what(self) -> str:
        """What it happened to: the thing at stake and its state now."""
        return self._filled(self._to_what)

    @property
    def what_next(self) -> str:
        """What the reader can do next."""
        return self._filled(self._what_next)

    @property
    def said(self) -> str:
        """All three parts as one text."""
        return in_a_row(self.what, self.to_what, self.what_next)

    def as_problem(self) -> dict[str, Any]:
        """The error as an RFC 9457 problem, with the three parts as extension members."""
        return {
            "type": f"urn:weiguang:problem:{self.code}",
            "title": self.what,
            "status": self.http_status,
            "detail": in_a_row(self.to_what, self.what_next),
            "code": self.code,
            "what": self.what,
            "to_what": self.to_what,
            "what_next": self.what_next,
        }

    def _filled(self, text: Text) -> str:
        return str(text) % self.fields if self.fields else str(text)


class NotFoundOrRefused(WeiguangError):
    """The thing does not exist, or not for this actor: outside nobody can tell which."""

    code = "not_found"
    http_status = 404
    default_what = _("没有找到。")
    default_to_what = _("您要看的内容不存在，或者不在您的工作范围内。")
    default_what_next = _("请核对后再试；工作上确实需要的，请找管这件事的单位。")


class Refused(NotFoundOrRefused):
    """The actor may not do this; a type of its own for the audit, never for the outside.

    ``reason`` is a code for the audit and stands in no page and no problem.
    """

    def __init__(self, *, reason: str = "no_authority") -> None:
        super().__init__()
        self.reason = reason


class Conflict(WeiguangError):
    """Somebody else changed the thing after this actor had read it."""

    code = "conflict"
    http_status = 409
    default_what = _("别人刚刚改动过。")
    default_to_what = _("您打开之后，这份内容已被他人更新，您的改动尚未保存。")
    default_what_next = _("请刷新页面，对照新的内容再保存。")


class Invalid(WeiguangError):
    """What was sent cannot be accepted as it is."""

    code = "invalid"
    http_status = 422
    default_what = _("填写的内容有误。")
    default_to_what = _("内容没有保存。")
    default_what_next = _("请按提示改正后再提交。")


class TooLarge(WeiguangError):
    """What was sent exceeds a limit, and nothing of it was kept."""

    code = "too_large"
    http_status = 413
    default_what = _("文件太大。")
    default_to_what = _("文件没有接收，什么都没有改动。")
    default_what_next = _("请拆分成较小的文件后再上传。")


class Unreadable(WeiguangError):
    """A file that cannot be read as what it claims to be."""

    code = "unreadable"
    http_status = 422
    default_what = _("文件读不出来。")
    default_to_what = _("文件可能已损坏、加了密码，或者格式不对；什么都没有改动。")
    default_what_next = _("请用表格软件打开确认，另存后再上传。")


class UndecryptableToken(WeiguangError):
    """Stored bytes that no key in the ring opens in this context.

    Either the key is missing, or the bytes were altered, or they were moved here from another
    column: the three cannot be told apart, and all of them need an administrator.
    """

    code = "undecryptable"
    default_what = _("有一项加密内容打不开。")
    default_to_what = _("密钥不全，或者内容被改动过；原内容仍保留，没有丢失。")
    default_what_next = _("请联系系统管理员核对密钥文件。")


class KeysMissing(WeiguangError):
    """No keys were configured, or a key that is needed is not in the ring."""

    code = "keys_missing"
    default_what = _("没有找到密钥。")
    default_to_what = _("没有密钥，敏感信息既不能保存也不能打开。")
    default_what_next = _("请设置环境变量 WEIGUANG_KEYS，或者指定密钥文件后再启动。")


class KeysUnsafe(WeiguangError):
    """The key file can be read by others, belongs to another user, or is malformed."""

    code = "keys_unsafe"
    default_what = _("密钥文件不安全，已拒绝使用。")
    default_to_what = _("密钥文件须属于运行本系统的用户，权限须为 0600，内容须完整。")
    default_what_next = _("请改正属主和权限，或者从备份恢复密钥文件。")


class KeysDiffer(WeiguangError):
    """Two key files are not of one installation, or call different keys by one number."""

    code = "keys_differ"
    default_what = _("给出的几个密钥文件不是同一个系统的。")
    default_to_what = _("它们对不到一起；什么都没有恢复。")
    default_what_next = _("请只给与这份备份同属一个系统的密钥文件。")


class SealBroken(WeiguangError):
    """A sealed file is not what was sealed: damaged, cut short, altered, missing or misplaced."""

    code = "seal_broken"
    default_what = _("备份中的一个文件已经损坏，或者被改动、截断、调换过。")
    default_to_what = _("打不开的文件是 %(name)s；什么都没有恢复。")
    default_what_next = _("请换用另一处存放的同一份备份，或者更早的备份。")


class SealKeyMissing(WeiguangError):
    """A sealed file was made with a key that the ring does not hold."""

    code = "seal_key_missing"
    default_what = _("这份备份不是用您给的密钥加密的。")
    default_to_what = _(
        "文件 %(name)s 由第 %(number)s 把密钥加密（指纹 %(fingerprint)s），密钥文件里没有它。"
    )
    default_what_next = _("请找出与这份备份同时留存的密钥文件，用 --keys 指明后再试。")


class KeyStillUsed(Conflict):
    """A field key cannot be retired: stored values still need it, or it writes today."""

    code = "key_still_used"
    default_what = _("这个密钥还在使用，不能停用。")
    default_to_what = _("密钥文件没有改动。")
    default_what_next = _("请先运行 weiguang keys rotate，再停用旧密钥。")


class SystemStillRuns(Conflict):
    """Somebody else is connected to the database, and may still write with the key to retire."""

    code = "system_still_runs"
    default_what = _("系统还在运行，不能停用密钥。")
    default_to_what = _("正在运行的程序可能还在用旧密钥写入；密钥文件没有改动。")
    default_what_next = _("请先停止系统（网页服务和后台任务），停用后再启动。")


class RotationRunning(Conflict):
    """Another rotation of keys is under way in this database."""

    code = "rotation_running"
    default_what = _("另一个更换密钥的操作正在进行。")
    default_to_what = _("这一次什么都没有改动。")
    default_what_next = _("请等它结束后再试。")


class NotTheOwner(WeiguangError):
    """The database role may not rewrite what is insert-only for everybody else."""

    code = "not_the_owner"
    http_status = 403
    default_what = _("更换密钥须由数据库表的属主进行。")
    default_to_what = _("现在连接数据库的角色不是属主，什么都没有改动。")
    default_what_next = _("请让 DATABASE_URL 指向属主角色（执行升级时用的那个），再运行一次。")
