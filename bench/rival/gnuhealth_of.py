"""GNU Health's own way of the same pages: run by `bench.gnuhealth` inside GNU Health's virtual
environment, `gnuhealth_of.py DSN DATABASE PEOPLE`; prints its figures as JSON, one line for each.

Each page is what its desktop client asks of the server, as JSON-RPC through the server's WSGI
application in this process, without the drawing, which there is the client's.
"""

import datetime
import json
import os
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

DSN, DATABASE, PEOPLE = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["TRYTOND_DATABASE__URI"] = DSN
os.environ["TRYTOND_SESSION__SUPER_PWD"] = ""

from trytond.config import config  # noqa: E402

config.update_etc(None)
config.set("database", "uri", DSN)

from trytond.pool import Pool  # noqa: E402
from trytond.transaction import Transaction  # noqa: E402

TIMES, WARMING, AT_ONCE = 20, 5, 100
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "子涵欣怡梓萱雨桐浩宇一诺思远若曦明轩佳琪俊杰诗涵嘉豪"
LISTED = ["party", "party.rec_name", "puid", "age", "gender", "dob", "lastname"]


def main() -> None:
    """Enter the people if there are none, then measure list, search, file and creation."""
    Pool.start()
    pool = Pool(DATABASE)
    with Transaction().start(DATABASE, 0, readonly=True):
        pool.init()
    _enter(pool)
    for name, ask in _pages(pool):
        _say(name, ask)


def _enter(pool: Pool) -> None:
    chance = Random(5)
    with Transaction().start(DATABASE, 1) as transaction:
        party_of, patient_of = pool.get("party.party"), pool.get("gnuhealth.patient")
        there = patient_of.search([], count=True)
        while there < PEOPLE:
            number = min(AT_ONCE, PEOPLE - there)
            # One by one: it gives one number to all that are created together.
            for _ in range(number):
                (party,) = party_of.create([_person(chance)])
                patient_of.create([{"party": party.id}])
            transaction.commit()
            there += number


def _person(chance: Random) -> dict[str, Any]:
    days = chance.randrange(365 * 18)
    return {
        "name": "".join(chance.choices(GIVEN, k=2)), "lastname": chance.choice(SURNAMES),
        "is_person": True, "is_patient": True, "fed_country": "CHN", "gender": chance.choice("mf"),
        "dob": datetime.date(2026, 9, 1) - datetime.timedelta(days=days),
    }  # fmt: skip


def _pages(pool: Pool) -> list[tuple[str, Callable[[], object]]]:
    chance = Random(7)
    with Transaction().start(DATABASE, 1, readonly=True):
        patient_of = pool.get("gnuhealth.patient")
        some = [each.id for each in patient_of.search([], limit=200)]
        one = patient_of(some[100]).party
        name = f"{one.name}"
        fields = [
            key for key, field in patient_of.fields_get().items() if field["type"] != "binary"
        ]
    model = "gnuhealth.patient"

    def called(method: str, *args: Any, write: bool = False) -> Any:
        with Transaction().start(DATABASE, 1, readonly=not write) as transaction:
            found = getattr(pool.get(model), method)(*args)
            if write:
                transaction.commit()
            return found

    def listed(domain: list[Any]) -> Any:
        called("search_count", domain)
        return called("search_read", domain, 0, 50, [("party", "ASC")], LISTED)

    def create() -> Any:
        with Transaction().start(DATABASE, 1) as transaction:
            (party,) = pool.get("party.party").create([_person(chance)])
            pool.get(model).create([{"party": party.id}])
            transaction.commit()

    return [
        ("list", lambda: listed([])),
        ("search name", lambda: listed([("rec_name", "ilike", f"%{name}%")])),
        ("open", lambda: called("read", [chance.choice(some)], fields)),
        ("create", create),
    ]


def _say(name: str, ask: Callable[[], object]) -> None:
    for _ in range(WARMING):
        ask()
    ours, theirs, began = time.process_time(), _backends_s(), time.perf_counter()
    for _ in range(TIMES):
        ask()
    cost = {
        "name": name,
        "server_ms": (time.process_time() - ours) / TIMES * 1000,
        "database_ms": (_backends_s() - theirs) / TIMES * 1000,
        "wall_ms": (time.perf_counter() - began) / TIMES * 1000,
    }
    print(json.dumps(cost), flush=True)


def _backends_s() -> float:
    """The processor time of every process that serves this database."""
    with Transaction().start(DATABASE, 0, readonly=True) as transaction:
        cursor = transaction.connection.cursor()
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (DATABASE,))
        pids = [row[0] for row in cursor.fetchall()]
    return sum(_cpu_s(pid) for pid in pids)


def _cpu_s(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
