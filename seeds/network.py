"""What a synthetic city's network consists of: places, organisations, posts and the people on them.

Codes of roles are those of `weiguang.network`; keys are stable names within one city, nothing more.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """A city, town, zone or village. A village whose town is not published hangs on the unit."""

    code: str
    name: str
    level: str
    parent_code: str | None
    statistical_code: str | None
    payment_unit: str | None


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
    """A post in a place, held by whoever is appointed. A deputy's post carries the same role."""

    key: str
    role: str
    title: str
    place_code: str
    organisation_key: str | None
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
class Appointment:
    """A worker on a post from a day until before another; a substitute stands in for a vacancy."""

    worker_key: str
    post_key: str
    valid_from: date
    valid_to: date | None
    is_substitute: bool

    def is_on_duty(self, on: date) -> bool:
        """Whether the appointment holds on that day."""
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
    appointments: tuple[Appointment, ...]
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

    def on_duty(self, role: str, on: date) -> tuple[Appointment, ...]:
        """The regular appointments to posts of a role that hold on that day."""
        keys = {post.key for post in self.posts if post.role == role}
        return tuple(
            appointment
            for appointment in self.appointments
            if appointment.post_key in keys
            and not appointment.is_substitute
            and appointment.is_on_duty(on)
        )
