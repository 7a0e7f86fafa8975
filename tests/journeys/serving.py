"""A synthetic city served by the command an operator uses, started and stopped by tests."""

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.journeys.city import ServedCity
from weiguang.config.postgres import Embedded

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Held:
    """Keeps the disposable database while the city is stopped and started again."""

    def __init__(self, data: Path) -> None:
        self._server = Embedded(data, fast=True, say=lambda *_: None)

    def __enter__(self) -> None:
        self._server.ensure_running()

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class Served:
    """`weiguang up` in a process of its own, from its first answer to its end."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def __enter__(self) -> ServedCity:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIGUANG_")}
        environment |= {"WEIGUANG_DATA": str(self._data), "WEIGUANG_FAST_DATABASE": "1"}
        environment.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("weiguang"), "up", "--seed", "small",
             "--port", str(_free_port())],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        return ServedCity(address=self._first_address(), log=self._log, data=self._data)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _first_address(self) -> str:
        """Read what the command says until it names its address; then keep reading aside."""
        self._log: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._log.append(line)
            if found := ADDRESS.search(line):
                self._reader = threading.Thread(target=self._keep_reading, daemon=True)
                self._reader.start()
                return found[0]
        raise AssertionError("the city was not served:\n" + "".join(self._log))

    def _keep_reading(self) -> None:
        assert self.process.stdout is not None
        self._log.extend(self.process.stdout)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port
