"""The register's own sections of a child's file and of the home page, as panels."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor, may
from weiguang.network.queries import places_below
from weiguang.network.verbs import Verb
from weiguang.register.addresses import list_address
from weiguang.register.models import Child
from weiguang.register.queries import (
    access,
    bars,
    changes,
    consents,
    desk,
    documents,
    entrustments,
    family,
    files,
    listing,
    lists,
    merges,
    reading,
    recognition,
    shelter,
    transfers,
)
from weiguang.register.queries.conflicts import relations
from weiguang.tasks.queries.inbox import due_of_children
from weiguang.web.panels import Panel

ChildPanel = Panel[Child]
DeskPanel = Panel[None]
Said = Mapping[str, Any]
SHOWN_AT_HOME: Final = 8
CHILDREN_AT_HOME: Final = 20
READERS_ON_FILE: Final = 5


def _leave(actor: Actor, child: Child) -> Said | None:
    leave = access.own_leave(actor, child)
    return {"leave": leave} if leave else None


def _identity(actor: Actor, child: Child) -> Said:
    return {"identity": files.identity_of(actor, child)}


def _categories(actor: Actor, child: Child) -> Said:
    return {"categories": recognition.categories_of(actor, child)}


def _family(actor: Actor, child: Child) -> Said:
    siblings = files.siblings_of(actor, child)
    return {"relatives": family.family_of(actor, child), "siblings": siblings}


def _places(actor: Actor, child: Child) -> Said:
    return {"places": files.places_of(actor, child)}


def _growing(actor: Actor, child: Child) -> Said:
    return {
        "schooling": files.schooling_of(actor, child),
        "health": files.health_of(actor, child),
    }


def _changes(actor: Actor, child: Child) -> Said:
    return {"changes": changes.recent_changes(actor, child)}


def _safety(actor: Actor, child: Child) -> Said | None:
    move = shelter.move_of(actor, child)
    if move is None:
        return None
    return {"move": move, "people": [each.name for each in shelter.people_named(move)]}


def _transfer(actor: Actor, child: Child) -> Said | None:
    under_way = transfers.transfer_under_way(child)
    if under_way is None:
        return None
    receives = under_way.state == "sent" and may(actor, Verb.MOVE_RECEIVE, under_way.subject)
    return {"transfer": under_way, "receives": bool(receives), "relations": relations()}


def _merges(actor: Actor, child: Child) -> Said | None:
    told = merges.merges_told(child_id=child.pk)
    return {"merges": told} if told else None


def _documents(actor: Actor, child: Child) -> Said:
    return {
        "papers": documents.papers_of(actor, child),
        "can_add": may(actor, Verb.DOCUMENT_ADD, child.subject),
        "is_scanned": bool(settings.WEIGUANG_CLAMD),
    }


def _consents(actor: Actor, child: Child) -> Said:
    return {"consents": consents.consents_of(actor, child)}


def _entrustments(actor: Actor, child: Child) -> Said:
    return {"entrustments": entrustments.entrustments_of(actor, child)}


def _bars(actor: Actor, child: Child) -> Said:
    return {"bars": bars.bars_of(actor, child)}


def _readers(actor: Actor, child: Child) -> Said:
    return {"readers": reading.readers(actor, child, size=READERS_ON_FILE).rows}


def _counts(actor: Actor, nothing: None) -> Said:
    waiting = desk.waiting_for(actor)
    return {"waiting": [(one, _list_behind(actor, one)) for one in waiting]}


def _list_behind(actor: Actor, number: desk.Waiting) -> str:
    return list_address(actor, number.wish) if number.wish else reverse("proposals")


def _proposals(actor: Actor, nothing: None) -> Said | None:
    waiting = desk.first_proposals(actor, size=SHOWN_AT_HOME)
    return {"proposals": waiting} if waiting.rows else None


def _children(actor: Actor, nothing: None) -> Said | None:
    """Every child by name for who works in villages; above, a list of names helps nobody."""
    if places_below(actor, Verb.CHILD_LIST):
        return None
    found = listing.page_of(actor, listing.ListWish(), size=CHILDREN_AT_HOME)
    waits = due_of_children(actor, (row.id for row in found.rows))
    # Who is waited for comes first; among the rest the names keep their order.
    rows = sorted(found.rows, key=lambda row: row.id not in waits)
    return {"found": found, "rows": rows, "waits": waits} if rows else None


def _levels(actor: Actor, nothing: None) -> Said | None:
    counted = [
        (number, _list_behind(actor, number)) for number in desk.levels_of(actor) if number.number
    ]
    return {"levels": counted} if counted else None


def _imports(actor: Actor, nothing: None) -> Said | None:
    waiting = lists.first_waiting(actor, SHOWN_AT_HOME)
    return {"lists": waiting} if waiting else None


def _panel(code: str, title: Any, template: str, context: Any, **more: Any) -> ChildPanel:
    verb = more.pop("verb", Verb.CHILD_OPEN)
    return Panel(code, title, verb, f"register/{template}.html", context, **more)


CHILD_PANELS: Final[tuple[ChildPanel, ...]] = (
    _panel("transfer", _("转往别的镇"), "child_transfer", _transfer),
    _panel("safety", _("安全转移"), "child_safety", _safety, verb=Verb.MOVE_SAFETY),
    _panel("leave", _("限时查阅"), "child_leave", _leave),
    _panel("categories", _("困境类别"), "child_categories", _categories),
    _panel("family", _("家里"), "child_family", _family),
    _panel("growing", _("上学与健康"), "child_growing", _growing),
    _panel("documents", _("文件"), "child_documents", _documents, verb=Verb.DOCUMENT_SHOW),
    _panel("consents", _("个人信息的同意"), "child_consents", _consents,
           verb=Verb.CONSENT_RECORD),
    _panel("entrustments", _("委托照护"), "child_entrustments", _entrustments,
           verb=Verb.ENTRUSTMENT_RECORD),
    _panel("changes", _("最近变动"), "child_changes", _changes),
    _panel("identity", _("身份"), "child_identity", _identity, is_aside=True),
    _panel("places", _("户籍和居住"), "child_places", _places, is_aside=True),
    _panel("bars", _("暂不联系的人"), "child_bars", _bars, is_aside=True, verb=Verb.BAR_SET),
    _panel("merges", _("合并"), "child_merges", _merges, is_aside=True, verb=Verb.MERGE_PROPOSE),
    _panel(
        "readers", _("查阅记录"), "child_readers", _readers, is_aside=True, verb=Verb.READERS_LIST
    ),
)  # fmt: skip
DESK_PANELS: Final[tuple[DeskPanel, ...]] = (
    Panel(
        "counts", _("我的辖区"), Verb.CHILD_LIST, "register/desk_counts.html", _counts,
        is_bare=True,
    ),
    Panel(
        "proposals", _("等您核定的类别"), Verb.CATEGORY_CONFIRM, "register/desk_proposals.html",
        _proposals,
    ),
    Panel(
        "levels", _("按等级看"), Verb.CHILD_LIST, "register/desk_levels.html", _levels,
        is_bare=True,
    ),
    Panel("children", _("我的孩子"), Verb.CHILD_LIST, "register/desk_children.html", _children),
    Panel("imports", _("没办完的名单"), Verb.IMPORT_LIST, "register/desk_imports.html", _imports),
)  # fmt: skip
