"""The product's own settings, with one difference: the database connection counts its steps."""

from weiguang.config.settings import *  # noqa: F403
from weiguang.config.settings import DATABASES

DATABASES["default"]["ENGINE"] = "chaos.backend"
