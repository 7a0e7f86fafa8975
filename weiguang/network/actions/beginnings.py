"""The first people of an installation: who arranges everybody else has to come from somewhere."""

from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.network.actions import accounts, posts
from weiguang.network.authority import Actor
from weiguang.network.errors import AdministrationHeld, NoPlaces
from weiguang.network.models import Account, Holding, Organisation, Post
from weiguang.network.roles import ROLES

# The kind of the organisation that runs the system and has the administrators' posts.
OPERATIONS: Final = "operations"
ADMINISTRATIONS: Final = tuple(code for code, role in ROLES.items() if role.administers)


def first_administrator(*, login: str, name: str, role: str, password: str, by: Actor) -> Account:
    """A new person on one of the three administrations, while nobody else has it.

    Raises `NoPlaces` before the city's places are loaded, `AdministrationHeld` when somebody is on
    such a post today or later (others are then put there through the pages), and `LoginTaken`.
    """
    office = Organisation.objects.filter(kind=OPERATIONS).order_by("id").first()
    if office is None:
        raise NoPlaces
    from_now_on = DateRange(by.on, None)
    if Holding.objects.filter(post__role=role, during__overlap=from_now_on).exists():
        raise AdministrationHeld
    with transaction.atomic():
        account = accounts.create(login=login, name=name, password=password, by=by)
        posts.fill(post=_post(role, office, by), person=account, since=by.on, by=by)
    return account


def _post(role: str, office: Organisation, by: Actor) -> Post:
    vacant = Post.objects.filter(role=role, during__contains=by.on).order_by("id").first()
    return vacant or posts.establish(
        organisation=office, role=role, place=office.place, since=by.on, by=by
    )
