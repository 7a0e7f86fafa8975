"""Migration operations by which the database itself keeps the laws: no write without an event,
no change of what is remembered.

Every migration that creates a record's table adds `guarded("table")`; a test compares the list with
the models, so that a forgotten table fails the build.
"""

from typing import Final

from django.db.migrations.operations import RunSQL

APP_ROLE: Final = "weiguang_app"

REQUIRE_EVENT: Final = """
CREATE FUNCTION weiguang_require_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('weiguang.event', true), '') = '' THEN
    RAISE EXCEPTION 'write on % outside an audited act', TG_TABLE_NAME USING ERRCODE = 'WG001';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION weiguang_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'WG002';
END $$;
"""

DROP_FUNCTIONS: Final = """
DROP FUNCTION weiguang_require_event();
DROP FUNCTION weiguang_insert_only();
"""

GRANT_TO_APP: Final = f"""
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
    EXECUTE 'GRANT USAGE ON SCHEMA public TO {APP_ROLE}';
    EXECUTE 'ALTER DEFAULT PRIVILEGES IN SCHEMA public
             GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}';
    EXECUTE 'ALTER DEFAULT PRIVILEGES IN SCHEMA public
             GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}';
    EXECUTE 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO {APP_ROLE}';
  END IF;
END $$;
"""


def functions() -> RunSQL:
    """The two trigger functions; run once, before any table is guarded."""
    return RunSQL(REQUIRE_EVENT, DROP_FUNCTIONS)


def app_role_rights() -> RunSQL:
    """What the run-time role may do with tables made from here on: rows, never structure."""
    return RunSQL(GRANT_TO_APP, RunSQL.noop)


def guarded(*tables: str) -> RunSQL:
    """Refuse every write on these tables outside an act, whoever writes and however."""
    return RunSQL(
        "\n".join(_require_event(table) for table in tables),
        "\n".join(f"DROP TRIGGER weiguang_event ON {table};" for table in tables),
    )


def insert_only(*tables: str) -> RunSQL:
    """Refuse updates, deletes and truncation on these tables, by right and by trigger."""
    return RunSQL(
        "\n".join(_insert_only(table) for table in tables),
        "\n".join(f"DROP TRIGGER weiguang_insert_only ON {table};" for table in tables),
    )


def _require_event(table: str) -> str:
    return (
        f"CREATE TRIGGER weiguang_event BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION weiguang_require_event();"
    )


def _insert_only(table: str) -> str:
    # Table names come from our own migrations, never from outside.
    return f"""
CREATE TRIGGER weiguang_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION weiguang_insert_only();
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
    EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}';
  END IF;
END $$;
"""  # noqa: S608
