"""Proves that a restored database remembers what the backup was taken of.

The chain is walked whole with the keys of the backup, and the block that was its head then has to
stand in it unchanged. Speaks to the restored server for that time, and to nobody else's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from weiguang.config.backups.errors import ChainDiffers
from weiguang.config.backups.shelf import About
from weiguang.config.postgres import APP_ROLE, Embedded
from weiguang.kernel import chain
from weiguang.kernel.crypto import provider
from weiguang.kernel.keyring import Keyring, text_of
from weiguang.kernel.models import Block


@dataclass(frozen=True, slots=True)
class Proof:
    """The head of the restored chain and how many events stand in it, sealed and not yet sealed."""

    head: str
    sealed: int
    unsealed: int


def prove(server: Embedded, about: About, ring: Keyring) -> Proof:
    """What the restored database remembers; raises `ChainDiffers` when it is not what it was."""
    with server as reach, _speaking_to(reach.django(APP_ROLE)), _standing_in(server, ring):
        verdict = chain.verify()
        findings = len(verdict.findings) + (not _has_block(about))
    if findings:
        raise ChainDiffers(findings=findings, path=str(server.data_dir))
    return Proof(verdict.head, verdict.sealed, verdict.unsealed)


def _has_block(about: About) -> bool:
    if not about.block:
        return True  # nothing had been sealed
    known = Block.objects.filter(pk=about.block).first()
    return known is not None and bytes(known.digest).hex() == about.head


@contextmanager
def _speaking_to(entry: dict[str, object]) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(entry)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def _standing_in(server: Embedded, ring: Keyring) -> Iterator[None]:
    """With the keys of the backup, and without what this machine noted of the chain's end: a
    database that went back on purpose ends earlier."""
    before = settings.WEIGUANG_KEYS, settings.DATA_DIR
    settings.WEIGUANG_KEYS, settings.DATA_DIR = text_of(ring), server.data_dir
    provider.cache_clear()
    try:
        yield
    finally:
        settings.WEIGUANG_KEYS, settings.DATA_DIR = before
        provider.cache_clear()
