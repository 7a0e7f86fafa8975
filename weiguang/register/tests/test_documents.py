"""Papers of a file: who sees which, that every look is remembered, that nothing lies bare."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import entered, system, text_of
from tests.papers import docx, pdf, photo
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, NotFoundOrRefused, TooLarge, UndecryptableToken
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.papers.tests.test_scanner import DOWN, Clamd, clamd
from weiguang.register.actions import documents
from weiguang.register.actions.documents import (
    AlreadyFiled,
    DocumentRefused,
    NotOpenable,
    OfferedDocument,
    speakable,
)
from weiguang.register.actions.reading import open_file
from weiguang.register.actions.scanning import scan_waiting
from weiguang.register.models import Document, DocumentPart
from weiguang.register.queries.documents import content_of, papers_of
from weiguang.register.queries.reading import readers
from weiguang.register.tests.home import Home, make_home
from weiguang.tasks.tests.test_at_once import at_once, one_was_told

CONTENT, PICTURE = DocumentPart.Of.CONTENT, DocumentPart.Of.PICTURE


@pytest.fixture
def home(db: None) -> Home:
    return make_home()


def offered(
    content: bytes = b"", kind: str = "family", name: str = "户口簿.pdf"
) -> OfferedDocument:
    return OfferedDocument(content or pdf(), name, kind)


def filed(home: Home, role: str = "child_director", **said: Any) -> Document:
    return documents.add(child=home.child, offered=offered(**said), by=home.on(role))


def client(home: Home, role: str) -> Client:
    return entered(home.accounts[role])


def lets_see_sealed(home: Home, role: str) -> None:
    grants.give(
        person=home.accounts[role], subject_kind="child", subject_id=home.child.pk,
        verbs=[Verb.CHILD_OPEN, Verb.DOCUMENT_SHOW, Verb.DOCUMENT_VOID], sees=Tier.SEALED,
        since=clock.today(), until=None, reason="court", by=system(),
    )  # fmt: skip


# Kept.


def test_a_paper_is_kept_cleaned_and_in_no_table_bare(home: Home) -> None:
    filed(home, content=docx("谁也不该看到的话" * 40_000), name="暗的名字.docx")

    with connection.cursor() as cursor:
        for table in ("register_document", "register_documentpart"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            bare = cursor.fetchone()[0]
            # Words long enough not to stand in a ciphertext by chance.
            for word in ("谁也不该看到的话", "暗的名字", "AUTHOR", "PK\x03\x04\x14\x00\x00\x00"):
                assert word.encode().hex() not in bare
                assert word not in bare


def test_a_paper_of_many_parts_comes_back_whole_and_an_altered_one_does_not(home: Home) -> None:
    content = photo(size=(3_000, 2_400), form="PNG")
    document = filed(home, content=content + bytes(0))
    noise = bytes(range(256)) * 3_000
    cleaned = documents.clean(pdf())
    many = documents.keep(
        child=home.child, offered=offered(noise), scan="none", by=home.on("child_director"),
        cleaned=documents.Cleaned("pdf", 1, noise, cleaned.picture),
    )  # fmt: skip

    assert many.parts.filter(of=CONTENT).count() == 3
    assert content_of(many, CONTENT) == noise
    assert content_of(document, PICTURE).startswith(b"\xff\xd8")
    with documents.act(Verb.DOCUMENT_ADD, by=home.on("child_director"), about=home.child.subject):
        many.parts.filter(of=CONTENT, number=1).update(content=b"other")
    with pytest.raises(UndecryptableToken):
        content_of(many, CONTENT)


def test_the_same_paper_twice_is_told_and_a_voided_one_can_be_filed_anew(home: Home) -> None:
    content = pdf()
    first = filed(home, content=content)

    with pytest.raises(AlreadyFiled):
        filed(home, "child_supervisor", content=content, name="别的名字.pdf", kind="other")
    documents.void(
        child=home.child, document_id=first.pk, reason="unreadable", by=home.on("child_supervisor")
    )

    assert filed(home, content=content).pk != first.pk


def test_a_file_larger_than_the_setting_is_refused(home: Home, settings: Any) -> None:
    settings.WEIGUANG_LARGEST_DOCUMENT = 1_000

    with pytest.raises(TooLarge):
        filed(home, content=photo(size=(500, 500), form="PNG") + bytes(999))


@pytest.mark.parametrize(
    ("said", "shown"),
    [("../../etc/户口.pdf", "户口.pdf"), (r"C:\桌面\表.xlsx", "表.xlsx"),
     ("a\u202efdp.exe", "afdp.exe"), ("\x00\n", "-"), ("", "-"), ("长" * 500, "长" * 120)],
)  # fmt: skip
def test_a_name_is_shown_without_folders_and_tricks(said: str, shown: str) -> None:
    assert speakable(said) == shown


# Seen.


def test_every_look_is_remembered_with_the_purpose_and_stands_in_the_readers_list(
    home: Home,
) -> None:
    document, by = filed(home), home.on("child_director")

    documents.look_at(child=home.child, document_id=document.pk, by=by)

    event = Event.objects.latest("id")
    assert (event.verb, event.about_id, event.purpose) == (
        Verb.DOCUMENT_SHOW, home.child.pk, "standing",
    )  # fmt: skip
    assert event.detail == {"document": str(document.pk), "how": "page"}
    shown = readers(home.on("child_supervisor"), home.child).rows
    assert [row.what for row in shown] == ["查看文件"]


def test_who_has_no_standing_purpose_names_one_first(home: Home) -> None:
    document, officer = filed(home), home.on("city_officer")
    browser, address = client(home, "city_officer"), page_of(home, document)

    asked = browser.get(address)
    open_file(child=home.child, purpose="supervision", by=officer)

    assert asked["Location"] == reverse("child_purpose", args=[home.child.pk])
    assert browser.get(address).status_code == 200
    looked = Event.objects.filter(verb=Verb.DOCUMENT_SHOW, person_id=officer.person_id)
    assert [event.purpose for event in looked] == ["supervision"]


def page_of(home: Home, document: Document, what: str = "document") -> str:
    return reverse(what, args=[home.child.pk, document.pk])


def test_a_paper_of_another_child_is_as_absent_as_none(home: Home) -> None:
    document = filed(home)
    other = home.another(date(2015, 5, 5))
    browser = client(home, "child_supervisor")

    for child_id, document_id in ((other.pk, document.pk), (home.child.pk, new_id())):
        for name, method in (
            ("document", "get"), ("document_download", "post"), ("document_void", "post"),
        ):  # fmt: skip
            address = reverse(name, args=[child_id, document_id])
            assert getattr(browser, method)(address, {"reason": "replaced"}).status_code == 404
    assert Document.objects.get(pk=document.pk).voided_at is None


@pytest.mark.parametrize("role", ["neighbour", "town_leader"])
def test_who_holds_no_papers_here_finds_none(home: Home, role: str) -> None:
    document = filed(home)
    browser = client(home, role)

    assert papers_of(home.on(role), home.child) == ()
    assert browser.get(page_of(home, document)).status_code == 404
    assert browser.post(page_of(home, document, "document_download")).status_code == 404


def test_a_sealed_paper_is_seen_by_who_may_see_what_is_sealed_and_by_nobody_else(
    home: Home,
) -> None:
    sealed = filed(home, content=pdf(text="adopted"), kind="adoption")
    roles = ("child_director", "child_supervisor", "city_officer")

    for role in roles:
        assert papers_of(home.on(role), home.child) == ()
        with pytest.raises(NotFoundOrRefused):
            documents.look_at(child=home.child, document_id=sealed.pk, by=home.on(role))
    lets_see_sealed(home, "child_supervisor")

    (paper,) = papers_of(home.on("child_supervisor"), home.child)
    assert (paper.kind, paper.is_sealed) == ("收养材料", True)
    assert "adoption" not in str(Document.objects.values_list("kind", flat=True))


def test_a_sealed_paper_does_not_show_by_being_there_already(home: Home) -> None:
    content = pdf(text="secret")
    filed(home, content=content, kind="judicial")

    again = filed(home, content=content, kind="judicial")

    assert Document.objects.filter(child=home.child).count() == 2
    assert again.sealed_kind == "judicial"


def test_no_page_of_who_may_not_see_it_speaks_of_a_sealed_paper(home: Home) -> None:
    before = file_page(home)
    filed(home, content=pdf(text="x"), kind="placement")

    after = file_page(home)

    assert "安置材料" not in after
    assert after.count("上传文件") == before.count("上传文件")


def file_page(home: Home) -> str:
    return text_of(client(home, "child_director").get(reverse("child", args=[home.child.pk])))


# Fetched.


def test_a_download_is_an_attachment_that_runs_nothing_and_names_nobody(home: Home) -> None:
    document = filed(home, content=photo(), name="顾小安.jpg")

    answer = client(home, "child_director").post(page_of(home, document, "document_download"))

    assert answer.content == content_of(document, CONTENT)
    assert answer["Content-Disposition"] == 'attachment; filename="document.jpg"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]


def test_the_page_shows_a_small_picture_made_by_us_and_not_the_paper(home: Home) -> None:
    document = filed(home, content=photo(size=(2_000, 1_500)))

    page = text_of(client(home, "child_director").get(page_of(home, document)))

    assert "data:image/jpeg;base64,/9j/" in page
    assert len(page) < 200_000


def test_a_voided_paper_is_listed_with_its_reason_and_opened_by_nobody(home: Home) -> None:
    document, by = filed(home), home.on("child_supervisor")
    documents.void(child=home.child, document_id=document.pk, reason="wrong_child", by=by)

    (paper,) = papers_of(home.on("child_director"), home.child)
    browser = client(home, "child_supervisor")
    page = text_of(browser.get(page_of(home, document)))

    assert (paper.is_void, paper.void_reason) == (True, "放错了孩子")
    assert "已作废，不能打开" in page
    assert "data:image" not in page
    assert browser.post(page_of(home, document, "document_download")).status_code == 409
    with pytest.raises(Conflict):
        documents.void(child=home.child, document_id=document.pk, reason="replaced", by=by)


def test_a_director_cannot_void(home: Home) -> None:
    document = filed(home)

    with pytest.raises(NotFoundOrRefused):
        documents.void(
            child=home.child, document_id=document.pk, reason="replaced",
            by=home.on("child_director"),
        )  # fmt: skip


# Handed in through the page.


def handed_in(home: Home, content: bytes, name: str, **said: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client(home, "child_director").post(
        reverse("document_add", args=[home.child.pk]), {"file": file, "kind": "other", **said}
    )


def test_a_paper_is_handed_in_and_stands_in_the_file(home: Home) -> None:
    until = (clock.today() + timedelta(days=9)).isoformat()

    answer = handed_in(home, pdf(), "材料.pdf", until=until)

    assert answer["Location"] == reverse("child", args=[home.child.pk])
    assert "其他材料" in file_page(home)
    (paper,) = papers_of(home.on("child_director"), home.child)
    assert paper.last_day == clock.today() + timedelta(days=9)
    assert not paper.is_over


def test_what_is_not_taken_is_told_beside_the_file_and_nothing_is_kept(home: Home) -> None:
    for content, name, said in (
        (b"MZ" + bytes(99), "报告.pdf", "这是程序"),
        (pdf(OpenAction={"/S": "/x"}) + b"<html>", "a.pdf", ""),
        (b"<svg onload='x'/>", "图.png", "网页或图形代码"),
        (photo()[:500], "照片.jpg", "文件损坏"),
    ):
        answer = handed_in(home, content, name)
        if said:
            assert said in text_of(answer)
    assert Document.objects.filter(child=home.child).count() <= 1


def test_the_list_costs_the_same_however_many_papers_there_are(home: Home) -> None:
    by = home.on("child_director")
    filed(home)
    with CaptureQueriesContext(connection) as few:
        papers_of(by, home.child)
    for nth in range(5):
        filed(home, content=pdf(text=f"{nth}"))

    with CaptureQueriesContext(connection) as many:
        shown = papers_of(by, home.child)

    assert len(shown) == 6
    assert len(many) == len(few) == 1


# The scanner.


@pytest.fixture
def scanner(settings: Any, tmp_path: Any) -> Iterator[Clamd]:
    with clamd(tmp_path) as daemon:
        settings.WEIGUANG_CLAMD = daemon.address
        yield daemon


def test_without_a_scanner_the_page_says_that_nothing_was_scanned(home: Home) -> None:
    document = filed(home)

    assert document.scan == Document.Scan.NONE
    assert "未做病毒扫描" in file_page(home)


def test_a_clean_paper_is_scanned_and_a_virus_is_refused(home: Home, scanner: Clamd) -> None:
    assert filed(home).scan == Document.Scan.CLEAN
    with pytest.raises(DocumentRefused) as refused:
        filed(home, content=photo() + scanner.virus.encode())

    assert "病毒" in refused.value.what
    assert "未做病毒扫描" not in file_page(home)


def test_while_the_scanner_is_down_a_paper_waits_and_nobody_opens_it(
    home: Home, scanner: Clamd, settings: Any
) -> None:
    settings.WEIGUANG_CLAMD = DOWN
    document = filed(home)
    by = home.on("child_director")

    assert document.scan == Document.Scan.WAITING
    with pytest.raises(NotOpenable):
        documents.look_at(child=home.child, document_id=document.pk, by=by, how="download")
    assert "data:image" not in text_of(client(home, "child_director").get(page_of(home, document)))
    assert scan_waiting(clock.now()) == 0

    settings.WEIGUANG_CLAMD = scanner.address
    assert scan_waiting(clock.now()) == 1
    assert scan_waiting(clock.now()) == 0
    opened = documents.look_at(child=home.child, document_id=document.pk, by=by, how="download")
    assert opened.scan == Document.Scan.CLEAN


def test_a_virus_that_is_found_later_keeps_the_paper_shut(
    home: Home, scanner: Clamd, settings: Any
) -> None:
    settings.WEIGUANG_CLAMD = DOWN
    document = filed(home)
    settings.WEIGUANG_CLAMD, scanner.finds_everything = scanner.address, True

    assert scan_waiting(clock.now()) == 1

    assert Document.objects.get(pk=document.pk).scan == Document.Scan.INFECTED
    with pytest.raises(NotOpenable):
        documents.look_at(
            child=home.child, document_id=document.pk, by=home.on("child_director"), how="download"
        )


# Two at once.


def test_of_two_who_file_or_void_one_paper_at_once_one_is_told(committed: str) -> None:
    home = make_home()
    by, content = home.on("child_supervisor"), pdf()

    one_was_told(at_once(*[partial(added, home.child.pk, content, by)] * 2))
    (document,) = Document.objects.all()
    one_was_told(at_once(*[partial(voided, home, document.pk)] * 2))


def added(child_id: UUID, content: bytes, by: Actor) -> Document:
    child = documents.Child.objects.get(pk=child_id)
    return documents.add(child=child, offered=offered(content), by=by)


def voided(home: Home, document_id: UUID) -> None:
    documents.void(
        child=home.child, document_id=document_id, reason="replaced",
        by=home.on("child_supervisor"),
    )  # fmt: skip
