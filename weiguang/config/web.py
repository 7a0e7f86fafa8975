"""The web server that `weiguang up` starts: imported once, and shared by its processes.

The first process imports the application whole and serves nothing; those that answer are forked
from it, so that what they never change lies in memory once. Granian's own command imports in each.
"""

import gc

import click
from django.urls import get_resolver
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from weiguang.config.wsgi import application

# Two processes for two cores; measured in docs/performance.md.
WORKERS = 2
THREADS_PER_WORKER = 4


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
def main(host: str, port: int) -> None:
    """Serve until told to stop."""
    # The addresses import every view; what is there now is looked through by no collection, which
    # would touch it and so copy it into each process.
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()
    Server(
        "weiguang.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=WORKERS,
        blocking_threads=THREADS_PER_WORKER,
        http1_settings=HTTP1Settings(),
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve(target_loader=lambda _target: application)


if __name__ == "__main__":
    main()
