"""Where the measured registers stand: each size in a data directory of its own, kept between runs.

Imported, and called, before anything that needs Django.
"""

import os
from pathlib import Path
from typing import Final

import django

HOME: Final = Path(os.environ.get("WEIGUANG_BENCH", "build/bench"))


def settle_in(children: int) -> Path:
    """Point Django at the register of that size; returns its data directory."""
    return settle_in_at(HOME / str(children))


def settle_in_at(home: Path) -> Path:
    """Point Django at the register in that data directory; returns it."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["WEIGUANG_DATA"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weiguang.config.settings")
    django.setup()
    return home
