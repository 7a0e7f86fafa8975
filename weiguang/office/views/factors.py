"""Setting up, proving and removing one's second factor: allauth's steps, remembered as acts."""

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.http import HttpResponse
from django.shortcuts import redirect

from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.web.guard import WorkRequest, page
from weiguang.web.second_factor import needs_factor


class SetFactor(ActivateTOTPView):
    """The picture to scan and the first code; who gives it has proved the factor, too."""

    def form_valid(self, form: Any) -> HttpResponse:
        request: Any = self.request
        with act(Verb.FACTOR_SET, by=request.actor, about=request.user.subject):
            answer: HttpResponse = super().form_valid(form)
            mine = Authenticator.objects.filter(user=request.user)
            post_authentication(request, mine.get(type=Authenticator.Type.TOTP))
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        shown = super().get_context_data(**more)
        secret: str = shown["form"].secret
        in_fours = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        is_forced = needs_factor(self.request.actor)
        return {**shown, "secret_in_fours": in_fours, "is_forced": is_forced}


class RemoveFactor(DeactivateTOTPView):
    """Without the factor nothing in this session is proved by it any longer."""

    def form_valid(self, form: Any) -> HttpResponse:
        request: Any = self.request
        with act(Verb.FACTOR_REMOVE, by=request.actor, about=request.user.subject):
            answer: HttpResponse = super().form_valid(form)
        records = request.session.get(RECORDS, [])
        request.session[RECORDS] = [record for record in records if record["method"] != "mfa"]
        return answer


@page(Verb.ACCOUNT_OWN)
def factor_index(request: WorkRequest) -> HttpResponse:
    """Where allauth leads after a step: one's own account shows the state of the factor."""
    return redirect("account")
