"""Doors to the inbox: see it, do it in place, pause it, hand it over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.tasks.access import tasks_below
from weiguang.tasks.actions import tasks as actions
from weiguang.tasks.actions.errands import give_errand
from weiguang.tasks.addresses import key_of, page_address
from weiguang.tasks.forms.tasks import ErrandForm, HandOverForm, PauseForm
from weiguang.tasks.queries.inbox import below, inbox, may_do, own_row, story_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.TASK_LIST)
def mine(request: WorkRequest) -> HttpResponse:
    """All that waits for the reader, the most urgent first."""
    found = inbox(request.actor, key_of(request.actor, "inbox", request.GET.get("after", "")))
    following = page_address(request.actor, "inbox", found.next_key)
    return render(request, "tasks/inbox.html", {"found": found, "next": following})


@page(Verb.TASK_HAND_OVER)
def in_my_places(request: WorkRequest) -> HttpResponse:
    """The open tasks of all posts below, to see what hangs and to hand it over."""
    key = key_of(request.actor, "tasks_below", request.GET.get("after", ""))
    found = below(request.actor, key)
    following = page_address(request.actor, "tasks_below", found.next_key)
    form = HandOverForm(request.actor)
    return render(request, "tasks/below.html", {"found": found, "next": following, "form": form})


@page(Verb.TASK_OPEN, methods=("GET", "POST"))
def errand(request: WorkRequest) -> HttpResponse:
    """Ask somebody below to do something."""
    form = ErrandForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        give_errand(
            post_id=UUID(said["post"]), words=said["words"], working_days=said["days"],
            by=request.actor,
        )  # fmt: skip
        messages.success(request, _("已交办，到期没办结会提醒您。"), "good")
        return redirect("tasks_below")
    return render(request, "tasks/errand.html", {"form": form})


@page(Verb.TASK_LIST)
def show(request: WorkRequest, task_id: UUID) -> HttpResponse:
    """One task: what it is, whom it was told to, and what can be done with it."""
    story = story_of(request.actor, task_id)
    task = story.row.task
    is_mine = may_do(request.actor, task)
    shown = {"story": story, "task": task, "is_mine": is_mine, **story.context}
    if request.headers.get("HX-Request"):
        return render(request, "tasks/task_inline.html", shown)
    if is_mine and may(request.actor, Verb.TASK_PAUSE):
        shown["pause"] = PauseForm()
    if may(request.actor, Verb.TASK_HAND_OVER, task.subject):
        shown["over"] = HandOverForm(request.actor)
    return render(request, "tasks/task.html", {"pause": None, "over": None, **shown})


@page(Verb.TASK_FINISH, methods=("POST",))
def finish(request: WorkRequest, task_id: UUID) -> HttpResponse:
    """Close a task of a kind that is closed by hand."""
    row = own_row(request.actor, task_id)
    if not row.kind.finishes_by_hand:
        return redirect("task", task_id)
    actions.finish(task=row.task, by=request.actor)
    messages.success(request, _("已办结。"), "good")
    return redirect("home")


@page(Verb.TASK_PAUSE, methods=("POST",))
def pause(request: WorkRequest, task_id: UUID) -> HttpResponse:
    """Stop the clock of a task, for a reason."""
    row, form = own_row(request.actor, task_id), PauseForm(request.POST)
    if form.is_valid():
        actions.pause(task=row.task, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("已暂停计时，恢复后接着算。"), "good")
    else:
        messages.error(request, _("请写明暂停的原因。"), "bad")
    return redirect("task", task_id)


@page(Verb.TASK_PAUSE, methods=("POST",))
def resume(request: WorkRequest, task_id: UUID) -> HttpResponse:
    """Let the clock of a paused task go on."""
    actions.resume(task=own_row(request.actor, task_id).task, by=request.actor)
    messages.success(request, _("已恢复计时。"), "good")
    return redirect("task", task_id)


@page(Verb.TASK_HAND_OVER, methods=("POST",))
def hand_over(request: WorkRequest) -> HttpResponse:
    """Give the ticked tasks to another post."""
    form = HandOverForm(request.actor, request.POST)
    chosen = tasks_below(request.actor).filter(pk__in=_ids(request.POST.getlist("task")))
    if not form.is_valid() or not chosen:
        messages.error(request, _("请先勾选要转交的事项，再选转给谁。"), "bad")
        return redirect("tasks_below")
    to = UUID(form.cleaned_data["post"])
    given = actions.hand_over(tasks=chosen, to_post_id=to, by=request.actor)
    said = ngettext("已转交 %(n)s 项。", "已转交 %(n)s 项。", given) % {"n": given}
    messages.success(request, said, "good")
    return redirect("tasks_below")


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []
