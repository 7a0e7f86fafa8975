"""Columns for what must not be read from a stolen disk: encrypted values and blind indexes."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import models

from weiguang.kernel.crypto import INDEX_BYTES, provider

_said_shortly: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# BinaryField takes type arguments in its stubs only, not when it runs.
class EncryptedText(models.BinaryField):  # type: ignore[type-arg]
    """Text, encrypted in the column: written, read, compared with NULL, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return provider().encrypt(self.plain(value), context=self.context())

    def tokens(self, values: Sequence[Any]) -> list[bytes | None]:
        """What the column holds for each of these values; None where there is none."""
        said = [self.plain(value) for value in values if value is not None]
        sealed = iter(provider().encrypt_many(said, context=self.context()))
        return [None if value is None else next(sealed) for value in values]

    def plain(self, value: Any) -> bytes:
        """What is encrypted of a value."""
        return self.in_text(value).encode()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        token = value if prepared else self.get_prep_value(value)
        return None if token is None else connection.Database.Binary(token)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return self.of_text(provider().decrypt(bytes(value), context=self.context()).decode())

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.in_text(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> type[Any] | None:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: search its blind index instead")
        return super().get_lookup(lookup_name)

    def in_text(self, value: Any) -> str:
        """The value as the text that is encrypted."""
        return str(value)

    def of_text(self, text: str) -> Any:
        """The value that a decrypted text stands for."""
        return text

    def context(self) -> str:
        """What a token of this column is bound to: moved to another column it does not open."""
        return f"{self.model._meta.db_table}.{self.column}"


class EncryptedDate(EncryptedText):
    """A date, encrypted in the column."""

    def in_text(self, value: date) -> str:
        return value.isoformat()

    def of_text(self, text: str) -> date:
        return date.fromisoformat(text)


class EncryptedJson(EncryptedText):
    """Lists and mappings of plain values, encrypted as one text."""

    def in_text(self, value: Any) -> str:
        return _said_shortly(value)

    def of_text(self, text: str) -> Any:
        return json.loads(text)


class EncryptedBytes(EncryptedText):
    """A file's content, encrypted in the column."""

    def plain(self, value: Any) -> bytes:
        return bytes(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return provider().decrypt(bytes(value), context=self.context())


class BlindIndex(models.BinaryField):  # type: ignore[type-arg]
    """Sixteen keyed bytes by which an encrypted value is found; made by `crypto.blind_index`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = INDEX_BYTES
        super().__init__(*args, **kwargs)
