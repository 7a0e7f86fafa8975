"""Entering a child, and keeping its file true."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict
from weiguang.network.queries import villages_below
from weiguang.network.verbs import Verb
from weiguang.register.actions import children
from weiguang.register.forms.child import NewChildForm
from weiguang.web.guard import WorkRequest, page


@page(Verb.CHILD_REGISTER, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Enter a child; a number that is registered already leads nowhere but to the city."""
    villages = villages_below(request.actor, Verb.CHILD_REGISTER)
    form = NewChildForm(request.POST or None, villages=villages)
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        return redirect("children")
    return render(request, "register/new_child.html", {"form": form, "villages": villages})


def _entered(request: WorkRequest, form: NewChildForm) -> bool:
    said = form.cleaned_data
    try:
        children.register(
            identity=form.identity(), hukou=said["hukou"],
            residence=said["residence"] or said["hukou"], since=clock.today(), by=request.actor,
        )  # fmt: skip
    except Conflict:
        form.add_error("id_number", _("这个号码已经登记过。在您这里搜不到，就请报市民政局核对。"))
        return False
    messages.success(request, _("已登记。居住地待村里见到孩子后确认。"), "good")
    return True
