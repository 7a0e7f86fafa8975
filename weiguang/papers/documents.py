"""Documents as PDF: sheets of named sections, set by typst with fonts that are embedded.

Every character is looked up before it is set (`fonts`); what a sheet says is its maker's affair.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language
from pikepdf import Pdf

from weiguang.papers import fonts
from weiguang.papers.mark import Mark

TEMPLATES: Final = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a sheet: pairs of a label and a value, rows under a header, and notes."""

    title: str
    pairs: Sequence[tuple[str, str]] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, which may run over several pages; `place` and `running` stand at their head."""

    title: str
    place: str
    running: str
    sections: Sequence[Section]

    def texts(self) -> Iterator[str]:
        """Everything that will stand on it."""
        yield from _texts(asdict(self))


def document(title: str, sheets: Sequence[Sheet], mark: Mark) -> bytes:
    """The sheets as one PDF, the mark on every page; raises `CharacterMissing`.

    `title` is what a reader's window shows: it names nobody.
    """
    said: dict[str, Any] = {
        "title": title,
        "lang": "zh" if (get_language() or "zh-hans").startswith("zh") else "en",
        "line": mark.line,
        "ground": mark.ground,
        "sheets": [asdict(sheet) for sheet in sheets],
    }
    fonts.require_characters(_texts(said))
    said = _whole(said) | {"fonts": list(fonts.families())}
    made: bytes = typst.compile(
        str(TEMPLATES / "sheets.typ"),
        font_paths=[str(path) for path in fonts.directories()],
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
    )
    return made


def joined(documents: Iterable[bytes]) -> bytes:
    """Several PDFs one after another."""
    into = io.BytesIO()
    with Pdf.new() as whole:
        for each in documents:
            with Pdf.open(io.BytesIO(each)) as part:
                whole.pages.extend(part.pages)
        whole.remove_unreferenced_resources()
        whole.save(into)
    return into.getvalue()


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict):
        for each in said.values():
            yield from _texts(each)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from _texts(each)


def _whole(said: Any) -> Any:
    if isinstance(said, str):
        return fonts.whole(said)
    if isinstance(said, dict):
        return {key: _whole(each) for key, each in said.items()}
    return [_whole(each) for each in said] if isinstance(said, list | tuple) else said
