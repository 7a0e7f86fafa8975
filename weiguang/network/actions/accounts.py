"""Accounts are made, closed, reopened and reset; what an account may do comes from posts alone."""

from django.db import IntegrityError

from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.errors import LoginTaken, OwnAccount
from weiguang.network.models import Account
from weiguang.network.verbs import Verb


def create(*, login: str, name: str, password: str | None, by: Actor) -> Account:
    """Add a person who can log in; without a password she cannot until one is set.

    Raises `LoginTaken` where another has the login.
    """
    account = Account(login=login, name=name)
    account.set_password(password)
    try:
        with act(Verb.ACCOUNT_CREATE, by=by, about=account.subject):
            account.save(force_insert=True)
    except IntegrityError as error:
        raise LoginTaken from error
    return account


def close(*, account: Account, by: Actor) -> None:
    """End a person's right to log in, at once also where she is logged in; her past stays."""
    _refuse_own(account, by)
    with act(Verb.ACCOUNT_CLOSE, by=by, about=account.subject):
        account.is_active = False
        account.save(update_fields=["is_active"])


def reopen(*, account: Account, by: Actor) -> None:
    """Let a person log in again, with the password she had."""
    with act(Verb.ACCOUNT_REOPEN, by=by, about=account.subject):
        account.is_active = True
        account.save(update_fields=["is_active"])


def reset_password(*, account: Account, password: str, by: Actor) -> None:
    """Give a person a new password; every session of hers ends with the old one.

    The session carries a digest of the password (`AbstractBaseUser.get_session_auth_hash`).
    """
    _refuse_own(account, by)
    with act(Verb.ACCOUNT_RESET, by=by, about=account.subject):
        account.set_password(password)
        account.save(update_fields=["password"])


def _refuse_own(account: Account, by: Actor) -> None:
    if account.pk == by.person_id:
        raise OwnAccount
