"""The rhythm of the installation's pack."""

from functools import cache

from django.conf import settings

from weiguang.assessment.rules.rhythm import Rhythm, rhythm_of
from weiguang.kernel import packs

FILE = "rhythm.yaml"


@cache
def rhythm() -> Rhythm:
    """How often who comes to a child of which level."""
    return rhythm_of(packs.read_yaml(settings.WEIGUANG_PACK, FILE))
