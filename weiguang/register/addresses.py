"""The addresses of lists of children: a wish and a place in its list, sealed for one reader."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.register.queries.listing import Key, ListWish
from weiguang.register.queries.past import Key as PastKey
from weiguang.register.queries.past import PastWish
from weiguang.web.tokens import seal, unseal

USE: Final = "children"
PAST: Final = "past_list"
PARAMETER: Final = "v"


def list_address(actor: Actor, wish: ListWish, after: Key | None = None) -> str:
    """Where the children who fit a wish are listed, from a key on."""
    return _address("children", actor, wish, after)


def export_address(actor: Actor, wish: ListWish) -> str:
    """Where the children who fit a wish are taken out of the register."""
    return _address("export_new", actor, wish, None)


def wish_of(actor: Actor, token: str) -> tuple[ListWish, Key | None]:
    """The wish and the key of an address; raises `NotFoundOrRefused` for another's token."""
    if not token:
        return ListWish(), None
    said: dict[str, Any]
    said, after = unseal(token, use=USE, person_id=actor.person_id)
    said |= {"ages": tuple(said["ages"]), "columns": tuple(said["columns"])}
    return ListWish(**said), after


def _address(name: str, actor: Actor, wish: ListWish, after: Key | None) -> str:
    token = seal([asdict(wish), after], use=USE, person_id=actor.person_id)
    return f"{reverse(name)}?{urlencode({PARAMETER: token})}"


def past_address(actor: Actor, wish: PastWish, after: PastKey | None = None) -> str:
    """Where those are listed who were in a place on a day, from a key on."""
    said = [str(wish.place.pk), wish.on.isoformat(), wish.kind, after]
    token = seal(said, use=PAST, person_id=actor.person_id)
    return f"{reverse(PAST)}?{urlencode({PARAMETER: token})}"


def past_wish_of(actor: Actor, token: str) -> tuple[PastWish | None, PastKey | None]:
    """The wish and the key of such an address; raises `NotFoundOrRefused` for another's token."""
    if not token:
        return None, None
    place, on, kind, after = unseal(token, use=PAST, person_id=actor.person_id)
    wish = PastWish(
        Place.objects.select_related("parent").get(pk=place), date.fromisoformat(on), kind
    )
    return wish, (after[0], after[1], after[2]) if after else None
