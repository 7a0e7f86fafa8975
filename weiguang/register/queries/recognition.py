"""The categories section of a file: what is recognised of the child, by whom, on what ground."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from weiguang.kernel.compiled import Compiled
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ChildCategory
from weiguang.register.queries.files import Span, span_of
from weiguang.register.queries.words import category_word, word


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """One category with its two people, and its end with the two of that.

    `waits_for_me`: the reader may decide on its beginning. `end_waits_for_me`: on its end, proposed
    for `ending_on`.
    """

    id: UUID
    code: str
    label: str
    status: str
    status_label: str
    evidence: str
    legal_basis: str
    proposed_by: str
    decided_by: str
    ending_on: date | None
    end_reason: str
    end_proposed_by: str
    end_decided_by: str
    waits_for_me: bool
    end_waits_for_me: bool
    span: Span


def categories_of(actor: Actor, child: Child) -> tuple[CategoryEntry, ...]:
    """Every category the child has, had, or was proposed for, the latest first; one query."""
    decides = bool(may(actor, Verb.CATEGORY_CONFIRM, child.subject))
    return tuple(_entry(each, actor, decides=decides) for each in _held(child_id=child.pk))


@Compiled
def _held(*, child_id: UUID) -> QuerySet[ChildCategory]:
    people = ("proposed_by", "decided_by", "end_proposed_by", "end_decided_by")
    held = ChildCategory.objects.filter(child_id=child_id)
    return held.select_related(*people).order_by("-during", "id")


def _entry(each: ChildCategory, actor: Actor, *, decides: bool) -> CategoryEntry:
    waits = each.status == ChildCategory.Status.PROPOSED
    return CategoryEntry(
        id=each.pk,
        code=each.category,
        label=category_word(each.category),
        status=each.status,
        status_label=each.get_status_display(),
        evidence=word("evidence", each.evidence),
        legal_basis=each.legal_basis,
        proposed_by=each.proposed_by.name if each.proposed_by else "",
        decided_by=each.decided_by.name if each.decided_by else "",
        ending_on=each.ending_on,
        end_reason=word("category_endings", each.end_reason),
        end_proposed_by=each.end_proposed_by.name if each.end_proposed_by else "",
        end_decided_by=each.end_decided_by.name if each.end_decided_by else "",
        waits_for_me=decides and waits and each.proposed_by_id != actor.person_id,
        end_waits_for_me=decides
        and each.ending_on is not None
        and each.end_proposed_by_id != actor.person_id,
        span=span_of(each.during, actor.on),
    )
