"""Which blow falls on which program at which of its steps: written by the driver, carried out by
the program itself, in the very statement it has reached.

The plan is a file, because programs are processes; it is gone once the blow has fallen, so that
nothing falls twice. Programs count only while a plan names them.
"""

import contextlib
import json
import os
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

# How a step ends: our own process killed; every process of the database killed; our connection
# ended by the database; the answer to the statement lost on its way.
KILL, DATABASE, CUT, LOST = "kill", "database", "cut", "lost"
BLOWS: Final = (KILL, DATABASE, CUT, LOST)
WEB, WORKER, COMMAND = "web", "worker", "command"
# No blow: the program only says how many steps it has made.
COUNT = "count"
PLAN, DROP, STEPS = "plan.json", "drop-the-answer", "steps"


@dataclass(frozen=True, slots=True)
class Plan:
    """The blow, and where it falls; `postmaster` is the database's first process."""

    program: str
    step: int
    blow: str
    postmaster: int


class _Count:
    """How many steps this program made under the plan that stands; which program it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.program = ""
        self.folder = Path()
        self.plan = 0
        self.steps = 0


_count = _Count()


def become(program: str, folder: Path) -> None:
    """This process is that program now, and finds its plans in that folder."""
    _count.program, _count.folder = program, folder


def arm(folder: Path, plan: Plan) -> None:
    """Let the blow fall; it appears whole or not at all."""
    unfinished = folder / f"{PLAN}.part"
    unfinished.write_text(json.dumps(asdict(plan)))
    unfinished.replace(folder / PLAN)


def disarm(folder: Path) -> bool:
    """Whether the blow has fallen; if not, it never will."""
    (folder / DROP).unlink(missing_ok=True)
    try:
        (folder / PLAN).unlink()
    except FileNotFoundError:
        return True
    return False


def counted(folder: Path) -> int:
    """How many steps the program made that was only counted."""
    return int((folder / STEPS).read_text())


def step(connection: Any) -> None:
    """Count a step, and let the blow fall if it is the one; called by the backend."""
    if not _count.program:
        return
    with _count.lock:
        plan = _due()
    if plan is not None:
        _fall(plan, connection)


def _due() -> Plan | None:
    path = _count.folder / PLAN
    try:
        number, text = path.stat().st_ino, path.read_text()
    except FileNotFoundError:
        return None
    plan = Plan(**json.loads(text))
    if plan.program != _count.program:
        return None
    if _count.plan != number:
        _count.plan, _count.steps = number, 0
    _count.steps += 1
    if plan.blow == COUNT:
        (_count.folder / STEPS).write_text(str(_count.steps))
    if _count.steps < plan.step:
        return None
    path.unlink()
    return plan


def _fall(plan: Plan, connection: Any) -> None:
    if plan.blow == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    elif plan.blow == DATABASE:
        kill_server(plan.postmaster)
    elif plan.blow == LOST:
        (_count.folder / DROP).touch()
    elif connection is not None and not connection.closed:
        _end(connection)


def kill_server(postmaster: int) -> None:
    """SIGKILL to the database's first process and to all its children, and no time to say why."""
    children = _children_of(postmaster)
    for each in (postmaster, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            # pid (name) state parent ...: the name may hold spaces, never the last bracket.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def _end(connection: Any) -> None:
    """As an administrator would: by `pg_terminate_backend`, waiting until it is gone."""
    about = connection.info
    with psycopg.connect(
        host=about.host, dbname=about.dbname, user=about.user, autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [about.backend_pid])
