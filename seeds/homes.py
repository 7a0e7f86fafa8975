"""Where a family is registered and where it lives, with the moves of two years."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from seeds.family import PlaceSpan
from seeds.network import Place
from seeds.places import short_name
from seeds.scene import Scene

_ESTATES: Final = ("望汀苑", "澄星花园", "菱湾新村", "青芦雅居", "白鹭家园", "稻香苑", "晴澜花园")
_OUTSIDE: Final = "外省（演示地址）"


@dataclass(frozen=True, slots=True)
class Home:
    """A family's hukou place and residence over time, and the village that works with it."""

    hukou: tuple[PlaceSpan, ...]
    residence: tuple[PlaceSpan, ...]

    @property
    def working_place(self) -> str:
        """The village by hukou, or by residence where the hukou lies outside the city."""
        code = self.hukou[-1].place_code or self.residence[-1].place_code
        if code is None:
            raise ValueError("a family is registered or lives in the city")
        return code

    @property
    def is_rural(self) -> bool:
        """Whether the family lives in a village rather than a community."""
        place_code = self.residence[-1].place_code
        return place_code is not None and place_code[9] == "2"


def make_home(scene: Scene, *, is_migrant: bool, births: list[date]) -> Home:
    """A home for a family whose eldest and youngest children were born then."""
    first = min(births)
    village = scene.village()
    living = _span(scene, village, first)
    if is_migrant:
        return Home(hukou=(PlaceSpan(None, _OUTSIDE, first, None),), residence=(living,))
    if scene.chance(0.012):
        return Home(hukou=(living,), residence=(PlaceSpan(None, _OUTSIDE, first, None),))
    hukou: tuple[PlaceSpan, ...] = (living,)
    if scene.chance(0.12):
        living = _span(scene, scene.nearby_village(village), first)
    residence: tuple[PlaceSpan, ...] = (living,)
    if (scene.as_of - max(births)).days > 700:
        residence = _moved(scene, residence, village) if scene.chance(0.08) else residence
        hukou = _moved(scene, hukou, village) if scene.chance(0.015) else hukou
    return Home(hukou=hukou, residence=residence)


def since_birth(spans: tuple[PlaceSpan, ...], born: date) -> tuple[PlaceSpan, ...]:
    """The family's spans as a child has lived them."""
    lived = [span for span in spans if span.valid_to is None or span.valid_to > born]
    return tuple(replace(span, valid_from=max(span.valid_from, born)) for span in lived)


def _moved(scene: Scene, spans: tuple[PlaceSpan, ...], village: Place) -> tuple[PlaceSpan, ...]:
    moved_on = scene.ago(15, 660)
    left = replace(spans[-1], valid_to=moved_on)
    target = scene.nearby_village(village)
    return (left, _span(scene, target, moved_on))


def _span(scene: Scene, village: Place, since: date) -> PlaceSpan:
    return PlaceSpan(village.code, _address(scene, village), since, None)


def _address(scene: Scene, village: Place) -> str:
    rng = scene.rng
    name = short_name(village.name)
    if village.code[9] == "2":
        return f"{name}{rng.randint(1, 24)}组{rng.randint(1, 60)}号"
    room = f"{rng.randint(1, 18)}0{rng.randint(1, 4)}"
    return f"{name}{rng.choice(_ESTATES)}{rng.randint(1, 40)}幢{room}室"
