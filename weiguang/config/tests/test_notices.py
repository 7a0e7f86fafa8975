"""What an operator says of the ways outside is whole, or the installation does not start."""

import pytest

from weiguang.config.notices import notices


def test_no_way_is_open_that_the_operator_did_not_open() -> None:
    assert notices({}) == notices({"WEIGUANG_NOTICES": ""}) == {}


@pytest.mark.parametrize(
    "said",
    [
        '{"sms": "x"}', '{"wecom": "http://example.org"}', '{"wecom": "https://h/path"}',
        '{"wecom": "https://h?x=1"}', '{"wecom": "https://"}', '{"wecom": null}',
        '{"dingtalk": "https://a@b"}', '{"email": "https://h"}', "nonsense", "[]", "3",
    ],
)  # fmt: skip
def test_an_installation_does_not_start_with_a_way_that_cannot_be(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        notices({"WEIGUANG_NOTICES": said})
