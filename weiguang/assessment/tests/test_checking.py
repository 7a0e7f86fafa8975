"""An instrument in which something is wrong is refused, with the place and the reason."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from weiguang.assessment.engine import shelf
from weiguang.assessment.engine.checking import check
from weiguang.assessment.engine.places import Fault, UnreadableInstrument, written_in_yaml
from weiguang.assessment.engine.workbook import written_in_workbook

LEVELS = ("emergency", "high", "medium", "low", "stable")
GOOD = """\
code: trial
version: "1"
label: {zh: 试用, en: Trial}
use: scale
source: {document: 试用, number: "", mark: P}
sections:
  - code: only
    label: {zh: 甲, en: First}
    items:
      - name: gate
        type: single
        label: {zh: 门, en: Gate}
        required: "true"
        choices:
          - {code: open, zh: 开, en: Open, points: "1"}
          - {code: shut, zh: 关, en: Shut, points: "-0.5"}
      - name: often
        type: number
        label: {zh: 几次, en: How often}
        relevant: gate == 'open'
        low: "0"
        high: "9"
        score: often * 100
      - name: why
        type: text
        label: {zh: 为什么, en: Why}
        relevant: "'often' in answered && often > 3"
screens:
  - {code: danger, label: {zh: 危险, en: Danger}, when: "gate == 'shut'", level: emergency}
bands:
  - {code: less, label: {zh: 少, en: Less}, level: low, below: "2"}
  - {code: more, label: {zh: 多, en: More}, level: high, from: "2"}
"""


# How many lines from the change what is wrong stands, where it is not the same line.
CHOOSING_A_TEXT = "type: text\n        choices: [{code: a, zh: 甲, en: A, points: '1'}]"
BESIDE = {CHOOSING_A_TEXT: 1, "": -2, "use: judgement": 27, "code: shut": 1}

# Of these more follows: what asks about the choice, or counts the number.
FOLLOWED = {"code: open", "type: number"}


def faults(text: str) -> list[Fault]:
    return list(check(written_in_yaml(text), levels=LEVELS).faults)


def test_the_good_one_is_good() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "reason", "detail"),
    [
        # Skip logic.
        ("gate == 'open'", "gate == 'open' && size(why) > 0", "cycle", "often → why → often"),
        ("gate == 'open'", "age > 3 && 'often' in answered", "cycle", "often → often"),
        ("gate == 'open'", "gaet == 'open'", "rule_unknown", "gaet"),
        ("gate == 'open'", "gate == 'opne'", "rule_choice", "gate: opne"),
        ("gate == 'open'", "gate = 'open'", "rule_syntax", "6"),
        ("gate == 'open'", "gate == 1", "rule_compares", "gate"),
        ("gate == 'open'", "gate", "rule_bool", ""),
        ("gate == 'open'", "gate.startsWith('o')", "rule_function", "startsWith"),
        ("gate == 'open'", "age / 2 > 3", "rule_function", "/"),
        ("gate == 'open'", "age > 7.5", "rule_number", "7.5"),
        ("gate == 'open'", "age > '7'", "rule_compares", "age"),
        ("gate == 'open'", "size([1].map(x, x)) > 0", "rule_unknown", "x"),
        ("'often' in answered && often > 3", "often > 3", "rule_answered", "often"),
        ("'often' in answered && often > 3", "'oftn' in answered", "rule_unknown", "oftn"),
        ("gate == 'shut'\"", "often == 0\"", "rule_answered", "often"),
        # Points.
        ("often * 100", "gate == 'open'", "rule_int", ""),
        ('points: "1"', 'points: "1.005"', "points", "1.005"),
        ('points: "1"', 'points: "one"', "points", "one"),
        ("        relevant: \"'often'", "        score: \"100\"\n        relevant: \"'often'",
         "points_on_text", "why"),
        ("type: text", CHOOSING_A_TEXT, "points_on_text", "why"),
        # Words.
        ("{zh: 几次, en: How often}", "{zh: 几次}", "label_en", ""),
        ("{zh: 几次, en: How often}", '{zh: "", en: How often}', "label_zh", ""),
        ("        label: {zh: 几次, en: How often}\n", "", "label", ""),
        ("zh: 开, en: Open", "zh: 开", "label_en", ""),
        # Names.
        ("name: why", "name: gate", "twice", "gate"),
        ("name: why", "name: Why", "name", "Why"),
        ("name: why", "name: age", "reserved", "age"),
        ("code: open", "code: shut", "twice", "shut"),
        ("type: number", "type: nubmer", "one_of", "single, several, number, range, date, text"),
        ("required: \"true\"", "requierd: \"true\"", "unknown_key", "requierd"),
        ("high: \"9\"", "high: \"0\"", "low_high", "often"),
        # Bands.
        ('from: "2"', 'from: "2.5"', "band_hole", "less / more"),
        ('from: "2"', 'from: "1.99"', "band_overlap", "less / more"),
        ('level: high, from: "2"', "level: high", "band_open", "less / more"),
        ('level: low, below: "2"', 'level: low, from: "0", below: "2"', "band_first", "less"),
        ('level: high, from: "2"', 'level: high, from: "2", below: "9"', "band_last", "more"),
        ("level: high", "level: hihg", "level", "emergency, high, medium, low, stable"),
        ("level: emergency", "level: red", "level", "emergency, high, medium, low, stable"),
        ("use: scale", "use: judgement", "bands_of_judgement", ""),
        ("mark: P", "mark: Q", "one_of", "V, V*, M, P, sample"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_in_its_line(
    before: str, after: str, reason: str, detail: str
) -> None:
    assert GOOD.count(before) == 1

    line = GOOD[: GOOD.index(before)].count("\n") + 1 + BESIDE.get(after, 0)

    found = faults(GOOD.replace(before, after))

    said = [(each.place.split()[0], each.reason, each.detail) for each in found]
    assert said[0] == (f":{line}", reason, detail)
    assert len(said) == 1 or before in FOLLOWED, "and nothing that only follows from it"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = GOOD.replace("mark: P", "mark: Q").replace('from: "2"', 'from: "3"')

    assert [each.reason for each in faults(text)] == ["one_of", "band_hole"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ":1"), ("- a", ":1"), ("a: [", ":1"), ("a: 1\na: 2", ":2"),
        ("a: &x [*x]", ":1"), ("[" * 30 + "]" * 30, ":1"),
    ],
)  # fmt: skip
def test_what_is_no_instrument_at_all_is_refused(text: str, place: str) -> None:
    with pytest.raises(UnreadableInstrument) as refused:
        faults(text) if text else check(written_in_yaml(text), levels=LEVELS)

    assert (refused.value.fault.place, refused.value.fault.reason) == (place, "yaml")


def test_a_file_must_be_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    right, wrong = tmp_path / "trial" / "1.yaml", tmp_path / "trial" / "2.yaml"
    right.write_text(GOOD, encoding="utf-8")
    wrong.write_text(GOOD, encoding="utf-8")

    assert shelf.checked_file(right, LEVELS).instrument is not None
    found = shelf.checked_file(wrong, LEVELS)
    assert (found.instrument, found.faults) == (None, (Fault("", "file_name", "trial/1"),))


# The same as a workbook.

SURVEY = [
    ["type", "name", "label::zh", "label::en", "relevant", "required", "score", "low", "high"],
    ["begin_group", "only", "甲", "First"],
    ["select_one gates", "gate", "门", "Gate", None, "yes"],
    ["integer", "often", "几次", "How often", "gate == 'open'", None, "often * 100", 0, 9],
    ["text", "why", "为什么", "Why", "'often' in answered && often > 3"],
    ["end_group"],
]
CHOICES = [
    ["list_name", "name", "label::zh", "label::en", "points"],
    ["gates", "open", "开", "Open", 1],
    ["gates", "shut", "关", "Shut", -0.5],
]
SETTINGS = [
    ["form_id", "version", "form_title::zh", "form_title::en", "use", "source_document", "mark"],
    ["trial", 1, "试用", "Trial", "scale", "试用", "P"],
]
SCREENS = [["name", "label::zh", "label::en", "when", "level"],
           ["danger", "危险", "Danger", "gate == 'shut'", "emergency"]]  # fmt: skip
BANDS = [["name", "label::zh", "label::en", "level", "from", "below"],
         ["less", "少", "Less", "low", None, 2], ["more", "多", "More", "high", 2]]  # fmt: skip


def workbook(folder: Path, **changed: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, "screens": SCREENS,
              "bands": BANDS} | changed  # fmt: skip
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    (folder / "trial").mkdir(exist_ok=True)
    path = folder / "trial" / "1.xlsx"
    book.save(path)
    return path


def edited(rows: list[list[object]], row: int, column: int, value: object) -> list[list[object]]:
    copied = [list(each) for each in rows]
    copied[row][column] = value
    return copied


def test_a_workbook_says_the_same_as_the_text(tmp_path: Path) -> None:
    book = shelf.checked_file(workbook(tmp_path), LEVELS)
    text = check(written_in_yaml(GOOD), levels=LEVELS).instrument

    assert book.faults == ()
    assert book.instrument is not None
    for part in ("code", "version", "label", "use", "sections", "items", "screens", "bands"):
        assert getattr(book.instrument, part) == getattr(text, part), part


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        ({"survey": edited(SURVEY, 3, 4, "size(why) > 0")}, " survey!E4", "cycle"),
        ({"survey": edited(SURVEY, 3, 3, None)}, " survey!D4", "label_en"),
        ({"survey": edited(SURVEY, 4, 1, "gate")}, " survey!B5", "twice"),
        ({"survey": edited(SURVEY, 4, 4, "often > 3")}, " survey!E5", "rule_answered"),
        ({"choices": edited(CHOICES, 2, 4, "half")}, " choices!E3", "points"),
        ({"bands": edited(BANDS, 2, 4, 3)}, " bands!E3", "band_hole"),
        ({"screens": edited(SCREENS, 1, 4, "red")}, " screens!E2", "level"),
        ({"settings": edited(SETTINGS, 1, 4, "sacle")}, " settings!E2", "one_of"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_workbook_is_found_in_its_cell(
    changed: dict[str, list[list[object]]], place: str, reason: str, tmp_path: Path
) -> None:
    found = shelf.checked_file(workbook(tmp_path, **changed), LEVELS)

    assert (found.faults[0].place, found.faults[0].reason) == (place, reason)
    assert found.instrument is None


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        ({"survey": edited(SURVEY, 2, 0, "select_one gaets")}, " survey!A3", "list_unknown"),
        ({"survey": edited(SURVEY, 0, 4, "relevnat")}, " survey!E1", "heading"),
        ({"survey": SURVEY[:1] + SURVEY[2:]}, " survey!A2", "outside"),
        ({"survey": [*SURVEY[:2], ["begin_group", "inner"], *SURVEY[2:]]}, " survey!A3", "group"),
        ({"choices": []}, " choices", "sheet_missing"),
    ],
)  # fmt: skip
def test_a_workbook_of_another_shape_is_refused(
    changed: dict[str, list[list[object]]], place: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableInstrument) as refused:
        written_in_workbook(workbook(tmp_path, **changed))

    assert (refused.value.fault.place, refused.value.fault.reason) == (place, reason)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "1.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(UnreadableInstrument):
        written_in_workbook(path)
