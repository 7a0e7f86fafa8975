"""The laws of the repository: what a reviewer would have to remember, checked instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from weiguang.kernel.fields import BlindIndex, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier

ROOT = Path(__file__).parents[2]
OURS = [model for model in apps.get_models() if model.__module__.startswith("weiguang.")]
RECORDS = [model for model in OURS if issubclass(model, Record)]
INSERT_ONLY = {"kernel_event", "kernel_change", "kernel_block", "kernel_leaf"}
# Login and session tables and the worker's queue: written by machinery, outside any act.
EXEMPT = {"network_account", "kernel_delivery", "kernel_roundrun"}
LONGEST_FILE, LONGEST_FUNCTION = 500, 60


def sources() -> Iterator[Path]:
    for folder in ("weiguang", "seeds", "packs", "tests", "tools", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_declares_its_sensitivity(model: type[Model]) -> None:
    declared = getattr(model, "sensitivity", {})

    assert set(declared) == {field.name for field in model._meta.get_fields() if field.concrete}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_sensitive_column_is_encrypted(model: type[Model]) -> None:
    plain = [
        field.name
        for field in model._meta.concrete_fields
        if model.sensitivity[field.name] >= Tier.SENSITIVE
        and not isinstance(field, (EncryptedText, BlindIndex))
        and field.name != "password"  # hashed, which is stronger
    ]

    assert plain == []


def test_every_table_is_a_guarded_record_or_an_insert_only_memory_or_exempt_by_name() -> None:
    tables = {model._meta.db_table for model in OURS}
    records = {model._meta.db_table for model in RECORDS}

    assert tables == records | INSERT_ONLY | EXEMPT


@pytest.mark.django_db
def test_the_database_guards_every_record_and_every_memory() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'weiguang_%' AND tgenabled = 'O'"
        )
        triggers = set(cursor.fetchall())

    expected = {("weiguang_event", model._meta.db_table) for model in RECORDS}
    assert triggers == expected | {("weiguang_insert_only", table) for table in INSERT_ONLY}


@pytest.mark.django_db
def test_the_run_time_role_owns_nothing_and_cannot_truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND (r.rolname = current_user OR has_table_privilege(c.oid, 'TRUNCATE'))"
        )
        assert cursor.fetchall() == []


def test_no_file_is_longer_than_the_ceiling() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}

    assert {str(p): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_the_ceiling_and_none_imports_inside() -> None:
    too_long, inner = [], []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                    too_long.append(f"{path}:{node.name}")
                if any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(node)):
                    inner.append(f"{path}:{node.name}")

    assert (too_long, inner) == ([], [])


def test_nobody_uses_signals() -> None:
    users = [
        str(path)
        for path in (ROOT / "weiguang").rglob("*.py")
        if "django.dispatch" in path.read_text(encoding="utf-8")
        or "django.db.models.signals" in path.read_text(encoding="utf-8")
    ]

    assert users == []
