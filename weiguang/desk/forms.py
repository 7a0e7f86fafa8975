"""Why a file is opened, as its reader says it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from weiguang.register.actions.purposes import needs_words, purposes
from weiguang.register.queries.words import word
from weiguang.web.purposes import PurposeForm


class OpeningForm(PurposeForm):
    """One purpose of the pack's list, and a sentence where it asks for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        listed = [(each.code, word("access_purposes", each.code)) for each in purposes()]
        super().__init__(*args, purposes=listed, needs_words=needs_words, **kwargs)
        self.fields["purpose"].label = _("这次查阅的用途")
