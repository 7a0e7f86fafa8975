"""Accounts: who can log in. What a person may do is decided by her posts, not here."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.wording import in_a_row
from weiguang.network.actions import accounts
from weiguang.network.errors import LoginTaken
from weiguang.network.models import Account
from weiguang.network.separation import is_administrator
from weiguang.network.verbs import Verb
from weiguang.office.access import account_for
from weiguang.office.actions.account import forget_factor
from weiguang.office.actions.account import unlock as forget_failures
from weiguang.office.forms.people import NewAccount
from weiguang.office.forms.searches import PersonSearch
from weiguang.office.queries.locks import has_factor, locked_among
from weiguang.office.queries.people import page_of
from weiguang.office.queries.seats import stays_of
from weiguang.office.rules.passwords import first_password
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.ACCOUNT_LIST)
def people(request: WorkRequest) -> HttpResponse:
    """The accounts, or those that a search means, one page of them."""
    wish = wish_of(request, "office_people")
    typed, after = wish.get("text", ""), wish.get("after", "")
    found = page_of(request.actor, typed, after)
    return render(
        request,
        "office/people.html",
        {
            "found": found,
            "typed": typed,
            "form": PersonSearch({"text": typed}),
            "first": _address(request, typed) if after else "",
            "next": _address(request, typed, found.next_after) if found.next_after else "",
        },
    )


@page(Verb.ACCOUNT_LIST, methods=("POST",))
def search(request: WorkRequest) -> HttpResponse:
    """Take what was typed and lead to the accounts it means."""
    form = PersonSearch(request.POST)
    typed = form.cleaned_data["text"].strip() if form.is_valid() else ""
    return redirect(_address(request, typed))


@page(Verb.ACCOUNT_LIST)
def person(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """One account: its posts, whether it is open, and what can be done with it."""
    account = account_for(request.actor, Verb.ACCOUNT_LIST, account_id)
    return render(
        request,
        "office/person.html",
        {
            "person": account,
            "stays": stays_of(account),
            "is_locked": bool(locked_among([account.login])),
            "has_factor": has_factor(account),
            "is_own": account.pk == request.actor.person_id,
            "is_apart": is_administrator(account, on=request.actor.on),
        },
    )


@page(Verb.ACCOUNT_CREATE, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Make an account; the answer shows the first password, which is kept nowhere."""
    form = NewAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = first_password()
        account = _created(request, form, password)
        if account is not None:
            return _told_once(request, account, password)
    return render(request, "office/new_person.html", {"form": form})


@page(Verb.ACCOUNT_RESET, methods=("POST",))
def reset(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """Make a new password, end the person's sessions, and show the password this once."""
    account = account_for(request.actor, Verb.ACCOUNT_RESET, account_id)
    password = first_password()
    accounts.reset_password(account=account, password=password, by=request.actor)
    return _told_once(request, account, password)


@page(Verb.ACCOUNT_CLOSE, methods=("POST",))
def close(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """End a person's right to log in."""
    account = account_for(request.actor, Verb.ACCOUNT_CLOSE, account_id)
    return _done(request, account, accounts.close, _("账号已停用，对方已不能登录。"))


@page(Verb.ACCOUNT_REOPEN, methods=("POST",))
def reopen(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """Let a person log in again."""
    account = account_for(request.actor, Verb.ACCOUNT_REOPEN, account_id)
    return _done(request, account, accounts.reopen, _("账号已恢复，原密码仍然有效。"))


@page(Verb.ACCOUNT_UNLOCK, methods=("POST",))
def unlock(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """Forget a person's failed logins."""
    account = account_for(request.actor, Verb.ACCOUNT_UNLOCK, account_id)
    return _done(request, account, forget_failures, _("登录锁定已解除，现在可以重新登录。"))


@page(Verb.ACCOUNT_RESET, methods=("POST",))
def reset_factor(request: WorkRequest, account_id: UUID) -> HttpResponse:
    """Take away a second factor whose phone and paper are lost."""
    account = account_for(request.actor, Verb.ACCOUNT_RESET, account_id)
    return _done(request, account, forget_factor, _("第二重验证已经取消，对方下次登录时重新设置。"))


def _created(request: WorkRequest, form: NewAccount, password: str) -> Account | None:
    try:
        return accounts.create(**form.cleaned_data, password=password, by=request.actor)
    except LoginTaken as error:
        form.add_error("login", in_a_row(error.what, error.what_next))
        return None


def _told_once(request: WorkRequest, account: Account, password: str) -> HttpResponse:
    # The page itself answers the POST: a redirect would have to keep the password somewhere.
    return render(request, "office/password.html", {"person": account, "password": password})


def _done(
    request: WorkRequest, account: Account, action: Callable[..., None], said: str
) -> HttpResponse:
    action(account=account, by=request.actor)
    messages.success(request, said)
    return redirect("office_person", account_id=account.pk)


def _address(request: WorkRequest, typed: str, after: str = "") -> str:
    wish = {name: value for name, value in (("text", typed), ("after", after)) if value}
    return address_of(request, "office_people", wish)
