"""The first administrators: one of each, at the machine, and only while there is none."""

from datetime import timedelta

import pytest

from weiguang.network.actions import accounts, places, posts
from weiguang.network.actions.beginnings import ADMINISTRATIONS, OPERATIONS, first_administrator
from weiguang.network.authority import Actor
from weiguang.network.errors import AdministrationHeld, LoginTaken, NoPlaces
from weiguang.network.models import Account, Holding, Place, Post
from weiguang.network.queries import actor_for, the_system
from weiguang.network.tests.test_authority import SYSTEM, TODAY, holder_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Place:
    place = places.found(
        name="某市", level="county", parent=None, sort_key="1", since=TODAY, by=SYSTEM
    )
    posts.add_organisation(name="运行单位", kind=OPERATIONS, place=place, by=SYSTEM)
    return place


def begin(role: str, login: str = "li", by: Actor = SYSTEM) -> Account:
    return first_administrator(login=login, name="李", role=role, password="abcd", by=by)


@pytest.mark.parametrize("role", ADMINISTRATIONS)
def test_each_administration_begins_with_one_person_who_changes_her_password(
    county: Place, role: str
) -> None:
    person = begin(role)

    (post,) = actor_for(person, on=TODAY).posts
    assert (post.role.code, post.path) == (role, county.path)
    assert person.must_change_password
    with pytest.raises(AdministrationHeld):
        begin(role, "wu")


def test_a_vacant_post_is_filled_rather_than_doubled(county: Place) -> None:
    begin("audit_administrator")
    held = Holding.objects.select_related("post__place").get()
    security = holder_of("security_administrator", "/")
    posts.vacate(holding=held, on=TODAY + timedelta(days=1), by=security)
    tomorrow = the_system(on=TODAY + timedelta(days=1))

    with pytest.raises(AdministrationHeld):
        begin("audit_administrator", "wu")
    begin("audit_administrator", "wu", by=tomorrow)

    assert Post.objects.count() == 1
    assert Holding.objects.filter(during__contains=tomorrow.on).get().person.login == "wu"


def test_who_is_to_come_counts_as_somebody(county: Place) -> None:
    begin("system_administrator")

    with pytest.raises(AdministrationHeld):
        begin("system_administrator", "wu", by=the_system(on=TODAY - timedelta(days=9)))


def test_nobody_begins_where_there_are_no_places() -> None:
    with pytest.raises(NoPlaces):
        begin("system_administrator")


def test_a_login_that_is_taken_leaves_no_post_behind(county: Place) -> None:
    accounts.create(login="li", name="李", password=None, by=SYSTEM)

    with pytest.raises(LoginTaken):
        begin("system_administrator")

    assert not Post.objects.exists()
