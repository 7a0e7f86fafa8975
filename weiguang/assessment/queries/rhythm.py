"""The rhythm of the installation's pack."""

from functools import cache

from django.conf import settings

from weiguang.assessment.rules.rhythm import Rhythm, rhythm_of
from weiguang.kernel import packs

FILE = "rhythm.yaml"


@cache
def rhythm() -> Rhythm:
    """How often who comes to a child of which level; a pack that says nothing asks for nothing."""
    try:
        raw = packs.read_yaml(settings.WEIGUANG_PACK, FILE)
    except packs.PackMissingError:
        return Rhythm({}, 0)
    return rhythm_of(raw)
