"""What can go wrong with a backup or a restore, in the operator's words."""

# ruff: noqa: N818 -- a type here names what happened, like those of the kernel

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict, WeiguangError


class CopyFailed(WeiguangError):
    """The database server or a program of PostgreSQL did not give what a backup needs."""

    code = "copy_failed"
    default_what = _("备份没有做成。")
    default_to_what = _("%(program)s 没有成功，它最后说：\n%(words)s\n已有的备份没有变动。")
    default_what_next = _("请按上面的提示处理后，再运行 weiguang backup。")


class DisposableDatabase(WeiguangError):
    """The database is one of those for data that may be lost; it keeps no log."""

    code = "disposable_database"
    default_what = _("这个数据库不能备份。")
    default_to_what = _("它是测试用的，丢了也无妨，不留可供备份的日志；什么都没有改动。")
    default_what_next = _("请去掉环境变量 WEIGUANG_FAST_DATABASE，对正式的数据库运行。")


class ProgramsMissing(WeiguangError):
    """The installed PostgreSQL lacks the programs that copy or combine."""

    code = "programs_missing"
    default_what = _("找不到 PostgreSQL 的备份程序 %(program)s。")
    default_to_what = _("本机的 PostgreSQL 程序不全，或者版本低于数据库服务器；什么都没有改动。")
    default_what_next = _("请安装与数据库相同版本的 PostgreSQL 客户端程序后再试。")


class BackupRunning(Conflict):
    """Another backup into the same directory is under way."""

    code = "backup_running"
    default_what = _("另一个备份正在进行。")
    default_to_what = _("这一次什么都没有做。")
    default_what_next = _("请等它结束后再试。")


class NoBackupYet(WeiguangError):
    """The log alone was asked for, and there is no backup that it could continue."""

    code = "no_backup_yet"
    default_what = _("还没有可以接续的备份。")
    default_to_what = _("日志必须接在一份备份之后才有用；这一次什么都没有做。")
    default_what_next = _("请先运行一次 weiguang backup（不带 --log）。")


class NothingToRestore(WeiguangError):
    """The directory holds no finished backup, or none before the moment asked for."""

    code = "nothing_to_restore"
    default_what = _("没有可以恢复的备份。")
    default_to_what = _("%(path)s 里没有做完的备份，或者都晚于您要的时刻；什么都没有恢复。")
    default_what_next = _("请核对备份目录和时刻；weiguang restore --list 列出有哪些备份。")


class BackupIncomplete(WeiguangError):
    """A backup is there, but one it builds on, or a piece of the log, is not."""

    code = "backup_incomplete"
    default_what = _("备份不全。")
    default_to_what = _("缺少 %(name)s，接在它后面的内容无法恢复；什么都没有恢复。")
    default_what_next = _("请从另一处存放的备份把它找回来，或者用 --at 恢复到更早的时刻。")


class NotReached(WeiguangError):
    """The log does not reach the moment asked for."""

    code = "moment_not_reached"
    default_what = _("备份的日志还没有到您要的时刻。")
    default_to_what = _("日志到 %(reaches)s 为止；什么都没有恢复。")
    default_what_next = _("请选这之前的时刻，或者去掉 --at，恢复到日志的末尾。")


class NotEmpty(WeiguangError):
    """The directory to restore into holds something already."""

    code = "not_empty"
    default_what = _("要恢复到的目录不是空的。")
    default_to_what = _("%(path)s 里已经有内容，一个字节都没有动。")
    default_what_next = _("请用 --into 指定一个空目录，或者一个还不存在的目录。")


class RestoreFailed(WeiguangError):
    """PostgreSQL could not make a database of what was unpacked."""

    code = "restore_failed"
    default_what = _("恢复没有成功。")
    default_to_what = _(
        "%(program)s 最后说：\n%(words)s\n恢复到一半的内容已清除，备份本身没有变动。"
    )
    default_what_next = _("请换更早的备份，或者用 --at 指定更早的时刻再试。")


class ChainDiffers(WeiguangError):
    """What was restored does not continue the memory that the backup was taken of."""

    code = "chain_differs"
    default_what = _("恢复出来的操作记录与备份时的不一致。")
    default_to_what = _("有 %(findings)s 处对不上；恢复出来的数据库在 %(path)s，不要投入使用。")
    default_what_next = _("请换用另一处存放的备份再恢复一次，并告知审计管理员。")
