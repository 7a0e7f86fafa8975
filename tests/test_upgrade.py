"""The upgrade: what every earlier release wrote is whole, readable and provable in this version.

`tests/data/releases` holds what each release left (tools/keep-release makes it). It is put into an
empty installation and brought up by the commands that OPERATORS.md names.
"""

import base64
import json
import lzma
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps

from tests.visitor import Visitor
from weiguang.config.postgres import OWNER_ROLE, Embedded
from weiguang.config.postgres_binaries import find_programs
from weiguang.config.synthetic import DEMO_PASSWORD
from weiguang.config.tests.installation import Run, environment_of, runner, served
from weiguang.kernel import keyring
from weiguang.kernel.crypto import LocalCrypto
from weiguang.kernel.fields import EncryptedBytes, EncryptedText

RELEASES = Path(__file__).parent / "data" / "releases"
# Django's own lists of what there is; a new version has more of it.
GROWING = {"auth_permission", "django_content_type", "django_migrations"}


@dataclass
class Upgraded:
    """An installation of an earlier release after the upgrade."""

    data: Path
    run: Run
    told: Any
    migrated: list[str]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        host = Embedded(self.data, fast=True).connection().host
        with psycopg.connect(host=host, dbname="weiguang", user=OWNER_ROLE) as owner:
            return owner.execute(statement).fetchall()

    def done(self, *words: str) -> Any:
        ended = self.run(*words, "--json")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)


@pytest.fixture(scope="module", params=sorted(each.name for each in RELEASES.iterdir()))
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    release, data = RELEASES / request.param, tmp_path_factory.mktemp("upgraded")
    shutil.copy(release / "keys.json", data)
    (data / "keys.json").chmod(0o600)
    with Embedded(data, fast=True, say=lambda message, values: None) as reach:
        _load(lzma.decompress((release / "database.sql.xz").read_bytes()), reach.host)
        run = runner(data)
        pending = run("check").stdout
        migrated = json.loads(run("migrate", "--json").stdout)["migrated"]
        assert all(f"not migrated: {name}" in pending for name in migrated)
        yield Upgraded(data, run, json.loads((release / "told.json").read_text()), migrated)


def _load(dump: bytes, host: str) -> None:
    programs = find_programs("psql", 15)
    assert programs is not None
    words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--host={host}"]
    subprocess.run(
        [programs.program("psql"), *words, f"--username={OWNER_ROLE}", "weiguang"],
        input=dump, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def test_there_is_an_upgrade_and_after_it_nothing_is_left_to_do(upgraded: Upgraded) -> None:
    assert len(upgraded.migrated) > 10
    assert upgraded.done("migrate") == {"migrated": []}
    assert upgraded.done("check")["findings"] == []


def test_every_row_is_still_there_and_none_was_added(upgraded: Upgraded) -> None:
    expected = upgraded.told["rows"]

    found = {name: upgraded.sql(f"SELECT count(*) FROM {name}")[0][0] for name in expected}

    grown = {
        name: found[name] - expected[name] for name in expected if found[name] != expected[name]
    }
    assert set(grown) <= GROWING
    assert all(more > 0 for more in grown.values())
    assert expected["register_child"] >= 60


def test_the_memory_proves_with_its_old_head(upgraded: Upgraded) -> None:
    before = upgraded.done("audit", "verify")

    assert {name: before[name] for name in upgraded.told["chain"]} == upgraded.told["chain"]
    assert before["findings"] == []
    assert before["unsealed"] > 0


def test_every_encrypted_value_opens_and_says_what_it_said(upgraded: Upgraded) -> None:
    provider = LocalCrypto(keyring.load(upgraded.data / "keys.json"))
    fields = {
        (model._meta.db_table, field.column): field
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, EncryptedText)
    }

    for table, columns in upgraded.told["opened"].items():
        for column, expected in columns.items():
            rows = upgraded.sql(
                f"SELECT id::text, {column} FROM {table} WHERE {column} IS NOT NULL"
            )
            read = partial(_read, provider, fields[table, column])
            assert {key: read(bytes(token)) for key, token in rows} == expected, (table, column)


def _read(provider: LocalCrypto, field: EncryptedText, token: bytes) -> str:
    opened = provider.decrypt(token, context=field.context())
    return (
        base64.b64encode(opened).decode() if isinstance(field, EncryptedBytes) else opened.decode()
    )


def test_what_was_kept_holds_numbers_phones_history_and_lists(upgraded: Upgraded) -> None:
    opened = upgraded.told["opened"]

    kept = {
        f"{table}.{column}": len(rows)
        for table, columns in opened.items()
        for column, rows in columns.items()
    }
    for column in (
        "register_child.id_number", "register_adult.phone", "register_healthfact.detail",
        "register_childplace.address", "register_parentsituation.situation",
        "kernel_change.before", "kernel_change.after", "register_importedfile.content",
    ):  # fmt: skip
        assert kept[column] > 0, column


def test_people_go_on_where_they_stopped_and_the_chain_with_them(upgraded: Upgraded) -> None:
    login, child = upgraded.told["opens"]["login"], upgraded.told["opens"]["child"]
    name = upgraded.sql(f"SELECT name FROM register_child WHERE id = '{child}'")[0][0]

    with served(environment_of(upgraded.data)) as port:
        visitor = Visitor(f"http://127.0.0.1:{port}")
        home = visitor.log_in(login, DEMO_PASSWORD)
        file = visitor.get(f"/children/{child}/")
        listed = visitor.get("/children/")
        _wait_for_a_block(upgraded, after=upgraded.told["chain"]["blocks"])

    assert (home.status, listed.status, file.status) == (200, 200, 200)
    assert "/account/login/" not in home.address
    assert name in file.text
    assert upgraded.done("audit", "verify")["findings"] == []


def _wait_for_a_block(upgraded: Upgraded, *, after: int) -> None:
    """Until the worker has sealed what the release had left unsealed."""
    give_up_at = time.monotonic() + 60
    while upgraded.sql("SELECT count(*) FROM kernel_block")[0][0] <= after:
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def test_an_older_version_does_not_start_on_a_newer_database(upgraded: Upgraded) -> None:
    upgraded.sql(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('register', '9999_of_tomorrow', now()) RETURNING id"
    )
    try:
        refused = upgraded.run("migrate")
        checked = upgraded.run("check")
    finally:
        upgraded.sql("DELETE FROM django_migrations WHERE name = '9999_of_tomorrow' RETURNING id")

    assert refused.returncode == 1
    assert "register.9999_of_tomorrow" in refused.stderr
    assert "of a newer version: register.9999_of_tomorrow" in checked.stdout
