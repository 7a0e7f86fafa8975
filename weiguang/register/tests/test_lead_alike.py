"""Whom a lead may mean that is known already: found within one's own rows, and nowhere else."""

from datetime import date

import pytest
from django.urls import reverse

from tests.cast import entered as browser
from tests.cast import system, text_of
from tests.world import id_number
from weiguang.network.models import Place
from weiguang.register.actions import children, family
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child
from weiguang.register.queries.lead_alike import Alike, alike, sought_of
from weiguang.register.tests.on_leads import Field, entered, make_field

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def field() -> Field:
    return make_field()


def on_file(place: Place, name: str = "顾小满", *, born: int = 2018, sequence: int = 0) -> Child:
    number = id_number(sequence) if sequence else None
    who = Identity(
        name=name, sex="female", birth_date=date(2016, 2, 29) if sequence else date(born, 3, 1),
        id_number=number, no_id_reason="" if sequence else "original_not_seen",
    )  # fmt: skip
    return children.register(
        identity=who, hukou=place, residence=place, since=date(2024, 1, 1), by=system()
    )


def found(field: Field, who: str, **lead: object) -> Alike:
    one = entered(field, **lead)
    return alike(getattr(field, who), sought_of(one))


@pytest.mark.parametrize(
    ("name", "age", "is_found"),
    [("顾小满", 8, True), ("古小曼", 8, True), ("顾小满", 9, True), ("顾小满", None, True),
     ("顾小满", 14, False), ("王小满", 8, False)],
)  # fmt: skip
def test_a_name_is_compared_by_its_sound_and_the_year_of_birth(
    field: Field, name: str, age: int | None, is_found: bool
) -> None:
    year = date.today().year - 8
    child = on_file(field.cast.village, born=year)

    same = found(field, "director", name=name, about_age=age)

    assert [each.id for each in same.children] == ([child.pk] if is_found else [])


def test_a_number_finds_the_child_whatever_it_is_called(field: Field) -> None:
    child = on_file(field.cast.village, "周知夏", sequence=2)

    same = found(field, "director", name="顾小满", id_number=id_number(2), sex="", about_age=None)

    assert [(each.id, each.by_number) for each in same.children] == [(child.pk, True)]


def test_a_guardians_phone_finds_her_children(field: Field) -> None:
    child = on_file(field.cast.village, "周知夏")
    family.add_adult_tie(
        child=child, who=family.Person("顾奶奶", phone=PHONE),
        bond=family.NewBond("guardian", "grandmother_paternal"), by=field.supervisor,
    )  # fmt: skip

    same = found(field, "director", name="", guardian_phone=PHONE)

    assert [each.id for each in same.children] == [child.pk]


def test_a_director_finds_nothing_of_the_neighbours_child_in_any_way(field: Field) -> None:
    child = on_file(field.cast.neighbour, sequence=2)
    family.add_adult_tie(
        child=child, who=family.Person("顾奶奶", phone=PHONE),
        bond=family.NewBond("guardian", "grandmother_paternal"), by=field.supervisor,
    )  # fmt: skip

    same = found(field, "director", id_number=id_number(2), guardian_phone=PHONE, sex="")

    assert (same.children, same.leads[1:], same.is_elsewhere) == ((), (), False)


def test_the_town_sees_the_neighbours_child_that_the_director_does_not(field: Field) -> None:
    """Proves that the test before could fail."""
    child = on_file(field.cast.neighbour, sequence=2)

    same = found(field, "supervisor", id_number=id_number(2), sex="")

    assert [each.id for each in same.children] == [child.pk]


def test_that_a_number_is_elsewhere_is_told_to_the_town_without_where(field: Field) -> None:
    far = field.cast.county
    on_file(far, "周知夏", sequence=2)

    town = found(field, "supervisor", id_number=id_number(2), sex="")
    city = found(field, "city", id_number=id_number(2), sex="")

    assert (town.children, town.is_elsewhere) == ((), True)
    assert ([each.name for each in city.children], city.is_elsewhere) == (["周知夏"], False)


def test_the_same_sound_in_another_town_is_no_duplicate(field: Field) -> None:
    on_file(field.cast.county)

    assert found(field, "city").children == ()


def test_an_earlier_lead_of_the_same_child_is_found(field: Field) -> None:
    first = entered(field)
    second = entered(field)

    same = alike(field.supervisor, sought_of(second))

    assert [each.id for each in same.leads] == [first.pk]


def asked(field: Field, who: str, **more: object) -> str:
    said = {
        "place": "双桥村", "name": "顾小满", "about_age": 8, "source": "report",
        "verifier": "town", **more,
    }  # fmt: skip
    return text_of(browser(field.people[who]).post(reverse("lead_new"), said, follow=True))


def test_who_enters_a_lead_is_shown_the_child_first_and_can_go_on(field: Field) -> None:
    child = on_file(field.cast.village, born=date.today().year - 8)

    assert str(child.pk) in asked(field, "director")
    assert "已登记，等镇里分派" in asked(field, "director", goes_on="on")


@pytest.mark.parametrize("who", ["director", "hotline", "social_worker"])
def test_entering_a_lead_tells_nobody_below_the_town_that_the_number_is_known(
    field: Field, who: str
) -> None:
    on_file(field.cast.neighbour, "周知夏", sequence=2)

    known = asked(field, who, name="孙甲", id_number=id_number(2))
    unknown = asked(field, who, name="钱乙", id_number=id_number(4))

    assert "周知夏" not in known
    assert "别处登记，请报" not in known + unknown
    assert "已登记，等镇里分派" in known
    assert "已登记，等镇里分派" in unknown
