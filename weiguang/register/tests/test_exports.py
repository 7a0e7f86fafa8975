"""What goes out is masked, marked, counted and remembered; what is whole needs two people."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msoffcrypto import OfficeFile
from openpyxl import load_workbook
from pypdf import PdfReader

from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.models import Change, Event
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Place
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.papers.fonts import CharacterMissing
from weiguang.register.actions import exports, exports_making, family, files, health, shelter
from weiguang.register.actions.exports import (
    NobodyToExport,
    NoLongerThere,
    Outgoing,
    TooManyToExport,
    export_batch,
    export_list,
    fetch,
    password_once,
    print_file,
)
from weiguang.register.actions.purposes import Why
from weiguang.register.models import (
    Child,
    ChildPlace,
    Export,
    ExportLine,
    ExportPart,
    ExportPassword,
    Tie,
)
from weiguang.register.queries.listing import ListWish
from weiguang.register.queries.reading import readers
from weiguang.register.rules.identity import check_character
from weiguang.register.tests.on_file import enter, holder, number
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval, Task

NUMBER, PHONE, ADDRESS = number(886), "13987654321", "柳巷七号后门"
BODY = "32958319800101887"
GUARDIAN_NUMBER = BODY + check_character(BODY)
MASKED = Outgoing(Why("supervision"))
FULL = Outgoing(Why("supervision"), is_full=True)
ALL = ListWish()


@pytest.fixture
def supervisor(town: Place) -> Actor:
    return holder("child_supervisor", town)


@pytest.fixture
def leader(town: Place) -> Actor:
    return holder("town_leader", town)


@pytest.fixture
def child(village: Place, supervisor: Actor) -> Child:
    child = enter("顾念安", village, sequence=886)
    files.move(
        child=child, by=supervisor,
        to=files.Move(ChildPlace.Kind.RESIDENCE, village, date(2024, 12, 31), ADDRESS),
    )  # fmt: skip
    who = family.Person(name="顾大山", phone=PHONE, id_number=GUARDIAN_NUMBER)
    bond = family.NewBond(Tie.Kind.GUARDIAN, "grandfather_paternal")
    family.add_adult_tie(child=child, who=who, bond=bond, by=supervisor)
    health.record_health(
        child=child, health=health.Health("severe_illness", detail="hiv"), by=supervisor
    )
    return Child.objects.get(pk=child.pk)


def rows_of(content: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def text_of(pdf: bytes, password: str = "") -> str:
    reader = PdfReader(io.BytesIO(pdf))
    if password:
        assert reader.decrypt(password)
    return "\n".join(page.extract_text() for page in reader.pages)


def unlocked(content: bytes, password: str) -> bytes:
    file, into = OfficeFile(io.BytesIO(content)), io.BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(into)
    return into.getvalue()


def approved(export: Export, by: Actor, answer: str = "approve") -> Export:
    """Answered by the second person, and whatever follows done by the worker."""
    approval = Approval.objects.get(about_id=export.pk)
    sign(approval=approval, answer=answer, remark="看过", by=by)
    worker.run_once()
    return Export.objects.get(pk=export.pk)


def test_a_list_goes_out_masked_at_once(child: Child, supervisor: Actor) -> None:
    export = export_list(wish=ALL, asked=MASKED, by=supervisor)

    rows = rows_of(fetch(export=export, by=supervisor).content)
    said = "\n".join("|".join(row) for row in rows)
    assert export.state == Export.State.DONE
    assert "顾念安" in said
    assert "顾大山" in said
    assert "3295 **** **** **" in said
    assert "139****4321" in said
    for secret in (NUMBER, PHONE, ADDRESS, GUARDIAN_NUMBER):
        assert secret not in said
    assert not ExportPassword.objects.exists()


def test_the_first_line_says_what_for_by_whom_when_and_which(
    child: Child, supervisor: Actor
) -> None:
    export = export_list(wish=ALL, asked=MASKED, by=supervisor)

    first = rows_of(fetch(export=export, by=supervisor).content)[0][0]

    assert "督导检查" in first
    assert supervisor.name in first
    assert f"编号 {export.number}" in first
    assert Event.objects.get(pk=export.number).verb == Verb.EXPORT_MASKED


def test_an_export_holds_the_children_of_ones_own_places_who_fit(
    child: Child, supervisor: Actor, elsewhere: Place
) -> None:
    enter("邻家子", elsewhere)

    everyone = export_list(wish=ALL, asked=MASKED, by=supervisor)
    found = export_list(wish=ListWish(text="顾念安"), asked=MASKED, by=supervisor)

    assert "邻家子" not in str(rows_of(fetch(export=everyone, by=supervisor).content))
    assert [line.child for line in found.lines.all()] == [child]


@pytest.mark.parametrize("why", [Why(""), Why("nonsense"), Why("other"), Why("other", "  ")])
def test_nothing_goes_out_without_a_purpose(child: Child, supervisor: Actor, why: Why) -> None:
    for go_out in (export_list, export_batch):
        with pytest.raises(Invalid):
            go_out(wish=ALL, asked=Outgoing(why), by=supervisor)
    with pytest.raises(Invalid):
        print_file(child=child, asked=Outgoing(why), by=supervisor)

    assert not Export.objects.exists()


def test_another_purpose_is_kept_in_a_sentence_and_told_to_the_supervisor(
    child: Child, supervisor: Actor
) -> None:
    asked = Outgoing(Why("other", "市人大代表视察用"))

    export = export_list(wish=ALL, asked=asked, by=supervisor)
    fetch(export=export, by=supervisor)

    assert export.stated is not None
    assert export.stated.words == "市人大代表视察用"
    (latest, *_) = readers(supervisor, child).rows
    assert (latest.what, latest.words) == ("导出名单（号码遮盖）", "市人大代表视察用")
    assert "视察" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_who_may_not_takes_nothing_out(child: Child, village: Place, leader: Actor) -> None:
    for actor in (holder("child_director", village), leader):
        for go_out in (export_list, export_batch):
            with pytest.raises((NotFoundOrRefused, NobodyToExport)):
                go_out(wish=ALL, asked=MASKED, by=actor)
        with pytest.raises(NotFoundOrRefused):
            print_file(child=child, asked=MASKED, by=actor)

    assert not Export.objects.exists()


def test_a_neighbour_prints_no_file(child: Child, other_town: Place) -> None:
    with pytest.raises(NotFoundOrRefused):
        print_file(child=child, asked=MASKED, by=holder("child_supervisor", other_town))


def test_more_children_than_go_out_at_once_are_refused(
    child: Child, supervisor: Actor, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_FILES", 1)
    enter("王佳琪", village)

    with pytest.raises(TooManyToExport):
        export_batch(wish=ALL, asked=MASKED, by=supervisor)


def test_a_whole_list_needs_a_second_person_and_opens_with_its_password(
    child: Child, supervisor: Actor, leader: Actor
) -> None:
    export = export_list(wish=ALL, asked=FULL, by=supervisor)
    assert export.state == Export.State.WAITING
    worker.run_once()
    assert not ExportPart.objects.exists()

    done = approved(export, leader)

    assert done.state == Export.State.DONE
    password = password_once(export=done, by=supervisor)
    content = fetch(export=done, by=supervisor).content
    said = str(rows_of(unlocked(content, password)))
    for word in ("顾念安", NUMBER, PHONE, ADDRESS):
        assert word in said
    assert "艾滋" not in said
    assert "HIV" not in said


def test_who_asked_cannot_approve(child: Child, supervisor: Actor) -> None:
    export = export_list(wish=ALL, asked=FULL, by=supervisor)

    with pytest.raises(NotFoundOrRefused):
        sign(approval=Approval.objects.get(about_id=export.pk), answer="approve", by=supervisor)


def test_what_was_refused_is_not_made(child: Child, supervisor: Actor, leader: Actor) -> None:
    export = approved(export_list(wish=ALL, asked=FULL, by=supervisor), leader, "refuse")

    assert export.state == Export.State.REFUSED
    assert not ExportPart.objects.exists()
    with pytest.raises(NoLongerThere):
        fetch(export=export, by=supervisor)


def test_a_password_is_shown_once_and_kept_nowhere(
    child: Child, supervisor: Actor, leader: Actor
) -> None:
    export = approved(export_list(wish=ALL, asked=FULL, by=supervisor), leader)

    password = password_once(export=export, by=supervisor)

    with pytest.raises(NotFoundOrRefused):
        password_once(export=export, by=supervisor)
    kept = [*Change.objects.values_list("before", flat=True), *Change.objects.values_list(
        "after", flat=True)]  # fmt: skip
    assert password not in str(kept)
    assert password not in str(list(Event.objects.values_list("detail", flat=True)))


def test_anothers_export_is_absent(
    child: Child, supervisor: Actor, town: Place, leader: Actor
) -> None:
    export = approved(export_list(wish=ALL, asked=FULL, by=supervisor), leader)

    for other in (holder("town_civil_affairs", town), leader, the_system(on=supervisor.on)):
        for reach in (fetch, password_once):
            with pytest.raises(NotFoundOrRefused):
                reach(export=export, by=other)


def test_a_file_is_printed_masked_at_once(child: Child, supervisor: Actor) -> None:
    export = print_file(child=child, asked=MASKED, by=supervisor)

    fetched = fetch(export=export, by=supervisor)
    said = text_of(fetched.content)
    assert fetched.is_document
    for word in ("顾念安", "顾大山", "已登记", "139****4321", str(export.number)):
        assert word in said
    for secret in (NUMBER, PHONE, ADDRESS, GUARDIAN_NUMBER, "艾滋", "HIV"):
        assert secret not in said


def test_a_whole_file_needs_a_second_person_and_a_password(
    child: Child, supervisor: Actor, leader: Actor
) -> None:
    export = approved(print_file(child=child, asked=FULL, by=supervisor), leader)

    content = fetch(export=export, by=supervisor).content
    with pytest.raises(Exception, match="not been decrypted"):
        text_of(content)
    said = text_of(content, password_once(export=export, by=supervisor))
    for word in (NUMBER, PHONE, ADDRESS):
        assert word in said
    assert "艾滋" not in said


def test_a_batch_of_masked_files_needs_a_second_person_too(
    child: Child, village: Place, supervisor: Actor, leader: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(exports_making, "FILES_A_STEP", 2)
    names = ["王佳琪", "张丽", "陈㛃", "刘䶮", "孙·买买提"]
    for name in names:
        enter(name, village)
    export = export_batch(wish=ALL, asked=MASKED, by=supervisor)
    assert export.state == Export.State.WAITING

    done = approved(export, leader)

    assert (done.state, done.made, done.total) == (Export.State.DONE, 6, 6)
    said = text_of(fetch(export=done, by=supervisor).content)
    assert [name for name in [*names, "顾念安"] if name not in said] == []
    assert [f"第 {n} 份 / 共 6 份" for n in range(1, 7) if f"第 {n} 份" not in said] == []
    assert ExportPart.objects.filter(export=done).count() == 1


def test_a_worker_that_was_killed_goes_on_where_it_was(
    child: Child, village: Place, supervisor: Actor, leader: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(exports_making, "FILES_A_STEP", 1)
    for name in ("王佳琪", "张丽"):
        enter(name, village)
    export = export_batch(wish=ALL, asked=MASKED, by=supervisor)
    sign(approval=Approval.objects.get(about_id=export.pk), answer="approve", by=leader)
    kill_in_second_step(monkeypatch)

    worker.run_once()
    half = Export.objects.get(pk=export.pk)
    assert (half.state, half.made) == (Export.State.MAKING, 1)
    # The delivery that was cut off is owed still, and due a moment later.
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        worker.run_once()

    done = Export.objects.get(pk=export.pk)
    assert (done.state, done.made) == (Export.State.DONE, 3)
    said = text_of(fetch(export=done, by=supervisor).content)
    assert [said.count(f"第 {n} 份") for n in (1, 2, 3)] == [1, 1, 1]


def kill_in_second_step(monkeypatch: pytest.MonkeyPatch) -> None:
    make, steps = exports_making._make_some, iter(range(100))

    def cut_off(*args: Any) -> None:
        step = next(steps)
        make(*args)
        if step == 1:
            raise RuntimeError

    monkeypatch.setattr(exports_making, "_make_some", cut_off)


def test_a_name_that_no_font_can_write_is_refused_or_left_out_by_name(
    child: Child, village: Place, supervisor: Actor, leader: Actor
) -> None:
    rare = enter("陈𠮷", village)

    with pytest.raises(CharacterMissing):
        print_file(child=rare, asked=MASKED, by=supervisor)
    assert not Export.objects.exists()
    done = approved(export_batch(wish=ALL, asked=MASKED, by=supervisor), leader)

    left_out = done.lines.get(left_out=ExportLine.LeftOut.CHARACTER)
    assert left_out.child == rare
    assert "顾念安" in text_of(fetch(export=done, by=supervisor).content)
    assert [row.what for row in readers(supervisor, rare).rows] == []
    whole = export_list(wish=ALL, asked=MASKED, by=supervisor)
    assert "陈𠮷" in str(rows_of(fetch(export=whole, by=supervisor).content))


def test_when_nothing_could_be_made_it_says_so(
    village: Place, supervisor: Actor, leader: Actor
) -> None:
    rare = enter("陈𠮷", village)

    failed = approved(print_file(child=rare, asked=FULL, by=supervisor), leader)

    assert failed.state == Export.State.FAILED


def test_every_child_tells_that_it_went_out_and_when(
    child: Child, village: Place, supervisor: Actor
) -> None:
    other = enter("王佳琪", village)
    export = export_list(wish=ALL, asked=MASKED, by=supervisor)
    assert readers(supervisor, other).rows == ()

    fetch(export=export, by=supervisor)
    fetch(export=export, by=supervisor)

    for each in (child, other):
        rows = readers(supervisor, each).rows
        assert [row.what for row in rows] == ["导出名单（号码遮盖）"] * 2
        assert rows[0].who == supervisor.name
        assert rows[0].purpose == "督导检查"


def test_a_child_moved_for_safety_is_in_no_export_and_no_older_one_can_be_fetched(
    child: Child, village: Place, supervisor: Actor, leader: Actor, town: Place
) -> None:
    other = enter("王佳琪", village)
    made = export_list(wish=ALL, asked=MASKED, by=supervisor)
    waiting = export_batch(wish=ALL, asked=MASKED, by=supervisor)
    alone = print_file(child=child, asked=FULL, by=supervisor)

    refuge = shelter.Refuge("暗处的缘由", "暗处的住处")
    county = Place.objects.get(pk=town.parent_id)
    duty = holder("duty_officer", county)
    named = Account.objects.get(pk=duty.person_id)
    shelter.move_to_safety(child=child, refuge=refuge, people=[named], by=supervisor)

    with pytest.raises(NoLongerThere):
        fetch(export=made, by=supervisor)
    later = approved(waiting, leader)
    assert later.total == 1
    said = text_of(fetch(export=later, by=supervisor).content)
    assert "王佳琪" in said
    assert "顾念安" not in said
    assert "第 1 份" not in said
    assert Approval.objects.get(about_id=alone.pk).state == Approval.State.WITHDRAWN
    again = export_list(wish=ALL, asked=MASKED, by=supervisor)
    assert [line.child for line in again.lines.all()] == [other]


def test_who_is_named_takes_a_sheltered_child_out_neither(
    child: Child, village: Place, supervisor: Actor, town: Place
) -> None:
    county = Place.objects.get(pk=town.parent_id)
    officer = holder("city_officer", county)
    named = Account.objects.get(pk=officer.person_id)
    shelter.move_to_safety(
        child=child, refuge=shelter.Refuge("缘由", "住处"), people=[named], by=supervisor
    )
    child.refresh_from_db()

    with pytest.raises((NotFoundOrRefused, NobodyToExport)):
        print_file(child=child, asked=MASKED, by=holder("city_officer", county))
    with pytest.raises(NobodyToExport):
        export_list(wish=ListWish(text="顾念安"), asked=MASKED, by=holder("city_officer", county))


def test_a_result_is_cleared_away_when_its_time_is_over(
    child: Child, supervisor: Actor, leader: Actor
) -> None:
    done = approved(export_list(wish=ALL, asked=FULL, by=supervisor), leader)
    waiting = export_list(wish=ALL, asked=FULL, by=supervisor)
    later = clock.now() + timedelta(days=15)

    with clock.standing_at(later):
        with pytest.raises(NoLongerThere):
            fetch(export=done, by=supervisor)
        assert exports_making.clear_expired(later) == 2
        assert exports_making.clear_expired(later) == 0

    states = set(Export.objects.values_list("state", flat=True))
    assert states == {Export.State.EXPIRED}
    assert not ExportPart.objects.exists()
    assert not ExportPassword.objects.exists()
    assert done.lines.count() == 1, "who was in it stays known"
    assert Approval.objects.get(about_id=waiting.pk).state == Approval.State.WITHDRAWN
    assert not Task.objects.filter(kind="approval", state=Task.State.OPEN).exists()


def test_an_approval_after_its_time_makes_nothing(
    child: Child, supervisor: Actor, leader: Actor
) -> None:
    export = export_list(wish=ALL, asked=FULL, by=supervisor)
    exports_making.clear_expired(clock.now() + timedelta(days=15))

    exports_making.begin(export_id=export.pk, caused_by=export.number)

    assert Export.objects.get(pk=export.pk).state == Export.State.EXPIRED


def test_as_many_queries_for_many_children_as_for_few(village: Place, supervisor: Actor) -> None:
    counts = []
    for more in (50, 450):
        for _nth in range(more):
            enter("顾念安", village)
        with CaptureQueriesContext(connection) as queries:
            export = export_list(wish=ALL, asked=MASKED, by=supervisor)
        assert export.total in (50, 500)
        counts.append(len(queries))

    assert counts[0] == counts[1] < 45
