"""Every address stands behind a verb, and the few that anybody may open are named here."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from jinja2 import Environment
from jinja2.loaders import FileSystemLoader

from weiguang.config.settings import TEMPLATES

ROOT = Path(__file__).parents[2] / "weiguang"
LONGEST_VIEW = 25
# Nobody is asked who she is before these; each shows nothing that is not everybody's.
OPEN_TO_ALL = {
    "account_login", "account_logout", "account_inactive", "mfa_authenticate", "account_signup",
    "account_locked", "account_language", "account_reset_password",
}  # fmt: skip


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda p: str(p.name))
def test_every_view_has_a_verb_or_is_listed_as_open(pattern: URLPattern) -> None:
    view: Any = pattern.callback

    if getattr(view, "is_public", False):
        assert pattern.name in OPEN_TO_ALL
    else:
        assert view.verb
        assert view.methods


def test_no_view_is_longer_than_a_view_may_be() -> None:
    too_long = [
        f"{path}:{node.name}"
        for path in (*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_VIEW
    ]

    assert too_long == []


def test_no_template_holds_a_script_a_style_or_an_attribute_that_acts() -> None:
    loader = FileSystemLoader([str(path) for path in TEMPLATES[0]["DIRS"]])
    environment = Environment(loader=loader, autoescape=True)
    found = []
    for name in environment.list_templates(extensions=["html", "svg", "txt"]):
        assert environment.loader is not None
        source = environment.loader.get_source(environment, name)[0].lower()
        acting = ("<script", "<style", " style=", " onclick=", " onchange=", " onsubmit=", "|safe")
        found += [(name, part) for part in acting if part in source]

    assert found == []
