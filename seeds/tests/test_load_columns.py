"""Children by the column stand in the register like any others: audited, encrypted, findable."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from seeds.city import City, make_city
from seeds.columns import Batch, Crowd
from seeds.load import load_network
from seeds.load_columns import load_columns
from seeds.sizes import SMALL, Around
from weiguang.kernel.ids import new_ids
from weiguang.kernel.models import Event
from weiguang.kernel.records import Record, UnauditedWriteError, copy_columns
from weiguang.network.models import Account, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    Household,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.search import search

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 11, 25)
SYSTEM = the_system(on=AS_OF)
SIZE = replace(SMALL, has_history=False, around=Around(1, 2, 2, 2))
WRITTEN: tuple[type[Record], ...] = (
    Household, Adult, Child, ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact,
)  # fmt: skip


def loaded() -> City:
    city = make_city(SIZE, as_of=AS_OF)
    assert load_columns(city, load_network(city, password="demo", by=SYSTEM), by=SYSTEM) == 60
    return city


def made(city: City) -> Batch:
    (batch,) = Crowd(dict(SIZE.quotas), len(city.network.villages), city.seed, city.as_of).batches()
    return batch


def officer(login: str) -> object:
    return actor_for(Account.objects.get(login=login), on=AS_OF)


def test_every_child_stands_in_the_register_as_it_was_drawn() -> None:
    batch = made(loaded())

    stored = Child.objects.values_list("name", "birth_date", "sex", "id_number")
    assert sorted(stored, key=str) == sorted(
        zip(batch.names, batch.births, batch.sexes, batch.numbers, strict=True), key=str
    )


def test_all_rows_are_written_in_one_act() -> None:
    loaded()

    event = Event.objects.filter(verb=Verb.CITY_SEED).latest("id")
    assert event.detail == {"children": 60}
    for table in WRITTEN:
        assert set(table.objects.values_list("written_in", flat=True)) == {event.pk}


def test_what_is_sensitive_is_not_in_the_column_in_clear() -> None:
    batch = made(loaded())
    number = next(said for said in batch.numbers if said)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number FROM register_child UNION SELECT phone FROM register_adult"
        )
        columns = b"".join(bytes(row[0]) for row in cursor.fetchall() if row[0])
    assert len(columns) > 60 * 30
    assert number.encode() not in columns
    assert batch.guardians.phones[0].encode() not in columns


def test_children_are_found_by_name_sound_tail_and_their_guardians_phone() -> None:
    batch, everywhere = made(loaded()), officer("city.990000")
    child = Child.objects.filter(id_index__isnull=False).order_by("id")[0]
    phone = Tie.objects.get(child=child).adult.phone  # type: ignore[union-attr]

    for said in (child.name, child.pinyin, child.initials, child.id_number, phone):
        assert child in search(everywhere, said)  # type: ignore[arg-type]
    assert child in search(everywhere, child.id_number[-4:])  # type: ignore[arg-type]
    assert child.name in batch.names


def test_the_province_sees_every_child_and_a_town_those_of_its_villages() -> None:
    loaded()
    town = Place.objects.get(sort_key="990102100")

    seen = children_for(officer("supervisor.990102100"), Verb.CHILD_LIST)  # type: ignore[arg-type]
    below = [
        child.pk
        for child in Child.objects.all()
        if child.residence_path.startswith(town.path) or child.hukou_path.startswith(town.path)
    ]
    assert below
    assert {child.pk for child in seen} == set(below)
    assert children_for(officer("city.990000"), Verb.CHILD_LIST).count() == 60  # type: ignore[arg-type]


def test_confirmed_categories_have_two_people_behind_them() -> None:
    loaded()

    confirmed = ChildCategory.objects.filter(status="confirmed")
    assert confirmed.exists()
    for each in confirmed:
        assert each.decided_by_id not in (None, each.proposed_by_id)


def test_every_child_has_a_name_two_places_a_guardian_and_a_category() -> None:
    loaded()

    guardians = Tie.objects.filter(kind="guardian")
    assert ChildName.objects.count() == guardians.count() == ChildCategory.objects.count() == 60
    assert ChildPlace.objects.count() == 120


def test_the_columns_of_one_child_belong_together() -> None:
    loaded()

    for child in Child.objects.select_related("household"):
        places = {span.kind: span for span in child.places.all()}
        assert places["residence"].place_id == child.residence_place_id == child.household.place_id  # type: ignore[union-attr]
        assert places["hukou"].place_id == child.hukou_place_id
        assert child.is_residence_confirmed == places["residence"].is_confirmed
        assert child.names.get().name == child.name


def test_columns_are_refused_outside_an_act_by_the_program_and_by_the_database() -> None:
    city = make_city(SIZE, as_of=AS_OF)
    village = load_network(city, password="demo", by=SYSTEM).places[city.network.villages[0].code]
    columns = {"id": new_ids(1), "place_id": [village.pk], "address": [None]}

    with pytest.raises(UnauditedWriteError):
        copy_columns(Household, columns)
    with (
        pytest.raises(DatabaseError, match="outside an audited act"),
        transaction.atomic(),
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy("COPY register_household (id, place_id, written_in) FROM STDIN") as copy,
    ):
        copy.write_row((columns["id"][0], str(village.pk), 1))
