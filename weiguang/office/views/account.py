"""One's own account: who I am here, how I read, how I prove who I am, where I am logged in."""

from allauth.account import views as allauth_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.office.actions import account as actions
from weiguang.office.forms.account import EndSessionsForm, ReadingForm
from weiguang.office.queries import account as queries
from weiguang.web.first_password import must_change_password
from weiguang.web.guard import WorkRequest, page


@page(Verb.ACCOUNT_OWN)
def account(request: WorkRequest) -> HttpResponse:
    """Everything of one's own on one page."""
    user = request.user
    reading = ReadingForm(
        initial={
            "language": user.language,
            "view": "elder" if user.wants_elder_view else "plain",
            "next": reverse("account"),
        }
    )
    shown = {
        "reading": reading,
        "posts": queries.posts_of(user, on=clock.today()),
        "sessions": queries.sessions_of(user, current_key=request.session.session_key),
        "factor": queries.factor_of(user),
        "should_set_factor": any(post.role.needs_second_factor for post in request.actor.posts),
        "has_password": user.has_usable_password(),
    }
    return render(request, "office/account.html", shown)


@page(Verb.ACCOUNT_OWN, methods=("POST",))
def end_sessions(request: WorkRequest) -> HttpResponse:
    """Log out elsewhere: where the given session is, or everywhere but here."""
    form = EndSessionsForm(request.POST)
    number = form.cleaned_data["session"] if form.is_valid() else 0
    elsewhere = UserSession.objects.filter(user=request.user)
    elsewhere = elsewhere.exclude(session_key=request.session.session_key)
    chosen = list(elsewhere if number is None else elsewhere.filter(pk=number))
    if number is not None and not chosen:
        raise NotFoundOrRefused
    for session in chosen:
        actions.end_session(session=session, account=request.user, by=request.actor)
    messages.success(request, _("已退出所选设备上的登录。"))
    return redirect(f"{reverse('account')}#sessions")


@page(Verb.ACCOUNT_OWN, methods=("GET", "POST"))
def change_password(request: WorkRequest) -> HttpResponseBase:
    """A new password, for who has one here; who comes by single sign-on changes hers there."""
    if not request.user.has_usable_password():
        raise NotFoundOrRefused
    is_first = must_change_password(request)
    change = allauth_views.PasswordChangeView.as_view(extra_context={"is_first": is_first})
    answer: HttpResponseBase = change(request)
    return answer
