"""An installation of its own, in which the command runs as a program."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from weiguang.config.postgres import Embedded

Run = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = Path(sys.executable).with_name("weiguang")


def environment_of(data: Path) -> dict[str, str]:
    """Nothing of ours leaks in: the installation's own folder, a disposable database."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WEIGUANG_")}
    kept.pop("DATABASE_URL", None)
    return kept | {
        "WEIGUANG_DATA": str(data), "WEIGUANG_FAST_DATABASE": "1", "LANG": "en_US.UTF-8",
    }  # fmt: skip


@contextmanager
def seeded(data: Path) -> Iterator[Run]:
    """The small city, and a way to run the command in it."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words],
            env=environment_of(data), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    # Held throughout: a disposable server is emptied when its last holder lets go.
    with Embedded(data, fast=True, say=_quiet):
        assert run("seed", "small").returncode == 0
        yield run


def _quiet(message: str, values: Mapping[str, object]) -> None:
    """Where the server's files stand is of no interest here."""
