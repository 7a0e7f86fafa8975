"""The product's own settings, with one difference: the database connection counts its steps.

Programs that `weiguang up` starts learn here who they are and where their plans are.
"""

import os
import sys
from pathlib import Path

from chaos import plan
from weiguang.config.settings import *  # noqa: F403
from weiguang.config.settings import DATABASES

DATABASES["default"]["ENGINE"] = "chaos.backend"
if "CHAOS_FOLDER" in os.environ and sys.argv[1:2] != ["up"]:
    plan.become(
        plan.WORKER if sys.argv[-1] == "worker" else plan.WEB, Path(os.environ["CHAOS_FOLDER"])
    )
    DATABASES["default"]["HOST"] = os.environ["CHAOS_FOLDER"]
