"""Rows of a list handed out as a workbook, with the reasons beside them; an act like any other.

Numbers, phones, accounts, addresses and every column that was not recognised are masked. Only who
uploaded the list may have her own rows back as she gave them, to correct them in her own file.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language, gettext

from weiguang.kernel.clock import CHINA, now
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.packs import Label, words
from weiguang.kernel.sensitivity import Tier
from weiguang.kernel.wording import clauses, in_a_row
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.papers.workbook import PaperSheet, workbook
from weiguang.register.models import ImportedList, ImportedRow
from weiguang.register.queries.import_words import outcome_words, reason_words
from weiguang.register.rules.masking import HIDDEN, masked_number, masked_phone

TO_CORRECT: Final = ("review", "rejected")
NUMBERS: Final = frozenset({"id_number", "guardian_id_number", "disability_number", "bank_account"})
SHOWN: Final = frozenset(
    {"town", "village", "name", "sex", "birth_date", "category", "guardian_name", "relation",
     "school", "grade"}
)  # fmt: skip


def export_rows(
    *,
    imported: ImportedList,
    by: Actor,
    purpose: str,
    outcomes: Collection[str] = TO_CORRECT,
    is_masked: bool = True,
) -> bytes:
    """The rows of these outcomes as an .xlsx file, in the reader's language.

    `purpose` is a code of `words/access_purposes`. Raises `Invalid` for another, and
    `NotFoundOrRefused` for unmasked rows that somebody else uploaded.
    """
    purposes = {word.code: word.label for word in words(settings.WEIGUANG_PACK, "access_purposes")}
    with act(Verb.IMPORT_EXPORT, by=by, about=imported.subject, purpose=purpose) as event:
        if purpose not in purposes:
            raise Invalid
        if not is_masked:
            _refuse_rows_of_others(imported, by)
        rows = list(imported.rows.filter(outcome__in=outcomes).order_by("sheet_index", "number"))
        event.detail = {"list": str(imported.pk), "rows": len(rows), "is_masked": is_masked}
        notice = _notice(imported, by, purposes[purpose], now())
        return workbook(_sheets(imported, rows, notice, is_masked=is_masked))


def _refuse_rows_of_others(imported: ImportedList, by: Actor) -> None:
    sees = may(by, Verb.IMPORT_EXPORT, imported.subject).sees
    if by.person_id is None or by.person_id != imported.uploaded_by_id or sees < Tier.SENSITIVE:
        raise NotFoundOrRefused


def _notice(imported: ImportedList, by: Actor, purpose: Label, at: datetime) -> str:
    # The list's own date comes first: it is the one that counts when the file is uploaded again.
    return gettext(
        "名单日期 %(as_of)s　用途：%(purpose)s　导出人：%(name)s　%(at)s　"
        "内有未成年人信息，只限工作使用，用后销毁"
    ) % {
        "as_of": imported.as_of.isoformat(),
        "purpose": purpose.text(_language()),
        "name": by.name,
        "at": at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
    }


def _sheets(
    imported: ImportedList, rows: list[ImportedRow], notice: str, *, is_masked: bool
) -> Iterator[PaperSheet]:
    headings = [gettext("行"), gettext("结果"), gettext("原因"), gettext("怎么办")]
    for sheet in imported.sheets:
        mine = [row for row in rows if row.sheet_index == sheet["index"]]
        if sheet["why"]:
            continue
        labels = [label for _, label, _ in sheet["columns"]]
        lines = [[*_judgement(row), *_cells(row, sheet, is_masked=is_masked)] for row in mine]
        yield PaperSheet(sheet["name"], notice, [*headings, *labels], lines)


def _judgement(row: ImportedRow) -> list[str]:
    language, known = _language(), reason_words()
    reasons = [known[code] for code in row.reasons if code in known]
    nexts = dict.fromkeys(reason.next.text(language) for reason in reasons)
    return [
        str(row.number),
        outcome_words()[row.outcome].text(language),
        clauses(reason.label.text(language) for reason in reasons),
        in_a_row(*nexts),
    ]


def _cells(row: ImportedRow, sheet: dict[str, Any], *, is_masked: bool) -> Iterator[str]:
    cells = row.said["cells"]
    for index, _, code in sheet["columns"]:
        text = cells[index] if index < len(cells) else ""
        yield _masked(code, text) if is_masked and text else text


def _masked(code: str | None, text: str) -> str:
    if code in NUMBERS:
        return masked_number(text)
    if code == "phone":
        return masked_phone(text)
    return text if code in SHOWN else HIDDEN


def _language() -> str:
    return get_language() or "zh-hans"
