"""One act, one event; no write outside; nothing half-written."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from weiguang.kernel.events import Author, Subject, remembered
from weiguang.kernel.history import Amendment, amend, amend_many
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Change, Event
from weiguang.kernel.records import UnauditedWriteError, copy_in, copying_behind
from weiguang.network.models import Place

pytestmark = pytest.mark.django_db

ME = Author(person_id=new_id(), post_id=None)


def place(key: int = 1, name: str = "东村") -> Place:
    return Place(key=key, path=f"/{key}/", level="village", name=name, sort_key="dongcun")


def test_an_act_leaves_one_event_with_its_author_and_subject() -> None:
    about = Subject("place", new_id(), ("/1/",))

    with remembered("place.amend", by=ME, about=about, purpose="duty"):
        place().save(force_insert=True)

    event = Event.objects.get()
    assert (event.person_id, event.about_id, event.purpose) == (ME.person_id, about.id, "duty")
    assert Place.objects.get().written_in == event.pk


def test_an_inner_act_is_part_of_the_outer_one() -> None:
    with remembered("outer", by=ME), remembered("inner", by=ME):
        pass

    inner, outer = Event.objects.get(verb="inner"), Event.objects.get(verb="outer")
    assert inner.part_of == outer.pk


def test_a_failed_act_leaves_neither_row_nor_event() -> None:
    with pytest.raises(ValueError, match="no"), remembered("place.amend", by=ME):
        _save_and_fail()

    assert not Place.objects.exists()
    assert not Event.objects.exists()


def _save_and_fail() -> None:
    place().save(force_insert=True)
    raise ValueError("no")


WRITES = {
    "save": lambda: place(2).save(),
    "create": lambda: Place.objects.create(key=2, path="/2/", level="village", name="x"),
    "get_or_create": lambda: Place.objects.get_or_create(key=2, defaults={"path": "/2/"}),
    "update": lambda: Place.objects.update(name="x"),
    "delete": lambda: Place.objects.all().delete(),
    "instance delete": lambda: Place.objects.get().delete(),
    "bulk_create": lambda: Place.objects.bulk_create([place(2)]),
    "bulk_update": lambda: Place.objects.bulk_update(Place.objects.all(), ["name"]),
}


@pytest.mark.parametrize("way", WRITES)
def test_python_refuses_every_write_outside_an_act(way: str) -> None:
    with remembered("place.amend", by=ME):
        place().save(force_insert=True)

    with pytest.raises(UnauditedWriteError):
        WRITES[way]()

    assert Place.objects.get().name == "东村"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE network_place SET name = 'x'",
        "DELETE FROM network_place",
        "INSERT INTO network_place SELECT * FROM network_place",
    ],
)
def test_the_database_refuses_raw_sql_outside_an_act(sql: str) -> None:
    with remembered("place.amend", by=ME):
        place().save(force_insert=True)

    with (
        pytest.raises(DatabaseError, match="outside an audited act"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_database_refuses_copy_outside_an_act() -> None:
    with (
        pytest.raises(psycopg.DatabaseError, match="outside an audited act"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy("COPY network_place (id) FROM STDIN") as copy,
    ):
        copy.write_row([str(new_id())])


@pytest.mark.parametrize(
    "sql",
    ["UPDATE kernel_event SET verb = 'x'", "DELETE FROM kernel_event", "TRUNCATE kernel_change"],
)
def test_the_run_time_role_cannot_change_the_memory(sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_field_history_keeps_the_words_encrypted_and_out_of_the_event() -> None:
    with remembered("place.amend", by=ME):
        east = place()
        east.save(force_insert=True)

    with remembered("place.amend", by=ME) as event:
        changed = amend(east, name="西村")

    change = Change.objects.get()
    assert changed == ("name",)
    assert (change.before, change.after) == ("东村", "西村")
    assert "村" not in str(Event.objects.get(pk=event.pk).detail)
    with connection.cursor() as cursor:
        cursor.execute("SELECT after FROM kernel_change")
        assert "西村".encode() not in bytes(cursor.fetchone()[0])


def test_an_amendment_that_changes_nothing_leaves_no_history() -> None:
    with remembered("place.amend", by=ME):
        east = place()
        east.save(force_insert=True)
        changed = amend(east, name="东村")

    assert changed == ()
    assert not Change.objects.exists()


def test_many_amendments_leave_history_and_one_digest_without_words() -> None:
    with remembered("place.amend", by=ME):
        rows = [place(1), place(2)]
        for row in rows:
            row.save(force_insert=True)

    with remembered("place.amend", by=ME) as event:
        changed = amend_many(Amendment(row, row.pk, {"name": "西村"}) for row in rows)

    assert changed == 2
    assert set(Place.objects.values_list("name", "written_in")) == {("西村", event.pk)}
    assert {(c.before, c.after) for c in Change.objects.all()} == {("东村", "西村")}
    detail = Event.objects.get(pk=event.pk).detail
    assert (detail["changed_fields"], len(detail["changed_digests"])) == (2, 1)
    assert "村" not in str(detail)


def test_amendments_that_change_nothing_leave_no_history() -> None:
    with remembered("place.amend", by=ME):
        east = place()
        east.save(force_insert=True)
        changed = amend_many([Amendment(east, east.pk, {"name": "东村"})])

    assert (changed, Change.objects.exists()) == (0, False)


def test_rows_are_copied_in_within_an_act_and_never_outside() -> None:
    with pytest.raises(UnauditedWriteError):
        copy_in(Place, [place(1)])

    with remembered("place.amend", by=ME) as event:
        copy_in(Place, [place(1), place(2)])

    assert set(Place.objects.values_list("key", "name", "written_in")) == {
        (1, "东村", event.pk), (2, "东村", event.pk),
    }  # fmt: skip


def columns(*keys: int) -> dict[str, list[Any]]:
    rows = [place(key) for key in keys]
    names = [field.attname for field in Place._meta.concrete_fields if field.name != "written_in"]
    return {name: [getattr(row, name) for row in rows] for name in names}


def copied_behind(*batches: dict[str, list[Any]]) -> int:
    """Copy in batch after batch in one act; returns its number."""
    with remembered("place.amend", by=ME) as event, copying_behind() as copy:
        for batch in batches:
            copy(Place, batch)
    return event.pk


def test_rows_copied_in_behind_are_all_there_at_the_end() -> None:
    event = copied_behind(*map(columns, range(1, 9)))

    assert Place.objects.filter(written_in=event).count() == 8


def test_what_the_database_refuses_behind_is_raised_and_leaves_nothing() -> None:
    with pytest.raises(IntegrityError):
        copied_behind(*map(columns, (1, 1, 2, 3, 4, 5)))

    assert not Place.objects.exists()


def test_an_error_while_rows_are_made_ready_leaves_nothing() -> None:
    with pytest.raises(KeyError):
        copied_behind(columns(1), {"nonsense": [1]})

    assert not Place.objects.exists()


def test_a_copied_row_that_breaks_a_rule_of_the_database_leaves_nothing() -> None:
    with pytest.raises(IntegrityError), remembered("place.amend", by=ME):
        copy_in(Place, [place(1), place(1)])

    assert not Place.objects.exists()
