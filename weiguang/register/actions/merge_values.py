"""Which of two merged files holds a name, a birth date, a number: the two exchange what they say.

Nothing is thrown away: what the file that stays does not hold, the absorbed one keeps, so that
taking the merge apart is the same exchange once more.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.kernel.errors import Conflict
from weiguang.kernel.history import amend, in_words
from weiguang.kernel.models import Change
from weiguang.register.models import Child, ChildName, Merge
from weiguang.register.rules.identity import identity_number

NUMBER: Final = ("id_number", "id_index", "id_tail_index", "no_id_reason")
# What goes over together, by the code under which it is chosen.
TAKEN: Final = {
    "name": ("name", "sort_key", "pinyin", "loose_pinyin", "initials", "grams"),
    "birth": ("sex", "birth_date"),
    "number": NUMBER,
}
# A file must have a number or a reason, also between the two halves of an exchange.
ON_THE_WAY: Final = "merged"


class NumberDiffers(Conflict):
    """The chosen number does not belong to the chosen birth date and sex."""

    code = "number_differs"
    default_what = _("身份证号码和出生日期、性别对不上。")
    default_to_what = _("照这样选，留下的档案会自相矛盾，没有提出合并。")
    default_what_next = _("请返回，把号码和出生日期、性别选成同一份的。")


def chosen(kept: Child, absorbed: Child, wanted: Iterable[str]) -> list[str]:
    """What the kept file takes from the other: what was wanted, and a number where it has none.

    Raises `NumberDiffers` when its number and its birth date and sex would not agree.
    """
    takes = set(wanted) & set(TAKEN) - {"number"}
    if absorbed.id_index is not None and ("number" in wanted or kept.id_index is None):
        takes.add("number")
    held = {code: absorbed if code in takes else kept for code in TAKEN}
    number = identity_number(held["number"].id_number or "")
    born = held["birth"]
    if number is not None and (number.birth_date, number.sex) != (born.birth_date, born.sex):
        raise NumberDiffers
    return sorted(takes)


def exchange(kept: Child, absorbed: Child, takes: Iterable[str]) -> None:
    """Let the two files change places in these values."""
    for code in takes:
        ours = {name: getattr(kept, name) for name in TAKEN[code]}
        theirs = {name: getattr(absorbed, name) for name in TAKEN[code]}
        if code == "number":
            nobodys = dict.fromkeys(NUMBER) | {"no_id_reason": ON_THE_WAY}
            amend(absorbed, **nobodys)
        amend(kept, **theirs)
        amend(absorbed, **ours)


def call_by(kept: Child) -> None:
    """Make the official name among the file's names the one that the file bears now."""
    official = ChildName.objects.filter(child=kept, kind=ChildName.Kind.OFFICIAL).first()
    bears = ChildName.objects.filter(child=kept, name=kept.name).order_by("-id").first()
    if official is None or bears is None or official.name == kept.name:
        return
    amend(official, about_id=kept.pk, kind=ChildName.Kind.FORMER)
    amend(bears, about_id=kept.pk, kind=ChildName.Kind.OFFICIAL)


def give_back(merge: Merge, kept: Child, absorbed: Child) -> list[str]:
    """Exchange once more what the merge exchanged; what was changed since stays, and is returned.

    As `Merge.left` names it.
    """
    since = {code for code in merge.takes if not _is_as_merged(merge, kept, TAKEN[code])}
    exchange(kept, absorbed, [code for code in merge.takes if code not in since])
    return [f"register.child {kept.pk}"] if since else []


def _is_as_merged(merge: Merge, kept: Child, fields: Iterable[str]) -> bool:
    left = Change.objects.filter(event_id__in=merge.events, record_id=kept.pk).order_by("id")
    after = {change.field: change.after for change in left if change.field in fields}
    now: dict[str, Any] = {name: in_words(getattr(kept, name)) for name in after}
    # Keyed indexes are bytes, which are not worded alike; the number itself stands beside them.
    return all(now[name] == said for name, said in after.items() if not name.endswith("_index"))
