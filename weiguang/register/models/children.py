"""Children, who they live with, who answers for them, and what is recognised of them; all dated.

A child's row holds identity only. What is `sensitive` is encrypted; what must be searched stands
beside it as a keyed index or, for names, as search keys.
"""

from typing import ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import BlindIndex, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Organisation, Place

# What each blind index is for: equal values under different purposes do not look alike.
ID_INDEX: Final = "child.id_number"
ID_TAIL_INDEX: Final = "child.id_tail"
ADULT_ID_INDEX: Final = "adult.id_number"
PHONE_INDEX: Final = "adult.phone"


class Sex(models.TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class Household(Record):
    """People who live under one roof, whatever the hukou book says."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="households")
    address = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "place": Tier.PERSONAL, "address": Tier.SENSITIVE,
    }  # fmt: skip


class Child(Record):
    """A child of the register: who it is, and where it belongs today."""

    name = models.TextField()
    # Search keys, made from the name by `engine.names`; never shown.
    sort_key = models.TextField()
    pinyin = models.TextField()
    loose_pinyin = models.TextField()
    initials = models.TextField()
    grams = ArrayField(models.TextField())

    sex = models.TextField(choices=Sex.choices)
    birth_date = models.DateField()
    ethnicity = models.TextField(blank=True)
    id_number = EncryptedText(null=True)
    id_index = BlindIndex(null=True, unique=True)
    id_tail_index = BlindIndex(null=True, db_index=True)
    no_id_reason = models.TextField(blank=True)

    # Today's places, repeated from `ChildPlace` so that a list needs no join.
    hukou_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    hukou_path = models.TextField(blank=True)
    residence_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    residence_path = models.TextField(blank=True)
    is_residence_confirmed = models.BooleanField(default=False)
    # While a move between towns is under way: the other town, which sees the child as well.
    transfer_path = models.TextField(blank=True, default="", db_default="")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="children", db_index=True
    )
    # Moved for safety: no place reaches the child any more, only people who are named (grants). In
    # clear, because every list must leave the child out; why and whereto is sealed in `SafetyMove`.
    is_sheltered = models.BooleanField(default=False, db_default=False)
    # The file into which this one went; then it stands in no list any more.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "name": Tier.PERSONAL, "sort_key": Tier.PERSONAL, "pinyin": Tier.PERSONAL,
        "loose_pinyin": Tier.PERSONAL, "initials": Tier.PERSONAL, "grams": Tier.PERSONAL,
        "sex": Tier.PERSONAL, "birth_date": Tier.PERSONAL, "ethnicity": Tier.PERSONAL,
        "id_number": Tier.SENSITIVE, "id_index": Tier.SENSITIVE, "id_tail_index": Tier.SENSITIVE,
        "no_id_reason": Tier.PERSONAL, "hukou_place": Tier.PERSONAL, "hukou_path": Tier.PERSONAL,
        "residence_place": Tier.PERSONAL, "residence_path": Tier.PERSONAL,
        "is_residence_confirmed": Tier.CODE, "household": Tier.PERSONAL,
        "transfer_path": Tier.PERSONAL, "merged_into": Tier.PERSONAL, "is_sheltered": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["hukou_path"], name="child_hukou", opclasses=["text_pattern_ops"]),
            models.Index(
                fields=["residence_path"], name="child_residence", opclasses=["text_pattern_ops"]
            ),
            models.Index(
                fields=["transfer_path"],
                name="child_transfer",
                opclasses=["text_pattern_ops"],
                condition=~models.Q(transfer_path=""),
            ),
            models.Index(
                fields=["id"], name="child_sheltered", condition=models.Q(is_sheltered=True)
            ),
            models.Index(fields=["sort_key", "id"], name="child_sorted"),
            models.Index(fields=["birth_date", "id"], name="child_by_age"),
            models.Index(
                fields=["sort_key", "id"],
                name="child_unconfirmed",
                condition=models.Q(is_residence_confirmed=False),
            ),
            models.Index(
                fields=["sort_key", "id"],
                name="child_unnumbered",
                condition=models.Q(id_index=None),
            ),
            models.Index(fields=["pinyin"], name="child_pinyin", opclasses=["text_pattern_ops"]),
            models.Index(fields=["loose_pinyin"], name="child_loose"),
            models.Index(
                fields=["initials"], name="child_initials", opclasses=["text_pattern_ops"]
            ),
            GinIndex(fields=["grams"], name="child_grams"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="child_has_a_number_or_a_reason",
                condition=models.Q(id_number__isnull=False) | ~models.Q(no_id_reason=""),
            ),
            models.CheckConstraint(
                name="child_is_indexed_when_numbered",
                condition=models.Q(id_number__isnull=True, id_index__isnull=True)
                | models.Q(id_number__isnull=False, id_index__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The child as authority knows it: hukou for benefits, residence for protection.

        A child that was moved for safety is in no place: only grants reach it.
        """
        paths = () if self.is_sheltered else (
            self.residence_path, self.hukou_path, self.transfer_path,
        )  # fmt: skip
        return Subject("child", self.pk, tuple(path for path in paths if path))


class ChildName(Record):
    """A name the child bore, official or at home, and when."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("姓名")
        FORMER = "former", _("曾用名")
        FAMILIAR = "familiar", _("小名")

    child = models.ForeignKey(Child, models.PROTECT, related_name="names")
    kind = models.TextField(choices=Kind.choices)
    name = models.TextField()
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "kind": Tier.CODE, "name": Tier.PERSONAL, "during": Tier.PERSONAL,
    }  # fmt: skip


class ChildPlace(Record):
    """Where the child's hukou was, or where it really lived, from when to when."""

    class Kind(models.TextChoices):
        HUKOU = "hukou", _("户籍地")
        RESIDENCE = "residence", _("居住地")

    child = models.ForeignKey(Child, models.PROTECT, related_name="places")
    kind = models.TextField(choices=Kind.choices)
    # Empty where the place lies outside the city.
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    address = EncryptedText(null=True)
    is_confirmed = models.BooleanField()
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "kind": Tier.CODE, "place": Tier.PERSONAL,
        "address": Tier.SENSITIVE, "is_confirmed": Tier.CODE, "during": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            ExclusionConstraint(
                name="child_is_in_one_place_of_a_kind",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Adult(Record):
    """A parent, guardian or carer."""

    name = models.TextField()
    sex = models.TextField(choices=Sex.choices, blank=True)
    birth_date = models.DateField(null=True)
    id_number = EncryptedText(null=True)
    id_index = BlindIndex(null=True, db_index=True)
    phone = EncryptedText(null=True)
    phone_index = BlindIndex(null=True, db_index=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "name": Tier.PERSONAL, "sex": Tier.PERSONAL, "birth_date": Tier.PERSONAL,
        "id_number": Tier.SENSITIVE, "id_index": Tier.SENSITIVE, "phone": Tier.SENSITIVE,
        "phone_index": Tier.SENSITIVE,
    }  # fmt: skip


class Tie(Record):
    """What an adult or an organisation was to a child: kin, guardian in law, or real carer."""

    class Kind(models.TextChoices):
        KIN = "kin", _("亲属")
        GUARDIAN = "guardian", _("监护人")
        CARER = "carer", _("实际照料人")

    child = models.ForeignKey(Child, models.PROTECT, related_name="ties")
    # Exactly one of the two.
    adult = models.ForeignKey(Adult, models.PROTECT, null=True, related_name="ties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    relation = models.TextField()
    is_entrusted = models.BooleanField(default=False)
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "adult": Tier.PERSONAL, "organisation": Tier.PERSONAL,
        "kind": Tier.CODE, "relation": Tier.PERSONAL, "is_entrusted": Tier.PERSONAL,
        "during": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            ExclusionConstraint(
                name="tie_once_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("adult", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="organisation_tie_once_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                # Nearly every tie is an adult's, and would be kept in this index for nothing.
                condition=models.Q(organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="tie_to_an_adult_or_an_organisation",
                condition=models.Q(adult=None, organisation__isnull=False)
                | models.Q(adult__isnull=False, organisation=None),
            ),
        ]


class ParentSituation(Record):
    """What was true of a parent (dead, imprisoned, lost contact ...), with its foreseen end.

    Encrypted although it is a code: a parent's prison or illness is the family's most
    sensitive fact, and no list filters by it.
    """

    adult = models.ForeignKey(Adult, models.PROTECT, related_name="situations")
    situation = EncryptedText()
    evidence = EncryptedText(null=True)
    expected_end = models.DateField(null=True)
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "adult": Tier.PERSONAL, "situation": Tier.SENSITIVE, "evidence": Tier.SENSITIVE,
        "expected_end": Tier.PERSONAL, "during": Tier.PERSONAL,
    }  # fmt: skip


class ChildCategory(Record):
    """A category proposed for a child and, when a second person agrees, confirmed."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("待核定")
        CONFIRMED = "confirmed", _("已核定")
        DECLINED = "declined", _("未同意")

    child = models.ForeignKey(Child, models.PROTECT, related_name="categories")
    category = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.PROPOSED)
    evidence = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    during = DateRangeField()
    # Null stands for the system, which may propose but never confirm for a person.
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    # The day on which somebody proposes it should end, while a second person has not decided.
    ending_on = models.DateField(null=True)
    end_reason = models.TextField(blank=True)
    end_proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    end_decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "category": Tier.PERSONAL, "status": Tier.PERSONAL,
        "evidence": Tier.CODE, "legal_basis": Tier.CODE, "during": Tier.PERSONAL,
        "proposed_by": Tier.PERSONAL, "decided_by": Tier.PERSONAL, "ending_on": Tier.PERSONAL,
        "end_reason": Tier.PERSONAL, "end_proposed_by": Tier.PERSONAL,
        "end_decided_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["category", "status"], name="category_status"),
            models.Index(
                fields=["id"],
                name="category_waiting",
                condition=models.Q(status="proposed") | models.Q(ending_on__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="category_without_overlap",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=~models.Q(status="declined"),
            ),
            models.CheckConstraint(
                name="category_needs_two_people",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="category_end_needs_two_people",
                condition=models.Q(end_decided_by=None)
                | ~models.Q(end_decided_by=models.F("end_proposed_by")),
            ),
            models.CheckConstraint(
                name="category_ends_for_a_reason",
                condition=models.Q(ending_on=None) | ~models.Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="category_decided_by_somebody",
                condition=models.Q(status="proposed", decided_by=None)
                | (~models.Q(status="proposed") & models.Q(decided_by__isnull=False)),
            ),
        ]


class SchoolFact(Record):
    """Which stage of school the child was in, and whether it went."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="school_facts")
    stage = models.TextField()
    attendance = models.TextField()
    school = models.TextField(blank=True)
    grade = models.TextField(blank=True)
    is_boarding = models.BooleanField(default=False)
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "stage": Tier.PERSONAL, "attendance": Tier.PERSONAL,
        "school": Tier.PERSONAL, "grade": Tier.PERSONAL, "is_boarding": Tier.PERSONAL,
        "during": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_school_at_a_time",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class HealthFact(Record):
    """An illness or disability of the child; kind, diagnosis and certificate are encrypted."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="health_facts")
    kind = EncryptedText()
    detail = EncryptedText(null=True)
    disability_number = EncryptedText(null=True)
    during = DateRangeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "kind": Tier.SENSITIVE, "detail": Tier.SENSITIVE,
        "disability_number": Tier.SENSITIVE, "during": Tier.PERSONAL,
    }  # fmt: skip
