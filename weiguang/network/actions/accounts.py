"""Accounts are made, closed, reopened and reset; what an account may do comes from posts alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.errors import LoginTaken, OtherAdministrator, OwnAccount
from weiguang.network.models import Account
from weiguang.network.separation import is_administrator, locked
from weiguang.network.verbs import Verb


def create(*, login: str, name: str, password: str | None, by: Actor) -> Account:
    """Add a person who can log in; without a password she cannot until one is set.

    Raises `LoginTaken` where another has the login. The first thing she does is choose a password.
    """
    given = password is not None
    account = Account(
        login=login, name=name, must_change_password=given,
        password_given_by_id=by.person_id if given else None,
    )  # fmt: skip
    account.set_password(password)
    try:
        with act(Verb.ACCOUNT_CREATE, by=by, about=account.subject):
            account.save(force_insert=True)
    except IntegrityError as error:
        raise LoginTaken from error
    return account


def close(*, account: Account, by: Actor) -> None:
    """End a person's right to log in, at once also where she is logged in; her past stays."""
    with act_on_another(Verb.ACCOUNT_CLOSE, account, by):
        account.is_active = False
        account.save(update_fields=["is_active"])


def reopen(*, account: Account, by: Actor) -> None:
    """Let a person log in again, with the password she had."""
    with act(Verb.ACCOUNT_REOPEN, by=by, about=account.subject):
        account.is_active = True
        account.save(update_fields=["is_active"])


def reset_password(*, account: Account, password: str, by: Actor) -> None:
    """Give a person a new password, to be changed at once; her sessions end with the old one.

    The session carries a digest of the password (`AbstractBaseUser.get_session_auth_hash`).
    """
    with act_on_another(Verb.ACCOUNT_RESET, account, by):
        account.set_password(password)
        account.must_change_password = True
        account.password_given_by_id = by.person_id
        account.save(update_fields=["password", "must_change_password", "password_given_by"])


@contextmanager
def act_on_another(verb: Verb, account: Account, by: Actor) -> Iterator[Event]:
    """An act that makes nobody two administrators (GB/T 22239); yields its event.

    Raises `OwnAccount` for the actor's own account and `OtherAdministrator` for one that is an
    administrator's today or later, which is remembered. The system itself may: at the machine a
    person hands a password to a person.
    """
    if account.pk == by.person_id:
        raise OwnAccount
    if not by.is_system and is_administrator(account, on=by.on):
        remember_refusal(verb, by=Author(by.person_id, None), about=account.subject)
        raise OtherAdministrator
    with act(verb, by=by, about=account.subject) as event:
        # Asked again where nobody is appointed meanwhile.
        if is_administrator(locked(account), on=by.on) and not by.is_system:
            raise OtherAdministrator
        yield event
