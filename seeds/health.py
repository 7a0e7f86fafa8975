"""What ails a child, in line with its categories and its identity number."""

from datetime import date, timedelta
from typing import Final

from seeds.family import HealthFact
from seeds.numbers import disability_number
from seeds.scene import Scene

_TYPES: Final = (("5", 35), ("4", 30), ("6", 15), ("2", 8), ("1", 5), ("3", 4), ("7", 3))
_ANY_GRADE_IS_SEVERE: Final = {"5", "6"}
_ILLNESSES: Final = (
    ("congenital_heart_disease", 30),
    ("leukaemia", 20),
    ("malignant_tumour", 12),
    ("high_medical_cost", 14),
    ("chronic_kidney_failure", 6),
    ("haemophilia", 6),
    ("benign_intracranial_tumour", 5),
    ("transplant", 4),
    ("thalassaemia", 2),
    ("uraemia", 1),
)


def severe_disability(scene: Scene, *, born: date, id_number: str | None) -> HealthFact:
    """A disability that counts as severe, certified some time after birth."""
    kind = _drawn(scene, _TYPES)
    grades = "1234" if kind in _ANY_GRADE_IS_SEVERE else "12"
    grade = scene.rng.choice(grades)
    return HealthFact(
        kind="disability",
        illness=None,
        disability_type=kind,
        disability_grade=grade,
        disability_number=disability_number(id_number, kind, grade) if id_number else None,
        valid_from=onset(scene, born),
        valid_to=None,
    )


def severe_illness(scene: Scene, *, since: date, until: date | None = None) -> HealthFact:
    """An illness of the catalogue, over or not."""
    return HealthFact(
        kind="severe_illness",
        illness=_drawn(scene, _ILLNESSES),
        disability_type=None,
        disability_grade=None,
        disability_number=None,
        valid_from=since,
        valid_to=until,
    )


def onset(scene: Scene, born: date) -> date:
    """A day early in the child's life, at the latest some weeks before the city's day."""
    lived = (scene.as_of - born).days
    return born + timedelta(days=scene.rng.randint(10, max(11, min(1500, lived - 60))))


def _drawn(scene: Scene, weighted: tuple[tuple[str, int], ...]) -> str:
    return scene.rng.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]
