# ruff: noqa: E402 -- Django can be imported only after its settings are pointed at the register
"""Measures the pages of one register and prints its figures as JSON, one line for each.

Run by `bench.pages`, a process for each size: `python -m bench.pages_of 50000`.
"""

import json
import sys

from bench.place import settle_in

CHILDREN = int(sys.argv[1])
settle_in(CHILDREN)

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from random import Random
from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from bench.city import city_of
from bench.entering import client_of
from bench.measuring import Cost, cost_of
from bench.rival.settings import SETTINGS
from weiguang.kernel import clock
from weiguang.network.models import Account, Holding, Place
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.addresses import list_address
from weiguang.register.forms.places import label_of
from weiguang.register.models import Child
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.rules.identity import check_character
from weiguang.tasks.models import Task

TIMES: Final = 20
Ask = Callable[[], int]
CHANCE: Final = Random()


def main() -> None:
    """Print every figure of ours, then of the rival, of this one register."""
    with city_of(CHILDREN):
        _say("rows", {"children": Child.objects.count(), "tasks": Task.objects.count()})
        for scale, login in _people():
            for cost in _ours(scale, login):
                _say("ours", asdict(cost))
        for scale, login in _people():
            with override_settings(**SETTINGS):
                for cost in _theirs(scale, login):
                    _say("rival", asdict(cost))


def _say(kind: str, said: dict[str, object]) -> None:
    print(json.dumps({"kind": kind, **said}, ensure_ascii=False), flush=True)


def _people() -> list[tuple[str, str]]:
    """Who looks: over everything there is, over one county of a province, over one town."""
    on = clock.today()
    officers = Holding.objects.filter(post__role="city_officer", during__contains=on)
    by_depth = sorted(officers.values_list("post__place__path", "person__login"))
    county = Place.objects.filter(level="county", sort_key="320583").get()
    people = [("all", by_depth[0][1]), ("town", "supervisor.103")]
    if by_depth[0][0] != county.path:
        people.insert(1, ("county", "city.1"))
    return people


def _asking(client: Client, address: Callable[[], str], status: int = 200) -> Ask:
    def ask() -> int:
        response = client.get(address())
        assert response.status_code == status, (response.status_code, address())
        return len(response.content)

    return ask


def _ours(scale: str, login: str) -> Iterator[Cost]:
    client = client_of(login)
    actor = actor_for(Account.objects.get(login=login), on=clock.today())
    children = children_for(actor, Verb.CHILD_LIST)
    some = list(children.order_by("birth_date", "id")[:200])
    one = some[len(some) // 2]
    wishes = {
        "list": ListWish(),
        "list by age": ListWish(order="age"),
        "list of a category": ListWish(category="severe_illness"),
        "list of unconfirmed": ListWish(residence="unconfirmed"),
        "search name": ListWish(text=one.name),
        "search character": ListWish(text=one.name[-1]),
        "search pinyin": ListWish(text=one.pinyin),
        "search initials": ListWish(text=one.initials),
        "search tail": ListWish(text="0078"),
        "search nobody": ListWish(text="龘龘"),
    }
    for name, wish in wishes.items():
        address = list_address(actor, wish)
        yield cost_of(f"{name} · {scale}", _asking(client, lambda a=address: a), times=TIMES)  # type: ignore[misc]
    if page_of(actor, ListWish()).has_more:
        deep = list_address(actor, ListWish(), ["wang", str(one.pk)])
        yield cost_of(f"list deep · {scale}", _asking(client, lambda: deep), times=TIMES)
    yield cost_of(f"inbox · {scale}", _asking(client, lambda: "/"), times=TIMES)
    if scale == "town":
        pages = iter(some * 10)
        opening = _asking(client, lambda: f"/children/{next(pages).pk}/")
        yield cost_of(f"open · {scale}", opening, times=TIMES)
        yield cost_of(f"create · {scale}", _creating(client, actor.posts[0].path), times=TIMES)


def _creating(client: Client, below: str) -> Ask:
    village = label_of(
        Place.objects.filter(level="village", path__startswith=below).select_related("parent")[0]
    )

    def ask() -> int:
        said = {"name": "王小测", "id_number": _number(), "hukou": village, "ethnicity": "01"}
        response = client.post("/children/new/", said)
        assert response.status_code == 302, response.content.decode()[:3000]
        return 0

    return ask


def _number() -> str:
    """A number that no seed gives: its order among those of its day is too high for one."""
    born = clock.today() - timedelta(days=CHANCE.randrange(1, 6400))
    body = f"329583{born:%Y%m%d}{CHANCE.randrange(700, 1000)}"
    return body + check_character(body)


def _theirs(scale: str, login: str) -> Iterator[Cost]:
    client = client_of(login)
    actor = actor_for(Account.objects.get(login=login), on=clock.today())
    children = children_for(actor, Verb.CHILD_LIST)
    some = list(children.order_by("birth_date", "id")[:200])
    times = 5 if scale != "town" and CHILDREN > 100_000 else TIMES
    last = children.count() // 50
    for name, query in (
        ("list", ""),
        ("list deep", f"?page={last}"),
        ("search name", f"?q={some[len(some) // 2].name}"),
        ("search nobody", "?q=龘龘"),
    ):
        ask = _asking(client, lambda q=query: f"/children/{q}")  # type: ignore[misc]
        yield cost_of(f"{name} · {scale}", ask, times=times)
    yield cost_of(f"inbox · {scale}", _asking(client, lambda: "/inbox/"), times=times)
    if scale == "town":
        pages = iter(some * 10)
        opening = _asking(client, lambda: f"/children/{next(pages).pk}/")
        yield cost_of(f"open · {scale}", opening, times=TIMES)
        yield cost_of(f"create · {scale}", _creating_theirs(client, some[0]), times=TIMES)


def _creating_theirs(client: Client, like: Child) -> Ask:
    def ask() -> int:
        said = {
            "name": "王小测", "sex": "male", "birth_date": "2015-05-05", "ethnicity": "01",
            "no_id_reason": "not_given", "residence_place": like.residence_place_id,
            "hukou_place": like.residence_place_id,
        }  # fmt: skip
        response = client.post("/children/new/", said)
        assert response.status_code == 302, response.content.decode()[:2000]
        return 0

    return ask


if __name__ == "__main__":
    main()
    connection.close()
