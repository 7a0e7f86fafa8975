"""A county with two villages in one town, and people to send to the pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from weiguang.kernel import clock
from weiguang.kernel.models import Delivery, Event
from weiguang.network.actions import accounts, places, posts
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Holding, Organisation, Place, Post
from weiguang.network.queries import actor_for, the_system
from weiguang.web.sessions import SEEN

SINCE = date(2021, 1, 1)
# Session, account, posts and grants of the reader, before any page reads its own.
READER_QUERIES = 3


@dataclass
class Cast:
    """The places, their organisation, and a way to seat anybody."""

    county: Place
    town: Place
    village: Place
    neighbour: Place
    office: Organisation

    def post(self, role: str, place: Place) -> Post:
        return posts.establish(
            organisation=self.office, role=role, place=place, since=SINCE, by=system()
        )

    def seated(self, role: str, place: Place, name: str = "", **term: date) -> Holding:
        person = account(name or f"{role}.{place.key}")
        return posts.fill(
            post=self.post(role, place), person=person, by=system(), **{"since": SINCE, **term}
        )

    def client(self, role: str, place: Place | None = None) -> Client:
        return entered(self.seated(role, place or self.county).person)


def make_cast() -> Cast:
    by = system()
    county = places.found(
        name="某市", level="county", parent=None, sort_key="1", since=SINCE, by=by
    )
    town = places.found(name="柳镇", level="town", parent=county, sort_key="11", since=SINCE, by=by)
    village, neighbour = (
        places.found(name=name, level="village", parent=town, sort_key=key, since=SINCE, by=by)
        for name, key in (("双桥村", "111"), ("西塘村", "112"))
    )
    office = posts.add_organisation(name="某市民政局", kind="office", place=county, by=by)
    return Cast(county, town, village, neighbour, office)


def account(login: str, name: str = "") -> Account:
    return accounts.create(login=login, name=name or f"姓名{login}", password=None, by=system())


def entered(person: Account) -> Client:
    """A browser in which the person has logged in; the door itself has tests of its own."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def text_of(response: Any) -> str:
    """The page that was answered; a redirect or a refusal is none."""
    assert response.status_code == 200, response.status_code
    text: str = response.content.decode()
    return text


def tile(shown: str, title: str) -> tuple[str, str]:
    """The number under a title, and the address it leads to."""
    before = shown[: shown.index(f"{title}</span>")]
    address = before.rpartition('href="')[2].partition('"')[0]
    number = shown[shown.index(f"{title}</span>") :].partition("<b>")[2].partition("</b>")[0]
    return number, address.replace("&amp;", "&")


def events_since(number: int) -> list[Event]:
    """What was remembered after an event."""
    return list(Event.objects.filter(id__gt=number).order_by("id"))


def last_event() -> int:
    """The number of the newest event."""
    return Event.objects.order_by("-id").values_list("id", flat=True)[0]


def actor(person: Account) -> Actor:
    return actor_for(person, on=clock.today())


def system() -> Actor:
    return the_system(on=clock.today())


def stays_awake(client: Client) -> None:
    """Let no page have to write down that the session was seen: each would, and be undone."""
    session = client.session
    session[SEEN] = int(clock.now().timestamp()) + 3600
    session.save()


def browser_like(client: Client) -> Client:
    other = Client()
    other.cookies.load(client.cookies.output(header="", sep=";", attrs=[]))
    return other


def dead_delivery() -> Delivery:
    event = Event.objects.latest("id")
    return Delivery.objects.create(
        event=event, reaction=f"tests.reaction_{UUID(int=Delivery.objects.count())}",
        attempts=7, next_at=event.at, dead_at=event.at, error="RuntimeError",
    )  # fmt: skip
