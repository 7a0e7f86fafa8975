"""Marked text in every sensitive field, and a search for it in all that anybody can fetch.

A marker may be seen in two places only: where a masked value is shown to who may see it, and on the
papers of an import by those whose import it is.
"""

import io
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from conftest import EMBEDDED, as_owner
from tests.cased import ITS_CASE
from tests.cast import entered
from tests.doors import DOORS, known_patterns
from tests.secrets import (
    CHILD_NUMBER,
    GUARDIAN_NUMBER,
    INDEXED,
    LEAD_NUMBER,
    MARKERS,
    NAMES,
    plant,
    sensitive_fields,
)
from tests.world import Things, World, line_of, offered, undone
from weiguang.kernel import clock
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import accounts, posts
from weiguang.network.authority import Actor, may
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions import lists
from weiguang.register.actions.lists_confirm import import_at_once
from weiguang.register.queries.family import family_of
from weiguang.register.queries.files import health_of, identity_of, places_of
from weiguang.register.queries.lists import report_json
from weiguang.register.queries.surveys import may_sign

# A list's own papers: what it is called, how its columns are called, and a row of it, whole.
ITS_NAME: Final = frozenset(
    f"register.importedlist.{name}" for name in ("file_name", "sheets", "only_sheets")
)
ITS_ROW: Final = frozenset(f"register.importedrow.{name}" for name in ("said", "corrections"))
# A paper's own page says what it is called; who fetches it has what it says.
ITS_PAPER: Final = {
    "document": frozenset({"register.document.file_name"}),
    "document_download": frozenset({"register.documentpart.content"}),
}
# A paper that went out is its taker's; why she took it is told to who answers for the file.
ITS_OUTCOME: Final = {
    "export_fetch": frozenset({"register.exportpart.content"}),
    "export_password": frozenset({"register.exportpassword.words"}),
}
# What the child lets the team know, and what it was told; what it keeps is on no page of these.
ITS_VIEW: Final = frozenset({"voice.view.words", "voice.view.answer"})
# Of a conference every word is its caller's here: nobody else was asked.
ITS_CONFERENCE: Final = frozenset(name for name in MARKERS if name.startswith("conferences."))
WHY: Final = frozenset({"register.statedpurpose.words"})
# The file with its newest readers, and whatever leads back to it.
TELL_WHY: Final = frozenset(
    {"child", "child_purpose", "child_readers", "child_amend", "residence_confirm",
     "category_propose", "category_propose_end", "category_decide", "category_decide_end",
     "bar_lift", "conflict_declare", "document_void"}
)  # fmt: skip
# What all markers begin with: the files are large.
BEGINNINGS: Final = (
    "暗记-", "1398761000", CHILD_NUMBER, GUARDIAN_NUMBER, LEAD_NUMBER, "ANJIWEIGUANG",
)  # fmt: skip
# A lead as who works with it reads it, its numbers masked; as its form and its button show them.
ITS_LEAD: Final = frozenset(
    f"register.{name}" for name in (
        "lead.guardian_name", "lead.address", "lead.signs", "lead.words", "leadstep.words",
        "leadstep.receipt",
    )
)  # fmt: skip
LEAD_FORM: Final = frozenset(
    f"register.lead.{name}" for name in ("id_number", "guardian_name", "guardian_phone", "address")
)
LEVEL: Final = "assessment.leveldecision"
ASSESSED: Final = frozenset(
    {"assessment.assessment.answers", "assessment.assessment.child_words", f"{LEVEL}.reason"}
)
ASSESSED_SEALED: Final = frozenset(
    {"assessment.assessment.sealed_answers", f"{LEVEL}.sealed_level", f"{LEVEL}.sealed_reason"}
)
WHY_AGAIN: Final = frozenset({"register.surveysheet.reopened_why"})
# The home page names the lists that wait; who logs in again, or reads otherwise, is led there.
LEAD_HOME: Final = frozenset(
    {
        "home",
        "account_login",
        "mfa_authenticate",
        "account_language",
        "transfer_answer",
        "conflict_decide",
    }
)
NEIGHBOURS: Final = (
    ("child_director", "other_village"), ("village_secretary", "other_village"),
    ("child_supervisor", "other_town"), ("town_civil_affairs", "other_town"),
    ("city_officer", "far_county"),
)  # fmt: skip


@dataclass
class Fetched:
    """Everything that was answered, by who asked what; and everything that was logged."""

    world: World
    things: Things
    answers: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Kept(logging.Handler):
    """Keeps every record as it would be written, the traceback and the arguments included."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        said = logging.Formatter().format(record)
        shown = {k: v for k, v in vars(record).items() if k not in ("request", "exc_info")}
        self.lines.append(f"{said} {shown}")


@pytest.fixture(scope="module")
def fetched(world: World) -> Iterator[Fetched]:
    log: list[str] = []
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    before = [(logger, logger.level) for logger in loggers]
    listener = Kept(log)
    logging.getLogger().addHandler(listener)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    everything = Fetched(world, plant(world), log=log)
    ask_everything(everything)
    yield everything
    logging.getLogger().removeHandler(listener)
    for logger, level in before:
        logger.setLevel(level)


def ask_everything(into: Fetched) -> None:
    log_in(into)
    clients = {code: who.client for code, who in into.world.people.items()}
    for role, name in NEIGHBOURS:
        clients[f"{role} of {name}"] = neighbour(into.world, role, name)
    for who, client in clients.items():
        for name, pattern in known_patterns().items():
            for method in getattr(pattern.callback, "methods", ("GET", "POST")):
                ask(into, who, client, name, method)


def ask(into: Fetched, who: str, client: Client, name: str, method: str) -> None:
    door, cookies = DOORS[name], client.cookies.output(header="", sep=";", attrs=[])
    with undone():
        answer: Any = getattr(client, method.lower())(
            door.address(name, into.things), dict(door.said(into.things)), follow=True
        )
        into.told += [str(said) for said in get_messages(answer.wsgi_request)]
    # Logging out is undone, too, in the browser as in the database.
    client.cookies = SimpleCookie(cookies)
    into.addresses += [address for address, _ in answer.redirect_chain]
    said = str([answer.headers, answer.cookies.output(), answer.redirect_chain]).encode()
    into.answers[who, name, method] = said + unpacked(answer.content)


def unpacked(content: bytes) -> bytes:
    """A workbook as its text; anything else as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def log_in(into: Fetched) -> None:
    """Through the door, with the planted password and with a wrong one; answers are kept."""
    right, wrong = MARKERS["network.account.password"], MARKERS["network.account.password"] + "x"
    for word, password in (("right", right), ("wrong", wrong)):
        answer = Client().post(
            reverse("account_login"), {"login": into.things.person.login, "password": password}
        )
        assert (answer.status_code == 302) == (word == "right")
        into.answers["nobody", "account_login", word] = answer.content


def neighbour(world: World, role: str, name: str) -> Client:
    by = the_system(on=clock.today())
    place = world.places[name]
    person = accounts.create(login=f"{role}.{name}", name=f"邻{role}", password=None, by=by)
    post = posts.establish(
        organisation=world.office, role=role, place=place, since=clock.today(), by=by
    )
    posts.fill(post=post, person=person, since=clock.today(), by=by)
    return entered(person)


def found_in(content: bytes) -> set[str]:
    return {name for name, marker in MARKERS.items() if marker.encode() in content}


def allowed(fetched: Fetched, who: str, name: str) -> frozenset[str]:
    """What this person may see at this address."""
    if who not in fetched.world.people:
        return frozenset()
    actor = fetched.world.people[who].actor
    return of_assessment(actor, fetched.things, name) | of_register(fetched, actor, name)


def of_assessment(actor: Actor, things: Things, name: str) -> frozenset[str]:
    """What the village watches stands on the file; the rest for who reads assessments, and what is
    sealed for who wrote it.
    """
    about = things.child.subject
    watch = frozenset({f"{LEVEL}.watch"} if may(actor, Verb.LEVEL_SHOW, about) else ())
    reads = may(actor, Verb.ASSESSMENT_READ, about).sees >= Tier.SENSITIVE
    if not reads or not name.startswith(("assessment", "level")):
        return watch
    is_own = things.assessment.assessed_by_id == actor.person_id
    return watch | ASSESSED | (ASSESSED_SEALED if is_own else frozenset())


def of_register(fetched: Fetched, actor: Actor, name: str) -> frozenset[str]:
    """What this person may see of the register's."""
    if name == "child_reveal":
        shown = may(actor, Verb.CHILD_REVEAL, fetched.things.child.subject)
        is_shown = shown.sees >= Tier.SENSITIVE
        return frozenset({"register.child.id_number"} if is_shown else ())
    if name.startswith("handover") and may(
        actor, Verb.HANDOVER_SIGN, fetched.things.handover.subject
    ):
        # What the three people sign, they read.
        return frozenset({"register.handover.instead_reason", "register.handoveritem.remark"})
    if name.startswith("case"):
        return ITS_CASE if may(actor, Verb.CASE_READ, fetched.things.child.subject) else frozenset()
    if name.startswith("lead"):
        return of_lead(actor, fetched.things, name)
    if name.startswith("sheet"):
        return WHY_AGAIN if may_sign(actor, fetched.things.sheet) else frozenset()
    if name in ITS_PAPER:
        opened = may(actor, Verb.DOCUMENT_SHOW, fetched.things.child.subject)
        return ITS_PAPER[name] if opened.sees >= Tier.SENSITIVE else frozenset()
    if name.startswith("conference"):
        is_hers = fetched.things.conference.called_by_id == actor.person_id
        return ITS_CONFERENCE if is_hers else frozenset()
    if name == "voice":
        reads = may(actor, Verb.VOICE_READ, fetched.things.child.subject).sees >= Tier.SENSITIVE
        return ITS_VIEW if reads else frozenset()
    if name in ITS_OUTCOME:
        is_hers = fetched.things.export.requested_by_id == actor.person_id
        return ITS_OUTCOME[name] if is_hers else frozenset()
    if name in TELL_WHY and may(actor, Verb.READERS_LIST, fetched.things.child.subject):
        return WHY
    if may(actor, Verb.IMPORT_LIST, fetched.things.judged.subject).sees < Tier.SENSITIVE:
        return frozenset()
    is_mine = fetched.things.judged.uploaded_by_id == actor.person_id
    if name.startswith("import_row") or (name == "import_download" and is_mine):
        return ITS_NAME | ITS_ROW
    return ITS_NAME if name.startswith("import") or name in LEAD_HOME else frozenset()


def of_lead(actor: Actor, things: Things, name: str) -> frozenset[str]:
    """What somebody may see of the lead: nothing below `sensitive`, and numbers where asked for."""
    if may(actor, Verb.LEAD_LIST, things.lead.subject).sees < Tier.SENSITIVE:
        return frozenset()
    if name == "lead_register":
        return LEAD_FORM
    if name == "lead_reveal":
        return frozenset({"register.lead.id_number"})
    return frozenset() if name in ("leads", "lead_new") else ITS_LEAD


def test_the_search_of_the_files_looks_for_every_marker() -> None:
    assert [m for m in MARKERS.values() if not m.startswith(BEGINNINGS)] == []


def test_every_sensitive_field_is_planted() -> None:
    unknown = [
        name
        for name, is_index in sensitive_fields()
        if (INDEXED.get(name) if is_index else name) not in MARKERS
    ]

    assert unknown == []


def test_what_was_planted_is_shown_to_who_may_see_it(fetched: Fetched) -> None:
    who = fetched.world.people["child_director"]
    child, client = fetched.things.child, who.client
    masked = [
        identity_of(who.actor, child), places_of(who.actor, child), health_of(who.actor, child),
        family_of(who.actor, child),
    ]  # fmt: skip
    fields = set(fields_of(masked))
    shown = b""
    for each in fields:
        with undone():
            shown += client.post(reverse("child_reveal", args=[child.pk, each])).content

    assert {
        "register.child.id_number", "register.childplace.address", "register.adult.phone",
        "register.adult.id_number", "register.parentsituation.situation",
        "register.parentsituation.evidence", "register.healthfact.kind",
        "register.healthfact.detail", "register.healthfact.disability_number",
    } <= found_in(shown)  # fmt: skip


def fields_of(said: Any) -> Iterator[str]:
    """The fields that the masked values of a file lead to."""
    if isinstance(said, tuple | list):
        for each in said:
            yield from fields_of(each)
    elif hasattr(said, "__dataclass_fields__"):
        if type(said).__name__ == "Masked":
            yield said.field
        for name in said.__dataclass_fields__:
            yield from fields_of(getattr(said, name))


def test_a_lead_is_shown_to_who_works_with_it(fetched: Fetched) -> None:
    page = fetched.answers["child_supervisor", "lead", "GET"]
    form = fetched.answers["child_supervisor", "lead_register", "GET"]
    number = fetched.answers["child_director", "lead_reveal", "POST"]

    assert found_in(page) == ITS_LEAD
    assert found_in(form) == LEAD_FORM
    assert found_in(number) == {"register.lead.id_number"}
    assert found_in(fetched.answers["child_director", "sheet", "GET"]) == WHY_AGAIN


def test_a_case_is_shown_to_who_works_with_it_but_for_its_sealed_section(fetched: Fetched) -> None:
    assert found_in(fetched.answers["child_supervisor", "case", "GET"]) == ITS_CASE
    assert found_in(fetched.answers["child_director", "case", "GET"]) == set()


def test_an_import_row_is_shown_to_whose_import_it_is(fetched: Fetched) -> None:
    page = fetched.answers["child_supervisor", "import_row", "GET"]

    assert found_in(page) >= ITS_ROW | {"register.importedlist.file_name"}


def test_a_paper_is_shown_to_who_may_see_it_and_a_sealed_one_to_nobody(fetched: Fetched) -> None:
    page = fetched.answers["child_supervisor", "document", "GET"]
    content = fetched.answers["child_supervisor", "document_download", "POST"]
    file = fetched.answers["child_supervisor", "child", "GET"]

    assert found_in(page) == {"register.document.file_name"}
    assert found_in(content) == {"register.documentpart.content"}
    assert "其他材料" in file.decode()
    assert "司法材料" not in file.decode()


def test_what_a_child_said_is_shown_to_the_team_and_what_it_keeps_to_nobody(
    fetched: Fetched,
) -> None:
    page = fetched.answers["child_supervisor", "voice", "GET"]
    file = fetched.answers["child_supervisor", "child", "GET"]

    assert found_in(page) == ITS_VIEW
    assert "孩子的意见" in file.decode()


def test_a_conference_is_shown_to_who_was_asked(fetched: Fetched) -> None:
    page = found_in(fetched.answers["city_officer", "conference", "GET"])

    assert page == ITS_CONFERENCE - {"conferences.conference.cancel_reason"}


def test_no_answer_to_anybody_holds_a_secret(fetched: Fetched) -> None:
    leaks = {
        (who, name, method): leaked
        for (who, name, method), content in fetched.answers.items()
        if (leaked := found_in(content) - allowed(fetched, who, name))
    }

    assert leaks == {}


def test_no_answer_to_a_neighbour_holds_a_name(fetched: Fetched) -> None:
    leaks = [
        asked
        for asked, content in fetched.answers.items()
        if asked[0] not in fetched.world.people and any(name.encode() in content for name in NAMES)
    ]

    assert leaks == []


def test_the_same_search_does_find_a_name_that_is_no_secret(fetched: Fetched) -> None:
    """Proves that the tests above could fail: what is planted in a plain field is found."""
    seen_by = {
        asked[0] for asked, content in fetched.answers.items() if NAMES[0].encode() in content
    }

    assert {"child_director", "child_supervisor", "city_officer"} <= seen_by


def test_no_address_no_message_and_no_log_line_holds_a_secret_or_a_name(fetched: Fetched) -> None:
    words = [*MARKERS.values(), *NAMES, fetched.things.person.name]
    said = [*fetched.addresses, *fetched.told, *fetched.log]

    assert all([fetched.addresses, fetched.told, fetched.log])
    assert [line for line in said if any(word in line for word in words)] == []


def test_the_report_of_a_neighbours_import_holds_no_secret(fetched: Fetched) -> None:
    world, child = fetched.world, fetched.things.child
    row = line_of("西塘村", "孙别人", str(MARKERS["register.child.id_number"]))
    twin = line_of("西塘村", child.name, "")
    importer = accounts.Account.objects.get(login="child_supervisor.other_town")
    by = actor_for(importer, on=clock.today())
    offer = offered(world.places["other_town"], "邻镇.csv", row, twin)

    with undone():
        dry = str(lists.read(offer).as_json())
        real = str(report_json(import_at_once(offered=offer, by=by)))

    for said in (dry, real):
        assert str(child.pk) not in said
        assert found_in(said.encode()) == set()
        assert "registered_elsewhere" in said
        assert "possible_duplicate" not in said


# The database itself, as who steals the disk reads it.


def in_every_writing(word: str) -> list[bytes]:
    """The word as files and dumps may hold it."""
    plain = word.encode()
    return [
        plain, word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode(),
        word.encode("unicode-escape"),
    ]  # fmt: skip


def holders(content: bytes, words: dict[str, str]) -> set[str]:
    return {
        name
        for name, word in words.items()
        if any(written in content for written in in_every_writing(word))
    }


def dumped(database: str) -> dict[str, bytes]:
    """Every table as text, read by the owner."""
    with as_owner(database) as owner:
        tables = owner.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        texts = {}
        for (table,) in tables:
            with owner.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                texts[table] = b"".join(bytes(part) for part in copy)
    return texts


def test_no_table_holds_a_secret_and_the_memory_holds_no_name(fetched: Fetched, kept: str) -> None:
    tables = dumped(kept)
    names = dict(zip(NAMES, NAMES, strict=True))

    assert {
        table: found for table, text in tables.items() if (found := holders(text, MARKERS))
    } == {}
    assert {table for table, text in tables.items() if holders(text, names)} == {
        "public.register_child", "public.register_childname", "public.register_adult",
        "public.register_lead",
    }  # fmt: skip


def test_no_file_of_the_database_holds_a_secret(fetched: Fetched, kept: str) -> None:
    with as_owner(kept) as owner:
        # Copying files makes the server write everything to them first.
        owner.execute(f"CREATE DATABASE {kept}_flushed STRATEGY file_copy")
        owner.execute(f"DROP DATABASE {kept}_flushed")
    found = {
        word
        for path in (EMBEDDED.data_dir / "postgres-fast").rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for word in (*BEGINNINGS, NAMES[0])
        if any(word.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))
    }

    assert found == {NAMES[0]}, "a name is no secret, and shows that the search finds"
