"""An installation to break: the embedded database as it is in a district office, people and places.

Everything in it is invented. The database has the durable settings, never the quick ones of tests:
what it acknowledged must survive its death.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

from chaos import plan
from chaos.line import Line
from chaos.plan import Plan
from weiguang.config.postgres import Embedded
from weiguang.config.postgres_place import find_place
from weiguang.config.prepare import make_keys, migrate
from weiguang.config.secret import make_secret
from weiguang.register.tests.two_towns import Towns, make_towns

PATIENCE_S = 60
POLL_S = 0.01


@dataclass
class Site:
    """The database, the line that can lose answers, and who works there."""

    database: Embedded
    line: Line
    folder: Path
    towns: Towns

    def arm(self, program: str, step: int, blow: str) -> None:
        """Let a blow fall on a program at its step."""
        plan.arm(self.folder, Plan(program, step, blow, self.postmaster()))

    def disarm(self) -> bool:
        """Whether it fell; afterwards everything runs again as after an operator's `up`."""
        fell = plan.disarm(self.folder)
        self.heal()
        return fell

    def heal(self) -> None:
        """Start the database again if it died, and forget our own connection to it."""
        if not self.database.is_running():
            self.database.ensure_running()
        connection.close()

    def postmaster(self) -> int:
        """The number of the database's first process."""
        cluster = find_place(settings.DATA_DIR, "postgres", disposable=False).cluster
        return int((cluster / "postmaster.pid").read_text().split()[0])

    def wait_until_idle(self) -> None:
        """Until no transaction of a dead program is left: the database finds out by itself."""
        give_up_at = time.monotonic() + PATIENCE_S
        while _others_at_work():
            if time.monotonic() > give_up_at:
                raise TimeoutError("a transaction of a dead program goes on")
            # A database that was killed may have looked alive to us for a moment longer.
            self.heal()
            time.sleep(POLL_S)


@contextmanager
def site() -> Iterator[Site]:
    """A fresh installation in the data directory; nothing of it remains."""
    data: Path = settings.DATA_DIR
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    with Embedded(data, say=lambda message, values: None) as reached:
        database = Embedded(data)
        database.ensure_running()
        line = Line(Path(reached.host), folder)
        try:
            make_keys()
            make_secret(data)
            migrate()
            yield Site(database, line, folder, make_towns())
        finally:
            connection.close()
            line.close()
            database.stop()
            shutil.rmtree(folder)
    shutil.rmtree(find_place(data, "postgres", disposable=False).root)


def _others_at_work() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            return bool(cursor.fetchone()[0])
    except OperationalError:
        connection.close()
        return True
