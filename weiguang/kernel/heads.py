"""The newest sealed block as this machine last saw it, kept in a file outside the database.

A chain whose end is cut off proves as well as a whole one, and whoever owns the database can cut
it. The worker therefore notes the head here after each round, and `chain.verify` asks for it. The
file says nothing but a number and a digest; without it nothing is claimed.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from weiguang.kernel.models import Block

FOLDER: Final = "audit-heads"
# A copy of the database made by restoring its files is the same one; one made anew is another.
WHICH_DATABASE: Final = """
SELECT s.system_identifier, d.oid FROM pg_control_system() AS s, pg_database AS d
WHERE d.datname = current_database()
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """A block by number and digest."""

    block_id: int
    digest: str


UNREADABLE: Final = Head(0, "")


def keep() -> None:
    """Note the newest block, unless the one noted before is gone: then the note is evidence.

    A disk that takes no more is said in the log and tried again; the chain itself does not need us.
    """
    newest = Block.objects.order_by("-id").only("id", "digest").first()
    if newest is None:
        return
    path, head = _path(), Head(newest.pk, bytes(newest.digest).hex())
    before = _read(path)
    if before == head or (before is not None and not stands(before)):
        return
    try:
        _write(path, head)
    except OSError as error:
        logger.warning("worker: the head of the audit was not noted (%s)", type(error).__name__)


def kept() -> Head | None:
    """The head noted last on this machine for this database; None when there is none."""
    return _read(_path())


def stands(head: Head) -> bool:
    """Whether the chain holds this block still."""
    found = Block.objects.filter(pk=head.block_id).only("digest").first()
    return found is not None and bytes(found.digest).hex() == head.digest


def _path() -> Path:
    with connection.cursor() as cursor:
        cursor.execute(WHICH_DATABASE)
        server, database = cursor.fetchone()
    return Path(settings.DATA_DIR) / FOLDER / f"{server}-{database}"


def _read(path: Path) -> Head | None:
    try:
        number, digest = path.read_text(encoding="ascii").split()
        return Head(int(number), digest)
    except FileNotFoundError:
        return None
    except ValueError:
        return UNREADABLE


def _write(path: Path, head: Head) -> None:
    """In one step: a reader, or whoever comes after a power cut, finds the old or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with unfinished.open("w", encoding="ascii") as file:
        file.write(f"{head.block_id} {head.digest}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
