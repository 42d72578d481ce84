"""The commands on a page: how they are found in Markdown, run as a reader would, and what they print compared."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"^```(?P<language>\w*)(?: title=\"(?P<file>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
PROMPT = "$ "
PROGRAMS = ("raceproof ", "pytest ", "eval ")  # what commands without a prompt begin with
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SECONDS = 240


@dataclass(frozen=True)
class File:
    """A file that the page tells its reader to save."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command with what the page says that it prints; None where the page does not say."""

    line: str
    output: str | None


def blocks(page: str) -> list[list[File | Command]]:
    """Return what a reader does, block by block, in the order of the page.

    Blocks with a prompt are commands with their output; untagged ones without a prompt are commands alone.
    """
    found = []
    for block in BLOCK.finditer(page):
        text = block["text"]
        if block["file"]:
            found.append([File(block["file"], text)])
        elif block["language"] in ("console", "") and text.startswith(PROMPT):
            found.append(list(_with_prompt(text)))
        elif block["language"] == "":
            lines = [line for line in text.splitlines() if line.startswith(PROGRAMS)]
            found += [[Command(line, None) for line in lines]] if lines else []
    return found


def _with_prompt(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield Command(line, output)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a reader who has installed raceproof, with the programs in ``folder``."""
    installed = bool(entry_points(group="pytest11", name="raceproof"))
    plugin = "" if installed else " -p proofs_check.pytest_plugin"
    programs = {"raceproof": "-m proofs_check.cli", "python": "", "pytest": f"-m pytest -p no:cacheprovider{plugin}"}
    folder.mkdir(parents=True, exist_ok=True)
    for name, call in programs.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "RACEPROOF_"))}
    return {
        **kept,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "RACEPROOF_CACHE": str(folder / "cache"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        "COLUMNS": "100",
    }


def follow(steps: list[File | Command], folder: Path, variables: dict[str, str]) -> int:
    """Do what a page says in ``folder``, compare what it prints, and return how many commands were run.

    A command must succeed, unless the next one asks for its exit code.
    """
    code, count = 0, 0
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, File):
            (folder / step.name).write_text(step.text, encoding="utf-8")
            continue
        script = f"(exit {code})\n{step.line}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        code, count = done.returncode, count + 1
        asked = isinstance(after, Command) and after.line == "echo $?"
        assert code == 0 or asked, f"{step.line}\nends with {code}\n{done.stdout}"
        if step.output is not None and (step.output.strip() or ">" in step.line):
            _compare(step.line, step.output, done.stdout)
    return count


def _compare(line: str, wanted: str, got: str) -> None:
    said = f"{line}\nshould print\n{wanted}\nand prints\n{got}"
    assert doctest.OutputChecker().check_output(wanted, got, ALIKE), said
