"""Puts a synthetic city's network into the database: places, organisations, posts, people.

One act of the system. Every account of a demonstration gets the same password, hashed once. Of a
real city only the places are written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from seeds import network as made
from seeds.city import City
from weiguang.kernel.errors import Conflict
from weiguang.network.actions.beginnings import OPERATIONS
from weiguang.network.actions.posts import add_organisation
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Holding, Organisation, Place, PlaceFact, Post
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb

SINCE: Final = date(2021, 1, 1)
STATISTICAL_SINCE: Final = date(2023, 1, 1)
ROWS_AT_ONCE: Final = 1000


@dataclass
class Loaded:
    """The rows made so far, by the generator's own keys."""

    places: dict[str, Place] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)
    terms: dict[str, list[tuple[Account, DateRange]]] = field(default_factory=dict)

    def holder_of(self, post_key: str, on: date) -> Account | None:
        """Who held a post on that day; None in a vacancy."""
        for person, during in self.terms.get(post_key, ()):
            if during.lower <= on and (during.upper is None or on < during.upper):
                return person
        return None


def load_network(city: City, *, password: str, by: Actor) -> Loaded:
    """Write the network of a synthetic city into an empty one; all of it, or nothing.

    Raises `Conflict` when places exist already: invented people must never stand among real ones.
    """
    if Place.objects.exists():
        raise Conflict
    loaded = Loaded(schools={school.key: school.name for school in city.network.schools})
    with act(Verb.CITY_SEED, by=by) as event:
        _load_places(city.network.places, loaded)
        _load_organisations(city.network.organisations, loaded)
        _load_posts(city.network.posts, loaded)
        _load_people(city.network.workers, make_password(password), loaded)
        _load_holdings(city.network, loaded)
        event.detail = {"places": len(loaded.places), "posts": len(loaded.posts)}
    return loaded


def load_places(places: Iterable[made.Place], *, operator: str, by: Actor) -> Loaded:
    """Write a real city's places into an empty database, and the unit that runs the system.

    Raises `Conflict` when places exist already.
    """
    if Place.objects.exists():
        raise Conflict
    loaded = Loaded()
    with act(Verb.PLACE_AMEND, by=by) as event:
        _load_places(places, loaded)
        county = next(iter(loaded.places.values()))
        add_organisation(name=operator, kind=OPERATIONS, place=county, by=by)
        event.detail = {"places": len(loaded.places)}
    return loaded


def _load_places(places: Iterable[made.Place], loaded: Loaded) -> None:
    facts: list[PlaceFact] = []
    for key, each in enumerate(places, start=1):
        parent = loaded.places.get(each.parent_code or "")
        place = Place(
            key=key,
            path=f"{parent.path if parent else '/'}{key}/",
            level=each.level,
            parent=parent,
            name=each.name,
            sort_key=each.code,
        )
        loaded.places[each.code] = place
        facts += _facts(place, each)
    Place.objects.bulk_create(loaded.places.values(), ROWS_AT_ONCE)
    PlaceFact.objects.bulk_create(facts, ROWS_AT_ONCE)


def _facts(place: Place, each: made.Place) -> Iterable[PlaceFact]:
    kinds = PlaceFact.Kind
    said: Mapping[str, tuple[str | None, date | None, str]] = {
        kinds.NAME: (each.name, None, "V"),
        kinds.ADMINISTRATIVE_CODE: (each.code if each.level == "town" else None, None, "V"),
        kinds.STATISTICAL_CODE: (each.statistical_code, STATISTICAL_SINCE, "V"),
        kinds.PAYMENT_UNIT: (each.payment_unit, None, each.payment_unit_mark or "M"),
    }
    for kind, (value, since, mark) in said.items():
        if value:
            yield PlaceFact(
                place=place, kind=kind, value=value, during=DateRange(since, None), mark=mark
            )


def _load_organisations(organisations: Iterable[made.Organisation], loaded: Loaded) -> None:
    loaded.organisations = {
        each.key: Organisation(
            name=each.name,
            kind=each.kind,
            place=loaded.places[each.place_code],
            credit_code=each.credit_code or "",
        )
        for each in organisations
    }
    Organisation.objects.bulk_create(loaded.organisations.values(), ROWS_AT_ONCE)


def _load_posts(posts: Iterable[made.Post], loaded: Loaded) -> None:
    loaded.posts = {
        each.key: Post(
            organisation=loaded.organisations[each.organisation_key],
            role=each.role,
            place=loaded.places[each.place_code],
            during=DateRange(SINCE, None),
        )
        for each in posts
    }
    Post.objects.bulk_create(loaded.posts.values(), ROWS_AT_ONCE)


def _load_people(workers: Iterable[made.Worker], password_hash: str, loaded: Loaded) -> None:
    loaded.people = {
        each.key: Account(login=each.login, name=each.name, password=password_hash)
        for each in workers
    }
    Account.objects.bulk_create(loaded.people.values(), ROWS_AT_ONCE)


def _load_holdings(network: made.Network, loaded: Loaded) -> None:
    rows = []
    for each in network.holdings:
        post, person = loaded.posts[each.post_key], loaded.people[each.worker_key]
        during = DateRange(each.valid_from, each.valid_to)
        loaded.terms.setdefault(each.post_key, []).append((person, during))
        rows.append(
            Holding(
                post=post,
                person=person,
                kind=each.kind,
                during=during,
                administers=ROLES[post.role].administers,
            )
        )
    Holding.objects.bulk_create(rows, ROWS_AT_ONCE)
