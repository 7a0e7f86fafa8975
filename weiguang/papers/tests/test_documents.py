"""A document says every character it was given, or is not made."""

import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
from django.conf import settings
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import cmap_format_12
from pypdf import PdfReader

from weiguang.papers import fonts
from weiguang.papers.documents import Section, Sheet, document, joined
from weiguang.papers.fonts import CharacterMissing, require_characters
from weiguang.papers.mark import Mark

MARK = Mark("林晚晴", "督导检查", datetime(2026, 11, 25, 8, tzinfo=UTC), 10_234)
# What combines with the character before it, spaces, and marks that are not written.
NOT_ALONE = {"Mn", "Me", "Mc", "Zs", "Cf", "Cc", "Co"}
# Two dashes that are drawn, and read back, as other dashes.
DASHES = {"U+2011", "U+2015"}
RARE = ["㛃", "䶮", "𬍛", "𪨶", "〇", "·", "堃", "𤧛", "𬭎", "喆", "é", "Ａ"]
MISSING = "𠮷"


def sheet(*values: str) -> Sheet:
    return Sheet("档案", "双桥村", "", [Section("身份", [("姓名", value) for value in values])])


def text_of(pdf: bytes, page: int | None = None) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    wanted = pages if page is None else [pages[page]]
    return "".join(each.extract_text() for each in wanted)


def own_characters() -> dict[int, str]:
    """Each character of the system's own font with the glyph that draws it."""
    with TTFont(next(fonts.directories()[0].glob("*.ttf")), lazy=True) as font:
        drawn: dict[int, str] = font.getBestCmap()
        return drawn


def one_each_glyph() -> Iterable[Sequence[str]]:
    """All characters of the font, so that no two in one text are drawn alike."""
    by_glyph: dict[str, list[str]] = defaultdict(list)
    for code, glyph in own_characters().items():
        if unicodedata.category(chr(code)) not in NOT_ALONE:
            by_glyph[glyph].append(chr(code))
    for nth in range(max(map(len, by_glyph.values()))):
        yield [alike[nth] for alike in by_glyph.values() if len(alike) > nth]


def test_every_character_of_the_font_is_found_again_in_the_text() -> None:
    lost: list[str] = []
    looked_at = 0
    for characters in one_each_glyph():
        lines = [" ".join(characters[at : at + 40]) for at in range(0, len(characters), 40)]
        said = set(normalize("NFKC", text_of(document("甲", [sheet(*lines)], MARK))))
        lost += [each for each in characters if not set(normalize("NFKC", each)) <= said]
        looked_at += len(characters)

    assert {f"U+{ord(each):04X}" for each in lost} <= DASHES
    assert looked_at > 30_000


def test_rare_characters_of_names_are_found_again() -> None:
    names = [f"顾{each}安" for each in RARE]

    said = text_of(document("甲", [sheet(*names)], MARK))

    assert [name for name in names if name not in said] == []


def test_a_character_that_no_font_has_is_refused_by_its_code_and_nothing_is_made() -> None:
    with pytest.raises(CharacterMissing) as refused:
        document("甲", [sheet(f"顾{MISSING}安")], MARK)

    assert f"U+{ord(MISSING):04X}" in refused.value.what
    assert MISSING not in refused.value.said
    assert "顾" not in refused.value.said


@pytest.mark.parametrize("where", ["title", "place", "running", "label", "cell", "note", "mark"])
def test_a_missing_character_is_found_wherever_it_stands(where: str) -> None:
    bad = {name: MISSING if name == where else "甲" for name in (
        "title", "place", "running", "label", "cell", "note", "mark")}  # fmt: skip
    part = Section("甲", [(bad["label"], "甲")], ["甲"], [[bad["cell"]]], [bad["note"]])
    mark = Mark(bad["mark"], "甲", MARK.at, 1)

    with pytest.raises(CharacterMissing):
        document("甲", [Sheet(bad["title"], bad["place"], bad["running"], [part])], mark)


def test_the_typesetter_alone_would_have_dropped_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why every text is looked up: without that the character is gone and nobody is told."""
    monkeypatch.setattr(fonts, "missing_in", lambda texts: frozenset())

    assert MISSING not in text_of(document("甲", [sheet(f"顾{MISSING}安")], MARK))


def test_a_font_that_the_operator_adds_has_the_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font_with(MISSING, tmp_path / "more.ttf")
    monkeypatch.setattr(settings, "WEIGUANG_FONTS", [*settings.WEIGUANG_FONTS, tmp_path])
    fonts.read_again()

    try:
        said = text_of(document("甲", [sheet(f"顾{MISSING}安")], MARK))
    finally:
        monkeypatch.undo()
        fonts.read_again()

    assert MISSING in said


def font_with(character: str, path: Path) -> None:
    """A font of one character, drawn as another one of the system's own font."""
    with TTFont(next(fonts.directories()[0].glob("*.ttf"))) as font:
        subsetter = Subsetter()
        subsetter.populate(unicodes=[ord("一")])
        subsetter.subset(font)
        table = cmap_format_12(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = {ord(character): font.getBestCmap()[ord("一")]}
        font["cmap"].tables = [table]
        for record in font["name"].names:
            font["name"].setName("More", record.nameID, record.platformID, record.platEncID,
                                 record.langID)  # fmt: skip
        font.save(path)


def test_joiners_copied_from_a_page_are_no_text() -> None:
    require_characters(["顾\u200b念\ufeff安"])

    assert "顾念安" in text_of(document("甲", [sheet("顾\u200b念\ufeff安")], MARK))


def test_every_page_carries_the_mark() -> None:
    pdf = document("甲", [sheet(*["顾念安"] * 90), sheet("乙")], MARK)
    pages = len(PdfReader(io.BytesIO(pdf)).pages)

    assert pages > 3
    for page in range(pages):
        said = text_of(pdf, page)
        for word in ("林晚晴", "督导检查", "2026-11-25 16:00", "10234", "未成年人"):
            assert word in said


def test_the_fonts_are_embedded() -> None:
    reader = PdfReader(io.BytesIO(document("甲", [sheet("顾念安")], MARK)))

    fonts_used = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    for used in fonts_used:
        (descendant,) = used.get_object()["/DescendantFonts"]
        described = descendant.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)
    assert fonts_used


def test_what_looks_like_a_command_is_set_as_it_is_written() -> None:
    odd = '#panic("x") $x$ *a* _b_ `c` \\ [d] "e" <f> @g {h} //i'

    assert odd.replace(" ", "") in text_of(document("甲", [sheet(odd)], MARK)).replace(" ", "")


def test_documents_are_joined_in_their_order() -> None:
    parts = [document("甲", [sheet(name)], MARK) for name in ("顾念安", "王佳琪", "张丽")]

    pdf = joined(parts)

    assert [("顾念安", "王佳琪", "张丽")[n] in text_of(pdf, n) for n in range(3)] == [True] * 3
