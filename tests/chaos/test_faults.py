"""Programs killed, a database killed, lines cut, answers lost: nothing acknowledged is missing."""

import json
import subprocess
import sys
from typing import Any

import pytest

from chaos.plan import BLOWS


def suffered(*options: str) -> dict[str, Any]:
    """What `python -m chaos` found, in an installation of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "chaos", "--json", *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout, ended.stderr
    report: dict[str, Any] = json.loads(ended.stdout)
    return report


def test_whatever_dies_at_a_step_drawn_by_lot_nothing_is_lost_or_doubled() -> None:
    report = suffered("--each", "1", "--seed", "4")

    assert report["faults"] == []
    for blow in BLOWS:
        assert sum(row["blows"] for row in report["rows"] if row["blow"] == blow) >= 7


@pytest.mark.long
def test_whatever_dies_at_many_steps_nothing_is_lost_or_doubled() -> None:
    report = suffered("--each", "10", "--seed", "5")

    assert report["faults"] == []
    assert sum(row["blows"] for row in report["rows"]) >= 300
