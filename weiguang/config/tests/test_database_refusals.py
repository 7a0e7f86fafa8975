"""An embedded database that cannot be used is told in the operator's language, not as a trace."""

import subprocess
from pathlib import Path

import pytest

from weiguang.config.tests.installation import COMMAND, environment_of


@pytest.mark.parametrize(
    ("locale", "said"), [("en_GB.UTF-8", "with mode 0700"), ("zh_CN.UTF-8", "权限为 0700")]
)
def test_an_open_database_directory_is_refused_in_the_operators_language(
    tmp_path: Path, locale: str, said: str
) -> None:
    (tmp_path / "postgres").mkdir(mode=0o755)
    environment = environment_of(tmp_path) | {"LANG": locale}
    del environment["WEIGUANG_FAST_DATABASE"]

    ended = subprocess.run(
        [COMMAND, "check"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
