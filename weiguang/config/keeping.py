"""What `weiguang up` becomes once everything runs: a small process that keeps it so, until stopped.

It takes the place of the one that prepared the installation, with its number, its children and its
hold on the database: that one has the whole system in memory, and would only wait with it. So
nothing is imported here that needs Django's applications.
"""

import gettext
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn, Protocol

from django.utils.translation import gettext_noop

from weiguang.config.database import embedded
from weiguang.config.postgres import Embedded, PostgresError

STOP_PATIENCE_S: Final = 15
ASK_AGAIN_S: Final = 1
POLL_S: Final = 0.05
LOOK_S: Final = 0.5
RESTART_PAUSE_S: Final = 10
LOCALE: Final = Path(__file__).resolve().parents[1] / "locale"
ENDINGS: Final = {signal.SIGTERM, signal.SIGINT}
NO_DATABASE_OF_OURS: Final = ""

CHILD_ENDED: Final = gettext_noop("网页服务或后台任务意外停止，全部已停止。请查看上面的错误信息。")
DATABASE_ENDED: Final = gettext_noop("数据库意外停止，正在重新启动。")
DATABASE_AGAIN: Final = gettext_noop("数据库已重新启动。")


class Running(Protocol):
    """A process that we started, the leader of its group."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """How it ended; None while it runs."""


@dataclass(slots=True)
class Child:
    """A child that was started before this program took its parent's place."""

    pid: int
    ended: int | None = None

    def poll(self) -> int | None:
        if self.ended is None:
            number, status = os.waitpid(self.pid, os.WNOHANG)
            self.ended = status if number else None
        return self.ended


def become(
    children: Sequence[Running], server: Embedded | None, *, data: Path, language: str
) -> NoReturn:
    """Put the keeper in this process's place."""
    hold = server.hand_over() if server else -1
    where = str(data) if server else NO_DATABASE_OF_OURS
    words = [language, where, str(hold), *(str(child.pid) for child in children)]
    sys.stdout.flush()
    sys.stderr.flush()
    # Held back until the keeper can answer them.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    os.execv(sys.executable, [sys.executable, "-m", __name__, *words])  # noqa: S606 - our own module


def stop(children: Sequence[Running]) -> None:
    """Ask each second: a web process that is still loading loses what it is told."""
    give_up_at, ask_at = time.monotonic() + STOP_PATIENCE_S, 0.0
    while running := [child for child in children if child.poll() is None]:
        now = time.monotonic()
        if now >= ask_at:
            for child in running:
                os.killpg(child.pid, signal.SIGTERM if now < give_up_at else signal.SIGKILL)
            ask_at = now + ASK_AGAIN_S
        time.sleep(POLL_S)


def main() -> NoReturn:
    """Keep the children and the database running; status 1 when a child ends by itself."""
    language, data, hold, *pids = sys.argv[1:]
    say = gettext.translation("django", LOCALE, [language], fallback=True).gettext
    server = embedded(Path(data)) if data != NO_DATABASE_OF_OURS else None
    if server:
        server.take_over(int(hold))
    children = [Child(int(pid)) for pid in pids]
    for ending in ENDINGS:
        signal.signal(ending, _leave)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        while all(child.poll() is None for child in children):
            time.sleep(LOOK_S if server is None or _runs_again(server, say) else RESTART_PAUSE_S)
        print(say(CHILD_ENDED), file=sys.stderr)
        raise SystemExit(1)
    finally:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        stop(children)
        if server:
            server.stop()


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _runs_again(server: Embedded, say: Callable[[str], str]) -> bool:
    """Whether the embedded server runs, after starting it anew if it died: nobody else would.

    Pages and worker wait for it meanwhile. A full disk or whatever else keeps it from starting is
    told, and tried again until an operator has seen to it.
    """
    if server.is_running():
        return True
    print(say(DATABASE_ENDED), file=sys.stderr, flush=True)
    try:
        server.ensure_running()
    except PostgresError as error:
        print(say(error.message) % error.values, file=sys.stderr, flush=True)
        return False
    print(say(DATABASE_AGAIN), file=sys.stderr, flush=True)
    return True


if __name__ == "__main__":
    main()
