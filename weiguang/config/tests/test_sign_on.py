"""The operator describes the city's single sign-on whole, or not at all."""

import json

import pytest

from weiguang.config.sign_on import origin, sign_on

SAID = {
    "id": "city", "name": "市统一认证", "server_url": "https://id.example.gov.cn/realms/city",
    "client_id": "weiguang", "claim": "employee",
}  # fmt: skip


def test_without_a_setting_there_is_no_single_sign_on() -> None:
    assert sign_on({}) == ([], "preferred_username")


def test_the_operators_description_becomes_a_provider() -> None:
    providers, claim = sign_on({"WEIGUANG_OIDC": json.dumps(SAID), "WEIGUANG_OIDC_SECRET": "s"})

    assert claim == "employee"
    assert providers[0]["provider_id"] == "city"
    assert providers[0]["secret"] == "s"
    assert origin(providers[0]["settings"]["server_url"]) == "https://id.example.gov.cn"


@pytest.mark.parametrize("text", ["{", '{"id": "city"}', json.dumps(SAID)])
def test_half_a_description_keeps_the_system_from_starting(text: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        sign_on({"WEIGUANG_OIDC": text})
