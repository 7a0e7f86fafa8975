"""Public identifiers: time-ordered, unguessable enough to stand in a URL, never reused.

Not to be confused with identity numbers of people, which are never identifiers here.
"""

import uuid

import uuid6


def new_id() -> uuid.UUID:
    """A new UUIDv7; ids made later in one process sort later.

    A plain ``uuid.UUID`` is returned, not the subclass of the package, so that equality, JSON
    and the database driver see one type only.
    """
    return uuid.UUID(int=uuid6.uuid7().int)
