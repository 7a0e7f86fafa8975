"""The operator's commands, run as programs against an installation of their own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from weiguang.config.tests.installation import Run, seeded


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def weiguang(data: Path) -> Iterator[Run]:
    with seeded(data) as run:
        yield run


def test_a_city_is_seeded_once_and_refused_the_second_time(weiguang: Run) -> None:
    again = weiguang("seed", "small")

    assert again.returncode == 1
    assert "already holds a city" in again.stderr


def test_a_seeded_installation_is_as_it_should_be(weiguang: Run) -> None:
    said = weiguang("check", "--json")

    assert (said.returncode, json.loads(said.stdout)["findings"]) == (0, [])


def test_the_chain_of_a_seeded_installation_proves(weiguang: Run) -> None:
    said = weiguang("audit", "verify", "--json")

    verdict = json.loads(said.stdout)
    assert said.returncode == 0
    assert verdict["findings"] == []
    assert verdict["sealed"] + verdict["unsealed"] > 50  # the loading, and the weeks on its desks


def test_the_matrix_names_every_role_in_both_forms(weiguang: Run) -> None:
    rows = json.loads(weiguang("access", "matrix", "--json").stdout)
    text = weiguang("access", "matrix").stdout

    assert len(rows) == 17
    assert all(f"({row['role']})" in text for row in rows)


def test_a_wrong_call_is_told_apart_from_a_failure(weiguang: Run) -> None:
    assert weiguang("seed", "enormous").returncode == 2


def test_where_the_keys_of_a_database_are_gone_nothing_starts_and_none_are_made(
    weiguang: Run, data: Path
) -> None:
    keys, aside = data / "keys.json", data / "kept.json"
    keys.rename(aside)
    try:
        said = weiguang("check")
        there = keys.exists()
    finally:
        aside.replace(keys)

    assert said.returncode == 1
    assert str(keys) in said.stderr
    assert not there
    assert weiguang("check").returncode == 0
