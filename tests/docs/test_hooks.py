"""What the pages are made of: formulas, the command line, docstrings, and what is said about a claim's source."""

from __future__ import annotations

import doctest
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from proofs_check.cli.parser import COMMANDS
from tests.docs.console import ROOT

HOOKS = ROOT / "docs" / "hooks"
NAMES = sorted(path.stem for path in HOOKS.glob("*.py"))
# those that need no mkdocs
FREE = [
    "mathematics",
    "commands",
    "verified",
    "parts",
    "fallen",
    "assumptions",
    "derived",
    "examples",
]  # need no mkdocs


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function that imports a hook as mkdocs does; afterwards nothing of it is left."""
    monkeypatch.syspath_prepend(str(HOOKS))
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", [*FREE, "docstrings", "pages"])
def test_hook_examples_are_right(hook: Any, name: str) -> None:
    if name not in FREE:
        pytest.importorskip("mkdocs")
    module: ModuleType = hook(name)
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_all_hooks_are_tested() -> None:
    assert {*FREE, "docstrings", "pages"} == set(NAMES)


def test_formula_that_cannot_be_shown_stops_the_build(hook: Any) -> None:
    page = r'<p><span class="arithmatex">\(\nosuchcommand{x}\)</span></p>'
    with pytest.raises(ValueError, match="nosuchcommand"):
        hook("mathematics").with_mathml(page)


def test_commands_page_has_every_command_and_its_options(hook: Any) -> None:
    page = hook("commands").commands_page()
    names = {module.__name__.rsplit(".", 1)[1] for module in COMMANDS}
    assert all(f"\n## {name}\n" in page for name in names)
    assert "--repair-seconds" in page and "\x1b" not in page


def test_commands_page_does_not_depend_on_the_terminal(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = hook("commands")
    first = commands.commands_page()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert commands.commands_page() == first


def test_unexpected_verdict_is_not_published(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = hook("verified")

    def wrong(lemmas: list[Any], jobs: int) -> list[Any]:
        data = {"name": lemmas[0].name, "expected": False, "verdict": "OPEN"}
        return [type("Result", (), {"data": data})()]

    monkeypatch.setattr(verified, "verify_lemmas", wrong)
    with pytest.raises(ValueError, match="is OPEN, which its file does not expect"):
        verified.verified()


def test_examples_page_has_every_example(hook: Any) -> None:
    page = hook("examples").examples_page()
    files = sorted((ROOT / "examples").glob("*.py"))
    assert files and all(path.read_text(encoding="utf-8").strip() in page for path in files)


def test_text_from_files_is_escaped(hook: Any) -> None:
    parts = hook("parts")
    assert "<script>" not in parts.statement_block("a <script> $x$", {})
    assert "<script>" not in parts.point_table({"x<script>": "<script>"})
    assert parts.plain("a_b *c* <d> [e](f)") == r"a\_b \*c\* \<d\> \[e\](f)"
