"""Every command on the pages and in the README, copied and run in an empty folder as a reader would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.docs.console import ROOT, Command, File, blocks, environment, follow

DOCS = ROOT / "docs"
OURS = [  # one folder a page, as a reader goes through it; the longer ones are slow
    "index.md",
    "tutorial.md",
    "reference/python.md",
    "how-to/add-a-lemma.md",
    pytest.param("how-to/read-a-verdict.md", marks=pytest.mark.slow),
    pytest.param("how-to/many-races.md", marks=pytest.mark.slow),
    pytest.param("how-to/continuous-integration.md", marks=pytest.mark.slow),
    pytest.param("how-to/reports.md", marks=pytest.mark.slow),
    pytest.param("how-to/property-tests.md", marks=pytest.mark.slow),
    pytest.param("verdicts.md", marks=pytest.mark.slow),
]
OTHERS = ["README.md", "docs/authors.md", "docs/repair.md", "docs/flow.md"]  # each block for itself
ENDLESS = "raceproof watch"  # ends by Ctrl-C only: tests/cli/test_watch.py


@pytest.mark.parametrize("page", OURS)
def test_page_prints_what_it_says(page: str, tmp_path: Path) -> None:
    steps = [step for block in blocks((DOCS / page).read_text(encoding="utf-8")) for step in block]
    folder = tmp_path / "empty"
    folder.mkdir()
    assert follow(steps, folder, environment(tmp_path / "bin")) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("page", OTHERS)
def test_commands_of_other_pages_run(page: str, tmp_path: Path) -> None:
    variables, count = environment(tmp_path / "bin"), 0
    for number, block in enumerate(blocks((ROOT / page).read_text(encoding="utf-8"))):
        steps = [step for step in block if isinstance(step, Command) and not step.line.startswith(ENDLESS)]
        folder = tmp_path / f"block{number}"
        _prepare(folder, variables, init="raceproof init" not in "".join(step.line for step in steps))
        count += follow([*steps], folder, variables)
    assert count >= 1


def _prepare(folder: Path, variables: dict[str, str], init: bool) -> None:
    """Put there what these pages speak of as the reader's own: data, and a folder of lemmas."""
    folder.mkdir()
    random = np.random.default_rng(1)
    np.savez(folder / "mydata.npz", x=random.normal(size=(40, 6)), y=np.repeat([0, 1], 20))
    if init:
        command = [sys.executable, "-m", "proofs_check.cli", "init", "mypaper"]
        subprocess.run(command, cwd=folder, env=variables, check=True, capture_output=True)


def test_every_page_with_commands_is_followed() -> None:
    known = {page if isinstance(page, str) else page.values[0] for page in OURS} | {Path(p).name for p in OTHERS}
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    with_commands = {page for page in pages if blocks((DOCS / page).read_text(encoding="utf-8"))}
    assert with_commands <= known, with_commands - known


PAGE = """\
```console
$ echo one two
one ...
$ (exit 3)
$ echo $?
3
```
```text title="a.txt"
kept
```
```console
$ cat a.txt
kept
```
"""


def test_follow_runs_a_page(tmp_path: Path) -> None:
    steps = [step for block in blocks(PAGE) for step in block]
    assert steps[3] == File("a.txt", "kept\n")
    assert follow(steps, tmp_path, environment(tmp_path / "bin")) == 4


@pytest.mark.parametrize(
    ("said", "instead"),
    [("one ...", "two ..."), ("$ echo $?\n3", "$ true"), ("\nkept\n```\n", "\nlost\n```\n"), ("$ cat a", "$ cat b")],
)
def test_follow_notices_what_is_not_so(said: str, instead: str, tmp_path: Path) -> None:
    assert said in PAGE
    wrong = PAGE.replace(said, instead, 1)
    steps = [step for block in blocks(wrong) for step in block]
    with pytest.raises(AssertionError):
        follow(steps, tmp_path, environment(tmp_path / "bin"))


def test_blocks_finds_commands_without_a_prompt() -> None:
    page = "```\nmake verify\nraceproof lemmas   # a list\n```\n```toml\nraceproof = 1\n```\n"
    assert blocks(page) == [[Command("raceproof lemmas   # a list", None)]]
