"""What stands at the head of a child's file and of every page about the child."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from weiguang.kernel.compiled import Compiled
from weiguang.network.authority import Actor
from weiguang.register.models import Child, ChildCategory
from weiguang.register.queries.listing import CategoryTag
from weiguang.register.queries.words import category_word
from weiguang.register.rules.identity import age_on


@dataclass(frozen=True, slots=True)
class Headline:
    """Who the page is about, in one line; nothing sensitive."""

    id: UUID
    name: str
    sex_label: str
    age: int
    hukou: str
    residence: str
    is_residence_confirmed: bool
    categories: tuple[CategoryTag, ...]


def headline_of(actor: Actor, child: Child) -> Headline:
    """The child's headline on the actor's day; one query when the places were read along."""
    return Headline(
        id=child.pk,
        name=child.name,
        sex_label=child.get_sex_display(),
        age=age_on(child.birth_date, actor.on),
        hukou=child.hukou_place.name if child.hukou_place else "",
        residence=child.residence_place.name if child.residence_place else "",
        is_residence_confirmed=child.is_residence_confirmed,
        categories=tuple(
            CategoryTag(each.category, category_word(each.category), each.status)
            for each in _held(child_id=child.pk, on=actor.on)
        ),
    )


@Compiled
def _held(*, child_id: UUID, on: date) -> QuerySet[ChildCategory]:
    held = ChildCategory.objects.filter(child_id=child_id, during__contains=on)
    return held.exclude(status=ChildCategory.Status.DECLINED).order_by("during", "id")
