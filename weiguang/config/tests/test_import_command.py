"""The import as a program: exit codes and reports as the contract has them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from weiguang.config.tests.installation import Run, seeded

LISTS = Path(__file__).parents[2] / "register/tests/lists"
HEADER = "村居,姓名,性别,身份证号码,出生日期,类别\n"
ROW = "{village},顾念安,女,329583201602290028,2016-02-29,孤儿\n"


@pytest.fixture(scope="module")
def weiguang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with seeded(tmp_path_factory.mktemp("installation")) as run:
        yield run


@pytest.fixture
def one_child(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + ROW.format(village="陆家社区居委会"), encoding="utf-8")
    return path


def test_a_dry_run_needs_nobody_and_changes_nothing(weiguang: Run, one_child: Path) -> None:
    for _ in range(2):
        said = weiguang("import", "children", str(one_child), "--dry-run", "--json", "-")

        assert said.returncode == 0, said.stderr
        assert json.loads(said.stdout)["summary"]["new"] == 1


def test_a_file_that_cannot_be_read_is_one_line_and_exit_status_two(
    weiguang: Run, tmp_path: Path
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"MZ\x90")

    said = weiguang("import", "children", str(path), "--dry-run")

    assert said.returncode == 2
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_real_run_says_who(weiguang: Run, one_child: Path) -> None:
    assert weiguang("import", "children", str(one_child)).returncode == 2


@pytest.mark.parametrize("login", ["nobody", "director.103002"])
def test_nobody_imports_without_the_right(weiguang: Run, one_child: Path, login: str) -> None:
    assert weiguang("import", "children", str(one_child), "--by", login).returncode == 3


def test_the_same_list_twice_is_new_then_known(
    weiguang: Run, one_child: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    for outcome in ("new", "known"):
        said = weiguang(
            "import", "children", str(one_child), "--by", "city.1", "--json", str(report)
        )

        assert said.returncode == 0, said.stderr
        row = json.loads(report.read_text(encoding="utf-8"))["rows"][0]
        assert (row["outcome"], bool(row["child"])) == (outcome, True)
