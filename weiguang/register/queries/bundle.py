"""What travels to a phone: for the children of the reader's rows, what each app sends along.

Every app lists its part in `config.maps.BUNDLE` and declares the tier of each field it sends; what
is above the reader's tier for that child is left out here, not by the app.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import TooLarge
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child
from weiguang.register.rules.identity import age_on

# A worker with hundreds of children is a posting gone wrong; a whole city is no phone's business.
CHILDREN_AT_MOST: Final = 1_000

Fields: TypeAlias = Mapping[str, object]
Bundle: TypeAlias = Callable[[Actor, Sequence[UUID]], Mapping[UUID, Fields]]


class UndeclaredTierError(RuntimeError):
    """A part sends a field whose tier it has not declared: declare it where the part is listed."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one app sends along: the tier of each field, and where the fields come from."""

    code: str
    tiers: Mapping[str, Tier]
    gather: Bundle


def bundle_for(actor: Actor) -> dict[UUID, dict[str, Fields]]:
    """By child and part, the fields that may travel to the actor's phone.

    Raises `TooLarge` above `CHILDREN_AT_MOST` children.
    """
    parts: Sequence[Part] = import_string(settings.WEIGUANG_BUNDLE)
    sees = _sees(actor)
    bundle: dict[UUID, dict[str, Fields]] = {child_id: {} for child_id in sees}
    for part in parts:
        for child_id, fields in part.gather(actor, tuple(sees)).items():
            if child_id in sees:
                bundle[child_id][part.code] = _within(part, fields, sees[child_id])
    return bundle


def gather_files(actor: Actor, children: Sequence[UUID]) -> dict[UUID, Fields]:
    """The register's own part: who the child is, where it lives, how it stands; one query."""
    found = Child.objects.filter(pk__in=children).select_related("residence_place", "standing")
    return {child.pk: _fields(child, actor) for child in found.defer("id_number")}


REGISTER_PART: Final = Part(
    "register",
    {
        "name": Tier.PERSONAL, "sex": Tier.PERSONAL, "age": Tier.PERSONAL,
        "residence": Tier.PERSONAL, "is_residence_confirmed": Tier.CODE, "level": Tier.PERSONAL,
        "next_due_on": Tier.PERSONAL, "next_due_kind": Tier.CODE,
    },
    gather_files,
)  # fmt: skip


def _sees(actor: Actor) -> dict[UUID, Tier]:
    """The children of the actor's rows with the tier she may see of each."""
    rows = children_for(actor, Verb.CHILD_OPEN).only("residence_path", "hukou_path")
    found = list(rows.order_by("sort_key", "id")[: CHILDREN_AT_MOST + 1])
    if len(found) > CHILDREN_AT_MOST:
        raise TooLarge(what=_("孩子太多，一部手机装不下。"), to_what=_("什么都没有下载。"))
    return {child.pk: may(actor, Verb.CHILD_OPEN, child.subject).sees for child in found}


def _within(part: Part, fields: Fields, sees: Tier) -> Fields:
    if undeclared := set(fields) - set(part.tiers):
        raise UndeclaredTierError(f"{part.code}: {', '.join(sorted(undeclared))}")
    return {name: value for name, value in fields.items() if part.tiers[name] <= sees}


def _fields(child: Child, actor: Actor) -> Fields:
    standing = getattr(child, "standing", None)
    return {
        "name": child.name,
        "sex": child.sex,
        "age": age_on(child.birth_date, actor.on),
        "residence": child.residence_place.name if child.residence_place else "",
        "is_residence_confirmed": child.is_residence_confirmed,
        "level": standing.level if standing else "",
        "next_due_on": standing.next_due_on if standing else None,
        "next_due_kind": standing.next_due_kind if standing else "",
    }
