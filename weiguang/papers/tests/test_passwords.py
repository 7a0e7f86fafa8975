"""What is locked with a password opens with it and with nothing else."""

import io
import re

import pytest
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import InvalidKeyError
from openpyxl import load_workbook
from pypdf import PdfReader

from weiguang.papers.documents import Section, Sheet, document
from weiguang.papers.passwords import encrypted, encrypted_document, new_password
from weiguang.papers.tests.test_documents import MARK
from weiguang.papers.workbook import PaperSheet, workbook


def test_a_workbook_opens_with_its_password_and_is_whole() -> None:
    password = new_password()
    locked = encrypted(workbook([PaperSheet("名单", "用途", ["姓名"], [["顾念安"]])]), password)
    opened = io.BytesIO()

    file = OfficeFile(io.BytesIO(locked))
    file.load_key(password=password, verify_password=True)
    file.decrypt(opened)

    assert load_workbook(opened).active["A3"].value == "顾念安"
    assert "顾念安".encode() not in locked
    assert not locked.startswith(b"PK")


def test_a_workbook_does_not_open_with_another_password() -> None:
    locked = encrypted(workbook([PaperSheet("名单", "用途", ["姓名"], [])]), new_password())
    file = OfficeFile(io.BytesIO(locked))

    with pytest.raises(InvalidKeyError):
        file.load_key(password=new_password(), verify_password=True)


def test_a_document_opens_with_its_password_alone() -> None:
    sheet = Sheet("档案", "村", "", [Section("身份", [("姓名", "顾念安")])])
    password = new_password()
    locked = encrypted_document(document("甲", [sheet], MARK), password)

    reader = PdfReader(io.BytesIO(locked))

    assert reader.is_encrypted
    assert not reader.decrypt(new_password())
    assert not reader.decrypt("")
    assert reader.decrypt(password)
    assert "顾念安" in reader.pages[0].extract_text()


def test_passwords_differ_and_can_be_dictated() -> None:
    drawn = {new_password() for _ in range(200)}

    assert len(drawn) == 200
    assert all(
        re.fullmatch(r"([a-hj-kmnp-z2-9]{4}-){3}[a-hj-kmnp-z2-9]{4}", each) for each in drawn
    )
