"""The people of the three levels, on their posts, as the reference city had them in 2021."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from seeds import names
from seeds.network import Holding, Network, Organisation, Place, Post, Project, Worker
from seeds.numbers import FEMALE, MALE, credit_code, mobile_numbers
from seeds.places import CITY_CODE, make_places, make_schools, short_name
from seeds.sizes import Size
from weiguang.kernel import packs

# Workers' mobile numbers begin far from the families' so that neither runs into the other.
_WORKERS_PHONES_FROM: Final = 50_000_000

# From the city's day: a vacancy is to be filled within the quarter.
_STANDS_IN_FOR: Final = timedelta(days=90)

_TOWN_POSTS: Final = (
    ("child_supervisor", "儿童督导员", "supervisor", False),
    ("child_supervisor", "儿童督导员（副）", "deputy", True),
    ("town_leader", "分管领导", "leader", False),
    ("town_civil_affairs", "民政办公室", "civil", False),
)
_PROVIDERS: Final = ("启明", "向阳", "青禾", "同舟", "微澜", "守望", "春晖", "小满", "知行")
_PROJECT: Final = "点亮希望·伴你成长"


class Staff:
    """Collects posts, workers and holdings while a network is being made."""

    def __init__(self, rng: Random, as_of: date) -> None:
        self._rng = rng
        self._phones = mobile_numbers(_WORKERS_PHONES_FROM)
        self.as_of = as_of
        self.opened_on = as_of - timedelta(days=1100)
        self.posts: list[Post] = []
        self.workers: list[Worker] = []
        self.holdings: list[Holding] = []

    def post(
        self,
        *,
        key: str,
        role: str,
        title: str,
        place: str,
        organisation: str,
        project: str | None = None,
        is_deputy: bool = False,
    ) -> Post:
        """Open a post."""
        post = Post(
            key=f"post.{key}",
            role=role,
            title=title,
            place_code=place,
            organisation_key=organisation,
            project_key=project,
            is_deputy=is_deputy,
        )
        self.posts.append(post)
        return post

    def worker(
        self, login: str, *, women: float = 0.5, born: tuple[int, int] = (1968, 1995)
    ) -> Worker:
        """Hire an invented person."""
        rng = self._rng
        sex = FEMALE if rng.random() < women else MALE
        given = names.adult_given_name(rng, sex, rng.randint(*born))
        worker = Worker(
            key=f"worker.{login}",
            login=login,
            name=names.surname(rng) + given,
            sex=sex,
            phone=next(self._phones),
        )
        self.workers.append(worker)
        return worker

    def appoint(
        self,
        worker: Worker,
        post: Post,
        *,
        since: date | None = None,
        until: date | None = None,
        kind: str = "holder",
    ) -> None:
        """Put a worker on a post, since the network opened unless told otherwise."""
        self.holdings.append(
            Holding(
                worker_key=worker.key,
                post_key=post.key,
                valid_from=since or self.opened_on,
                valid_to=until,
                kind=kind,
            )
        )

    def filled(self, login: str, post: Post, *, women: float = 0.5) -> Worker:
        """Hire somebody for a post."""
        worker = self.worker(login, women=women)
        self.appoint(worker, post)
        return worker

    def day(self, first: int, last: int) -> date:
        """A day between so many days before the city's day."""
        return self.as_of - timedelta(days=self._rng.randint(first, last))

    def sample(self, villages: list[Place], count: int) -> list[Place]:
        """Some of the villages, in their order."""
        return sorted(self._rng.sample(villages, count), key=lambda place: place.code)


def make_network(size: Size, *, seed: int, as_of: date) -> Network:
    """The whole network of a city as it stands on a day, with two to three years behind it."""
    places = make_places(size)
    staff = Staff(Random(f"{seed}:{size.name}:network"), as_of)
    organisations = (
        *_city_organisations(),
        *_stations(places),
        *_committees(places),
        *_providers(size),
    )
    projects = tuple(_projects(size, places, as_of))
    _staff_city(staff, size)
    _staff_towns(staff, places)
    _staff_villages(staff, size, [place for place in places if place.level == "village"])
    _staff_providers(staff, size, projects)
    return Network(
        places=places,
        organisations=organisations,
        projects=projects,
        posts=tuple(staff.posts),
        workers=tuple(staff.workers),
        holdings=tuple(staff.holdings),
        schools=make_schools(places),
    )


def _city_organisations() -> Iterator[Organisation]:
    for key, name, kind, department in (
        ("org.civil_affairs", "市民政局", "department", "civil_affairs"),
        ("org.finance", "市财政局", "department", "finance"),
        ("org.rescue_centre", "市未成年人救助保护中心", "rescue_centre", None),
        ("org.welfare_home", "市儿童福利机构（演示）", "welfare_home", None),
        ("org.coordination", "市未成年人保护委员会办公室", "coordination_body", None),
        ("org.hotline", "市未成年人保护热线", "hotline", None),
        ("org.operations", "系统运行单位（演示）", "operations", None),
    ):
        yield _organisation(key=key, name=name, kind=kind, department=department)
    for word in _members():
        yield _organisation(
            key=f"org.{word.code}",
            name=f"市{word.label.zh}",
            kind="department",
            department=word.code,
        )


def _members() -> list[packs.Word]:
    return [word for word in packs.words("cn", "departments") if word.traits["member"]]


def _organisation(
    *,
    key: str,
    name: str,
    kind: str,
    department: str | None = None,
    place: str = CITY_CODE,
    code: str | None = None,
) -> Organisation:
    return Organisation(
        key=key, name=name, kind=kind, place_code=place, credit_code=code, department=department
    )


def _stations(places: tuple[Place, ...]) -> Iterator[Organisation]:
    for town in (place for place in places if place.level == "town"):
        yield _organisation(
            key=f"org.station.{town.code}",
            name=f"{town.name}未成年人保护工作站",
            kind="protection_station",
            place=town.code,
        )


def _committees(places: tuple[Place, ...]) -> Iterator[Organisation]:
    for village in (place for place in places if place.level == "village"):
        yield _organisation(
            key=f"org.committee.{village.code}",
            name=village.name,
            kind="village_committee",
            place=village.code,
        )


def _providers(size: Size) -> Iterator[Organisation]:
    for number in range(1, size.providers + 1):
        yield _organisation(
            key=f"org.provider.{number:02d}",
            name=f"{_PROVIDERS[number - 1]}社会工作服务中心（演示）",
            kind="provider",
            code=credit_code(number),
        )


def _projects(size: Size, places: tuple[Place, ...], as_of: date) -> Iterator[Project]:
    served = sorted({p.parent_code or "" for p in places if p.level == "village"})
    for number in range(size.projects):
        town = served[number % len(served)]
        name = next(place.name for place in places if place.code == town)
        yield Project(
            key=f"project.{number + 1:02d}",
            name=f"{_PROJECT}（{short_name(name)}{number // len(served) + 1}期）",
            provider_key=f"org.provider.{number % size.providers + 1:02d}",
            town_codes=(town,),
            valid_from=date(as_of.year, 1, 1),
            valid_to=date(as_of.year + 1, 1, 1),
        )


def _staff_city(staff: Staff, size: Size) -> None:
    single = (
        ("city_approver", "审批人", "approver.1", "org.civil_affairs"),
        ("finance_officer", "财政经办", "finance.1", "org.finance"),
        ("coordination_secretary", "协调办秘书", "coordination.1", "org.coordination"),
        ("system_administrator", "系统管理员", "system.1", "org.operations"),
        ("security_administrator", "安全管理员", "security.1", "org.operations"),
        ("audit_administrator", "审计管理员", "audit.1", "org.operations"),
    )
    several = (
        ("city_officer", "儿童福利经办", "city", 4, "org.civil_affairs"),
        ("duty_officer", "值班员", "duty", size.duty_officers, "org.rescue_centre"),
        ("hotline_operator", "热线受理员", "hotline", 2, "org.hotline"),
    )
    for role, title, login, organisation in single:
        _city_post(staff, role=role, title=title, login=login, organisation=organisation)
    for role, title, stem, count, organisation in several:
        for number in range(1, count + 1):
            login = f"{stem}.{number}"
            _city_post(staff, role=role, title=title, login=login, organisation=organisation)
    for word in _members():
        _city_post(
            staff,
            role="department_liaison",
            title=f"{word.label.zh}联络员",
            login=f"liaison.{word.code}",
            organisation=f"org.{word.code}",
        )


def _city_post(staff: Staff, *, role: str, title: str, login: str, organisation: str) -> None:
    post = staff.post(
        key=f"{role}.{login}", role=role, title=title, place=CITY_CODE, organisation=organisation
    )
    staff.filled(login, post)


def _staff_towns(staff: Staff, places: tuple[Place, ...]) -> None:
    supervisors: dict[str, Worker] = {}
    towns = [place for place in places if place.level == "town"]
    for town in (place for place in towns if place.code == place.statistical_code):
        for role, title, stem, is_deputy in _TOWN_POSTS:
            post = _town_post(staff, town, role=role, title=title, stem=stem, is_deputy=is_deputy)
            worker = staff.filled(f"{stem}.{town.code[6:]}", post)
            supervisors.setdefault(town.code, worker)
    for town in (place for place in towns if place.code != place.statistical_code):
        # Law demands a designated person in every town; until the town's villages are known to be
        # its own, the supervisor of the unit that counts them holds this post as well.
        post = _town_post(
            staff, town, role="child_supervisor", title="儿童督导员", stem="supervisor"
        )
        staff.appoint(supervisors[town.statistical_code or ""], post)


def _town_post(
    staff: Staff, town: Place, *, role: str, title: str, stem: str, is_deputy: bool = False
) -> Post:
    return staff.post(
        key=f"{stem}.{town.code}",
        role=role,
        title=f"{short_name(town.name)}{title}",
        place=town.code,
        organisation=f"org.station.{town.code}",
        is_deputy=is_deputy,
    )


def _staff_villages(staff: Staff, size: Size, villages: list[Place]) -> None:
    vacant = {place.code for place in staff.sample(villages, size.child_director_vacancies)}
    manned = [place for place in villages if place.code not in vacant]
    changed = {place.code for place in staff.sample(manned, size.former_directors)}
    directors: dict[str, Worker] = {}
    posts: dict[str, Post] = {}
    for village in villages:
        posts[village.code] = _village_post(staff, village, "child_director", "儿童主任")
        secretary = _village_post(staff, village, "village_secretary", "书记")
        staff.filled(f"secretary.{village.code[6:]}", secretary, women=0.35)
        if village.code not in vacant:
            since = _handed_over_on(staff, village, posts[village.code], village.code in changed)
            worker = staff.worker(f"director.{village.code[6:]}", women=0.92)
            staff.appoint(worker, posts[village.code], since=since)
            directors[village.code] = worker
    for code in sorted(vacant):
        _cover(staff, posts[code], directors[_neighbour(code, manned)])


def _village_post(staff: Staff, village: Place, role: str, title: str) -> Post:
    return staff.post(
        key=f"{role}.{village.code}",
        role=role,
        title=f"{short_name(village.name)}{title}",
        place=village.code,
        organisation=f"org.committee.{village.code}",
    )


def _handed_over_on(staff: Staff, village: Place, post: Post, has_changed: bool) -> date | None:
    if not has_changed:
        return None
    since = staff.day(60, 600)
    former = staff.worker(f"director.{village.code[6:]}.former", women=0.92)
    staff.appoint(former, post, until=since)
    return since


def _neighbour(code: str, manned: list[Place]) -> str:
    in_town = [place.code for place in manned if place.code[:9] == code[:9]]
    return min(in_town, key=lambda other: (abs(int(other) - int(code)), other))


def _cover(staff: Staff, post: Post, neighbour: Worker) -> None:
    # Standing in is for a time: the page that fills posts demands an end as well.
    until = staff.as_of + _STANDS_IN_FOR
    staff.appoint(neighbour, post, since=staff.day(10, 90), until=until, kind="substitute")


def _staff_providers(staff: Staff, size: Size, projects: tuple[Project, ...]) -> None:
    for number in range(1, size.providers + 1):
        post = staff.post(
            key=f"provider_manager.{number:02d}",
            role="provider_manager",
            title="机构负责人",
            place=CITY_CODE,
            organisation=f"org.provider.{number:02d}",
        )
        staff.filled(f"provider.{number:02d}", post)
    for number in range(1, size.social_workers + 1):
        project = projects[(number - 1) % len(projects)]
        post = staff.post(
            key=f"social_worker.{number:02d}",
            role="social_worker",
            title="儿童社工",
            place=project.town_codes[0],
            organisation=project.provider_key,
            project=project.key,
        )
        staff.filled(f"social.{number:02d}", post, women=0.8)
