"""The rival's views, as Django's tutorial would write them."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import connection, models, transaction
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from weiguang.kernel.records import Record
from weiguang.network.models import Account, Holding
from weiguang.register.engine.names import name_keys
from weiguang.register.models import Child, ChildCategory, Tie
from weiguang.tasks.models import Task

PAGE = 50


@login_required
def children(request: HttpRequest) -> HttpResponse:
    """A page of children, narrowed by name, numbered, with the number of them all."""
    found = _mine(request).select_related("hukou_place", "residence_place")
    if text := request.GET.get("q"):
        found = found.filter(name__icontains=text)
    today = timezone.localdate()
    found = found.order_by("sort_key", "id").prefetch_related(
        Prefetch("categories", ChildCategory.objects.filter(during__contains=today)),
        Prefetch(
            "ties", Tie.objects.filter(kind="guardian", during__contains=today).select_related(
                "adult"
            ),
        ),
    )  # fmt: skip
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "children.html", {"page": page, "today": today})


@login_required
def child(request: HttpRequest, child_id: str) -> HttpResponse:
    """One child with all that belongs to it."""
    found = get_object_or_404(
        _mine(request).select_related("hukou_place", "residence_place", "household"), pk=child_id
    )
    return render(request, "child.html", {"child": found})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Enter a child by a form of its model."""
    form = ChildForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            _enter(form.save(commit=False))
        return redirect("rival_children")
    return render(request, "new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The tasks of the reader's posts, with the number of them all, and the children counted."""
    posts = Holding.objects.filter(person=request.user).values("post")
    tasks = Task.objects.filter(
        Q(post__in=posts) | Q(escalations__post__in=posts), state="open"
    ).distinct()
    page = Paginator(tasks.select_related("post__place").order_by("due_at", "id"), 25).get_page(1)
    names = Child.objects.in_bulk([task.child_id for task in page])
    rows = [(task, names.get(task.child_id)) for task in page]
    counts = {
        "all": _mine(request).count(),
        "unconfirmed": _mine(request).filter(is_residence_confirmed=False).count(),
        "unnumbered": _mine(request).filter(id_index=None).count(),
    }
    return render(request, "inbox.html", {"page": page, "rows": rows, "counts": counts})


class ChildForm(forms.ModelForm):  # type: ignore[type-arg]
    """Every field of a child that a person types."""

    class Meta:
        model = Child
        fields = (
            "name", "sex", "birth_date", "ethnicity", "no_id_reason", "residence_place",
            "hukou_place",
        )  # fmt: skip


def _mine(request: HttpRequest) -> "models.QuerySet[Child]":
    assert isinstance(request.user, Account)
    held = Holding.objects.filter(person=request.user).values_list("post__place__path", flat=True)
    condition = Q(pk__in=())
    for path in held:
        condition |= Q(residence_path__startswith=path) | Q(hukou_path__startswith=path)
    return Child.objects.filter(condition)


def _enter(new: Child) -> None:
    """One plain insert; the database's guard is told an event that there is not."""
    keys = name_keys(new.name)
    new.sort_key, new.pinyin, new.grams = keys.sort_key, keys.pinyin, list(keys.grams)
    new.loose_pinyin, new.initials = keys.loose_pinyin, keys.initials
    new.residence_path = new.residence_place.path if new.residence_place else ""
    new.hukou_path = new.hukou_place.path if new.hukou_place else ""
    new.written_in = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('weiguang.event', '0', true)")
    super(Record, new).save(force_insert=True)
