"""What columns declared encrypted hold is found in no file of an installation, in no encoding.

Children's names are not among them: lists are sorted and searched by them (design, tier personal).
They stand in the tables and in PostgreSQL's log of changes, and nowhere else.
"""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.traces import Search
from weiguang.config.postgres import OWNER_ROLE, Embedded
from weiguang.config.tests.installation import seeded
from weiguang.kernel import keyring, rotation
from weiguang.kernel.crypto import LocalCrypto

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
SECRET = ["329583201506031234", "15400000017", "玉山镇柳林村3组12号"]


@dataclass(frozen=True)
class City:
    """A city that was seeded, read and backed up; its secrets, opened, and its children's names."""

    data: Path
    secrets: set[str]
    names: set[str]


@pytest.fixture(scope="module", params=["small", pytest.param("demo", marks=pytest.mark.long)])
def city(request: pytest.FixtureRequest) -> Iterator[City]:
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    with seeded(top / "city", size=request.param, fast=False) as run:
        for words in (["backup"], ["audit", "verify"], ["keys", "rotate"], ["backup", "--log"]):
            assert run(*words).returncode == 0
        yield City(top / "city", set(opened(top / "city")), set(names(top / "city")))
    shutil.rmtree(top)


def rows(data: Path, statement: str) -> list[tuple]:
    host = Embedded(data).connection().host
    with psycopg.connect(host=host, dbname="weiguang", user=OWNER_ROLE) as session:
        return session.execute(statement).fetchall()


def opened(data: Path) -> Iterator[str]:
    """Every value of an encrypted column."""
    provider = LocalCrypto(keyring.load(data / "keys.json"))
    for table in rotation.encrypted_tables():
        for column, context in table.contexts.items():
            found = rows(data, f"SELECT {column} FROM {table.name} WHERE {column} IS NOT NULL")
            for (token,) in found:
                yield provider.decrypt(bytes(token), context=context).decode(errors="replace")


def names(data: Path) -> list[str]:
    return [name for (name,) in rows(data, "SELECT name FROM register_childname") if len(name) > 2]


def files(data: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of the installation, the database's among them."""
    for where, _, found in os.walk(data, followlinks=True):
        for each in found:
            path = Path(where) / each
            if path.is_file():
                yield path, path.read_bytes()


def test_there_is_something_to_look_for(city: City) -> None:
    numbers = {each for each in city.secrets if each.startswith("329583")}
    phones = {each for each in city.secrets if each.startswith("154")}
    addresses = {each for each in city.secrets if "号" in each}
    children = rows(city.data, "SELECT count(*) FROM register_child WHERE id_number IS NOT NULL")

    assert len(numbers) >= children[0][0] >= 50
    assert len(phones) >= 20
    assert len(addresses) >= 5


def test_no_secret_stands_in_any_file(city: City) -> None:
    search = Search(city.secrets)
    looked_at = set()
    found = []
    for path, data in files(city.data):
        looked_at |= set(path.relative_to(city.data).parts)
        found += [(str(path), trace) for trace in search.in_bytes(data)]

    assert found == []
    assert {"pg_wal", "base", "log", "backups", "start.log"} <= looked_at


def test_no_name_of_a_child_stands_outside_the_database(city: City) -> None:
    database = {"base", "pg_wal"}
    found = [
        str(path)
        for path, data in files(city.data)
        if not database & set(path.relative_to(city.data).parts)
        and any(name.encode(encoding) in data for name in city.names for encoding in ENCODINGS)
    ]

    assert found == []


@pytest.mark.parametrize("secret", SECRET, ids=["identity number", "phone", "address"])
@pytest.mark.parametrize("before", [b"", b"x", b"xy"], ids=["", "one before", "two before"])
@pytest.mark.parametrize("spelling", ["utf-8", "utf-16-le", "utf-16-be", "base64"])
def test_the_search_finds_what_stands_there(secret: str, before: bytes, spelling: str) -> None:
    text = secret.encode() if spelling == "base64" else secret.encode(spelling)
    hidden = before + text + b"more"
    data = base64.b64encode(hidden) if spelling == "base64" else hidden

    found = list(Search([secret]).in_bytes(os.urandom(1000) + data + os.urandom(1000)))

    assert {each.encoding for each in found} == {spelling}
