"""The programs as processes of their own: the web application, the worker, a command.

Each is forked from a driver that has loaded the product already, so that a thousand deaths cost
minutes; what runs in it is the product's own WSGI application over a real socket, the worker's own
loop, the command's own entry point. `chaos.whole` kills the programs as `weiguang up` starts them.
"""

import contextlib
import http.client
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.db import connection

from chaos import plan
from chaos.plan import COMMAND, WEB, WORKER
from chaos.site import Site
from tests.cast import entered
from weiguang.config.cli import main
from weiguang.config.wsgi import application
from weiguang.kernel import worker
from weiguang.network.models import Account

FORK = multiprocessing.get_context("fork")
CSRF = "0123456789abcdef0123456789abcdef"
PAUSE_S = 0.05


class Quiet(WSGIRequestHandler):
    """Says nothing of what is asked."""

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Into the void."""


class Web:
    """The pages, answering on a port of this machine; started again when they died."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._process: ForkProcess | None = None
        self.port = 0

    def post(self, person: Account, door: str, /, **said: str) -> bool:
        """Whether a browser saw the act acknowledged: a redirection, as after every act."""
        self.need()
        cookies = {
            settings.SESSION_COOKIE_NAME: entered(person)
            .cookies[settings.SESSION_COOKIE_NAME]
            .value,
            settings.CSRF_COOKIE_NAME: CSRF,
        }
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            browser.request(
                "POST",
                door,
                urlencode(said | {"csrfmiddlewaretoken": CSRF}),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                },
            )
            return browser.getresponse().status == 302
        except (OSError, http.client.HTTPException):
            return False
        finally:
            browser.close()

    def is_alive(self) -> bool:
        """Whether the pages answer."""
        return self._process is not None and self._process.is_alive()

    def stop(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def need(self) -> None:
        """Start the pages unless they run."""
        if self.is_alive():
            return
        with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
            self.port = server.server_port
            self._process = forked(self._site, WEB, server.serve_forever)


class Worker:
    """The event worker, until `stop` or its death."""

    def __init__(self, site: Site) -> None:
        self._process = forked(site, WORKER, _work)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def stop(self) -> None:
        """As an operator stops it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        self._process.join()


def command(site: Site, *words: str) -> bool:
    """Whether the command ended with success."""
    process = forked(site, COMMAND, lambda: main(list(words), standalone_mode=True))
    process.join()
    return process.exitcode == 0


def forked(site: Site, program: str, run: Callable[[], object]) -> ForkProcess:
    """A process that is this program, with a connection of its own over the site's line."""

    def child() -> None:
        connection.connection = None  # the driver's; ours goes over the line
        connection.settings_dict["HOST"] = str(site.line.folder)
        plan.become(program, site.folder)
        with Path(os.devnull).open("w") as nowhere:
            sys.stdout = sys.stderr = nowhere
            run()

    process = FORK.Process(target=child, daemon=True)
    process.start()
    return process


def _work() -> None:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    # The product rests for a second between rounds; thousands of deaths have not the time.
    worker.PAUSE_S = PAUSE_S  # type: ignore[misc]
    worker.run_until(stopped)
