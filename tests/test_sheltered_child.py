"""After a child was moved for safety: everybody who is not named asks for everything, and nothing
that is answered knows of the child.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.doors import DOORS, known_patterns
from tests.secrets import GUARDIAN_NUMBER
from tests.test_planted_secrets import unpacked
from tests.world import World, id_number, make_world, offered, undone
from weiguang.kernel import clock
from weiguang.register.actions import children, family, household, lists
from weiguang.register.actions.children import Identity
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child, Tie

NAME, NUMBER, PHONE = "康无踪", id_number(706), "13912345678"
REFUGE = Refuge("暗处的缘由", "暗处的住处", "暗处的学校", "13987654321")
# Who is named; everybody else must learn nothing.
NAMED = "duty_officer"
TRACES = (
    NAME, NUMBER, PHONE, REFUGE.reason, REFUGE.whereabouts, REFUGE.school, REFUGE.safe_phone,
)  # fmt: skip
SEARCHES = (NAME, "kwz", "kangwuzong", NUMBER, NUMBER[-4:], PHONE, GUARDIAN_NUMBER)


@pytest.fixture(scope="module")
def world(kept: str) -> World:
    world = make_world()
    things, by = world.things["village"], world.people["child_supervisor"].actor
    who = Identity(name=NAME, sex="female", birth_date=things.child.birth_date, id_number=NUMBER)
    child = children.register(
        identity=who, hukou=things.place, residence=things.place, since=clock.today(), by=by
    )
    father = family.Person("康父", phone=PHONE, id_number=GUARDIAN_NUMBER)
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    adult = family.add_adult_tie(child=child, who=father, bond=bond, by=by).adult
    assert adult is not None
    # A brother or sister who stays where both lived.
    household.form(children=[child, things.child], place=things.place, address="老家", by=by)
    family.add_adult_tie(child=things.child, who=adult.pk, bond=bond, by=by)
    move_to_safety(
        child=Child.objects.get(pk=child.pk), refuge=REFUGE,
        people=[world.people[NAMED].account], by=by,
    )  # fmt: skip
    return world


def strangers(world: World) -> Iterator[tuple[str, Any]]:
    for code, who in world.people.items():
        if code not in (NAMED, "audit_administrator"):
            yield code, who.client


def traces_in(content: bytes, child: Child) -> list[str]:
    said = (*TRACES, str(child.pk))
    return [each for each in said if each.encode() in content]


def test_no_page_knows_of_the_child(world: World) -> None:
    child, found = Child.objects.get(name=NAME), []
    for code, client in strangers(world):
        for name in known_patterns():
            door = DOORS[name]
            if "GET" not in getattr(known_patterns()[name].callback, "methods", ("GET",)):
                continue
            with undone():
                answer = client.get(door.address(name, world.things["village"]), follow=True)
            found += [(code, name, trace) for trace in traces_in(unpacked(answer.content), child)]

    assert found == []


def test_no_search_knows_of_the_child(world: World) -> None:
    child, found = Child.objects.get(name=NAME), []
    for code, client in strangers(world):
        for text in SEARCHES:
            with undone():
                answer = client.post(reverse("children_search"), {"text": text}, follow=True)
            # What was typed stands in the box again; it is not an answer.
            answered = answer.content.replace(f'value="{text}"'.encode(), b"")
            found += [(code, text, trace) for trace in traces_in(answered, child)]

    assert found == []


def test_every_address_of_the_child_is_as_absent_as_one_of_nobody(world: World) -> None:
    child = Child.objects.get(name=NAME)
    names = [n for n, p in known_patterns().items() if "child_id" in p.pattern.converters]
    told = []
    for code, client in strangers(world):
        for name in names:
            parts = DOORS[name].parts(world.things["village"]) if DOORS[name].parts else {}
            address = reverse(name, kwargs={**parts, "child_id": child.pk})
            for method in known_patterns()[name].callback.methods:  # type: ignore[attr-defined]
                with undone():
                    if getattr(client, method.lower())(address).status_code != 404:
                        told.append((code, name, method))

    assert told == []
    assert len(names) > 10


def test_an_import_answers_as_for_any_child_elsewhere(world: World) -> None:
    things = world.things["village"]
    elsewhere = world.things["other_village"].child
    by = world.people["child_supervisor"].actor
    line = "{0},{1},女,{2},2016-02-29,孤儿,某人,13800138000,某处"
    rows = [
        line.format(things.place.name, name, number)
        for name, number in ((NAME, NUMBER), (elsewhere.name, elsewhere.id_number))
    ]
    with undone():
        judged = lists.upload(offered=offered(things.place, "名单.csv", *rows), by=by)
        said = [(row.outcome, row.differing, row.child_id) for row in judged.rows.all()]

    assert said[0] == said[1]
    assert said[0][2] is None


def test_who_is_named_does_find_the_child(world: World) -> None:
    """Otherwise all the others would find nothing whatever happened."""
    client = world.people[NAMED].client
    with undone():
        answer = client.post(reverse("children_search"), {"text": PHONE}, follow=True)

    assert NAME in answer.content.decode()
