"""`weiguang up`: a whole installation on one machine, from an empty folder to pages that answer.

Prepares what is missing and starts two children, the web server and the event worker, which
`keeping` then keeps running until the operator stops it or one of them ends. An installation over
several machines starts the same two by itself: granian with `config.wsgi`, and `weiguang worker`.
"""

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

import click
from django.conf import settings
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from weiguang.config.accounts import has_password, trial_accounts
from weiguang.config.keeping import CHILD_ENDED, become, stop
from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.config.secret import make_secret
from weiguang.config.synthetic import (
    DEFAULT_SEED,
    DEMO_PASSWORD,
    SIZES,
    has_city,
    is_demonstration,
    load_city,
)
from weiguang.kernel import clock
from weiguang.network.models import Account
from weiguang.register.queries.judging import forget_what_was_being_read

ANSWER_PATIENCE_S: Final = 60
POLL_S: Final = 0.05
PR_SET_PDEATHSIG: Final = 1
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8320, show_default=True)
@click.option(
    "--seed",
    type=click.Choice([*SIZES, "none"]),
    help="The invented city for an empty database: demo by default, none for a real city's pack.",
)
def up(host: str, port: int, seed: str | None) -> None:
    """Prepare this installation and serve it, with its worker, until stopped."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    _need_proxy()
    _need_port(host, port)
    _need_front_end()
    make_secret(settings.DATA_DIR)
    with database_running() as server:
        make_keys()
        _prepare(seed or ("demo" if is_demonstration() else "none"))
        connection.close()
        with _children() as children:
            children.append(_child(_web(host, port), host))
            _wait_for_answer(host, port, children)
            # Only now: loading it at the same time would keep both cores from the first page.
            children.append(_child(_worker(), host))
            _announce(host, port)
            connection.close()
            become(children, server, data=settings.DATA_DIR, language=get_language() or "")


def progress_told(console: Console) -> Progress:
    """A progress bar on the operator's terminal; silent when there is none."""
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _need_port(host: str, port: int) -> None:
    """Try the port before anything costly, and say what to do when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise click.ClickException(_port_refused(host, port, error)) from error


def _port_refused(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _(
            "端口 %(port)s 已被占用。如果本系统已经在运行，直接在浏览器打开即可；"
            "要同时运行另一个，请换一个端口：weiguang up --port %(other)s"
            "（或 make run PORT=%(other)s）。"
        ) % {"port": port, "other": port + 1 if port < 65535 else 8320}
    return _("不能在 %(host)s 的端口 %(port)s 上提供服务：%(reason)s。") % {
        "host": host,
        "port": port,
        "reason": error.strerror or error,
    }


def _need_proxy() -> None:
    """Without a proxy that does TLS every page would lead to an address where nobody answers."""
    if settings.IS_SECURE and not settings.PROXIES:
        raise click.ClickException(
            _(
                "设置了 WEIGUANG_HTTPS=1，却没有说明前面有几个反向代理。"
                "加密连接由反向代理负责：请同时设置 WEIGUANG_PROXIES=1，配置示例在 deploy 目录。"
            )
        )


def _need_front_end() -> None:
    if not settings.DJANGO_VITE["default"]["manifest_path"].exists():
        raise click.ClickException(
            _("页面的样式和脚本还没有生成。请运行 make run，或者先运行 npm ci 和 npx vite build。")
        )


def _prepare(size: str) -> None:
    forget_what_was_being_read()
    if migrate():
        click.echo(_("数据库结构已更新。"))
    if size == "none" or has_city():
        return
    click.echo(
        _("数据库是空的，正在生成虚构的城市（%(size)s），需要十几秒到几分钟。") % {"size": size}
    )
    with progress_told(Console(stderr=True)) as progress:
        bar = progress.add_task(_("儿童"), total=None)
        load_city(
            size,
            seed=DEFAULT_SEED,
            password=DEMO_PASSWORD,
            tell=lambda done, total: progress.update(bar, completed=done, total=total),
        )


@contextmanager
def _children() -> Iterator[list[subprocess.Popen[bytes]]]:
    """A list for the children; what is in it at the end is stopped, whatever ends it."""
    children: list[subprocess.Popen[bytes]] = []
    try:
        yield children
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stop(children)


def _child(command: Sequence[str], host: str) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl+C is ours to pass on, once, in the right order."""
    return subprocess.Popen(  # noqa: S603
        command,
        env=_environment(host),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent() -> None:
    """On Linux the kernel stops the child when we are killed outright; elsewhere nobody does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _web(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "weiguang.config.web", "--host", host, "--port", str(port),
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "weiguang.config.cli", "worker"]


def _environment(host: str) -> dict[str, str]:
    """Ours, with the address that was asked for among the names the pages answer to."""
    if "WEIGUANG_HOSTS" in os.environ or host in EVERYWHERE:
        return dict(os.environ)
    return dict(os.environ, WEIGUANG_HOSTS=f"127.0.0.1,localhost,{host}")


def _wait_for_answer(host: str, port: int, children: Sequence[subprocess.Popen[bytes]]) -> None:
    give_up_at = time.monotonic() + ANSWER_PATIENCE_S
    while not _answers(host, port):
        _need_all(children)
        if time.monotonic() > give_up_at:
            raise click.ClickException(_("网页服务没有应答，已停止。请查看上面的错误信息。"))
        time.sleep(POLL_S)


def _answers(host: str, port: int) -> bool:
    """Whether anything at all comes back; a redirection or a refusal is an answer too."""
    asked = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=10)
    try:
        asked.request("HEAD", "/")
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def _need_all(children: Sequence[subprocess.Popen[bytes]]) -> None:
    if any(child.poll() is not None for child in children):
        raise click.ClickException(_(CHILD_ENDED))


def _announce(host: str, port: int) -> None:
    """The accounts to try, then the one line with the address."""
    if is_demonstration():
        click.echo(_accounts())
    elif not Account.objects.exists():
        click.echo(
            _(
                "还没有人能登录。请运行 weiguang places load 载入辖区，"
                "再用 weiguang account create 建立三名管理员的账号。"
            )
        )
    shown = EVERYWHERE.get(host, host)
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    click.echo(_("微光已经可以使用：%(address)s （按 Ctrl+C 停止）") % {"address": address})


def _accounts() -> str:
    """The table of people to log in as, and their password while it is still the published one."""
    accounts = trial_accounts(on=clock.today())
    if not accounts:
        return _("数据库里还没有人员。")
    table = Table(_("角色"), _("地方"), _("姓名"), _("登录名"), box=None, pad_edge=False)
    for each in accounts:
        table.add_row(str(each.role), each.place, each.name, each.login)
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(table)
    if has_password(accounts[0], DEMO_PASSWORD):
        said = _("以上账号的密码都是 %(password)s 。这是人人知道的演示密码，只用于虚构的人员。")
    else:
        said = _("以上账号的密码是生成城市时另外设置的。")
    return f"{captured.get()}{said % {'password': DEMO_PASSWORD}}"
