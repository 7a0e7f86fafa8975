"""A hundred hostile files cost next to nothing, and nothing that is handed out opens by itself."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.doors import DOORS
from tests.fuzz import hostile_files
from tests.world import World, undone

ROOT: Final = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 200
Weighed = dict[str, tuple[str, float, int]]


def weighed(kind: str, files: Iterator[tuple[str, bytes]], folder: Path) -> Weighed:
    """What each file was taken for, its seconds of CPU, and the most memory in MB."""
    for name, content in files:
        (folder / name).write_bytes(content)
    command = [sys.executable, "-m", "tests.fuzz.scales", kind, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: (said, s, mb) for name, said, s, mb in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Weighed:
    return weighed("paper", hostile_files.papers_and_photos(), tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Weighed:
    return weighed("list", hostile_files.lists(), tmp_path_factory.mktemp("lists"))


def test_there_are_more_than_a_hundred_hostile_files(papers: Weighed, lists: Weighed) -> None:
    assert len(papers) + len(lists) > 140
    assert len(hostile_files.PHOTOS) > 25
    assert len(lists) == len(hostile_files.LISTS) > 35


def test_none_takes_two_seconds_or_two_hundred_megabytes(papers: Weighed, lists: Weighed) -> None:
    dear = {name: cost for name, cost in (papers | lists).items()
            if cost[1] > SECONDS or cost[2] > MEGABYTES}  # fmt: skip

    assert dear == {}


def test_none_takes_down_the_process_that_reads_it(papers: Weighed, lists: Weighed) -> None:
    assert {name: cost for name, cost in (papers | lists).items() if "died" in cost[0]} == {}


def test_what_is_weighed_weighs_something(papers: Weighed, lists: Weighed) -> None:
    """Proves that the tests above could fail."""
    assert max(cost[2] for cost in papers.values()) > 80
    assert max(cost[1] for cost in lists.values()) > 0.05


@pytest.mark.parametrize("name", ["document_download", "import_download", "export_fetch"])
def test_what_is_handed_out_is_an_attachment_that_can_do_nothing(world: World, name: str) -> None:
    found: list[Any] = []
    for who in world.people.values():
        with undone():
            answer: Any = who.client.post(DOORS[name].address(name, who.meets["own"]))
            found += [answer] if answer.status_code == 200 else []

    assert found, "nobody was given anything"
    for answer in found:
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "text/html" not in answer["Content-Type"]
