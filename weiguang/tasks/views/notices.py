"""Doors to how one is told that something waits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.tasks.actions.notices import Wish, choose, try_out
from weiguang.tasks.forms.notices import ChannelForm, NoticeForm
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.queries.notices import ways_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.NOTICE_SET, methods=("GET", "POST"))
def notices(request: WorkRequest) -> HttpResponse:
    """The ways that the city allows, each with a form of its own."""
    ways = ways_of(request.actor)
    asked = _channel(request) if request.method == "POST" else None
    forms = [NoticeForm(way, request.POST if way.channel == asked else None) for way in ways]
    sent = next((form for form in forms if form.is_bound), None)
    if sent is not None and sent.is_valid():
        said = sent.cleaned_data
        wish = Wish(said["address"], said["slots"], said["is_on"])
        choose(channel=said["channel"], wish=wish, by=request.actor)
        messages.success(request, _("提醒方式已保存。"), "good")
        return redirect("notices")
    return render(request, "tasks/notices.html", {"forms": forms})


@page(Verb.NOTICE_SET, methods=("POST",))
def try_notice(request: WorkRequest) -> HttpResponse:
    """Have one message sent, to see that it arrives."""
    channel = _channel(request)
    if channel is None:
        messages.error(request, _("本市没有开通这种提醒。"), "bad")
    else:
        try_out(channel=channel, by=request.actor)
        messages.success(request, _("测试提醒一分钟之内发出，请到那边看看收到没有。"), "good")
    return redirect("notices")


def _channel(request: WorkRequest) -> Channel | None:
    form = ChannelForm(request.POST)
    channel: Channel | None = form.cleaned_data["channel"] if form.is_valid() else None
    return channel
