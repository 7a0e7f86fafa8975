"""Whatever is sent, the answer is a page in words: nothing breaks, nothing is half-written."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests.doors import DOORS, known_patterns
from tests.fuzz.attacks import BAD_VALUES, FORM, HOSTILE
from tests.world import HEADER, Seated, World, line_of, offered, undone
from weiguang.network.authority import may
from weiguang.register.actions import lists
from weiguang.register.actions.lists_export import export_rows
from weiguang.register.models import Child, ImportedList
from weiguang.web.middleware import NothingTooLarge

ANSWERS: Final = (200, 302, 400, 404, 405, 409, 413, 422)
OURS: Final = [
    name
    for name, pattern in known_patterns().items()
    if not getattr(pattern.callback, "is_public", False)
]
FORMULA: Final = '=HYPERLINK("http://x")'
VALUES: Final = BAD_VALUES | {"long": "长" * 100_000}
# What addresses say after the question mark, and what buttons say without a form's field.
ASKED: Final = ("v", "after", "p", "outcome", "reason", "next", "page")
UNLISTED: Final = ["answer", "decision", "back", "session"]


def someone_for(world: World, name: str) -> Seated:
    """Somebody whom the page lets in."""
    verb: Any = known_patterns()[name].callback.verb  # type: ignore[attr-defined]
    return next(
        who for who in world.people.values()
        if may(who.actor, verb, DOORS[name].about(who.meets["own"]))
    )  # fmt: skip


def methods_of(name: str) -> tuple[str, ...]:
    methods: tuple[str, ...] = known_patterns()[name].callback.methods  # type: ignore[attr-defined]
    return methods


def form(said: Mapping[str, Any]) -> str:
    """As a browser would send it, broken characters included."""
    return urlencode({name: str(value).encode("utf-8", "surrogateescape")
                      for name, value in said.items()})  # fmt: skip


# Every one of these values in every field; `tests.fuzz` sends some of them in every run.
@pytest.mark.long
@pytest.mark.parametrize("name", [n for n in OURS if "GET" in methods_of(n)])
def test_no_question_in_an_address_breaks_a_page(world: World, name: str) -> None:
    who = someone_for(world, name)
    address, client = DOORS[name].address(name, who.meets["own"]), who.client
    client.raise_request_exception = False
    wrong = []
    for kind, value in VALUES.items():
        with undone():
            status = client.get(f"{address}?{form(dict.fromkeys(ASKED, value[:4000]))}").status_code
            if status not in ANSWERS:
                wrong.append((kind, status))

    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("name", [n for n in OURS if "POST" in methods_of(n)])
def test_no_value_in_a_form_breaks_a_page(world: World, name: str) -> None:
    who = someone_for(world, name)
    things = who.meets["own"]
    address, client = DOORS[name].address(name, things), who.client
    client.raise_request_exception = False
    good = dict(DOORS[name].said(things))
    wrong = []
    for kind, value in VALUES.items():
        for fields in [*([each] for each in good), UNLISTED]:
            with undone():
                said = form(good | dict.fromkeys(fields, value))
                answer = client.post(address, said, FORM, follow=value == HOSTILE)
            if answer.status_code not in ANSWERS or HOSTILE.encode() in answer.content:
                wrong.append((kind, fields, answer.status_code))

    assert wrong == []


def test_ten_thousand_fields_are_refused(world: World) -> None:
    client = world.people["child_supervisor"].client

    answer = client.post(reverse("children_search"), {f"f{n}": "x" for n in range(10_000)})

    assert answer.status_code == 422


@pytest.mark.parametrize("part", ["x", "../../etc/passwd", "%00", "0" * 400, HOSTILE])
def test_an_address_that_is_none_is_a_page_that_does_not_exist(world: World, part: str) -> None:
    client = world.people["child_supervisor"].client
    child = world.things["village"].child

    for address in (
        f"/children/{part}/", f"/children/{child.pk}/amend/{part}/",
        f"/office/operations/{part}/retry/", f"/children/imports/rows/{part}/",
    ):  # fmt: skip
        assert client.get(address).status_code in (404, 405), address


def test_a_record_that_no_field_names_is_not_shown(world: World) -> None:
    who = world.people["child_director"]
    for field in ("password", "id_number:x", f"phone:{world.things['town'].child.pk}", "sort_key"):
        address = reverse("child_reveal", args=[who.meets["own"].child.pk, field])
        with undone():
            assert who.client.post(address).status_code == 404


# Declared sizes.


@pytest.mark.parametrize(
    ("name", "declared", "status"),
    [("import_upload", 2 * 2**30, 413), ("import_upload", 23 * 10**6, 413),
     ("children_search", 3 * 10**6, 413), ("account_language", "many", 413),
     ("account_login", "-1", 413), ("import_upload", 20 * 2**20, None),
     ("children_search", 10**6, None), ("children_search", "", None)],
)  # fmt: skip
def test_what_is_declared_too_large_or_by_no_number_is_refused_unread(
    name: str, declared: int | str, status: int | None
) -> None:
    class Unreadable(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("the body was read")

    request = RequestFactory().generic("POST", reverse(name), CONTENT_LENGTH=str(declared))
    request.META["wsgi.input"] = Unreadable()
    answer = NothingTooLarge(lambda _: HttpResponse()).process_view(
        request, known_patterns()[name].callback, (), {}
    )

    assert (answer.status_code if answer else None) == status
    if answer:
        assert "没有接收" in answer.content.decode()


# Files that are not what they say.


def workbook_with(extra: dict[str, bytes]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (HEADER.split(","), line_of("双桥村", "赵甲", "").split(",")):
        book.active.append(row)
    book.save(content)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in extra.items():
            archive.writestr(name, inner)
    return content.getvalue()


ZEROS: Final = b"\0" * 2**20
BAD_FILES: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "炸弹.xlsx": (
        lambda: workbook_with({"xl/worksheets/sheet9.xml": b"\0" * (210 * 2**20)}),
        "展开",
    ),
    "宏.xlsx": (lambda: workbook_with({"xl/vbaProject.bin": b"x"}), "宏"),
    "程序.xlsx": (lambda: b"MZ\x90\x00" + b"\0" * 100, "不是表格"),
    "程序.csv": (lambda: b"\x7fELF" + b"\0" * 100, "不是表格"),
    "半个.xlsx": (lambda: workbook_with({})[:2000], "损坏"),
    "空.csv": (lambda: b"", "空"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_list_is_refused_in_words(world: World, name: str) -> None:
    make, words = BAD_FILES[name]
    content = make()
    who = world.people["child_supervisor"]
    said = {"file": SimpleUploadedFile(name, content), "place": str(world.places["town"].pk)}
    before = ImportedList.objects.count()

    answer = who.client.post(reverse("import_upload"), said)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert ImportedList.objects.count() == before


def test_nothing_that_was_uploaded_lies_about(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    who = world.people["child_supervisor"]
    content = "\n".join([HEADER, line_of("双桥村", "赵甲", "")]).encode()
    said = {"file": SimpleUploadedFile("名单.csv", content), "place": str(world.places["town"].pk)}
    with undone():
        assert who.client.post(reverse("import_upload"), said).status_code == 302

    assert list(tmp_path.iterdir()) == []


def test_what_is_being_uploaded_has_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("名单.csv", b"x" * 100_000)})

    file = request.FILES["file"]

    assert list(tmp_path.iterdir()) == []
    assert file.read() == b"x" * 100_000
    file.close()


# Cells.


@pytest.mark.parametrize("cell", [HOSTILE, FORMULA, "+1+1", "-1+1", "@SUM(A1)", "\t=1", "|calc"])
def test_a_hostile_cell_is_text_on_the_page_and_in_the_workbook(world: World, cell: str) -> None:
    who = world.people["child_supervisor"]
    text = cell.replace('"', "'").replace(",", "，")
    damaged = f"{text},{text},女,329583201602290000,2016-02-29,{text},{text},13800138000,{text}"
    with undone():
        offer = offered(world.places["town"], f"{text.replace('/', ' ')}.csv", damaged)
        kept = lists.upload(offered=offer, by=who.actor)
        pages = [
            who.client.get(reverse(name, args=[key])).content.decode()
            for name, key in (("import", kept.pk), ("import_row", kept.rows.get().pk),
                              ("import_columns", kept.pk))
        ]  # fmt: skip
        pages += [who.client.get(reverse(name)).content.decode() for name in ("imports", "home")]
        content = export_rows(imported=kept, by=who.actor, purpose="visit", is_masked=False)

    assert not [page for page in pages if HOSTILE in page]
    cells = [cell for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
             for cell in row if cell.value is not None]  # fmt: skip
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(text.strip() in str(cell.value) for cell in cells)


def test_a_hostile_name_is_text_wherever_it_stands(world: World) -> None:
    who = world.people["child_supervisor"]
    said = {"name": HOSTILE, "no_id_reason": "not_given", "sex": "female",
            "birth_date": "2016-02-29", "hukou": "双桥村"}  # fmt: skip
    with undone():
        assert who.client.post(reverse("child_new"), said).status_code == 302
        child = Child.objects.get(name=HOSTILE)
        pages = [
            who.client.get(reverse(name, args=key)).content.decode()
            for name, key in (("children", []), ("child", [child.pk]), ("home", []),
                              ("child_readers", [child.pk]), ("category_propose", [child.pk]))
        ]  # fmt: skip

    assert all("&lt;img src=x" in page for page in pages[:2])
    assert not [page for page in pages if HOSTILE in page]
