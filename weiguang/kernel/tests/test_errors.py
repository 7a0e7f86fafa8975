import pytest
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import errors
from weiguang.kernel.sensitivity import Tier

EVERY_ERROR = [
    errors.WeiguangError,
    errors.NotFoundOrRefused,
    errors.Refused,
    errors.Conflict,
    errors.Invalid,
    errors.TooLarge,
    errors.Unreadable,
    errors.UndecryptableToken,
    errors.KeysMissing,
    errors.KeysUnsafe,
]


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_every_error_says_what_to_what_and_what_next(kind: type[errors.WeiguangError]) -> None:
    error = kind()

    assert all([error.what, error.to_what, error.what_next])


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_a_problem_has_the_members_of_rfc_9457(kind: type[errors.WeiguangError]) -> None:
    problem = kind().as_problem()

    assert problem["type"] == f"urn:weiguang:problem:{kind.code}"
    assert problem["status"] == kind.http_status
    assert problem["title"] == problem["what"]
    assert all(isinstance(value, str | int) for value in problem.values())


def test_refused_and_absent_look_the_same_from_outside() -> None:
    refused, absent = errors.Refused(reason="post_expired"), errors.NotFoundOrRefused()

    assert refused.as_problem() == absent.as_problem()
    assert str(refused) == str(absent)


def test_the_text_of_an_exception_is_its_code_alone() -> None:
    error = errors.Invalid(what="这一句不该进日志")

    assert str(error) == "invalid"
    assert repr(error) == "Invalid('invalid')"


def test_fields_fill_the_placeholders_of_a_text() -> None:
    error = errors.TooLarge(to_what=_("文件有 %(size_mb)s MB。"), size_mb=70)

    assert error.to_what == "文件有 70 MB。"
    assert error.what == "文件太大。"


def test_a_percent_sign_without_fields_is_left_alone() -> None:
    assert errors.Invalid(what="已完成 100%").what == "已完成 100%"


def test_tiers_are_ordered_and_the_upper_two_are_encrypted() -> None:
    assert Tier.CODE < Tier.PERSONAL < Tier.SENSITIVE < Tier.SEALED
    assert [tier for tier in Tier if tier.is_encrypted] == [Tier.SENSITIVE, Tier.SEALED]


def test_every_tier_has_a_name_for_people() -> None:
    assert len({str(tier.label) for tier in Tier}) == len(Tier)
