"""Reading a conference, and taking its record away on paper, are remembered."""

from django.utils.translation import gettext as _

from weiguang.conferences.actions.calling import about_for, require
from weiguang.conferences.models import Conference
from weiguang.conferences.queries.paper import sheet_of
from weiguang.kernel import clock
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.papers.documents import document
from weiguang.papers.mark import Mark


def open_conference(*, conference: Conference, by: Actor) -> None:
    """Remember that somebody read it."""
    require(conference, Verb.CONFERENCE_READ, by)
    with act(Verb.CONFERENCE_READ, by=by, about=about_for(conference)):
        pass


def take_paper(*, conference: Conference, by: Actor) -> bytes:
    """The record as a document for this reader: what she may see and nothing else.

    Every page names her, the moment, and the number of the event by which it went out. Raises
    `NotFoundOrRefused`, and `CharacterMissing` for what no font can print.
    """
    require(conference, Verb.CONFERENCE_READ, by)
    with act(Verb.CONFERENCE_READ, by=by, about=about_for(conference)) as event:
        event.detail["paper"] = True
        mark = Mark(by.name, _("会商"), clock.now(), event.pk)
        return document(_("会商记录"), [sheet_of(by, conference)], mark)
