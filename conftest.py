"""One disposable PostgreSQL for the whole run; tests speak to it as the run-time role."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.compiled import check_every_statement
from tests.world import World, make_world
from weiguang.config.postgres import APP_ROLE, OWNER_ROLE, Embedded
from weiguang.kernel.keyring import fresh_keyring, text_of

# Each worker of pytest-xdist has its own server: sealing looks at all transactions of a server.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
EMBEDDED = Embedded(Path(os.environ.get("WEIGUANG_DATA", "var")) / WORKER, fast=True)
MIGRATED = f"migrated_{os.getpid()}"

# They refuse to load without a secret.
collect_ignore = ["weiguang/config/wsgi.py", "weiguang/config/web.py"]


def pytest_configure(config: pytest.Config) -> None:
    check_every_statement()
    only_distributes = config.getoption("numprocesses", None) and not WORKER
    if not only_distributes:
        EMBEDDED.ensure_running()


def pytest_unconfigure() -> None:
    EMBEDDED.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What walks through everything comes first: no long file begins when all others have ended."""
    everything = Path(__file__).with_name("tests")
    items.sort(key=lambda item: everything not in item.path.parents)


@cache
def _host() -> str:
    return EMBEDDED.connection().host


@contextmanager
def as_owner(name: str = "weiguang") -> Iterator[psycopg.Connection]:
    """A connection of the schema's owner: who makes databases, and who could tamper."""
    with psycopg.connect(host=_host(), dbname=name, user=OWNER_ROLE, autocommit=True) as owner:
        yield owner


@contextmanager
def _database(name: str, *, like: str = "template0") -> Iterator[None]:
    with as_owner() as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    try:
        yield
    finally:
        with as_owner() as owner:
            # Not by force: the owner may not end another role's process, while a plain drop waits
            # for the moments that a closed connection's process takes to leave.
            owner.execute(f"DROP DATABASE {name}")


@contextmanager
def _django_speaks_to(name: str, *, role: str = APP_ROLE) -> Iterator[None]:
    before = {key: connection.settings_dict[key] for key in ("HOST", "NAME", "USER")}
    connection.close()
    connection.settings_dict.update(HOST=_host(), NAME=name, USER=role)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture(scope="session")
def migrated(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database that is migrated by its owner and never used: the one to copy."""
    with _database(MIGRATED):
        with django_db_blocker.unblock(), _django_speaks_to(MIGRATED, role=OWNER_ROLE):
            call_command("migrate", verbosity=0)
        yield MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(migrated: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of all tests whose transaction is rolled back."""
    name = f"tests_{os.getpid()}"
    with _database(name, like=migrated), django_db_blocker.unblock(), _django_speaks_to(name):
        yield


@contextmanager
def _own_database(migrated: str, blocker: DjangoDbBlocker, name: str) -> Iterator[str]:
    with _database(name, like=migrated), blocker.unblock(), _django_speaks_to(name):
        yield name


@pytest.fixture
def committed(
    migrated: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of this test's own, where transactions really end; yields its name."""
    with _own_database(migrated, django_db_blocker, f"committed_{os.getpid()}") as name:
        yield name


@pytest.fixture(scope="session")
def staged(
    migrated: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, World]]:
    """A database with the stage of `tests.world`, copied and never used; and who stands there."""
    name = f"staged_{os.getpid()}"
    with _database(name, like=migrated):
        with django_db_blocker.unblock(), _django_speaks_to(name):
            world = make_world()
        yield name, world


@pytest.fixture(scope="module")
def kept(
    staged: tuple[str, World], django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The stage in a database of its own that the tests of one module share; its name."""
    with _own_database(staged[0], django_db_blocker, f"kept_{os.getpid()}") as name:
        yield name


@pytest.fixture(scope="module")
def world(kept: str, staged: tuple[str, World]) -> World:
    """Who and what stands on the stage of `kept`; what a test changes of it is its module's own."""
    return staged[1].again()


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """Fresh keys for every run."""
    settings.WEIGUANG_KEYS = text_of(fresh_keyring())


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """Argon2 as in the city, but without what makes it slow on purpose."""
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Every test begins in Chinese, whatever the one before it read in."""
    with translation.override("zh-hans"):
        yield
