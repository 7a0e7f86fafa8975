"""The office's own sections of the home page: what waits for each of the three administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.office.addresses import sealed_address
from weiguang.office.queries import coverage
from weiguang.office.queries.chain import last_findings, last_sealed_at
from weiguang.office.queries.due_seats import counted, ending_soon, vacant_directors
from weiguang.office.queries.events import refused_openings
from weiguang.office.queries.operations import attention
from weiguang.web.panels import Panel

DeskPanel = Panel[None]
Said = Mapping[str, Any]
REFUSED_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Number:
    """A number above 1,000 is "over 1,000"; None was never counted. `waits` marks work to do."""

    title: str | Promise
    number: int | None
    address: str
    waits: bool


def _operations(actor: Actor, nothing: None) -> Said:
    return {"attention": attention()}


def _seats(actor: Actor, nothing: None) -> Said:
    vacant, ending = counted(vacant_directors(actor)), counted(ending_soon(actor))
    return {
        "numbers": [
            Number(_("空缺的儿童主任"), vacant, reverse("office_vacant"), vacant > 0),
            Number(_("30 天内到期的任职"), ending, reverse("office_ending"), ending > 0),
        ]
    }


def _coverage(actor: Actor, nothing: None) -> Said | None:
    found = coverage.numbers(actor)
    if not any(found.values()):
        return None
    return {
        "numbers": [
            Number(
                coverage.HOLES[code].title, number,
                sealed_address(actor, "office_coverage", {"kind": code}), True,
            )
            for code, number in found.items()
            if number
        ]
    }  # fmt: skip


def _memory(actor: Actor, nothing: None) -> Said:
    since = (actor.on - REFUSED_FOR + timedelta(days=1)).isoformat()
    refused, findings = refused_openings(since), last_findings()
    wish = {"typed": {"verb": Verb.CHILD_OPEN.value, "since": since, "refused_only": "on"}}
    listed = sealed_address(actor, "office_events", wish)
    return {
        "sealed_at": last_sealed_at(),
        "numbers": [
            Number(_("近 7 天被拒绝的查阅"), refused, listed, refused > 0),
            Number(_("上次验证发现的问题"), findings, reverse("office_chain"), bool(findings)),
        ],
    }


DESK_PANELS: Final[tuple[DeskPanel, ...]] = (
    Panel(
        "operations", _("系统运行"), Verb.OPERATIONS_SHOW, "office/desk_operations.html",
        _operations,
    ),
    Panel(
        "coverage", _("缺口"), Verb.COVERAGE_LIST, "office/desk_numbers.html", _coverage,
        is_bare=True,
    ),
    Panel("seats", _("岗位"), Verb.POST_FILL, "office/desk_numbers.html", _seats, is_bare=True),
    Panel(
        "memory", _("审计"), Verb.CHAIN_VERIFY, "office/desk_numbers.html", _memory, is_bare=True
    ),
)  # fmt: skip
