"""A child with its family and the people of the village and town, as the tests of papers begin."""

from dataclasses import dataclass
from datetime import date

from tests.cast import Cast, actor, make_cast, system
from weiguang.kernel import clock
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.roles import GRANTABLE, ROLES
from weiguang.register.actions import children, family
from weiguang.register.actions.children import Identity
from weiguang.register.models import Adult, Child


@dataclass
class Home:
    """The child, its mother and father (guardians), its aunt, and who works for it."""

    cast: Cast
    child: Child
    mother: Adult
    father: Adult
    aunt: Adult
    accounts: dict[str, Account]

    def on(self, role: str) -> Actor:
        """The holder of a post, with today's authority."""
        return actor(self.accounts[role])

    def another(self, born: date) -> Child:
        """Another child of the village, without a family on file."""
        return _child(self.cast, "周另外", born)


def make_home(born: date = date(2016, 2, 29)) -> Home:
    """Everything, in an empty database."""
    cast = make_cast()
    places = {
        "child_director": cast.village, "child_supervisor": cast.town, "town_leader": cast.town,
        "city_officer": cast.county,
    }  # fmt: skip
    accounts = {role: cast.seated(role, place).person for role, place in places.items()}
    accounts["neighbour"] = cast.seated("child_director", cast.neighbour).person
    child = _child(cast, "顾小安", born)
    by = actor(accounts["child_supervisor"])
    mother, father, aunt = (
        _adult(child, name, kind, relation, by)
        for name, kind, relation in (
            ("林母亲", "guardian", "mother"), ("顾父亲", "guardian", "father"),
            ("顾姑姑", "kin", "aunt_paternal"),
        )
    )  # fmt: skip
    return Home(cast, child, mother, father, aunt, accounts)


def name(home: Home, role: str, sees: Tier) -> None:
    """Give somebody leave to work for the child."""
    grants.give(
        person=home.accounts[role], subject_kind="child", subject_id=home.child.pk,
        verbs=sorted(ROLES[role].verbs & GRANTABLE), sees=sees, since=clock.today(), until=None,
        reason="case", by=system(),
    )  # fmt: skip


def _child(cast: Cast, name: str, born: date) -> Child:
    who = Identity(name=name, sex="female", birth_date=born, no_id_reason="not_given")
    return children.register(
        identity=who, hukou=cast.village, residence=cast.village, since=clock.today(), by=system()
    )


def _adult(child: Child, name: str, kind: str, relation: str, by: Actor) -> Adult:
    bond = family.NewBond(kind, relation)
    adult = family.add_adult_tie(child=child, who=family.Person(name), bond=bond, by=by).adult
    assert adult is not None
    return adult
