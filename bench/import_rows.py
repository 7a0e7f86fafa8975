# ruff: noqa: E402 -- models can be imported only after setup
"""Measures one import of many rows into an empty register: rows a second, and peak memory.

Run by hand: `python -m bench.import_rows 100000 [--profile]`. Everybody in it is invented.
"""

import cProfile
import os
import pstats
import random
import resource
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weiguang.config.settings")
os.environ["WEIGUANG_DATA"] = tempfile.mkdtemp(prefix="weiguang-bench-")

import django

django.setup()

from xlsxwriter import Workbook

from seeds.city import make_city
from seeds.load import load_network
from seeds.sizes import DEMO
from weiguang.config.postgres_place import find_place
from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.network.models import Account, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.register.actions.lists_confirm import import_at_once
from weiguang.register.actions.lists_undo import undo
from weiguang.register.models import ImportedList
from weiguang.register.queries.judging import OfferedList, judge
from weiguang.register.rules.identity import check_character

COLUMNS = (
    "村居", "姓名", "性别", "身份证号码", "出生日期", "类别", "监护人姓名", "监护人身份证号",
    "与儿童关系", "联系电话", "户籍地址", "学校", "年级", "银行账号",
)  # fmt: skip
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
# A stretch of common characters: nearly every name differs, as the slowest city's would.
GIVEN = [chr(code) for code in range(0x4E30, 0x5E30)]
ON = date(2024, 10, 15)


def main() -> None:
    """Print how long judging alone takes, then judging and confirming in one act."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with database_running():
        make_keys()
        migrate()
        load_network(make_city(DEMO), password="demo", by=the_system(on=ON))
        county = Place.objects.get(level="county")
        officer = actor_for(Account.objects.get(login="city.1"), on=ON)
        offered = OfferedList(_workbook(count), "list.xlsx", county, as_of=ON)
        _timed("judge", count, lambda: judge(offered))
        profile = cProfile.Profile() if "--profile" in sys.argv else None
        if profile:
            profile.enable()
        _timed("judge, write, commit", count, lambda: import_at_once(offered=offered, by=officer))
        imported = ImportedList.objects.get()
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumtime").print_stats(
                "weiguang|opencc|pypinyin|copy|base.py", 45
            )
        _timed("judge again, all known", count, lambda: judge(offered))
        _timed("undo", count, lambda: undo(imported=imported, by=officer))
    data = Path(os.environ["WEIGUANG_DATA"])
    shutil.rmtree(find_place(data.resolve(), "postgres", disposable=False).root)
    shutil.rmtree(data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory of the program: {peak} MB")


def _timed(what: str, count: int, work: object) -> None:
    began, used = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    took, cpu = time.perf_counter() - began, time.process_time() - used
    print(f"{what}: {took:.1f} s, {count / took:.0f} rows/s, {cpu:.1f} s of our CPU", flush=True)


def _workbook(count: int) -> bytes:
    chance = random.Random(2021)
    villages = list(Place.objects.filter(level="village").values_list("name", "parent__name"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        with Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("花名册")
            sheet.write_row(0, 0, ["区镇", *COLUMNS])
            for row in range(1, count + 1):
                sheet.write_row(row, 0, _row(row, villages, chance))
        return path.read_bytes()


def _row(row: int, villages: list[tuple[str, str]], chance: random.Random) -> list[str]:
    born = date(2007, 1, 1) + timedelta(days=row % 6000)
    sequence = row // 6000 * 2
    village, town = chance.choice(villages)
    name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
    return [
        town, village, name, "女", _number(born, sequence), born.isoformat(), "重残",
        chance.choice(SURNAMES) + chance.choice(GIVEN),
        _number(date(1950, 1, 1) + timedelta(days=row % 12000), row // 12000 * 2 + 1),
        "祖父", f"138{row:08d}", f"幸福路{row}号", "实验小学", "三年级", f"62284800{row:011d}",
    ]  # fmt: skip


def _number(born: date, sequence: int) -> str:
    body = f"329583{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


if __name__ == "__main__":
    main()
