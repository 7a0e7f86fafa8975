"""The text of an embedded server's own files: settings, who may connect, roles and database.

Pure text from arguments; `postgres` writes and runs it.
"""

from pathlib import Path

OWNER_ROLE = "weiguang_owner"
APP_ROLE = "weiguang_app"
# Only copies the server's files for a backup (config.backups).
BACKUP_ROLE = "weiguang_backup"
DATABASE = "weiguang"

# PostgreSQL writes the values of a failing statement into its messages ("Key (name)=(...) already
# exists"). Errors therefore go to the client only: `log` stands above `error` in the server log.
_WITHOUT_PERSONAL_DATA = """
log_min_messages = log
log_error_verbosity = terse
log_min_error_statement = panic
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""

# For two cores: parallel plans and compiled expressions cost more than they give.
_FOR_TWO_CORES = """
max_connections = 100
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
random_page_cost = 1.1
max_parallel_workers_per_gather = 0
jit = off
"""

_DURABLE = """
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
max_wal_size = 1GB
max_slot_wal_keep_size = 4GB
logging_collector = on
log_directory = '../log'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
"""

# What changed since a backup, for the next one to copy nothing else; from PostgreSQL 17 on.
SUMMARIES_SINCE = 17
_SUMMARIES = "summarize_wal = on\n"

# Only for data that may be lost: a power cut destroys it. Autovacuum's workers belong to the
# superuser: while one looks at a database, the owner can neither end it nor drop the database.
_DISPOSABLE = """
autovacuum = off
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 30min
"""


def server_settings(socket_directory: Path, *, fast: bool, major: int) -> str:
    """postgresql.conf: no TCP port, one private socket, nothing personal in the log."""
    where = str(socket_directory).replace("'", "''")
    return (
        "# Written at every start; changes made here are lost.\n"
        "listen_addresses = ''\n"
        f"unix_socket_directories = '{where}'\n"
        "unix_socket_permissions = 0700\n"
        "cluster_name = 'weiguang'\n"
        "timezone = 'UTC'\n"
        "log_timezone = 'UTC'\n"
        + (_DISPOSABLE if fast else _DURABLE)
        + (_SUMMARIES if major >= SUMMARIES_SINCE and not fast else "")
        + _FOR_TWO_CORES
        + _WITHOUT_PERSONAL_DATA
    )


def host_rules() -> str:
    """pg_hba.conf: the operating system says who is there; nothing else is believed."""
    return f"local all all peer map=weiguang\nlocal replication {BACKUP_ROLE} peer map=weiguang\n"


def identity_map(os_user: str) -> str:
    """pg_ident.conf: the account that runs Weiguang may be its roles, and no superuser."""
    roles = (OWNER_ROLE, APP_ROLE, BACKUP_ROLE)
    return "".join(f'weiguang "{os_user}" {role}\n' for role in roles)


def foundation() -> str:
    """SQL for a new cluster in single-user mode, where a blank line ends a statement."""
    statements = (
        f"CREATE ROLE {OWNER_ROLE} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE",
        f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE} TEMPLATE template0",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP_ROLE}",
    )
    return "".join(f"{statement};\n\n" for statement in statements)


def later_foundation() -> str:
    """SQL in the same way for what later releases added to a cluster; may be run again."""
    # Asked first: in single-user mode even a caught error ends the program.
    role = (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{BACKUP_ROLE}')"
        f" THEN CREATE ROLE {BACKUP_ROLE} LOGIN NOSUPERUSER REPLICATION; END IF; END $$"
    )
    return f"{role};\n\nGRANT CONNECT ON DATABASE {DATABASE} TO {BACKUP_ROLE};\n\n"
