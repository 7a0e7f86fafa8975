"""Every address, asked by every role about its own, its neighbour's and what stands above it.

What is expected is read from the roles (`may`); what is answered comes from the pages themselves.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from tests.doors import DOORS, known_patterns
from tests.world import Seated, Things, World, undone
from weiguang.kernel.models import Event
from weiguang.network.authority import may
from weiguang.network.roles import ROLES

NAMES = sorted(known_patterns())
OURS = [name for name in NAMES if not getattr(known_patterns()[name].callback, "is_public", False)]
# Steps of one's own second factor may be answered as absent to who has set none up.
NEED_A_FACTOR = {"mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"}
# Where who may not go on is led instead; nobody of this stage has a reason to be.
DETOURS = ("account_login", "account_change_password", "mfa_activate_totp")
# Another on each page: the form's secret, and the minute at which it would be printed.
SECRET = re.compile(rb'"[A-Za-z0-9]{64}"|class="printed-by">.*')


def view_of(name: str) -> Any:
    pattern: URLPattern = known_patterns()[name]
    return pattern.callback


def asks(who: Seated, name: str, things: Things) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ways in which a browser can come to an address: to read, with nothing, with something.

    Who has the verb nowhere is refused before anything is read of the form: once is enough.
    """
    for method in view_of(name).methods:
        yield method, dict(DOORS[name].said(things))
        if method == "POST" and may(who.actor, view_of(name).verb):
            yield method, {}


def answer(client: Client, method: str, address: str, said: Any = None) -> HttpResponse:
    """What is answered, and nothing done."""
    with undone():
        response: HttpResponse = getattr(client, method.lower())(address, said or {})
    return response


def refused(response: HttpResponse) -> bool:
    return response.status_code == 404


def let_in(response: HttpResponse) -> bool:
    led_to = response.headers.get("Location", "")
    is_led_away = any(led_to.startswith(reverse(name)) for name in DETOURS)
    return response.status_code in (200, 302, 409, 422) and not is_led_away


def without_secret(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {k: v for k, v in response.headers.items() if k != "Content-Length"}
    return response.status_code, SECRET.sub(b"", response.content), headers


def test_every_address_stands_in_the_table_and_nothing_else() -> None:
    assert sorted(DOORS) == NAMES


def test_every_role_is_on_the_stage(world: World) -> None:
    assert set(world.people) == set(ROLES)
    assert len(ROLES) == 17


@pytest.mark.parametrize("name", [n for n in OURS if not DOORS[n].names_something])
def test_a_page_is_open_to_the_roles_that_have_its_verb(world: World, name: str) -> None:
    wrong = []
    for code, who in world.people.items():
        expected = bool(may(who.actor, view_of(name).verb))
        for method, said in asks(who, name, who.meets["own"]):
            response = answer(who.client, method, DOORS[name].address(name, who.meets["own"]), said)
            is_as_absent = refused(response) and name in NEED_A_FACTOR
            if not (let_in(response) or is_as_absent if expected else refused(response)):
                wrong.append((code, method, said, response.status_code))

    assert wrong == []


@pytest.mark.parametrize("name", [n for n in OURS if DOORS[n].names_something])
def test_a_thing_is_open_to_whom_the_roles_open_it_and_absent_to_everybody_else(
    world: World, name: str
) -> None:
    wrong = []
    for code, who in world.people.items():
        absent = {
            method: without_secret(answer(who.client, method, DOORS[name].nowhere(name, things)))
            for things in [who.meets["own"]]
            for method in view_of(name).methods
        }
        for where, things in who.meets.items():
            wrong += [(code, where, *how) for how in wrongs(who, name, things, absent)]

    assert wrong == []


def wrongs(
    who: Seated, name: str, things: Things, absent: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Where the answer about a thing is not what the roles say, or tells more than it should."""
    door, verb = DOORS[name], view_of(name).verb
    expected = door.opens(who.actor, verb, things)
    for method, said in asks(who, name, things):
        with undone():
            before = Event.objects.latest("id").pk
            response = getattr(who.client, method.lower())(door.address(name, things), said)
            done = Event.objects.filter(pk__gt=before, was_refused=False).exists()
        if expected:
            if not let_in(response):
                yield method, said, response.status_code
        elif without_secret(response) != absent[method] or absent[method][0] != 404:
            yield method, said, "differs from what does not exist", response.status_code
        elif done:
            yield method, said, "was remembered as done"


def test_the_neighbours_rights_differ_so_that_the_matrix_says_something(world: World) -> None:
    director = world.people["child_director"]

    rights = {
        where: bool(may(director.actor, view_of("child").verb, things.child.subject))
        for where, things in director.meets.items()
    }

    assert rights == {"own": True, "neighbour": False, "above": False}


@pytest.mark.parametrize("name", OURS)
def test_who_has_not_logged_in_is_led_to_the_door_and_reads_nothing(
    world: World, name: str
) -> None:
    address = DOORS[name].address(name, world.things["village"])
    with undone():
        before = Event.objects.latest("id").pk
        for method in view_of(name).methods:
            response = getattr(Client(), method.lower())(address)
            assert response.status_code == 302
            assert response["Location"].startswith(f"{reverse('account_login')}?next=")
        assert not Event.objects.filter(pk__gt=before).exists()


@pytest.mark.parametrize("name", OURS)
def test_no_other_method_is_answered(world: World, name: str) -> None:
    """`HEAD` reads what `GET` reads; it comes without the form's secret, so it may not write."""
    who = world.people["city_officer"]
    address = DOORS[name].address(name, who.meets["own"])
    others = {"put", "delete", "patch", "options"}
    others |= set() if "GET" in view_of(name).methods else {"get", "head"}

    for method in sorted(others):
        with undone():
            assert getattr(who.client, method)(address).status_code == 405, method


def test_a_category_of_another_child_is_absent(world: World) -> None:
    who = world.people["child_supervisor"]
    own, neighbour = who.meets["own"], who.meets["neighbour"]

    for name in ("category_decide", "category_decide_end", "category_propose_end"):
        mixed = reverse(name, args=[own.child.pk, neighbour.held.pk])
        nowhere = reverse(name, args=[own.child.pk, own.child.pk])
        theirs = answer(who.client, "POST", mixed, {"answer": "confirm"})

        assert theirs.status_code == 404
        assert without_secret(theirs) == without_secret(answer(who.client, "POST", nowhere))
