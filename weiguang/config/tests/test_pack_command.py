"""`weiguang pack check` tells what is wrong with an instrument, where, and what to do."""

from pathlib import Path

from click.testing import CliRunner

from weiguang.assessment.queries.fault_words import WORDS
from weiguang.assessment.tests.test_checking import GOOD, SURVEY, edited, workbook
from weiguang.config.pack_command import pack


def checked(*arguments: str) -> tuple[int, str]:
    said = CliRunner().invoke(pack, ["check", *arguments])
    return said.exit_code, said.output


def test_the_packs_that_are_shipped_are_right() -> None:
    assert checked("cn_js_kunshan") == (0, "查了1份量表。\n")
    assert checked("demo") == (0, "查了2份量表。\n")


def test_a_pack_that_does_not_exist_is_no_right_pack() -> None:
    status, said = checked("atlantis")

    assert status == 1
    assert "没有这个数据包" in said


def test_a_text_is_refused_with_its_line_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "trial" / "1.yaml"
    path.parent.mkdir()
    path.write_text(GOOD.replace("gate == 'open'", "size(why) > 0"), encoding="utf-8")

    status, said = checked("--file", str(path))

    assert status == 1
    line = GOOD[: GOOD.index("gate == 'open'")].count("\n") + 1
    assert f"1.yaml:{line} sections[0].items[1].relevant" in said
    assert "跳转绕成了圈：often → why → often。改掉其中一个条件。" in said


def test_a_workbook_is_refused_with_its_cell_and_the_remedy(tmp_path: Path) -> None:
    path = workbook(tmp_path, survey=edited(SURVEY, 3, 3, None))

    status, said = checked("--file", str(path))

    assert status == 1
    assert "1.xlsx survey!D4" in said
    assert "缺英文：补上。" in said


def test_every_reason_that_the_check_gives_has_words() -> None:
    folder = Path(__file__).parents[2] / "assessment" / "engine"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))

    unused = [reason for reason in WORDS if f'"{reason}"' not in code and "rule_" not in reason]
    unused = [reason for reason in unused if not reason.startswith("label_")]

    assert unused == []
