"""A backup or a restore that is killed leaves nothing that counts, and can be done again."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from weiguang.config.backups import making, restoring
from weiguang.config.backups.shelf import Shelf
from weiguang.config.backups.tests.test_restoring import (
    SEALS,
    Kept,
    backed_up,
    kept,
    restored,
    room,
)
from weiguang.config.postgres import OWNER_ROLE, Embedded, PostgresError

__all__ = ["kept", "room"]


def killed(done: Callable[[], object]) -> None:
    """Do it in a process of its own, which is to die of SIGKILL on the way."""
    child = os.fork()
    if child == 0:
        try:
            done()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def dies(module: Any, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    step = getattr(module, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if after:
            step(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(module, name, dying)


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("_combine", True),
        ("_has_recovered", False),
        *(
            pytest.param(*step, marks=pytest.mark.long)
            for step in (("_unpack", False), ("_unpack_member", True), ("_unpack", True),
                         ("_replay", True))
        ),
    ],
)  # fmt: skip
def test_a_killed_restore_serves_nobody_and_is_done_again(
    kept: Kept, room: Path, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _ = kept.copy(room)
    with monkeypatch.context() as patched:
        dies(restoring, step, patched, after=after)
        killed(lambda: restored(root, room / "data"))

    with pytest.raises(PostgresError, match="weiguang restore"):
        Embedded(room / "data", say=lambda message, values: None).ensure_running()

    with (
        restored(root, room / "data") as reach,
        psycopg.connect(host=reach.host, dbname=reach.name, user=OWNER_ROLE) as owner,
    ):
        assert owner.execute("SELECT count(*) FROM fact").fetchone() == (2001,)


@pytest.mark.parametrize(("step", "after"), [("_copy", False), ("_copy", True)])
def test_a_killed_backup_counts_for_nothing_and_the_next_is_whole(
    kept: Kept, room: Path, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, shelf = kept.copy(room)
    before = shelf.names()
    with monkeypatch.context() as patched:
        dies(making, step, patched, after=after)
        killed(lambda: backed_up(root, kept.source))

    assert list(shelf.root.glob(".*.part"))
    assert shelf.names() == before
    again: Shelf = backed_up(root, kept.source)

    assert not list(shelf.root.glob(".*.part"))
    assert len(again.names()) == len(before) + 1
    assert again.seals is SEALS
    with (
        restored(root, room / "data") as reach,
        psycopg.connect(host=reach.host, dbname=reach.name, user=OWNER_ROLE) as owner,
    ):
        assert owner.execute("SELECT count(*) FROM fact").fetchone() == (2001,)
