"""What files cost: run as a process of its own, which reads each file of a folder as the product
does and prints what it took; the ceilings that the product sets itself hold.

    python -m tests.fuzz.scales paper FOLDER
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from weiguang.register.engine.documents.cleaning import cleaned
from weiguang.register.engine.documents.refusals import LIMITS, RefusedDocumentError
from weiguang.register.engine.refusals import UnreadableFileError
from weiguang.register.engine.sheets import read_sheets


def main() -> None:
    """One line of JSON a file: its name, what was said of it, seconds, the most memory in MB."""
    kind, folder = sys.argv[1:]
    if kind == "paper":
        resource.setrlimit(resource.RLIMIT_AS, (LIMITS.memory_bytes, LIMITS.memory_bytes))
    for path in sorted(Path(folder).iterdir()):
        # A process for each: what one has taken is no burden of the next.
        child = os.fork()
        if not child:
            _weigh({"paper": _paper, "list": _list}[kind], path)
            os._exit(0)
        _pid, ended = os.waitpid(child, 0)
        if ended:
            print(json.dumps([path.name, f"died of {ended}", 0, 0]), flush=True)


def _weigh(read: Callable[[Path], str], path: Path) -> None:
    _forget_the_most()
    before = _seconds()
    said = read(path)
    print(json.dumps([path.name, said, round(_seconds() - before, 3), _most()]), flush=True)


def _paper(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > LIMITS.file_bytes:
        return "too_large"
    try:
        return f"taken as {cleaned(content)[0]}"
    except RefusedDocumentError as error:
        return error.reason
    except MemoryError:
        return "bomb"


def _list(path: Path) -> str:
    try:
        return f"read, {sum(len(each.rows) for each in read_sheets(path))} rows"
    except UnreadableFileError as error:
        return error.reason


def _seconds() -> float:
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + theirs.ru_utime + theirs.ru_stime


def _forget_the_most() -> None:
    # 5: the highest mark of memory begins anew from what is in use now.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _most() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            return max(int(line.split()[1]), theirs) // 1024
    raise RuntimeError("no high mark of memory")


if __name__ == "__main__":
    main()
