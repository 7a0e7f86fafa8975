"""What a request did, as the database tells it, and whether the answer may stand.

The statement trigger keeps a table from being written outside an act; here every row that was
written is followed to its event, and what was written beside the records is compared with a list.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.doors import DOORS, known_patterns
from tests.fuzz.attacks import Attack
from tests.test_access_matrix import without_secret
from tests.world import Seated, Things, World, undone
from weiguang.network.authority import may
from weiguang.network.verbs import Verb

# What a browser's way in leaves behind, and what is owed to reactions: no records.
BESIDE_RECORDS: Final = frozenset(
    {
        "django_session", "usersessions_usersession", "axes_accessattempt", "axes_accesslog",
        "axes_accessfailurelog", "axes_accessattemptexpiration", "mfa_authenticator",
        "network_account", "kernel_event", "kernel_delivery", "kernel_change", "office_counter",
    }
)  # fmt: skip
# Doors that show a number or a row whole to who may see it, or hand out a paper.
SHOWS_NUMBERS: Final = frozenset(
    {"child_reveal", "lead_reveal", "lead_register", "import_row", "import_row_decide",
     "import_row_leave", "import_download", "export_fetch", "document_download"}
)  # fmt: skip
TRACES: Final = (
    b"Traceback", b"psycopg", b"DoesNotExist", b"site-packages", b"ProgrammingError", b"WG001",
)  # fmt: skip
# Answers that say no: nothing of anybody stands in them.
SAYS_NO: Final = frozenset({400, 403, 404, 405, 413, 429})
REPEATS_A_FORM: Final = frozenset({200, 409, 422})
# What a door may answer at all.
ANSWERS: Final = SAYS_NO | REPEATS_A_FORM | {302}
GUARDED: Final = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'weiguang_event'"
TOUCHED: Final = """
SELECT relname, n_tup_ins + n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
MARK: Final = "SELECT pg_current_xact_id()::text::bigint, last_value FROM kernel_event_id_seq"
# Rows that this transaction wrote: all of them, and those that no event of its own answers for.
ROWS: Final = """
SELECT count(*), count(*) FILTER (WHERE e.id IS NULL OR e.was_refused OR row.written_in <= {mark})
FROM {table} AS row LEFT JOIN kernel_event AS e ON e.id = row.written_in
WHERE row.xmin::text::bigint >= {began}
"""


@dataclass
class Written:
    """What one request wrote: rows of records, those without an event, deletions, events."""

    rows: dict[str, int] = field(default_factory=dict)
    orphans: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)
    done: int = 0

    @property
    def changed(self) -> list[str]:
        """Tables of records in which something is other than before."""
        return sorted({**self.rows, **self.deleted})


def record_tables() -> frozenset[str]:
    """The tables that the database guards."""
    return frozenset(name for (name,) in _asked(GUARDED))


@contextmanager
def watched(records: frozenset[str]) -> Iterator[Written]:
    """Fills in, at its end, what was written inside; takes everything back afterwards."""
    found = Written()
    with undone():
        ((began, mark),) = _asked(MARK)
        before = _touched()
        yield found
        after = _touched()
        for table, counts in after.items():
            written, deleted = (
                now - then for now, then in zip(counts, before.get(table, (0, 0)), strict=True)
            )
            if table in records:
                _follow(found, table, began, mark, is_written=bool(written), deleted=deleted)
            elif written + deleted and table not in BESIDE_RECORDS:
                found.strays.append(table)
        ((found.done,),) = _asked(
            f"SELECT count(*) FROM kernel_event WHERE id > {mark} AND NOT was_refused"
        )


def _follow(
    found: Written, table: str, began: int, mark: int, *, is_written: bool, deleted: int
) -> None:
    if is_written:
        ((rows, orphans),) = _asked(ROWS.format(table=table, began=began, mark=mark))
        found.rows.update({table: rows} if rows else {})
        found.orphans.update({table: orphans} if orphans else {})
    if deleted:
        found.deleted[table] = deleted


def _touched() -> dict[str, tuple[int, int]]:
    return {name: (written, deleted) for name, written, deleted in _asked(TOUCHED)}


def _asked(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[Any] = cursor.fetchall()
    return rows


@dataclass
class Answer:
    """What came back, with what fell over and what was written on the way."""

    response: HttpResponse
    fell: list[str]
    written: Written


class Siege:
    """The stage under attack: sends what is asked and says what is wrong with the answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.records = record_tables()
        things = list(world.things.values())
        self.names = [word.encode() for each in things for word in each.names]
        self.numbers = [
            str(child.id_number).encode()
            for each in things for child in (each.child,) if child.id_number
        ]  # fmt: skip

    def faults(self, who: Seated, name: str, attack: Attack) -> list[str]:
        """What is wrong with the answer to an attack on a door; empty when all is well."""
        things = who.meets[attack.spot if attack.spot in who.meets else "own"]
        door = DOORS[name]
        is_absent = (
            attack.spot == "nowhere" and door.names_something
            and door.nowhere(name, things) != door.address(name, things)
        )  # fmt: skip
        answer = self._sent(who.client, name, attack, things, is_absent=is_absent)
        found = [*self._of_any(name, answer), *self._of_writes(answer)]
        if not is_absent and self._is_closed(who, name, things):
            found += self._of_closed(who, name, attack, things, answer)
        elif is_absent and answer.response.status_code == 200:
            found.append("shows what does not exist")
        return found

    def _sent(
        self, client: Client, name: str, attack: Attack, things: Things, *, is_absent: bool
    ) -> Answer:
        door = DOORS[name]
        address = (door.nowhere if is_absent else door.address)(name, things)
        parts = door.parts(things) if door.parts and not is_absent else {}
        kind, body = attack.body(door.said(things))
        methods: Any = getattr(known_patterns()[name].callback, "methods", ("GET", "POST"))
        cookies, client.raise_request_exception = _kept(client), False
        with watched(self.records) as written, _falling() as fell:
            response: Any = client.generic(
                attack.verb(methods), attack.bend(address, parts), body, kind,
                QUERY_STRING=attack.query(), **attack.headers,
            )  # fmt: skip
        client.cookies = SimpleCookie(cookies)
        return Answer(response, fell, written)

    def _of_any(self, name: str, answer: Answer) -> Iterator[str]:
        status, content = answer.response.status_code, answer.response.content
        if answer.fell or status not in ANSWERS:
            yield f"answered {status} {answer.fell}"
        yield from (f"tells {trace!r}" for trace in TRACES if trace in content)
        if status in SAYS_NO:
            yield from (f"refuses and names {word!r}" for word in self.names if word in content)
        if name not in SHOWS_NUMBERS:
            yield from ("tells a whole number" for word in self.numbers if word in content)

    def _of_writes(self, answer: Answer) -> Iterator[str]:
        written, status = answer.written, answer.response.status_code
        if written.orphans or written.strays:
            yield f"wrote without an event: {written.orphans} {written.strays}"
        if written.changed and not written.done:
            yield f"changed {written.changed} and remembers nothing"
        if written.changed and status in SAYS_NO | {409, 422}:
            yield f"answered {status} and changed {written.changed}"

    def _is_closed(self, who: Seated, name: str, things: Things) -> bool:
        view: Any = known_patterns()[name].callback
        if getattr(view, "is_public", False) or not DOORS[name].names_something:
            return False
        verb: Verb = view.verb
        return not (may(who.actor, verb) and DOORS[name].opens(who.actor, verb, things))

    def _of_closed(
        self, who: Seated, name: str, attack: Attack, things: Things, answer: Answer
    ) -> Iterator[str]:
        if answer.written.changed:
            yield f"a stranger changed {answer.written.changed}"
        status, led = answer.response.status_code, answer.response.headers
        if status == 409 or (status == 200 and "HX-Redirect" not in led):
            yield f"answers a stranger with {status}"
        # A form that nobody can read is told so before anything is asked; the same everywhere.
        if status in (404, 422) and not attack.part:
            absent = self._sent(who.client, name, attack, things, is_absent=True)
            if self._bare(absent) != self._bare(answer):
                yield "tells what is a stranger's from what does not exist"

    def _bare(self, answer: Answer) -> tuple[int, bytes]:
        """The answer without the address that was asked for, where it leads back to it."""
        status, content, _headers = without_secret(answer.response)
        asked = answer.response.request["PATH_INFO"]  # type: ignore[attr-defined]
        return status, content.replace(asked.encode(), b"")


def _kept(client: Client) -> str:
    return client.cookies.output(header="", sep=";", attrs=[])


@contextmanager
def _falling() -> Iterator[list[str]]:
    """The kinds of the exceptions that no page answered."""
    fell: list[str] = []

    def told(sender: Any, request: Any = None, **more: Mapping[str, Any]) -> None:
        fell.append(str(getattr(request, "resolver_match", "")))

    got_request_exception.connect(told)
    try:
        yield fell
    finally:
        got_request_exception.disconnect(told)
