"""A second app appears everywhere through the five maps alone, and nowhere without a right."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils.module_loading import import_string

from conftest import as_owner
from seeds.city import make_city
from seeds.load import Loaded, load_network
from seeds.sizes import SMALL
from tests.toy.models import Note
from weiguang.kernel import guards, outbox, worker
from weiguang.kernel.errors import NotFoundOrRefused, TooLarge
from weiguang.kernel.models import Change, Delivery, Event
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions import categories, children
from weiguang.register.actions.adopt import Moved, adopt_all
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, Standing
from weiguang.register.queries import bundle
from weiguang.register.queries.bundle import UndeclaredTierError, bundle_for
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.web.panels import panels_for

TODAY = date(2024, 12, 31)
SYSTEM = the_system(on=TODAY)
MAPS = ("REACTIONS", "CHILD_PANELS", "DESK_PANELS", "ADOPT", "BUNDLE")


@pytest.fixture
def toy(committed: str, settings: Any) -> Iterator[None]:
    """The toy app: its table made and guarded by the owner, its name in every map."""
    for name in MAPS:
        setattr(settings, f"WEIGUANG_{name}", f"tests.toy.maps.{name}")
    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(Note)
    with as_owner(committed) as owner:
        for statement in (*editor.collected_sql, guards.guarded("toy_note").sql):
            owner.execute(statement)
    outbox.reactions.cache_clear()
    yield
    outbox.reactions.cache_clear()


@pytest.fixture
def city(toy: None) -> Loaded:
    return load_network(make_city(SMALL), password="demo", by=SYSTEM)


@pytest.fixture
def village(city: Loaded) -> Place:
    return next(place for place in city.places.values() if place.level == "village")


@pytest.fixture
def elsewhere(city: Loaded, village: Place) -> Place:
    return next(
        place
        for place in city.places.values()
        if place.level == "village" and place.parent_id != village.parent_id
    )


def holder(role: str, place: Place | None) -> Actor:
    held = Holding.objects.filter(post__role=role, post__place=place, during__contains=TODAY)
    return actor_for(held.order_by("id")[0].person, on=TODAY)


def enter(name: str, village: Place) -> Child:
    identity = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given"
    )
    return children.register(
        identity=identity, hukou=village, residence=village, since=TODAY, by=SYSTEM
    )


def codes(actor: Actor, name: str, child: Child | None = None) -> list[str]:
    """The panels an actor is shown, as the pages ask for them."""
    listed = import_string(f"tests.toy.maps.{name}")
    if child is None:
        return [panel.code for panel in panels_for(actor, listed, None)]
    return [panel.code for panel in panels_for(actor, listed, child, about=child.subject)]


def test_a_reaction_follows_an_event_once_and_pushes_the_standing(village: Place) -> None:
    child = enter("顾念安", village)
    assert not Note.objects.exists()

    worker.run_once()
    Delivery.objects.update(done_at=None)
    worker.run_once()

    note = Note.objects.get()
    assert note.child_id == child.pk
    registered = Event.objects.get(verb=Verb.CHILD_REGISTER)
    assert {e.caused_by for e in Event.objects.filter(verb=Verb.STANDING_PUSH)} == {registered.pk}
    assert Standing.objects.get().level == "watched"


def test_what_was_pushed_narrows_the_list(village: Place) -> None:
    director = holder("child_director", village)
    enter("顾念安", village)

    before = page_of(director, ListWish(level="watched")).rows
    worker.run_once()
    after = page_of(director, ListWish(level="watched")).rows

    assert (before, [row.level for row in after]) == ((), ["watched"])


def test_a_panel_shows_to_who_has_its_verb_here_and_to_nobody_else(
    village: Place, elsewhere: Place
) -> None:
    child = enter("顾念安", village)
    worker.run_once()

    assert "toy" in codes(holder("child_director", village), "CHILD_PANELS", child)
    assert "toy" not in codes(holder("town_leader", village.parent), "CHILD_PANELS", child)
    assert codes(holder("child_director", elsewhere), "CHILD_PANELS", child) == []


def test_a_panel_with_nothing_to_say_does_not_show(village: Place) -> None:
    child = enter("顾念安", village)

    assert "toy" not in codes(holder("child_director", village), "CHILD_PANELS", child)


def test_a_desk_panel_shows_to_who_has_its_verb(village: Place) -> None:
    assert "toy" in codes(holder("child_director", village), "DESK_PANELS")
    assert "toy" not in codes(holder("village_secretary", village), "DESK_PANELS")


def test_adopting_moves_what_every_app_holds_and_says_what_moved(village: Place) -> None:
    one, other = enter("顾念安", village), enter("顾念案", village)
    worker.run_once()
    supervisor = holder("child_supervisor", village.parent)
    propose = {"since": TODAY, "evidence": "", "legal_basis": "x", "by": supervisor}
    both = [categories.propose(child=c, category="orphan", **propose) for c in (one, other)]
    alone = categories.propose(child=one, category="poor_family", **propose)
    note = Note.objects.get(child=one)

    gone = adopt_all(from_child=one, to_child=other, by=SYSTEM)

    assert Moved("toy.note", note.pk) in gone
    assert Moved("register.childcategory", alone.pk) in gone
    assert Moved("register.childcategory", both[0].pk) not in gone
    assert Note.objects.filter(child=other).count() == 2
    assert other.categories.count() == 2
    assert sorted(other.names.values_list("kind", "name")) == [
        ("former", "顾念安"), ("official", "顾念案"),
    ]  # fmt: skip
    moves = Change.objects.filter(field="child_id", record_id__in=[row.id for row in gone])
    assert {(move.before, move.after) for move in moves} == {(str(one.pk), str(other.pk))}
    assert moves.count() == len(gone)


def test_nobody_alone_moves_one_file_into_another(village: Place) -> None:
    one, other = enter("顾念安", village), enter("顾念案", village)

    with pytest.raises(NotFoundOrRefused):
        adopt_all(from_child=one, to_child=other, by=holder("child_supervisor", village.parent))

    assert one.names.count() == 1


def test_a_phone_gets_the_children_of_its_reader_and_no_field_above_her_tier(
    village: Place, elsewhere: Place
) -> None:
    mine, theirs = enter("顾念安", village), enter("王佳琪", elsewhere)
    worker.run_once()

    director = bundle_for(holder("child_director", village))
    secretary = bundle_for(holder("village_secretary", village))

    assert set(director) == set(secretary) == {mine.pk}
    assert director[mine.pk]["register"]["name"] == "顾念安"
    assert director[mine.pk]["register"]["level"] == "watched"
    assert director[mine.pk]["toy"] == {"text": "新来的孩子", "secret": "不外传的话"}
    assert secretary[mine.pk]["toy"] == {"text": "新来的孩子"}
    assert Note.objects.filter(child=theirs).exists()


def test_a_part_that_declares_no_tier_fails_loudly(village: Place, settings: Any) -> None:
    enter("顾念安", village)
    settings.WEIGUANG_BUNDLE = "tests.toy.maps.CARELESS_BUNDLE"

    with pytest.raises(UndeclaredTierError, match="forgotten"):
        bundle_for(holder("child_director", village))


def test_a_city_does_not_fit_into_a_phone(
    city: Loaded, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "CHILDREN_AT_MOST", 1)
    county = next(place for place in city.places.values() if place.level == "county")
    for name in ("顾念安", "王佳琪"):
        enter(name, village)

    with pytest.raises(TooLarge):
        bundle_for(holder("city_officer", county))
