"""The guides keep their promises: twins in both languages, real pictures, words as on the pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po

from weiguang.network.roles import ROLES
from weiguang.office.rules.guides import FOLDER, GUIDES, LANGUAGES

ROOT = Path(__file__).parents[2]
NAMES = [guide.name for guide in GUIDES]
JOURNEYS = (ROOT / "tests" / "journeys" / "test_guides.py").read_text(encoding="utf-8")


def text_of(name: str, language: str) -> str:
    return (FOLDER / language / f"{name}.md").read_text(encoding="utf-8")


def bold(text: str) -> list[str]:
    """The words that a guide quotes from the screen."""
    return re.findall(r"\*\*(.+?)\*\*", text)


def pictures(text: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)


def words() -> dict[str, set[str]]:
    """Every text of the interface and of the packs, with what it is in English."""
    found: dict[str, set[str]] = {}
    with (ROOT / "weiguang/locale/en/LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str) and message.id:
                found.setdefault(message.id, set()).add(str(message.string))
    for path in (ROOT / "packs" / "cn").rglob("*.yaml"):
        for said in labels(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found.setdefault(said["zh"], set()).add(said["en"])
    return found


def labels(part: object) -> Iterator[dict[str, str]]:
    if isinstance(part, dict):
        if "zh" in part and "en" in part:
            yield part
        for each in part.values():
            yield from labels(each)
    elif isinstance(part, list):
        for each in part:
            yield from labels(each)


def test_every_guide_has_its_twin_and_no_page_is_left_over() -> None:
    for language in LANGUAGES:
        assert sorted(path.stem for path in (FOLDER / language).iterdir()) == sorted(NAMES)


def test_every_role_named_by_a_guide_exists() -> None:
    assert {role for guide in GUIDES for role in guide.roles} <= set(ROLES)


@pytest.mark.parametrize("name", NAMES)
def test_twins_have_the_same_steps_headings_pictures_and_links(name: str) -> None:
    def bones(language: str) -> list[str]:
        found = re.findall(
            r"^(#+|\d+\.|-) |\((?:\.\./screens/(.+)-\w\w-(\d+)\.png|([\w-]+\.md))\)",
            text_of(name, language), re.MULTILINE,
        )  # fmt: skip
        return ["".join(parts) for parts in found]

    assert bones("zh") == bones("en")
    assert any(bone.endswith(".") for bone in bones("zh"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_of_a_guide_is_made_by_a_journey(name: str, language: str) -> None:
    made = set(re.findall(r'(?:picture|take)\(page, "([\w-]+)"', JOURNEYS))
    named = pictures(text_of(name, language))
    expected = re.compile(rf"\.\./screens/guide-([\w-]+)-{language}-(?:1360|360)\.png")

    assert named
    for each in named:
        found = expected.fullmatch(each)
        assert found, each
        assert found[1] in made, each


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_quotes_the_very_words_of_the_pages(name: str) -> None:
    known = words()
    chinese, english = bold(text_of(name, "zh")), bold(text_of(name, "en"))

    assert [said for said in chinese if said not in known] == []
    meant = set().union(*(known[said] for said in chinese))
    assert [said for said in english if said not in meant] == []
    assert len(chinese) == len(english)


def test_chinese_guides_are_chinese_and_english_ones_have_no_untranslated_line() -> None:
    for name in NAMES:
        assert not re.search(r"[!！]", re.sub(r"!\[", "", text_of(name, "zh")))
        for line in text_of(name, "en").splitlines():
            assert len(re.findall(r"[\u4e00-\u9fff]", line)) <= len("林晚晴"), line
