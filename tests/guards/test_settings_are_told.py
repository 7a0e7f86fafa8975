"""OPERATORS.md lists every setting that is read from the environment, with default and example."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
OURS = re.compile(r"WEIGUANG_[A-Z_]+|DATABASE_URL")
# Read by Django or the shell, not by an operator's choice.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "LANG"}


def told() -> dict[str, tuple[str, str, str]]:
    rows = ROW.findall((ROOT / "OPERATORS.md").read_text(encoding="utf-8"))
    return {name: (default, example, use) for name, default, example, use in rows}


def read_names() -> Iterator[tuple[str, str | None]]:
    """Every name read from an environment in the code, with its default where that is a text."""
    for path in (ROOT / "weiguang").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from _read_by(node)


def _read_by(node: ast.AST) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, ast.Call) and _is_environment(node.func, "get"):
        default = node.args[1] if len(node.args) > 1 else None
        text = default.value if isinstance(default, ast.Constant) else None
        yield ast.literal_eval(node.args[0]), text if isinstance(text, str) else None
    elif isinstance(node, ast.Subscript) and _is_environment(node.value):
        yield ast.literal_eval(node.slice), None
    elif isinstance(node, ast.Compare) and any(_is_environment(c) for c in node.comparators):
        yield ast.literal_eval(node.left), None


def _is_environment(node: ast.AST, method: str = "") -> bool:
    if method:
        return (
            isinstance(node, ast.Attribute) and node.attr == method and _is_environment(node.value)
        )
    return ast.unparse(node) in ("os.environ", "environment")


def test_the_list_of_settings_holds_exactly_what_is_read() -> None:
    read = {name for name, _ in read_names()} - NOT_OURS

    assert {"WEIGUANG_DATA", "DATABASE_URL", "WEIGUANG_OIDC_SECRET"} <= read
    assert set(told()) == read


def test_the_list_is_in_order_and_every_row_is_filled() -> None:
    assert list(told()) == sorted(told())
    assert all(part.strip() for row in told().values() for part in row)


@pytest.mark.parametrize(("name", "default"), sorted({(n, d) for n, d in read_names() if d}))
def test_the_default_that_is_told_is_the_one_in_the_code(name: str, default: str) -> None:
    if name not in NOT_OURS:
        assert told()[name][0].split(":")[0].strip("` ") == default


def test_no_setting_is_named_in_the_text_that_does_not_exist() -> None:
    named = set(OURS.findall((ROOT / "OPERATORS.md").read_text(encoding="utf-8")))

    assert named <= set(told())
