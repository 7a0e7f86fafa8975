"""A list through the browser: handed in, put right, confirmed, undone; the neighbour sees none."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.cast import Cast, make_cast, text_of
from weiguang.kernel.models import Event
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ImportedList, ImportedRow
from weiguang.register.queries.judging import BEING_READ, forget_what_was_being_read
from weiguang.register.rules.identity import check_character
from weiguang.web.tests.forms import FormReader

pytestmark = pytest.mark.django_db

HEADER = "村居,姓名,性别,身份证号码,出生日期,类别,监护人姓名,联系电话"
HOSTILE = "<script>alert(1)</script>"


def number(sequence: int) -> str:
    body = f"32958320160229{sequence:03d}"
    return body + check_character(body)


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("名单.csv", "\n".join([HEADER, *lines]).encode())


GOOD = f"双桥村,顾念安,女,{number(2)},2016-02-29,孤儿,顾大山,13800138000"
DAMAGED = "双桥村,王佳琪,女,329583201602290000,2016-02-29,孤儿,王大山,13800138001"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Client:
    return cast.client("child_supervisor", cast.town)


def hand_in(client: Client, cast: Cast, file: Any) -> ImportedList:
    answer = client.post(reverse("import_upload"), {"file": file, "place": str(cast.town.pk)})
    assert answer.status_code == 302, text_of(answer)
    return ImportedList.objects.latest("uploaded_at")


def address(name: str, thing: ImportedList | ImportedRow) -> str:
    return reverse(name, args=[thing.pk])


def test_a_list_is_read_and_nothing_is_registered_before_it_is_confirmed(
    cast: Cast, supervisor: Client
) -> None:
    imported = hand_in(supervisor, cast, csv(GOOD, DAMAGED))

    page = text_of(supervisor.get(address("import", imported)))

    assert "号码被表格软件弄坏了" in page
    assert not Child.objects.exists()
    supervisor.post(address("import_confirm", imported))
    assert [child.name for child in Child.objects.all()] == ["顾念安"]
    assert Event.objects.filter(verb=Verb.IMPORT_CONFIRM).count() == 1


def test_an_imported_child_tells_where_it_came_from(cast: Cast, supervisor: Client) -> None:
    supervisor.post(address("import_confirm", hand_in(supervisor, cast, csv(GOOD))))

    page = text_of(supervisor.get(reverse("child", args=[Child.objects.get().pk])))

    assert "名单导入</b>" in page
    assert "最近没有变动" not in page


def test_a_damaged_number_is_put_right_in_place(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(DAMAGED))
    row = imported.rows.get()

    form = text_of(supervisor.get(address("import_row", row)))
    assert 'value="王佳琪"' in form
    answer = supervisor.post(address("import_row", row), as_typed(form) | {"id_number": number(4)})

    assert answer["Location"].startswith(address("import", imported))
    assert imported.rows.get().outcome == "new"


def test_a_row_opens_within_the_report(cast: Cast, supervisor: Client) -> None:
    row = hand_in(supervisor, cast, csv(DAMAGED)).rows.get()

    part = text_of(supervisor.get(address("import_row", row), headers={"HX-Request": "true"}))

    assert part.lstrip().startswith(f'<tr id="open-{row.pk}"')
    assert 'value="王佳琪"' in part


def test_a_row_that_is_still_doubted_stays_open_and_says_why(
    cast: Cast, supervisor: Client
) -> None:
    row = hand_in(supervisor, cast, csv(DAMAGED)).rows.get()
    form = as_typed(text_of(supervisor.get(address("import_row", row))))

    page = text_of(
        supervisor.post(
            address("import_row", row), form | {"id_number": "329583201602290049"}, follow=True
        )
    )

    assert "号码的校验位不对" in page


def test_a_row_is_left_out_with_a_reason(cast: Cast, supervisor: Client) -> None:
    row = hand_in(supervisor, cast, csv(DAMAGED)).rows.get()

    supervisor.post(address("import_row_leave", row), {"reason": "not_ours"})

    row = ImportedRow.objects.get()
    assert (row.review, row.left_out_reason) == ("left_out", "not_ours")


def test_two_children_alike_are_both_registered_when_a_person_says_so(
    cast: Cast, supervisor: Client
) -> None:
    twins = [f"双桥村,顾念安,女,{n},2016-02-29,孤儿,顾大山,13800138000" for n in (number(2), "")]
    imported = hand_in(supervisor, cast, csv(*twins))
    row = imported.rows.get(reasons__contains=["possible_duplicate"])
    form = as_typed(text_of(supervisor.get(address("import_row", row))))
    supervisor.post(address("import_row", row), form | {"no_id_reason": "original_not_seen"})

    supervisor.post(address("import_row_decide", row), {"decision": "two_children"})
    supervisor.post(address("import_confirm", imported))

    assert Child.objects.filter(name="顾念安").count() == 2


def test_a_column_is_taken_for_something_else(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(GOOD))
    form = as_typed(text_of(supervisor.get(address("import_columns", imported))))
    assert form["0-6"] == "guardian_name"

    supervisor.post(address("import_columns", imported), form | {"0-6": "-"})

    columns = ImportedList.objects.get().sheets[0]["columns"]
    assert [6, "监护人姓名", None] in columns


def test_a_confirmed_list_is_undone_whole(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(GOOD))
    supervisor.post(address("import_confirm", imported))

    supervisor.post(address("import_undo", imported))

    assert not Child.objects.exists()
    assert ImportedList.objects.get().state == "undone"


def test_the_same_file_twice_changes_nothing(cast: Cast, supervisor: Client) -> None:
    supervisor.post(address("import_confirm", hand_in(supervisor, cast, csv(GOOD))))

    again = hand_in(supervisor, cast, csv(GOOD))

    assert "这个文件已经导入过" in text_of(supervisor.get(address("import", again)))
    assert again.summary["known"] == 1


def test_a_neighbours_list_is_as_absent_as_one_that_does_not_exist(
    cast: Cast, supervisor: Client
) -> None:
    imported = hand_in(supervisor, cast, csv(GOOD, DAMAGED))
    row = imported.rows.get(outcome="review")
    neighbour = cast.client("town_civil_affairs", cast.neighbour)

    assert "名单.csv" not in text_of(neighbour.get(reverse("imports")))
    for name in ("import", "import_columns"):
        assert neighbour.get(address(name, imported)).status_code == 404
    for name in ("import_confirm", "import_undo", "import_discard"):
        assert neighbour.post(address(name, imported)).status_code == 404
    assert neighbour.get(address("import_row", row)).status_code == 404
    assert ImportedList.objects.get().state == "judged"


def test_a_list_may_not_be_handed_in_for_anothers_place(cast: Cast) -> None:
    neighbour = cast.client("town_civil_affairs", cast.neighbour)

    answer = neighbour.post(
        reverse("import_upload"), {"file": csv(GOOD), "place": str(cast.town.pk)}
    )

    assert answer.status_code == 200
    assert not ImportedList.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("名单.xlsx", b"MZ\x90\x00", "不是表格"), ("名单.xlsx", b"PK\x03\x04 cut", "损坏"),
     ("名单.csv", b"<html><table>", "不是表格"), ("名单.exe", b"MZ", "不是表格")],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(
    cast: Cast, supervisor: Client, name: str, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile(name, content)

    page = text_of(
        supervisor.post(reverse("import_upload"), {"file": file, "place": str(cast.town.pk)})
    )

    assert words in page
    assert not ImportedList.objects.exists()


def test_what_a_list_holds_is_shown_as_text(cast: Cast, supervisor: Client) -> None:
    line = f"双桥村,{HOSTILE},女,329583201602290000,2016-02-29,孤儿,=1+1,{HOSTILE}"
    imported = hand_in(supervisor, cast, csv(line))

    for page in (address("import", imported), address("import_row", imported.rows.get())):
        assert HOSTILE not in text_of(supervisor.get(page))


def test_nothing_of_a_list_lies_about_and_what_a_kill_left_is_removed(
    cast: Cast, supervisor: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    hand_in(supervisor, cast, csv(DAMAGED))
    assert list(tmp_path.iterdir()) == []
    left = tmp_path / f"{BEING_READ}x"
    left.mkdir()
    (left / "list.csv").write_text(DAMAGED, encoding="utf-8")

    forget_what_was_being_read()

    assert list(tmp_path.iterdir()) == []


def test_an_opened_row_is_remembered(cast: Cast, supervisor: Client) -> None:
    row = hand_in(supervisor, cast, csv(DAMAGED)).rows.get()

    supervisor.get(address("import_row", row))

    assert Event.objects.get(verb=Verb.IMPORT_LIST).detail["row"] == str(row.pk)


def as_typed(page: str) -> dict[str, str]:
    """The form's values as a browser would send them back."""
    return FormReader.values_in(page)


def test_rows_to_correct_come_back_as_a_workbook(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(DAMAGED))

    answer = supervisor.post(address("import_download", imported))

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "王佳琪" in cells
    assert any("号码被表格软件弄坏了" in cell for cell in cells)


def test_a_colleague_gets_the_rows_masked(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(DAMAGED))

    answer = cast.client("town_civil_affairs", cast.town).post(address("import_download", imported))

    cells = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    assert "13800138001" not in str(list(cells))


def test_a_list_that_waits_stands_on_the_home_page(cast: Cast, supervisor: Client) -> None:
    imported = hand_in(supervisor, cast, csv(DAMAGED))

    assert address("import", imported) in text_of(supervisor.get(reverse("home")))
