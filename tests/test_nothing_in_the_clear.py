"""What columns declared encrypted hold is found in no file of an installation, in no encoding.

Children's names are not among them: lists are sorted and searched by them (design, tier personal).
They stand in the tables and in PostgreSQL's log of changes, and nowhere else. Nor are codes and the
like (`SHORT`), which stand anywhere by chance: marked text in every sensitive field, sought in
every file of the database, is `tests.test_planted_secrets`.
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

from tests.traces import Search, is_sought
from weiguang.config.postgres import OWNER_ROLE, Embedded
from weiguang.config.tests.installation import seeded
from weiguang.kernel import keyring, rotation
from weiguang.kernel.crypto import LocalCrypto

SECRET = ["329583201506031234", "32958320150603123X43", "15400000017", "玉山镇柳林村3组12号"]


# Columns that hold codes, what programs note for programs, or no more than a name, which is a plain
# word elsewhere.
SHORT = {
    "kernel_change.before", "kernel_change.after", "register_accessrequest.said",
    "register_healthfact.kind", "register_healthfact.detail", "register_lead.guardian_name",
    "register_lead.signs", "register_parentsituation.situation",
    "register_parentsituation.evidence", "tasks_approval.says",
}  # fmt: skip


@dataclass(frozen=True)
class City:
    """A city that was seeded, read and backed up: what its encrypted columns hold, opened; its
    children's names; its folder, with one for temporary files beside it."""

    top: Path
    secrets: dict[str, list[str]]
    names: set[str]

    @property
    def data(self) -> Path:
        return self.top / "city"


@pytest.fixture(scope="module", params=["small", pytest.param("demo", marks=pytest.mark.long)])
def city(request: pytest.FixtureRequest) -> Iterator[City]:
    top = Path(tempfile.mkdtemp(prefix="wg-"))
    top.chmod(0o755)
    (top / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(top / "temporary"))
        with seeded(top / "city", size=request.param, fast=False) as run:
            for words in (["backup"], ["audit", "verify"], ["keys", "rotate"], ["backup", "--log"]):
                assert run(*words).returncode == 0
            yield City(top, opened(top / "city"), set(names(top / "city")))
    shutil.rmtree(top)


def rows(data: Path, statement: str) -> list[tuple]:
    host = Embedded(data).connection().host
    with psycopg.connect(host=host, dbname="weiguang", user=OWNER_ROLE) as session:
        return session.execute(statement).fetchall()


def opened(data: Path) -> dict[str, list[str]]:
    """Every value of each encrypted column."""
    provider = LocalCrypto(keyring.load(data / "keys.json"))
    found = {}
    for table in rotation.encrypted_tables():
        for column, context in table.contexts.items():
            tokens = rows(data, f'SELECT "{column}" FROM {table.name} WHERE "{column}" IS NOT NULL')
            found[f"{table.name}.{column}"] = [
                provider.decrypt(bytes(token), context=context).decode(errors="replace")
                for (token,) in tokens
            ]
    return found


def names(data: Path) -> list[str]:
    return [name for (name,) in rows(data, "SELECT name FROM register_childname") if len(name) > 2]


def files(top: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of the installation, the database's among them."""
    for where, _, found in os.walk(top, followlinks=True):
        for each in found:
            path = Path(where) / each
            if path.is_file():
                yield path, path.read_bytes()


def test_everything_but_codes_and_bare_names_is_sought(city: City) -> None:
    unsought = {
        column
        for column, values in city.secrets.items()
        if not all(map(is_sought, values))
    }  # fmt: skip

    assert unsought <= SHORT


def test_every_number_and_phone_that_was_seeded_is_among_what_is_sought(city: City) -> None:
    children, numbers, adults, phones = rows(
        city.data,
        "SELECT count(*), count(id_number), (SELECT count(id_number) FROM register_adult),"
        " (SELECT count(phone) FROM register_adult) FROM register_child",
    )[0]

    assert len(city.secrets["register_child.id_number"]) == numbers > 0.8 * children
    assert len(city.secrets["register_adult.id_number"]) == adults > children
    assert len(city.secrets["register_adult.phone"]) == phones > children
    assert len(city.secrets["register_childplace.address"]) > children


def test_no_secret_stands_in_any_file(city: City) -> None:
    search = Search(word for column in city.secrets.keys() - SHORT for word in city.secrets[column])
    looked_at = set()
    found = []
    for path, data in files(city.top):
        looked_at |= set(path.relative_to(city.data).parts if city.data in path.parents else ())
        found += [(str(path), trace) for trace in search.in_bytes(data)]

    assert found == []
    assert {"pg_wal", "base", "log", "backups", "start.log"} <= looked_at


def test_no_name_of_a_child_stands_outside_the_database(city: City) -> None:
    database, search = {"base", "pg_wal"}, Search(city.names)
    found = {
        (bool(database & set(path.parts)), trace.encoding)
        for path, data in files(city.top)
        for trace in search.in_bytes(data)
    }

    assert {encoding for is_inside, encoding in found if not is_inside} == set()
    assert (True, "utf-8") in found, "which shows that the search finds"


@pytest.mark.parametrize(
    "secret", SECRET, ids=["identity number", "disability number", "phone", "address"]
)
@pytest.mark.parametrize("before", [b"", b"x", b"xy"], ids=["", "one before", "two before"])
@pytest.mark.parametrize("spelling", ["utf-8", "utf-16-le", "utf-16-be", "base64"])
def test_the_search_finds_what_stands_there(secret: str, before: bytes, spelling: str) -> None:
    text = secret.encode() if spelling == "base64" else secret.encode(spelling)
    hidden = before + text + b"more"
    data = base64.b64encode(hidden) if spelling == "base64" else hidden

    found = list(Search([secret]).in_bytes(os.urandom(1000) + data + os.urandom(1000)))

    assert {each.encoding for each in found} == {spelling}
