"""An installation of its own, in which the command runs as a program."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from weiguang.config.postgres import Embedded

Run = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = Path(sys.executable).with_name("weiguang")


def environment_of(data: Path, *, fast: bool = True) -> dict[str, str]:
    """Nothing of ours leaks in: the installation's own folder, by default a disposable database."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WEIGUANG_")}
    kept.pop("DATABASE_URL", None)
    said = {"WEIGUANG_DATA": str(data), "LANG": "en_US.UTF-8"}
    return kept | said | ({"WEIGUANG_FAST_DATABASE": "1"} if fast else {})


@contextmanager
def seeded(data: Path, *, size: str = "small", fast: bool = True) -> Iterator[Run]:
    """A city, and a way to run the command in it."""
    run = runner(data, fast=fast)
    is_copied = fast and size == "small" and lay_out(data)
    # Held throughout: a disposable server is emptied when its last holder lets go.
    with Embedded(data, fast=fast, say=_quiet):
        assert is_copied or run("seed", size).returncode == 0
        yield run


def lay_out(data: Path) -> bool:
    """Let an installation with a disposable database begin with the small city in it.

    Whether it does: nothing remains to be copied where PostgreSQL must keep its files elsewhere.
    """
    like = _small_city()
    theirs, ours = (Embedded(each, fast=True, say=_quiet).prepare() for each in (like, data))
    if not theirs.cluster.exists():
        return False
    for path in like.iterdir():
        if path.resolve() != theirs.root:
            _copy(path, data / path.name)
    for name in ("cluster", "foundation"):
        _copy(theirs.root / name, ours.root / name)
    return True


@cache
def _small_city() -> Path:
    """The small city as the command seeds it, once in a process: the installation to copy."""
    # Every user may pass this directory: who runs PostgreSQL keeps the database below it.
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    assert runner(top / "city")("seed", "small").returncode == 0
    return top / "city"


def _copy(path: Path, to: Path) -> None:
    """With its owner, which is another user where root runs the tests."""
    subprocess.run(["cp", "-a", path, to], check=True)


def runner(data: Path, *, fast: bool = True) -> Run:
    """A way to run the command in an installation."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words],
            env=environment_of(data, fast=fast),
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    return run


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port


@contextmanager
def served(environment: Mapping[str, str], *, port: int = 0) -> Iterator[int]:
    """The installation served by `weiguang up` until the block ends; the port it answers on."""
    port = port or free_port()
    process = subprocess.Popen(
        [COMMAND, "up", "--seed", "none", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if f"http://127.0.0.1:{port}" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _quiet(message: str, values: Mapping[str, object]) -> None:
    """Where the server's files stand is of no interest here."""
