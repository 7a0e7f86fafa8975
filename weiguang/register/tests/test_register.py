"""A child is entered once, seen by whom it concerns, found by who may, recognised by two."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from seeds.load import Loaded
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.models import Change
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import categories, children
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, ChildCategory
from weiguang.register.queries.search import search
from weiguang.register.rules.identity import check_character

pytestmark = pytest.mark.django_db

TODAY = date(2024, 12, 31)
SYSTEM = the_system(on=TODAY)


def holder(role: str, place: Place, nth: int = 0) -> Actor:
    held = Holding.objects.filter(post__role=role, post__place=place, during__contains=TODAY)
    return actor_for(held.order_by("id")[nth].person, on=TODAY)


def number(sequence: int = 2, born: str = "20160229") -> str:
    body = f"329583{born}{sequence:03d}"
    return body + check_character(body)


def enter(name: str, village: Place, *, sequence: int | None = None, by: Actor = SYSTEM) -> Child:
    identity = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29),
        id_number=number(sequence) if sequence is not None else None,
        no_id_reason="" if sequence is not None else "not_registered",
    )  # fmt: skip
    return children.register(
        identity=identity, hukou=village, residence=village, since=TODAY, by=by
    )


def names(actor: Actor, text: str) -> list[str]:
    return [child.name for child in search(actor, text)]


def test_a_supervisor_registers_a_child_of_her_town(village: Place) -> None:
    assert village.parent is not None
    supervisor = holder("child_supervisor", village.parent)

    child = enter("顾念安", village, sequence=2, by=supervisor)

    assert list(children_for(supervisor, Verb.CHILD_LIST)) == [child]
    assert child.names.get().name == "顾念安"
    assert child.places.count() == 2


def test_a_director_sees_her_children_and_the_neighbour_sees_nothing(
    village: Place, elsewhere: Place
) -> None:
    child = enter("顾念安", village, sequence=2)

    assert list(children_for(holder("child_director", village), Verb.CHILD_LIST)) == [child]
    assert names(holder("child_director", elsewhere), "顾念安") == []


def test_a_director_cannot_register_in_the_next_village(village: Place, elsewhere: Place) -> None:
    assert elsewhere.parent is not None

    with pytest.raises(NotFoundOrRefused):
        enter("顾念安", village, by=holder("child_supervisor", elsewhere.parent))

    assert not Child.objects.exists()


def test_an_identity_number_is_registered_once(village: Place, elsewhere: Place) -> None:
    enter("顾念安", village, sequence=2)

    with pytest.raises(Conflict):
        enter("顾念安", elsewhere, sequence=2)

    assert Child.objects.count() == 1


@pytest.mark.parametrize(
    ("id_number", "sex"),
    [("329583201602290020", "female"), (number(1), "female"), (number(2), "male"), (None, "male")],
)
def test_a_number_that_disagrees_is_refused(village: Place, id_number: str, sex: str) -> None:
    identity = Identity("顾念安", sex, date(2016, 2, 29), id_number)

    with pytest.raises(Invalid):
        children.register(
            identity=identity, hukou=village, residence=village, since=TODAY, by=SYSTEM
        )


def test_a_number_is_unreadable_in_the_database(village: Place) -> None:
    enter("顾念安", village, sequence=2)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM register_child c")
        row = cursor.fetchone()[0]

    assert number(2) not in row
    assert number(2).encode().hex() not in row
    assert Child.objects.get().id_number == number(2)


@pytest.mark.parametrize(
    "text",
    ["顾念安", "念安", "顾", "gna", "gunianan", "guni", "顧念安", "故年安", "guniang'an", number(2),
     number(2)[-4:]],
)  # fmt: skip
def test_a_city_officer_finds_a_child_by(text: str, city: Loaded, village: Place) -> None:
    enter("顾念安", village, sequence=2)
    enter("王佳琪", village)
    county = next(place for place in city.places.values() if place.level == "county")

    assert names(holder("city_officer", county), text) == ["顾念安"]


def test_the_nearest_name_comes_first(village: Place) -> None:
    for name in ("张丽", "章莉", "张丽华"):
        enter(name, village)
    director = holder("child_director", village)

    assert names(director, "张丽") == ["张丽", "张丽华", "章莉"]


def test_a_renamed_child_is_found_by_its_new_name_and_keeps_the_old(village: Place) -> None:
    child = enter("顾念安", village)
    assert village.parent is not None
    supervisor = holder("child_supervisor", village.parent)

    children.rename(child=child, name="顾晚晴", since=TODAY, by=supervisor)

    assert names(supervisor, "gwq") == ["顾晚晴"]
    assert sorted(child.names.values_list("kind", "name")) == [
        ("former", "顾念安"), ("official", "顾晚晴"),
    ]  # fmt: skip
    assert Change.objects.filter(about_id=child.pk, field="name").get().before == "顾念安"


def test_the_one_who_proposed_cannot_confirm(village: Place) -> None:
    assert village.parent is not None
    supervisor = holder("child_supervisor", village.parent)
    proposal = propose(enter("顾念安", village), supervisor)

    with pytest.raises(NotFoundOrRefused):
        categories.decide(proposal=proposal, is_confirmed=True, by=supervisor)


def test_a_second_person_confirms_and_nobody_decides_twice(village: Place) -> None:
    assert village.parent is not None
    proposal = propose(enter("顾念安", village), holder("child_director", village))
    supervisor = holder("child_supervisor", village.parent)

    categories.decide(proposal=proposal, is_confirmed=True, by=supervisor)

    assert ChildCategory.objects.get().status == "confirmed"
    with pytest.raises(Conflict):
        categories.decide(proposal=proposal, is_confirmed=False, by=supervisor)


def test_a_category_cannot_stand_twice_at_a_time(village: Place) -> None:
    child, director = enter("顾念安", village), holder("child_director", village)
    propose(child, director)

    with pytest.raises(Conflict):
        propose(child, director)


def test_the_database_refuses_one_person_in_both_seats(village: Place) -> None:
    director = holder("child_director", village)
    child = enter("顾念安", village)

    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        propose_and_confirm_alone(child, director)


def propose(child: Child, by: Actor) -> ChildCategory:
    return categories.propose(
        child=child, category="poor_family", since=TODAY, evidence="dibao", legal_basis="x", by=by
    )


def propose_and_confirm_alone(child: Child, by: Actor) -> None:
    with categories.act(Verb.CATEGORY_PROPOSE, by=by, about=child.subject):
        ChildCategory.objects.create(
            child=child, category="poor_family", during=(TODAY, None), status="confirmed",
            proposed_by_id=by.person_id, decided_by_id=by.person_id,
        )  # fmt: skip
