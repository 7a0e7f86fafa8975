"""Who is not to be asked or told about a child: what every form leaves out.

Why stays sealed; that somebody cannot act just now is all that a form may say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import BAR_INDEX, Adult, Child, ContactBar
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval

WHAT: Final = {"set": _("提请设置"), "lift": _("提请解除")}
IN_FORCE: Final = (ContactBar.State.IN_FORCE, ContactBar.State.LIFTING)
UNDER_WAY: Final = (ContactBar.State.ASKED, *IN_FORCE)


@dataclass(frozen=True, slots=True)
class BarLine:
    """A bar as its keepers see it; `reason` is empty for who may not see what is sealed."""

    id: UUID
    who: str
    state: str
    state_label: str
    since: date
    reason: str


def barred_adults(child_id: UUID) -> frozenset[UUID]:
    """The adults of the child's family who are asked for nothing and told nothing; two queries.

    Every form that offers an adult's name for consent, notice, signature or contact leaves these
    out.
    """
    indexes = ContactBar.objects.filter(child_id=child_id, state__in=IN_FORCE)
    barred = {bytes(index) for index in indexes.values_list("adult_index", flat=True)}
    if not barred:
        return frozenset()
    family = Adult.objects.filter(ties__child_id=child_id).values_list("pk", flat=True).distinct()
    return frozenset(adult_id for adult_id in family if index_of(adult_id) in barred)


def bars_of(actor: Actor, child: Child) -> tuple[BarLine, ...]:
    """The bars about a child that are asked for or in force; three queries."""
    bars = _under_way(child_id=child.pk)
    names = _names(child, bars)
    sees_why = may(actor, Verb.BAR_SET, child.subject).sees >= Tier.SEALED
    return tuple(
        BarLine(
            each.pk, names.get(bytes(each.adult_index), ""), each.state,
            each.get_state_display(), each.since, reason_of(each) if sees_why else "",
        )
        for each in bars
    )  # fmt: skip


@Compiled
def _under_way(*, child_id: UUID) -> QuerySet[ContactBar]:
    return ContactBar.objects.filter(child_id=child_id, state__in=UNDER_WAY).order_by("id")


def bar_of(actor: Actor, child: Child, bar_id: UUID) -> ContactBar:
    """A bar about the child, for who sets and lifts bars; else `NotFoundOrRefused`."""
    found = ContactBar.objects.select_related("child").filter(child=child, pk=bar_id).first()
    if found is None:
        remember_refusal(Verb.BAR_SET, by=Author(actor.person_id, None), about=child.subject)
        raise NotFoundOrRefused
    return found


def lines_of_bars(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How approvals of bars show in the inbox; one query. Whom it is about is not said there."""
    found = ContactBar.objects.select_related("child").defer("said")
    bars = found.in_bulk([each.about_id for each in approvals])
    return {
        each.pk: Line(bars[each.about_id].child.name, str(WHAT[each.says["what"]]))
        for each in approvals
        if each.about_id in bars
    }


def reason_of(bar: ContactBar) -> str:
    """Why, in words; for who decides on it, and who may see what is sealed."""
    return word("bar_reasons", bar.said["reason"])


def who_of(bar: ContactBar) -> str:
    """Whom it is about, by name."""
    return _names(bar.child, [bar]).get(bytes(bar.adult_index), "")


def index_of(adult_id: UUID) -> bytes:
    """By which the bars about an adult are found."""
    return provider().blind_index(str(adult_id), purpose=BAR_INDEX)


def _names(child: Child, bars: Iterable[ContactBar]) -> dict[bytes, str]:
    if not list(bars):
        return {}
    family = Adult.objects.filter(ties__child=child).distinct().values_list("pk", "name")
    return {index_of(adult_id): name for adult_id, name in family}
