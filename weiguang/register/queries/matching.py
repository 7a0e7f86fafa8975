"""Whom somebody means who types a name and a number: the system's question, never a page's.

Looks at every child, so what is found here may be told only to who answers for that child.
Searching among one's own children is `search`'s.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from weiguang.kernel.crypto import provider
from weiguang.register.engine.names import plain_name
from weiguang.register.models import ID_INDEX, PHONE_INDEX, Child, ChildName
from weiguang.register.rules.identity import bare_phone, identity_number


@dataclass(frozen=True, slots=True)
class Sought:
    """A child as somebody else knows it: name and number, or name, birth date and a phone."""

    name: str
    id_number: str = ""
    birth_date: date | None = None
    phone: str = ""

    @property
    def is_enough(self) -> bool:
        """Whether it can mean one child; a name alone never does."""
        return bool(self.name and (self.id_number or (self.birth_date and self.phone)))


def matched_child(sought: Sought) -> Child | None:
    """The one child who is meant, exactly; None for nobody, for several, and for too little said.

    Official and former names count, and a file that went into another leads to that one. A child
    who was moved for safety is nobody here, whoever asks: those who are named need not ask. Four
    queries at most.
    """
    if not sought.is_enough:
        return None
    candidates = list(_candidates(sought).defer("id_number")[:10])
    named = ChildName.objects.filter(child__in=candidates).exclude(kind=ChildName.Kind.FAMILIAR)
    plain = plain_name(sought.name)
    names = {key for key, name in named.values_list("child", "name") if plain_name(name) == plain}
    meant = {child.merged_into_id or child.pk for child in candidates if child.pk in names}
    known = Child.objects.filter(pk__in=meant, is_sheltered=False, merged_into=None)
    found = list(known.defer("id_number")) if len(meant) == 1 else []
    return found[0] if found else None


def _candidates(sought: Sought) -> QuerySet[Child]:
    index = provider().blind_index
    if sought.id_number:
        number = identity_number(sought.id_number)
        text = number.text if number else sought.id_number
        return Child.objects.filter(id_index=index(text, purpose=ID_INDEX))
    phone = index(bare_phone(sought.phone), purpose=PHONE_INDEX)
    reached = Child.objects.filter(ties__adult__phone_index=phone)
    return Child.objects.filter(pk__in=reached.values("pk"), birth_date=sought.birth_date)
