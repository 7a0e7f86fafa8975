"""The door, and what a person does with her own account.

Of allauth's pages only those we use have an address; the names are those it looks for.
"""

from allauth.account import views as door_steps
from allauth.mfa.base import views as factor_steps
from allauth.mfa.recovery_codes import views as code_steps
from allauth.socialaccount.providers.openid_connect import views as sign_on_steps
from django.conf import settings
from django.urls import URLPattern, path

from weiguang.network.verbs import Verb
from weiguang.office.views import account, door, factors
from weiguang.web.guard import page, public

own = page(Verb.ACCOUNT_OWN, methods=("GET", "POST"))
own_to_read = page(Verb.ACCOUNT_OWN)

enter = door_steps.LoginView.as_view(extra_context={"sign_on": settings.WEIGUANG_OIDC})

urlpatterns: list[URLPattern] = [
    path("", account.account, name="account"),
    path("login/", public(enter), name="account_login"),
    path("login/code/", public(factor_steps.authenticate), name="mfa_authenticate"),
    path("logout/", public(door_steps.logout), name="account_logout"),
    path("closed/", public(door_steps.account_inactive), name="account_inactive"),
    path("forgotten/", door.forgotten, name="account_reset_password"),
    path("language/", door.read_in, name="account_language"),
    path("again/", own(door_steps.reauthenticate), name="account_reauthenticate"),
    path("password/", account.change_password, name="account_change_password"),
    path("sessions/", account.end_sessions, name="account_end_sessions"),
    path("factor/", factors.factor_index, name="mfa_index"),
    path("factor/again/", own(factor_steps.reauthenticate), name="mfa_reauthenticate"),
    path("factor/set/", own(factors.SetFactor.as_view()), name="mfa_activate_totp"),
    path("factor/remove/", own(factors.RemoveFactor.as_view()), name="mfa_deactivate_totp"),
    path("factor/codes/", own_to_read(code_steps.view_recovery_codes),
         name="mfa_view_recovery_codes"),
    path(
        "factor/codes/new/", own(code_steps.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]  # fmt: skip
if settings.WEIGUANG_OIDC:
    urlpatterns += [
        path(
            "sign-on/<slug:provider_id>/", public(sign_on_steps.login),
            name="openid_connect_login",
        ),
        path(
            "sign-on/<slug:provider_id>/back/", public(sign_on_steps.callback),
            name="openid_connect_callback",
        ),
    ]  # fmt: skip
