"""Places, organisations, posts, people on posts, and grants; all of it dated."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.roles import ROLES, AdministratorKind

RECORD: dict[str, Tier] = {"id": Tier.CODE, "written_in": Tier.CODE}


class Place(Record):
    """A city, a zone or town, a village or community; `path` names its ancestors and itself.

    Above a city of county level there may be a prefecture and a province; most installations
    begin with the county.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("省（自治区、直辖市）")
        PREFECTURE = "prefecture", _("设区的市")
        COUNTY = "county", _("市（县）")
        TOWN = "town", _("区镇")
        VILLAGE = "village", _("村（社区）")

    key = models.PositiveIntegerField(unique=True)
    path = models.TextField(unique=True)
    level = models.TextField(choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.TextField()
    sort_key = models.TextField(db_index=True)
    # A place never moves: it ends on a day, and another goes on (ADR 0010). The first day on which
    # it is no more, and the place into which it went.
    closed_on = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "key": Tier.CODE, "path": Tier.CODE, "level": Tier.CODE, "parent": Tier.CODE,
        "name": Tier.CODE, "sort_key": Tier.CODE, "closed_on": Tier.CODE,
        "successor": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["path"], name="place_path_prefix", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(level="province"), name="place_parent"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on=None, successor=None)
                | models.Q(closed_on__isnull=False, successor__isnull=False),
                name="place_ends_in_another",
            ),
        ]

    # Where departments sit and nobody lives: children stand below.
    ABOVE_TOWNS: ClassVar = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """What an act about this place is about."""
        return Subject("place", self.pk, (self.path,))


class PlaceFact(Record):
    """A dated attribute of a place: a name, a code, the unit that pays its children."""

    class Kind(models.TextChoices):
        NAME = "name", _("名称")
        STATISTICAL_CODE = "statistical_code", _("统计用区划代码")
        ADMINISTRATIVE_CODE = "administrative_code", _("行政区划代码")
        STATISTICAL_UNIT = "statistical_unit", _("所属统计单位")
        PAYMENT_UNIT = "payment_unit", _("发放单位")
        PARENT = "parent", _("上级")

    place = models.ForeignKey(Place, models.PROTECT, related_name="facts")
    kind = models.TextField(choices=Kind.choices)
    value = models.TextField()
    during = DateRangeField()
    # V published, M to be checked, P proposed: how sure the fact is.
    mark = models.CharField(max_length=1, default="V")
    source = models.TextField(blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "place": Tier.CODE, "kind": Tier.CODE, "value": Tier.CODE, "during": Tier.CODE,
        "mark": Tier.CODE, "source": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="place_fact_value")]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="place_fact_once",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Organisation(Record):
    """A committee, an office, a station, a department, a provider: whoever has posts."""

    name = models.TextField()
    kind = models.TextField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="organisations")
    credit_code = models.TextField(blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "name": Tier.CODE, "kind": Tier.CODE, "place": Tier.CODE, "credit_code": Tier.CODE,
    }  # fmt: skip

    def __str__(self) -> str:
        return self.name


class AccountLookup(BaseUserManager["Account"]):
    """Finds an account by its login."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=username)


class Account(AbstractBaseUser):
    """A person who can log in. Login itself writes here, so the table is exempt from the guard."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)
    language = models.TextField(default="zh-hans")
    wants_elder_view = models.BooleanField(default=False)
    # True while the password is one that somebody else has seen: the first one, or a reset one.
    must_change_password = models.BooleanField(default=False, db_default=False)
    # The person who gave the last password. She could have entered with it and have changed it in
    # the owner's place, so it stays when it is changed; null when it was given at the machine.
    password_given_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="passwords_given"
    )

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AccountLookup()

    sensitivity: ClassVar[dict[str, Tier]] = {
        "id": Tier.CODE, "login": Tier.PERSONAL, "name": Tier.PERSONAL, "is_active": Tier.CODE,
        "language": Tier.CODE, "wants_elder_view": Tier.CODE, "password": Tier.SENSITIVE,
        "last_login": Tier.PERSONAL, "must_change_password": Tier.CODE,
        "password_given_by": Tier.PERSONAL,
    }  # fmt: skip

    def __str__(self) -> str:
        return self.login

    @property
    def subject(self) -> Subject:
        """What an act about this account is about."""
        return Subject("account", self.pk)


class Post(Record):
    """A seat in an organisation: a role, the place it is for, and how long it exists."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.TextField(choices=[(role.code, role.label) for role in ROLES.values()])
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts")
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "organisation": Tier.CODE, "role": Tier.CODE, "place": Tier.CODE, "during": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [models.Index(fields=["place", "role"], name="post_place_role")]


class Holding(Record):
    """A person on a post for a time, as its holder or standing in for the holder."""

    class Kind(models.TextChoices):
        HOLDER = "holder", _("任职")
        SUBSTITUTE = "substitute", _("代理")

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Account, models.PROTECT, related_name="holdings")
    kind = models.TextField(choices=Kind.choices, default=Kind.HOLDER)
    during = DateRangeField()
    # Repeated from the post's role, so that the database can keep the administrators apart.
    administers = models.TextField(
        choices=[(kind.value, kind.value) for kind in AdministratorKind], null=True
    )

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "post": Tier.CODE, "person": Tier.PERSONAL, "kind": Tier.CODE, "during": Tier.CODE,
        "administers": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            ExclusionConstraint(
                name="post_has_one_holder",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(kind="holder"),
            ),
            ExclusionConstraint(
                name="administrators_are_three_people",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    ("administers", RangeOperators.NOT_EQUAL),
                ],
                condition=models.Q(administers__isnull=False),
            ),
            # Who audits has no other post: she would look over her own shoulder.
            ExclusionConstraint(
                name="auditors_only_audit",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(administers="audit", then=Value("audit")), default=Value("other")
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
            ),
        ]


class Grant(Record):
    """Leave for one person to do these verbs with one subject, until a moment, for a reason."""

    person = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    subject_kind = models.TextField()
    subject_id = models.UUIDField(db_index=True)
    verbs = ArrayField(models.TextField())
    sees = models.IntegerField()
    during = DateRangeField()
    # The moment at which it ends, where days are too coarse.
    until = models.DateTimeField(null=True)
    reason = models.TextField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "person": Tier.PERSONAL, "subject_kind": Tier.CODE, "subject_id": Tier.PERSONAL,
        "verbs": Tier.CODE, "sees": Tier.CODE, "during": Tier.CODE, "until": Tier.CODE,
        "reason": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [models.Index(fields=["person", "subject_kind"], name="grant_person")]


class Bar(Record):
    """One person is kept from one subject, whatever her posts and grants say, until it is lifted.

    For who is too near to a family. `origin` is the thing for which it was set (a declaration).
    """

    person = models.ForeignKey(Account, models.PROTECT, related_name="bars")
    subject_kind = models.TextField()
    subject_id = models.UUIDField(db_index=True)
    reason = models.TextField()
    origin = models.UUIDField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "person": Tier.PERSONAL, "subject_kind": Tier.CODE, "subject_id": Tier.PERSONAL,
        "reason": Tier.CODE, "origin": Tier.CODE, "since": Tier.CODE, "lifted_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["person"], name="bar_person", condition=models.Q(lifted_at=None)),
            models.Index(fields=["origin"], name="bar_origin"),
        ]
