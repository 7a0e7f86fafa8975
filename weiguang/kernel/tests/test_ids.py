import uuid

from weiguang.kernel.ids import new_id


def test_an_id_is_a_plain_uuid_of_version_7() -> None:
    made = new_id()

    assert type(made) is uuid.UUID
    assert made.version == 7


def test_ids_made_later_sort_later_and_never_repeat() -> None:
    made = [new_id() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
