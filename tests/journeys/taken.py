"""Papers that a person took out by her browser, opened and read as she would."""

import io
from pathlib import Path

from msoffcrypto import OfficeFile
from openpyxl import load_workbook
from playwright.sync_api import Page
from pypdf import PdfReader


def downloaded(page: Page) -> tuple[str, bytes]:
    """The file that an export's page hands over, after the name it is saved under."""
    with page.expect_download() as download:
        page.get_by_role("button", name="下载", exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def lines_of(workbook: bytes) -> list[list[str]]:
    """The rows of the first sheet."""
    sheet = load_workbook(io.BytesIO(workbook)).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.values]


def text_of(document: bytes) -> str:
    """What a PDF says, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def unlocked(workbook: bytes, password: str) -> bytes:
    """The workbook inside an encrypted one."""
    file, into = OfficeFile(io.BytesIO(workbook)), io.BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(into)
    return into.getvalue()
