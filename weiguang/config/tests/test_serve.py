"""`weiguang up`: from an empty folder to pages that answer, and back to nothing running."""

import http.client
import os
import re
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from weiguang.config.postgres import Embedded
from weiguang.config.postgres_place import find_place
from weiguang.config.secret import PLACEHOLDER, make_secret, refuse_placeholder, secret_key
from weiguang.config.synthetic import DEMO_PASSWORD

WEIGUANG = Path(sys.executable).with_name("weiguang")


class Installation:
    """A data directory of its own, and the commands run on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith("WEIGUANG_")
        } | {"WEIGUANG_DATA": str(data), "WEIGUANG_FAST_DATABASE": "1", "LANG": "zh_CN.UTF-8"}
        self.environment.pop("DATABASE_URL", None)

    def up(self, port: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [WEIGUANG, "up", "--seed", "small", "--port", str(port)],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [WEIGUANG, *words], env=self.environment | more,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("served")
    # Held for the whole module: a disposable server is emptied when its last holder lets go.
    with Embedded(data, fast=True, say=_quiet):
        yield Installation(data)


def _quiet(message: str, values: Mapping[str, object]) -> None:
    """Where the server's files stand is of no interest here."""


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port


def said_until_answering(process: subprocess.Popen[str], port: int) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if f"http://127.0.0.1:{port}" in line:
            return lines
    raise AssertionError("".join(lines))


def is_answering(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def asked(port: int, address: str) -> int:
    """The status of a page."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    browser.request("GET", address)
    status: int = browser.getresponse().status
    browser.close()
    return status


def test_it_answers_says_whom_to_log_in_as_and_stops_without_a_trace(
    installation: Installation,
) -> None:
    port = free_port()
    process = installation.up(port)

    said = "".join(said_until_answering(process, port))
    was_answering = is_answering(port)
    process.terminate()
    rest, _ = process.communicate(timeout=60)

    assert (was_answering, is_answering(port), process.returncode) == (True, False, 0)
    assert len(re.findall(r"^.*http://127\.0\.0\.1:\d+", said + rest, re.MULTILINE)) == 1
    assert len(re.findall(r" \w+\.\w+\s*$", said, re.MULTILINE)) == 17
    assert DEMO_PASSWORD in said


def test_a_second_start_keeps_the_secret_and_the_city(installation: Installation) -> None:
    secret = installation.data / "secret_key"
    before = secret.read_text()
    port = free_port()
    process = installation.up(port)

    said = "".join(said_until_answering(process, port))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert "虚构的城市" not in said
    assert secret.read_text() == before
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_nothing_goes_on_running_when_it_is_killed_outright(installation: Installation) -> None:
    port = free_port()
    process = installation.up(port)
    said_until_answering(process, port)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    watches = [os.pidfd_open(int(child)) for child in children]

    process.kill()
    process.communicate(timeout=60)

    assert len(watches) == 2
    for watch in watches:
        assert select.select([watch], [], [], 30)[0] == [watch]
        os.close(watch)


def test_what_only_waits_has_not_the_whole_system_in_memory() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, weiguang.config.keeping; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert "weiguang.config.keeping" in said
    assert not {"django.db.models", "weiguang.kernel.models", "pypinyin"} & set(said)


def test_a_database_that_was_killed_is_started_again(installation: Installation) -> None:
    port = free_port()
    process = installation.up(port)
    said_until_answering(process, port)
    place = find_place(installation.data, "postgres-fast", disposable=True)
    postmaster = int((place.cluster / "postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signal.SIGKILL)

    assert process.stdout is not None
    told = next(line for line in process.stdout if "数据库已重新启动" in line)
    answer = asked(port, "/account/login/")
    process.terminate()
    process.communicate(timeout=60)
    assert (told.startswith("数据库"), answer, process.returncode) == (True, 200, 0)


def test_a_taken_port_is_named_with_what_to_do(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = installation.run("up", "--port", str(port))

    assert said.returncode == 1
    assert f"端口 {port} 已被占用" in said.stderr
    assert "--port" in said.stderr
    assert "Traceback" not in said.stderr


def test_invented_people_never_enter_a_real_citys_database(installation: Installation) -> None:
    said = installation.run("seed", "small", WEIGUANG_PACK="cn_js_kunshan")

    assert said.returncode == 1
    assert "不是演示系统" in said.stderr


def test_no_server_starts_without_a_secret(tmp_path: Path) -> None:
    environment = dict(os.environ, WEIGUANG_DATA=str(tmp_path), WEIGUANG_SECRET="")

    loaded = subprocess.run(
        [sys.executable, "-c", "import weiguang.config.wsgi"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert loaded.returncode == 1
    assert "nothing is served without a secret" in loaded.stderr


def test_a_secret_is_made_once_and_only_for_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEIGUANG_SECRET", raising=False)
    assert secret_key(tmp_path) == PLACEHOLDER

    made = [make_secret(tmp_path), make_secret(tmp_path)]

    assert made == [True, False]
    assert len(secret_key(tmp_path)) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    refuse_placeholder(secret_key(tmp_path))


def test_a_secret_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEIGUANG_SECRET", raising=False)
    make_secret(tmp_path)
    (tmp_path / "secret_key").chmod(0o640)

    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        secret_key(tmp_path)


def test_the_environments_secret_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_secret(tmp_path)
    monkeypatch.setenv("WEIGUANG_SECRET", "from the environment")

    assert secret_key(tmp_path) == "from the environment"
    assert not make_secret(tmp_path)
