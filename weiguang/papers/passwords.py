"""Papers that open with a password only: drawn at random, shown once, kept by nobody.

Workbooks become the encrypted packages of Office (AES-256), documents encrypted PDFs (AES-256).
"""

import io
import secrets
from typing import Final

from msoffcrypto.format.ooxml import OOXMLFile
from pikepdf import Encryption, Pdf, Permissions

# Without the characters that are read for one another on paper or by phone.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4
STRONGEST_PDF: Final = 6


def new_password() -> str:
    """A password of four groups that can be dictated, about 79 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def encrypted(workbook: bytes, password: str) -> bytes:
    """The workbook so that it opens with the password only."""
    into = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, into)
    return into.getvalue()


def encrypted_document(document: bytes, password: str) -> bytes:
    """The PDF so that it opens with the password only; it can be read aloud and printed."""
    into = io.BytesIO()
    # The owner's password is drawn and forgotten: nobody may lift the restrictions with it.
    lock = Encryption(
        owner=new_password(), user=password, R=STRONGEST_PDF,
        allow=Permissions(extract=False, modify_annotation=False, modify_assembly=False,
                          modify_form=False, modify_other=False),
    )  # fmt: skip
    with Pdf.open(io.BytesIO(document)) as pdf:
        pdf.save(into, encryption=lock)
    return into.getvalue()
