"""What a synthetic city's network consists of: places, organisations, posts and the people on them.

Codes of roles are those of `weiguang.network`; keys are stable names within one city, nothing more.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """The county (our city), a town or zone, or a village under its statistical unit."""

    code: str
    name: str
    level: str
    parent_code: str | None
    statistical_code: str | None
    payment_unit: str | None
    payment_unit_mark: str | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A department, the rescue centre, a town's protection station, a provider and so on."""

    key: str
    name: str
    kind: str
    place_code: str
    credit_code: str | None
    department: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A purchased service project of a provider in some towns."""

    key: str
    name: str
    provider_key: str
    town_codes: tuple[str, ...]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a place, held by one worker at a time. A deputy's post carries the same role."""

    key: str
    role: str
    title: str
    place_code: str
    organisation_key: str
    project_key: str | None
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who works in the network."""

    key: str
    login: str
    name: str
    sex: str
    phone: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A worker on a post for a time: as `holder`, or as `substitute` in a vacancy."""

    worker_key: str
    post_key: str
    valid_from: date
    valid_to: date | None
    kind: str

    def is_on_duty(self, on: date) -> bool:
        """Whether the worker holds the post on that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class School:
    """An invented school of a town."""

    key: str
    name: str
    stage: str
    town_code: str


@dataclass(frozen=True, slots=True)
class Network:
    """Everybody and everything but the families."""

    places: tuple[Place, ...]
    organisations: tuple[Organisation, ...]
    projects: tuple[Project, ...]
    posts: tuple[Post, ...]
    workers: tuple[Worker, ...]
    holdings: tuple[Holding, ...]
    schools: tuple[School, ...]

    @property
    def towns(self) -> tuple[Place, ...]:
        """Towns and zones, those without published villages included."""
        return tuple(place for place in self.places if place.level == "town")

    @property
    def villages(self) -> tuple[Place, ...]:
        """Villages and communities in the order of their codes."""
        return tuple(place for place in self.places if place.level == "village")

    def posts_of(self, role: str) -> tuple[Post, ...]:
        """The posts of a role."""
        return tuple(post for post in self.posts if post.role == role)

    def on_duty(self, role: str, on: date) -> tuple[Holding, ...]:
        """The holders of the posts of a role on that day, substitutes left out."""
        keys = {post.key for post in self.posts if post.role == role}
        return tuple(
            holding
            for holding in self.holdings
            if holding.post_key in keys and holding.kind == "holder" and holding.is_on_duty(on)
        )
