import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from weiguang.network.models import Account

HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")


@pytest.mark.parametrize("password", ["1234", "password", "weiguang.min1"])
@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", LATIN), ("en", HAN)])
def test_a_refused_password_is_explained_in_the_readers_language(
    password: str, language: str, foreign: re.Pattern[str]
) -> None:
    owner = Account(login="weiguang.min", name="闵微光")

    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password(password, owner)

    assert [said for said in refused.value.messages if foreign.search(said)] == []
