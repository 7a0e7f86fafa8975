"""Both languages are whole: every text of the interface is a message, and each has its English."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
PO = ROOT / "weiguang/locale/en/LC_MESSAGES/django.po"
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
GETTEXT = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext",
    "pgettext_lazy",
}  # fmt: skip
# Chinese that is not said to anybody in a language: what lists and names hold, and what is stored.
SPEAKS_TO_NOBODY: Final = {
    "config/settings.py": "a language is called by its own name",
    "papers/workbook.py": "characters that begin a formula",
    "register/engine/cells.py": "how dates and quotes are written in lists",
    "register/engine/judge.py": "how totals and categories are written in lists",
    "register/engine/lists.py": "the report of a list, whose words are fixed by its contract",
    "register/engine/names.py": "surnames and their readings",
    "register/engine/refusals.py": "the report of a list; people read actions.lists.WHY",
    "register/forms/imports.py": "the cell that a correction writes",
    "register/queries/judging.py": "the legal basis as it is stored",
}
OWN_NAMES: Final = {("web/templates/web/reading.html", "中文")}


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def forms(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


def key(message: Message) -> tuple[str | None, str]:
    return message.context, forms(message.id)[0]


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "weiguang").rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield str(path.relative_to(ROOT / "weiguang")), ast.parse(path.read_text("utf-8"))


def test_the_catalogue_holds_exactly_what_the_sources_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    options = re.search(r"^EXTRACT := (.*)$", Path("Makefile").read_text(), re.MULTILINE)
    assert options
    pot = tmp_path / "django.pot"
    said = ["pybabel", "--quiet", "extract", *shlex.split(options[1]), "-o", str(pot), "."]
    CommandLineInterface().run(said)
    with pot.open("rb") as file:
        extracted = {key(message) for message in read_po(file) if message.id}

    # `make messages` adds and removes; the new ones are then to be translated.
    assert {key(message) for message in messages()} == extracted


def test_every_message_has_its_english_and_none_is_a_guess_or_out_of_date() -> None:
    assert [key(each) for each in messages() if not all(forms(each.string))] == []
    assert [key(each) for each in messages() if each.fuzzy] == []
    assert list(catalogue().obsolete) == []


def test_the_catalogue_does_not_change_with_the_day_or_the_machine() -> None:
    assert re.findall(r'^(?:"[\w-]+-Date:|#:|"Generated-By).*', PO.read_text(), re.MULTILINE) == []


def test_english_holds_no_chinese_character_and_no_full_width_punctuation() -> None:
    texts = [text for message in messages() for text in forms(message.string)]

    assert [text for text in texts if CHINESE.search(text)] == []


def test_english_keeps_every_placeholder() -> None:
    def names(text: str) -> set[str]:
        return set(PLACEHOLDER.findall(text))

    wrong = [
        text
        for message in messages()
        for text in forms(message.string)
        if names(text) != names(forms(message.id)[0])
    ]

    assert wrong == []


def test_english_ends_as_a_sentence_where_the_chinese_does() -> None:
    said = [(forms(each.id)[0], text) for each in messages() for text in forms(each.string)]

    assert [text for chinese, text in said if text.endswith(".") > chinese.endswith("。")] == []
    assert [
        text for chinese, text in said if chinese.endswith("。") > text.endswith((".", "?"))
    ] == []


def test_every_msgid_is_chinese() -> None:
    assert [key(each) for each in messages() if not CHINESE.search(forms(each.id)[0])] == []


def test_no_chinese_stands_outside_a_message_in_python() -> None:
    said = {name: texts for name, module in sources() if (texts := _unwrapped(module))}

    assert {name: texts for name, texts in said.items() if name not in SPEAKS_TO_NOBODY} == {}
    assert set(SPEAKS_TO_NOBODY) - set(said) == set()


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    put_together = [
        f"{name}:{call.lineno}"
        for name, module in sources()
        for call in ast.walk(module)
        if _is_gettext(call)
        and any(isinstance(said, ast.JoinedStr | ast.BinOp) for said in call.args)
    ]

    assert put_together == []


def test_no_chinese_stands_outside_a_message_in_a_template() -> None:
    # The same extensions as weiguang.web.environment.
    parser = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    parser.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    said = {
        (str(path.relative_to(ROOT / "weiguang")), text)
        for path in (ROOT / "weiguang").rglob("templates/**/*.html")
        for text in _unwrapped_in(parser.parse(path.read_text("utf-8")))
    }

    assert said - OWN_NAMES == set()
    assert OWN_NAMES & said == OWN_NAMES


def test_no_chinese_stands_in_a_script() -> None:
    scripts = {path.name: path.read_text() for path in (ROOT / "weiguang/web/assets").rglob("*.ts")}

    assert scripts
    assert [
        name for name, text in scripts.items() if re.search(r"[\"'`].*[\u4e00-\u9fff]", text)
    ] == []


def _is_gettext(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return getattr(called, "id", getattr(called, "attr", "")) in GETTEXT


def _unwrapped(module: ast.Module) -> list[str]:
    """The Chinese literals of a module but docstrings and arguments of gettext."""
    wrapped: set[int] = set()
    for node in ast.walk(module):
        if _is_gettext(node):
            wrapped |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            wrapped.add(id(node.value))
    return [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and id(node) not in wrapped
    ]


def _unwrapped_in(node: nodes.Node) -> Iterator[str]:
    """The Chinese of a template but arguments of gettext."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        return
    if isinstance(node, nodes.TemplateData) and CHINESE.search(node.data):
        yield node.data
    if isinstance(node, nodes.Const) and CHINESE.search(str(node.value)):
        yield str(node.value)
    for child in node.iter_child_nodes():
        yield from _unwrapped_in(child)
