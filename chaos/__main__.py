# ruff: noqa: E402 -- settings are read once, so what they say comes before whoever reads them
"""`python -m chaos`: kill, cut and fill, then look; prints a table and ends with 1 on any fault."""

import os
import secrets
import sys
import tempfile
from pathlib import Path

# Before anything loads the settings: an installation of our own, below a folder that the system
# user who runs PostgreSQL can enter.
_DATA = Path(tempfile.mkdtemp(prefix="weiguang-chaos-"))
_DATA.chmod(0o711)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "chaos.settings",
    "WEIGUANG_DATA": str(_DATA),
    "WEIGUANG_SECRET": secrets.token_hex(),
}
for _name in ("DATABASE_URL", "WEIGUANG_FAST_DATABASE", "WEIGUANG_PACK", "WEIGUANG_ROLE"):
    os.environ.pop(_name, None)

import django

django.setup()

from chaos.run import run

sys.exit(run(_DATA))
