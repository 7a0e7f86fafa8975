"""A token opens for one person and one use, and names nobody."""

import base64

import pytest

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.ids import new_id
from weiguang.web.tokens import seal, unseal

ME, SOMEBODY = new_id(), new_id()


def test_a_token_gives_back_what_was_sealed() -> None:
    token = seal({"text": "顾念安", "after": ["gu nian an", 3]}, use="children", person_id=ME)

    assert unseal(token, use="children", person_id=ME) == {
        "text": "顾念安", "after": ["gu nian an", 3],
    }  # fmt: skip


def test_a_token_names_nobody() -> None:
    token = seal({"text": "gunianan"}, use="children", person_id=ME)

    assert b"gunianan" not in base64.urlsafe_b64decode(token + "===")
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2], lambda t: "B" + t[1:], lambda t: "%", str.upper]
)
def test_a_token_that_was_touched_leads_nowhere(spoil: object) -> None:
    token = seal("x", use="children", person_id=ME)

    with pytest.raises(NotFoundOrRefused):
        unseal(spoil(token), use="children", person_id=ME)  # type: ignore[operator]


@pytest.mark.parametrize(("use", "person"), [("imports", ME), ("children", SOMEBODY)])
def test_a_token_of_another_page_or_person_leads_nowhere(use: str, person: object) -> None:
    token = seal("x", use="children", person_id=ME)

    with pytest.raises(NotFoundOrRefused):
        unseal(token, use=use, person_id=person)  # type: ignore[arg-type]
