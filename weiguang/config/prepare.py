"""Brings an installation to the point where commands can run: keys, server, schema.

What is there is left alone; what a command started it stops again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from weiguang.config.database import embedded, is_embedded
from weiguang.config.postgres import OWNER_ROLE, Embedded, PostgresError
from weiguang.kernel import keyring
from weiguang.kernel.models import Event


@contextmanager
def database_running() -> Iterator[Embedded | None]:
    """The embedded server for the length of a command; None when another server is named."""
    if not is_embedded():
        yield None
        return
    server = embedded(settings.DATA_DIR, say=_tell)
    try:
        server.ensure_running()
    except PostgresError as error:
        raise click.ClickException(gettext(error.message) % error.values) from error
    try:
        yield server
    finally:
        connection.close()
        server.stop()


def _tell(message: str, values: Mapping[str, object]) -> None:
    click.echo(gettext(message) % values, err=True)


@contextmanager
def as_owner() -> Iterator[None]:
    """The schema's owner for a while on the embedded server; elsewhere whom the operator named."""
    if not is_embedded():
        yield
        return
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = OWNER_ROLE
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


def make_keys() -> bool:
    """Create the key file when keys are to be in a file and there is none; True when created.

    The database runs already. Raises ClickException where there is something in it: it is sealed
    with keys that are missing, and new ones could never read it.
    """
    where = settings.WEIGUANG_KEYS
    if not isinstance(where, Path) or where.exists():
        return False
    if _holds_anything():
        said = gettext(
            "数据库还在，密钥文件 %(file)s 不见了，没有启动。"
            "请把另外保管的密钥文件放回这里，权限设为 600，再启动；不要新建密钥，"
            "新密钥打不开原来的数据。"
        )
        raise click.ClickException(said % {"file": where})
    keyring.save(keyring.fresh_keyring(), where)
    return True


def _holds_anything() -> bool:
    """Whether anything was ever done in the database."""
    return Event._meta.db_table in connection.introspection.table_names() and Event.objects.exists()


def pending_migrations() -> list[str]:
    """The names of migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """The names of our migrations that the database has seen and this version does not have."""
    loader = MigrationExecutor(connection).loader
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("weiguang.")}
    known = loader.disk_migrations or {}
    return sorted(
        f"{label}.{name}"
        for label, name in loader.applied_migrations or {}
        if label in ours and (label, name) not in known
    )


def migrate() -> list[str]:
    """Bring the schema up to date, as its owner; the names of what was done, none when it was.

    Raises ClickException for a database that a newer version has worked in, and on a server of the
    operator's own where the role may not change the schema.
    """
    _refuse_newer()
    pending = pending_migrations()
    if not pending:
        return []
    with as_owner():
        try:
            call_command("migrate", verbosity=0)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
            said = gettext(
                "数据库结构需要更新，而用户 %(role)s 不能更改结构。"
                "请让 DATABASE_URL 写明结构的所有者，运行一次 weiguang migrate，再照常启动。"
            )
            role = connection.settings_dict["USER"]
            raise click.ClickException(said % {"role": role}) from error
    return pending


def _refuse_newer() -> None:
    """An older version would write what the newer one no longer understands."""
    unknown = unknown_migrations()
    if unknown:
        said = gettext(
            "这个数据库已由更新的版本使用过（%(names)s），旧版本不能再用它，没有启动。"
            "请装回新版本；要回到旧版本，请恢复升级前的备份。"
        )
        raise click.ClickException(said % {"names": ", ".join(unknown)})


def settle() -> None:
    """Tidy and measure every table of ours, so that plans fit what was just written by the million.

    Left alone the server would do it by itself, some minutes later. Needs the tables' owner; where
    the operator named another role the server passes over them.
    """
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
