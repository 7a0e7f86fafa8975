"""Organisations get posts, people get on and off them; nobody fills a post for herself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.errors import Conflict, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.errors import AdministrationsApart, AlreadyOnPost, PostIsHeld, TermIsOver
from weiguang.network.models import Account, Holding, Organisation, Place, Post
from weiguang.network.roles import ROLES
from weiguang.network.separation import locked, require_fit
from weiguang.network.verbs import Verb

SAID_BY: Final[dict[str, type[Conflict]]] = {
    "post_has_one_holder": PostIsHeld,
    "administrators_are_three_people": AdministrationsApart,
    "auditors_only_audit": AdministrationsApart,
}


def add_organisation(
    *, name: str, kind: str, place: Place, by: Actor, credit_code: str = ""
) -> Organisation:
    """Enter an organisation at its place."""
    with act(Verb.ORGANISATION_AMEND, by=by, about=Subject("place", place.pk, (place.path,))):
        organisation = Organisation(name=name, kind=kind, place=place, credit_code=credit_code)
        organisation.save(force_insert=True)
    return organisation


def establish(
    *, organisation: Organisation, role: str, place: Place, since: date, by: Actor
) -> Post:
    """Create a seat with a role for a place; `NotFoundOrRefused` for one that is no more."""
    if place.closed_on:
        raise NotFoundOrRefused
    with act(Verb.POST_ESTABLISH, by=by, about=Subject("place", place.pk, (place.path,))):
        post = Post(
            organisation=organisation, role=role, place=place, during=DateRange(since, None)
        )
        post.save(force_insert=True)
    return post


def fill(
    *, post: Post, person: Account, since: date, by: Actor, kind: str = Holding.Kind.HOLDER,
    until: date | None = None,
) -> Holding:  # fmt: skip
    """Put a person on a post from `since` until the day before `until`.

    Raises `PostIsHeld` where another holds it meanwhile, `AdministrationsApart` where she has
    another of the three administrations, or any other post beside the audit, `AlreadyOnPost` where
    she is on this post already, what `require_fit` says of an administration, and
    `NotFoundOrRefused` for oneself and for a closed account.
    """
    if person.pk == by.person_id or not person.is_active:
        raise NotFoundOrRefused
    about = Subject("post", post.pk, (post.place.path,))
    with _exclusions_explained(), act(Verb.POST_FILL, by=by, about=about):
        during, administers = DateRange(since, until), ROLES[post.role].administers
        if post.holdings.filter(person=person, during__overlap=during).exists():
            raise AlreadyOnPost
        if administers:
            require_fit(locked(person), administers, during)
        holding = Holding(
            post=post, person=person, kind=kind, during=during, administers=administers
        )
        holding.save(force_insert=True)
    return holding


def vacate(*, holding: Holding, on: date, by: Actor) -> None:
    """End a person's time on a post; `on` is the first day she no longer holds it.

    Raises `TermIsOver` where it ends before that day: a longer time is a new appointment.
    """
    place = holding.post.place
    if holding.during.isempty or (holding.during.upper and on > holding.during.upper):
        raise TermIsOver
    with act(Verb.POST_VACATE, by=by, about=Subject("post", holding.post_id, (place.path,))):
        amend(holding, during=DateRange(holding.during.lower, on))


@contextmanager
def _exclusions_explained() -> Iterator[None]:
    """The database keeps the law; here it is put into words for who just met it."""
    try:
        yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        explained = SAID_BY.get(constraint or "")
        if explained is None:
            raise
        raise explained from error
