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
from weiguang.network.errors import (
    AdministrationsApart,
    AlreadyOnPost,
    KnowsPasswords,
    PasswordIsNotHers,
    PostIsHeld,
)
from weiguang.network.models import Account, Holding, Organisation, Place, Post
from weiguang.network.roles import ROLES, AdministratorKind
from weiguang.network.verbs import Verb

SAID_BY: Final[dict[str, type[Conflict]]] = {
    "post_has_one_holder": PostIsHeld,
    "administrators_are_three_people": AdministrationsApart,
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
    """Create a seat with a role for a place."""
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
    another of the three administrations, or any other post beside the audit, `PasswordIsNotHers`
    where an administration would go to an account whose password somebody else has seen,
    `KnowsPasswords` where it would go to who knows another's,
    `AlreadyOnPost` where she is on this post already, and `NotFoundOrRefused` for oneself and for a
    closed account.
    """
    if person.pk == by.person_id or not person.is_active:
        raise NotFoundOrRefused
    about = Subject("post", post.pk, (post.place.path,))
    with _exclusions_explained(), act(Verb.POST_FILL, by=by, about=about):
        # The lock that two fillings of one person wait for.
        current = Account.objects.select_for_update().get(pk=person.pk)
        _keep_administrations_apart(current, post, DateRange(since, until), by)
        if post.holdings.filter(person=person, during__overlap=DateRange(since, until)).exists():
            raise AlreadyOnPost
        holding = Holding(
            post=post, person=person, kind=kind, during=DateRange(since, until),
            administers=ROLES[post.role].administers,
        )  # fmt: skip
        holding.save(force_insert=True)
    return holding


def vacate(*, holding: Holding, on: date, by: Actor) -> None:
    """End a person's time on a post; `on` is the first day she no longer holds it."""
    place = holding.post.place
    with act(Verb.POST_VACATE, by=by, about=Subject("post", holding.post_id, (place.path,))):
        amend(holding, during=DateRange(holding.during.lower, on))


def _keep_administrations_apart(person: Account, post: Post, during: DateRange, by: Actor) -> None:
    kind = ROLES[post.role].administers
    if kind and not by.is_system:
        if person.must_change_password:
            raise PasswordIsNotHers
        if person.passwords_given.filter(must_change_password=True).exists():
            raise KnowsPasswords
    beside = person.holdings.filter(during__overlap=during).exclude(post__role=post.role)
    audits = beside.filter(administers=AdministratorKind.AUDIT)
    # Who audits has no other post: she would look over her own shoulder.
    if (kind is AdministratorKind.AUDIT and beside.exists()) or audits.exists():
        raise AdministrationsApart


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
