"""What is done while blows fall: an import, a merge, an export, a move between towns, a sealing.

A story prepares one thing, acts on it through a real program, and counts what the act leaves. The
counts are those of before or those of after; anything else is half an act, or one done twice.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from chaos.plan import COMMAND, WEB, WORKER
from chaos.programs import Web, command
from chaos.quiet import work_until_quiet
from chaos.site import Site
from tests.cast import SINCE, system
from weiguang.config.maps import REACTIONS
from weiguang.kernel import clock
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.models import Delivery, Event, Leaf
from weiguang.network.models import Account
from weiguang.network.verbs import Verb
from weiguang.register.actions import children, merges, transfers
from weiguang.register.actions.children import Identity
from weiguang.register.actions.exports import Outgoing, print_file
from weiguang.register.actions.files import Move
from weiguang.register.actions.purposes import Why
from weiguang.register.models import (
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    Export,
    ExportPart,
    ExportPassword,
    ImportedList,
    Merge,
    Transfer,
)
from weiguang.register.tests.on_file import number
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.models import Approval, Signature, Task

ROWS: Final = 12
BORN: Final = date(2016, 2, 29)
HEADER: Final = ("村居", "姓名", "性别", "身份证号码", "出生日期", "类别")
Counts = tuple[int, ...]


@dataclass
class Stage:
    """The installation, its pages, running numbers for whom a story invents, and whether the worker
    that ran last was still running when it was stopped."""

    site: Site
    web: Web
    numbers: "count[int]"
    worker_lives: bool = True

    def person(self, post: str) -> Account:
        """Who holds the post."""
        found: Account = getattr(self.site.towns, post).person
        return found

    def new_child(self) -> Child:
        """A girl of the near village whom nobody knew before."""
        village = self.site.towns.cast.village
        who = Identity(
            name=self.new_name()[0], sex="female", birth_date=BORN, no_id_reason="not_given"
        )
        return children.register(
            identity=who, hukou=village, residence=village, since=SINCE, by=system()
        )

    def new_name(self) -> tuple[str, int]:
        """A name nobody had, and the running number of an identity number."""
        n = next(self.numbers)
        return f"顾{chr(0x4E30 + n // 100)}{chr(0x5E30 + n % 100)}", n


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of act: the program that carries it, and what it leaves."""

    name: str
    program: str
    prepare: Callable[[Stage], Any]
    act: Callable[[Stage, Any], bool]
    counts: Callable[[Any], Counts]
    before: Counts
    after: Counts


def listed(stage: Stage) -> tuple[Path, list[str]]:
    """A file with a dozen children of the village."""
    rows = [stage.new_name() for _ in range(ROWS)]
    path = stage.site.folder / f"list-{rows[0][1]}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEADER)
        for name, n in rows:
            born = date(2010, 1, 1) + timedelta(days=n)
            said = number(502, f"{born:%Y%m%d}")
            lines.writerow(("双桥村", name, "女", said, born.isoformat(), "孤儿"))
    return path, [name for name, _ in rows]


def imported(stage: Stage, thing: tuple[Path, list[str]]) -> bool:
    by = stage.person("officer").login
    return command(stage.site, "import", "children", str(thing[0]), "--by", by)


def import_counts(thing: tuple[Path, list[str]]) -> Counts:
    found = Child.objects.filter(name__in=thing[1])
    events = set(found.values_list("written_in", flat=True))
    return (
        found.count(),
        ChildName.objects.filter(child__in=found).count(),
        ChildCategory.objects.filter(child__in=found).count(),
        ImportedList.objects.filter(confirmed_in__in=events, state="confirmed").count(),
    )


def twins(stage: Stage) -> tuple[Child, Child]:
    return stage.new_child(), stage.new_child()


def merge_asked(stage: Stage, thing: tuple[Child, Child]) -> bool:
    address = reverse("merge_propose", args=[thing[0].pk, thing[1].pk])
    return stage.web.post(stage.person("supervisor"), address, reason="登记了两次")


def ask_counts(thing: tuple[Child, Child]) -> Counts:
    found = list(Merge.objects.filter(kept=thing[0]).values_list("pk", flat=True))
    return len(found), *_waiting(found)


def asked_merge(stage: Stage) -> Merge:
    kept, absorbed = twins(stage)
    by = stage.site.towns.on("supervisor")
    return merges.propose(kept=kept, absorbed=absorbed, reason="登记了两次", by=by)


def signed(stage: Stage, thing: Merge | Export) -> bool:
    approval = Approval.objects.get(about_id=thing.pk)
    address = reverse("approval_sign", args=[approval.pk])
    return stage.web.post(stage.person("approver"), address, answer="approve")


def sign_counts(thing: Merge | Export) -> Counts:
    approval = Approval.objects.get(about_id=thing.pk)
    decided = Event.objects.filter(verb=Verb.APPROVAL_DECIDE, about_id=thing.pk)
    return (
        Signature.objects.filter(approval=approval).count(),
        int(approval.state == Approval.State.APPROVED),
        decided.count(),
        Delivery.objects.filter(event__in=decided).count(),
        Task.objects.filter(about_id=approval.pk, state="open").count(),
    )


def signed_merge(stage: Stage) -> Merge:
    merge = asked_merge(stage)
    return _signed(stage, merge)


def carry_counts(thing: Merge) -> Counts:
    return (
        Merge.objects.filter(pk=thing.pk, state="done").count(),
        Child.objects.filter(merged_into=thing.kept_id).count(),
        ChildName.objects.filter(child=thing.kept_id).count(),
        Event.objects.filter(verb=Verb.MERGE_CARRY, about_id=thing.pk).count(),
        _done(Verb.APPROVAL_DECIDE, thing.pk),
    )


def asked_export(stage: Stage) -> Export:
    asked = Outgoing(Why("supervision"), is_full=True)
    return print_file(child=stage.new_child(), asked=asked, by=stage.site.towns.on("supervisor"))


def signed_export(stage: Stage) -> Export:
    return _signed(stage, asked_export(stage))


def made_counts(thing: Export) -> Counts:
    return (
        Export.objects.filter(pk=thing.pk, state="done").count(),
        ExportPart.objects.filter(export=thing, number=0).count(),
        ExportPart.objects.filter(export=thing, number__gt=0).count(),
        ExportPassword.objects.filter(export=thing).count(),
        Event.objects.filter(verb=Verb.EXPORT_MAKE, about_id=thing.pk).count(),
        _done(Verb.APPROVAL_DECIDE, thing.pk),
        _done(Verb.EXPORT_MAKE, thing.pk),
    )


def sent(stage: Stage, thing: Child) -> bool:
    address = reverse("child_amend", args=[thing.pk, "residence"])
    return stage.web.post(
        stage.person("supervisor"), address,
        place="东浦村", address="3 号", since=clock.today().isoformat(),
    )  # fmt: skip


def send_counts(thing: Child) -> Counts:
    found = list(Transfer.objects.filter(child=thing, state="sent").values_list("pk", flat=True))
    return (
        len(found),
        Task.objects.filter(about_id__in=found, kind="move.receive", state="open").count(),
        Child.objects.exclude(transfer_path="").filter(pk=thing.pk).count(),
    )


def sent_child(stage: Stage) -> Transfer:
    towns = stage.site.towns
    to = Move("residence", towns.far_village, clock.today(), "3 号")
    return transfers.send(child=stage.new_child(), to=to, by=towns.on("supervisor"))


def received(stage: Stage, thing: Transfer) -> bool:
    address = reverse("transfer_answer", args=[thing.pk])
    return stage.web.post(stage.person("far_supervisor"), address, answer="receive", near="none")


def receive_counts(thing: Transfer) -> Counts:
    return (
        Transfer.objects.filter(pk=thing.pk, state="received").count(),
        Task.objects.filter(about_id=thing.pk, kind="move.receive", state="open").count(),
        Child.objects.filter(pk=thing.child_id, residence_place=thing.to_place).count(),
        ChildPlace.objects.filter(child=thing.child_id, place=thing.to_place).count(),
    )


def written(stage: Stage) -> list[int]:
    numbers = []
    for _ in range(3):
        with remembered("chaos.noted", by=Author(None, None)) as event:
            numbers.append(event.pk)
    return numbers


def seal_counts(thing: list[int]) -> Counts:
    leaves = Leaf.objects.filter(event_id__in=thing)
    return leaves.count(), leaves.values("block").distinct().count()


def worked(stage: Stage, thing: Any) -> bool:
    """The worker goes over what is owed; it acknowledges nothing to anybody."""
    stage.worker_lives = work_until_quiet(stage.site)
    return False


def _signed(stage: Stage, thing: Any) -> Any:
    approval = Approval.objects.get(about_id=thing.pk)
    sign(approval=approval, answer="approve", by=stage.site.towns.on("approver"))
    return thing


def _waiting(about: list[UUID]) -> tuple[int, int]:
    approvals = Approval.objects.filter(about_id__in=about, state="waiting")
    keys = list(approvals.values_list("pk", flat=True))
    return len(keys), Task.objects.filter(about_id__in=keys, state="open").count()


def _done(verb: Verb, about: UUID) -> int:
    """How many reactions to such events about this were carried out."""
    return Delivery.objects.filter(
        event__verb=verb, event__about_id=about, done_at__isnull=False
    ).count()


DECIDED: Final = len(REACTIONS[Verb.APPROVAL_DECIDE])
STORIES: Final = (
    Story("import of a list", COMMAND, listed, imported, import_counts,
          (0, 0, 0, 0), (ROWS, ROWS, ROWS, 1)),
    Story("merge proposed", WEB, twins, merge_asked, ask_counts, (0, 0, 0), (1, 1, 1)),
    Story("merge approved", WEB, asked_merge, signed, sign_counts,
          (0, 0, 0, 0, 1), (1, 1, 1, DECIDED, 0)),
    Story("merge carried out", WORKER, signed_merge, worked, carry_counts,
          (0, 0, 1, 0, 0), (1, 1, 2, 1, DECIDED)),
    Story("export approved", WEB, asked_export, signed, sign_counts,
          (0, 0, 0, 0, 1), (1, 1, 1, DECIDED, 0)),
    Story("export made", WORKER, signed_export, worked, made_counts,
          (0, 0, 0, 0, 0, 0, 0), (1, 1, 0, 1, 3, DECIDED, 3)),
    Story("child sent to a town", WEB, Stage.new_child, sent, send_counts, (0, 0, 0), (1, 1, 1)),
    Story("child received", WEB, sent_child, received, receive_counts,
          (0, 1, 0, 0), (1, 0, 1, 1)),
    Story("audit sealed", WORKER, written, worked, seal_counts, (0, 0), (3, 1)),
)  # fmt: skip
