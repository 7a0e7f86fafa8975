"""What takes minutes: a city of twenty thousand, and imports killed again and again."""

import csv
import json
import random
import signal
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from seeds.city import make_city
from seeds.load import load_network
from seeds.load_families import load_families
from seeds.sizes import large
from weiguang.config.tests.installation import COMMAND, Run, environment_of, seeded
from weiguang.network.models import Account
from weiguang.network.queries import actor_for, the_system
from weiguang.register.models import Child
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.rules.identity import check_character

pytestmark = pytest.mark.long

ON = date(2026, 10, 15)
CHILDREN, ROWS, KILLS = 20_000, 1_500, 12
HEADER = ("村居", "姓名", "性别", "身份证号码", "出生日期", "类别")


@pytest.mark.django_db
def test_a_city_of_twenty_thousand_is_listed_like_a_small_one() -> None:
    city, by = make_city(large(CHILDREN), as_of=ON), the_system(on=ON)
    load_families(city, load_network(city, password="demo", by=by), by=by)
    officer = actor_for(Account.objects.get(login="city.1"), on=ON)

    assert Child.objects.count() == CHILDREN
    seen: set[object] = set()
    wish, after = ListWish(category="orphan"), None
    while True:
        page = page_of(officer, wish, after)
        assert not seen & {row.id for row in page.rows}
        seen |= {row.id for row in page.rows}
        if not page.has_more:
            break
        after = page.next_key
    assert len(seen) == page.count
    assert page_of(officer, ListWish()).count is None


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Path]]:
    data = tmp_path_factory.mktemp("chaos")
    with seeded(data) as run:
        yield run, data


def test_an_import_killed_at_any_moment_is_whole_or_not_there(
    installation: tuple[Run, Path], tmp_path: Path
) -> None:
    run, data = installation
    chance, killed = random.Random(2021), 0
    for kill in range(KILLS):
        path = long_list(tmp_path / f"list-{kill}.csv", first=kill * ROWS)
        before = registered(run, path)
        importing = subprocess.Popen(
            [COMMAND, "import", "children", str(path), "--by", "city.1"],
            env=environment_of(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            importing.wait(chance.uniform(0.5, 9))
        except subprocess.TimeoutExpired:
            importing.send_signal(signal.SIGKILL)
            importing.wait()
            killed += 1

        assert before == 0
        assert registered(run, path) in (0, ROWS)
    assert killed > 0
    assert run("audit", "verify").returncode == 0


def registered(run: Run, path: Path) -> int:
    """How many of the list's children the register holds, as a dry run tells."""
    said = run("import", "children", str(path), "--dry-run", "--json", str(path) + ".json")
    assert said.returncode == 0, said.stderr
    with Path(str(path) + ".json").open(encoding="utf-8") as report:
        known: int = json.load(report)["summary"]["known"]
    return known


def long_list(path: Path, *, first: int) -> Path:
    """Girls and boys of one village, none of them twice in any of the lists."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADER)
        for number in range(first, first + ROWS):
            born = date(2012, 1, 1) + timedelta(days=number // 900)
            body = f"329583{born:%Y%m%d}{number % 900 + 50:03d}"
            sex = "男" if int(body[-1]) % 2 else "女"
            name = f"顾{chr(0x4E30 + number // 100)}{chr(0x5E30 + number % 100)}"
            text = body + check_character(body)
            lines.writerow(("陆家社区居委会", name, sex, text, born.isoformat(), "孤儿"))
    return path
