"""What GNU Health spends on the same pages, where it installs: `python -m bench.gnuhealth`.

It is put into a virtual environment of its own under the bench's directory (its licence is the
GPL; nothing of it comes near Weiguang), with a database of its own in an embedded server.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from bench import place

GNU_HEALTH: Final = "gnuhealth==5.0.6"
PROGRAM: Final = Path(__file__).parent / "rival" / "gnuhealth_of.py"
SIZES: Final = (1_000, 10_000)

HOME: Final = place.settle_in_at(place.HOME / "gnuhealth")

import psycopg  # noqa: E402

from weiguang.config.postgres import OWNER_ROLE  # noqa: E402
from weiguang.config.prepare import database_running  # noqa: E402


def main() -> None:
    """Print a line of Markdown for each page and size."""
    sizes = [int(said) for said in sys.argv[1:]] or list(SIZES)
    with database_running() as server:
        assert server is not None, "GNU Health is measured on the embedded server"
        environment = os.environ | {"PGHOST": server.connection().host}
        _installed(environment)
        print("| GNU Health | people | server ms | database ms |\n|---|---|---|---|")
        for size in sizes:
            for line in _measured(environment, size):
                said = json.loads(line)
                print(f"| {said['name']} | {size:,} | {said['server_ms']:.1f} "
                      f"| {said['database_ms']:.1f} |", flush=True)  # fmt: skip


def _installed(environment: dict[str, str]) -> None:
    """The program with an empty database, made at the first run."""
    if not (HOME / "venv").exists():
        venv.create(HOME / "venv", with_pip=True)
        subprocess.run([_bin("pip"), "install", "--quiet", GNU_HEALTH], check=True)
    with psycopg.connect(
        host=environment["PGHOST"], dbname="weiguang", user=OWNER_ROLE, autocommit=True
    ) as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = 'gnuhealth'").fetchone():
            return
        owner.execute("CREATE DATABASE gnuhealth")
    (HOME / "trytond.conf").write_text(f"[database]\nuri = {_uri()}\n", encoding="utf-8")
    (HOME / "password").write_text("only-for-the-bench", encoding="utf-8")
    subprocess.run(
        [_bin("trytond-admin"), "-c", str(HOME / "trytond.conf"), "-d", "gnuhealth", "-u",
         "health", "--activate-dependencies", "--email", "bench@example.org"],
        check=True, env=environment | {"TRYTONPASSFILE": str(HOME / "password")},
    )  # fmt: skip


def _measured(environment: dict[str, str], size: int) -> list[str]:
    asked = subprocess.run(
        [_bin("python"), "-W", "ignore", str(PROGRAM), _uri(), "gnuhealth", str(size)],
        check=True, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return asked.stdout.splitlines()


def _bin(name: str) -> str:
    return str(HOME / "venv" / "bin" / name)


def _uri() -> str:
    return f"postgresql://{OWNER_ROLE}@/"


if __name__ == "__main__":
    main()
