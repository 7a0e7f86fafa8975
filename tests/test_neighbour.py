"""To a search, an import and a count the neighbour's child is as absent as one that never was."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.secrets import GUARDIAN_NUMBER, MARKERS, NAMES
from tests.world import SINCE, World, id_number, line_of, offered, undone
from weiguang.register.actions import children, family, lists
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, Tie

# The form's secret, the sealed wish, and the minute of printing differ from page to page.
DIFFER = re.compile(r'"[A-Za-z0-9]{64}"|v=[A-Za-z0-9_-]+|class="printed-by">.*')
PHONE = MARKERS["register.adult.phone"]
SEARCHERS = ["child_director", "village_secretary", "child_supervisor", "town_leader"]
SOUGHT = {
    "name": NAMES[0], "initials": "gam", "pinyin": "gu an ming", "number": id_number(886),
    "last four": id_number(886)[-4:], "guardian's phone": PHONE,
}  # fmt: skip
NOBODY = {
    "name": "欧阳没有", "initials": "oymy", "pinyin": "ou yang mei you", "number": id_number(884),
    "last four": "0000", "guardian's phone": "13987610009",
}  # fmt: skip


@pytest.fixture
def child(world: World) -> Child:
    with undone():
        yield elsewhere(world)


def elsewhere(world: World) -> Child:
    """A child with a guardian, in a village of the other town."""
    by = world.people["city_officer"].actor
    village = world.places["other_village"]
    who = Identity(
        name=NAMES[0], sex="female", birth_date=world.things["village"].child.birth_date,
        id_number=id_number(886),
    )  # fmt: skip
    child = children.register(identity=who, hukou=village, residence=village, since=SINCE, by=by)
    guardian = family.Person(name=NAMES[1], phone=PHONE, id_number=GUARDIAN_NUMBER)
    bond = family.NewBond(Tie.Kind.GUARDIAN, "father")
    family.add_adult_tie(child=child, who=guardian, bond=bond, by=by)
    return child


def searched(client: Client, text: str) -> tuple[list[int], str]:
    """The way a search leads, and its page without what was typed."""
    answer = client.post(reverse("children_search"), {"text": text}, follow=True)
    statuses = [status for _, status in answer.redirect_chain]
    return statuses, DIFFER.sub("", answer.content.decode()).replace(text, "")


@pytest.mark.parametrize("way", SOUGHT)
@pytest.mark.parametrize("role", SEARCHERS)
def test_a_search_for_the_neighbours_child_finds_what_a_search_for_nobody_finds(
    world: World, child: Child, role: str, way: str
) -> None:
    client = world.people[role].client

    assert searched(client, SOUGHT[way]) == searched(client, NOBODY[way])


@pytest.mark.parametrize("way", SOUGHT)
def test_whose_child_it_is_finds_it_in_every_way(world: World, child: Child, way: str) -> None:
    _, page = searched(world.people["city_officer"].client, SOUGHT[way])

    assert str(child.pk) in page


@pytest.mark.parametrize("role", SEARCHERS)
@pytest.mark.parametrize("name", ["home", "children", "proposals", "imports"])
def test_no_count_of_ones_own_pages_moves_with_the_neighbours_children(
    world: World, role: str, name: str
) -> None:
    client = world.people[role].client

    def page() -> str:
        answer = client.get(reverse(name))
        return f"{answer.status_code}{DIFFER.sub('', answer.content.decode())}"

    with undone():
        before = page()
        elsewhere(world)
        assert page() == before


def test_a_list_with_the_neighbours_number_is_told_that_it_is_elsewhere_and_no_more(
    world: World, child: Child
) -> None:
    who = world.people["child_supervisor"]
    row = line_of("双桥村", "孙别人", id_number(886))
    kept = lists.upload(offered=offered(world.places["town"], "甲.csv", row), by=who.actor)
    judged = kept.rows.get()

    assert (judged.outcome, judged.reasons) == ("review", ["registered_elsewhere"])
    assert judged.child_id is None
    for name, key in (("import", kept.pk), ("import_row", judged.pk)):
        page = who.client.get(reverse(name, args=[key])).content.decode()
        for word in (NAMES[0], NAMES[1], str(child.pk), "西塘村", "梅镇", PHONE):
            assert word not in page


def test_a_child_like_the_neighbours_is_no_duplicate(world: World, child: Child) -> None:
    who = world.people["child_supervisor"]
    row = line_of("双桥村", NAMES[0], "")
    kept = lists.upload(offered=offered(world.places["town"], "乙.csv", row), by=who.actor)

    assert "possible_duplicate" not in kept.rows.get().reasons


def test_it_is_one_of_the_same_child_within_ones_own_places(world: World, child: Child) -> None:
    """Proves that the test before could fail."""
    who = world.people["city_officer"]
    row = line_of("西塘村", NAMES[0], "")
    kept = lists.upload(offered=offered(world.places["county"], "丙.csv", row), by=who.actor)

    assert "possible_duplicate" in kept.rows.get().reasons


def test_entering_the_neighbours_number_names_nobody(world: World, child: Child) -> None:
    said = {"name": "孙别人", "id_number": id_number(886), "hukou": "双桥村"}
    page = world.people["child_supervisor"].client.post(reverse("child_new"), said)

    assert page.status_code == 200
    for word in (NAMES[0], NAMES[1], str(child.pk), "西塘村", PHONE):
        assert word not in page.content.decode()
