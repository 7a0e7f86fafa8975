"""Where the paths of places stand as copies: in text columns called `path` or ending in `_path`.

Lists filter by prefix without a join because of them. When a place goes into another, every copy of
its path follows, whichever app keeps it; `Place.path` itself never changes.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat, Substr

from weiguang.kernel.records import Record
from weiguang.network.models import Place


def path_columns() -> Iterator[tuple[type[Record], str]]:
    """Every record table with each of its columns that copies a place's path."""
    for model in apps.get_models():
        if not issubclass(model, Record) or model is Place:
            continue
        for field in model._meta.concrete_fields:
            is_path = field.name == "path" or field.name.endswith("_path")
            if is_path and isinstance(field, TextField):
                yield model, field.name


def follow(old: str, new: str) -> dict[str, int]:
    """Let every copy of a path, or of one below it, follow to another; rows by table.

    Inside the caller's own act.
    """
    moved: dict[str, int] = {}
    for model, column in path_columns():
        rest = Substr(F(column), len(old) + 1)
        found = model.objects.filter(**{f"{column}__startswith": old})
        if count := found.update(**{column: Concat(Value(new), rest)}):
            label = model._meta.label_lower
            moved[label] = moved.get(label, 0) + count
    return moved
