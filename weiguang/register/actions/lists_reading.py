"""Looking at a row of a list whole: reading that is remembered like writing."""

from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import ImportedRow


def open_row(*, row: ImportedRow, by: Actor) -> None:
    """Remember that the actor had a row's numbers and addresses before her."""
    with act(Verb.IMPORT_LIST, by=by, about=row.imported.subject) as event:
        event.detail = {"list": str(row.imported_id), "row": str(row.pk)}
