"""The command `weiguang`: what an operator does with an installation.

Exit status: 0 done, 1 something is wrong, 2 the call itself was wrong. Commands that need the
database start the embedded one if none is running, and stop what they started.
"""

import os

import click
import django
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weiguang.config.settings")
django.setup()

from weiguang.config import commands  # noqa: E402 - models can be imported only after setup


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="weiguang")
def main() -> None:
    """微光 · a city's protective network for its children."""
    translation.activate("en" if os.environ.get("LANG", "").startswith("en") else "zh-hans")


for command in commands.ALL:
    main.add_command(command)


if __name__ == "__main__":
    main()
