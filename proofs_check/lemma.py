"""A lemma is one TOML file (docs/claims.md); this reads it, strictly, and never runs anything."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proofs_check.fields import (
    LemmaError,
    expression_of,
    list_of,
    refuse_unknown,
    string_of,
    strings_of,
    table_of,
    tables_of,
)
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.trajectory.table import Trajectory, read_trajectory
from proofs_check.verdict import CERTIFIED, PROVED, WORST_FIRST

MAX_BYTES = 200_000
KEYS = [
    "name",
    "title",
    "source",
    "statement",
    "uses",
    "assumes",
    "relu_at_zero",
    "hypotheses",
    "variables",
    "network",
    "flow",
    "step",
    "trajectory",
    "witness",
    "define",
    "claim",
    "twin",
]


@dataclass(frozen=True)
class Claim:
    """One statement of a lemma with what it is expected to be, its chain of steps and hints.

    `where` is the condition on the times of a claim about a trajectory.
    """

    name: str
    statement: Statement
    expect: str = PROVED
    steps: tuple[tuple[str, str, str], ...] = ()
    hints: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class Lemma:
    """A lemma as its file states it.

    Examples
    --------
    >>> lemma = from_text('name = "a"\\n[variables]\\nx = "real"\\n[[claim]]\\ntext = "x**2 >= 0"', Path("a.toml"))
    >>> lemma.claims[0].statement.text
    'x**2 >= 0'
    """

    name: str
    title: str
    path: Path
    source: dict[str, str]
    statement: str
    uses: tuple[str, ...]
    assumes: tuple[str, ...]
    hypotheses: tuple[str, ...]
    witness: dict[str, Any] | None
    claims: tuple[Claim, ...]
    twins: tuple[Claim, ...]
    text: str = field(repr=False, default="")
    trajectory: Trajectory | None = None


def read_lemma(path: Path) -> Lemma:
    """Read one lemma file.

    Raises
    ------
    LemmaError
        With the file and what to mend.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LemmaError(f"{path}: {size:,} bytes; a lemma file has at most {MAX_BYTES:,}")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise LemmaError(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise LemmaError(f"{path}: {error.strerror or error}") from None
    return from_text(text, path)


def from_text(text: str, path: Path) -> Lemma:
    """Read a lemma from TOML text; `path` names it in errors."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOML's own errors, and integers of too many digits
        raise LemmaError(f"{path}: not TOML: {error}") from None
    return from_table(table, path, text)


def from_table(table: Mapping[str, Any], path: Path, text: str) -> Lemma:
    """Read a lemma from the tables of its file; `text` is what a kept result is keyed by."""
    refuse_unknown(table, KEYS, path, "")
    name = string_of(table, "name", path, path.stem)
    if not name.replace("_", "").isalnum() or len(name) > 100:
        raise LemmaError(f"{path}: name={name!r} must be letters, digits and underscores")
    base = _base(table, path)
    trajectory = _trajectory(table, base, path)
    read_claim = _claim if trajectory is None else _enclosed_claim
    claims = tuple(read_claim(entry, base, i, path) for i, entry in enumerate(tables_of(table, "claim", path), 1))
    if not claims:
        raise LemmaError(f"{path}: no [[claim]]: a lemma states at least one")
    read_twin = _twin if trajectory is None else _enclosed_twin
    twins = tuple(read_twin(entry, base, i, path) for i, entry in enumerate(tables_of(table, "twin", path), 1))
    witness = table.get("witness")
    if witness is not None and not isinstance(witness, dict):
        raise LemmaError(f"{path}: witness must be a table")
    source = table.get("source", {})
    if not isinstance(source, dict) or not all(isinstance(v, str) for v in source.values()):
        raise LemmaError(f'{path}: source must be {{ key = "...", locator = "..." }}')
    return Lemma(
        name,
        string_of(table, "title", path, name),
        path,
        source,
        string_of(table, "statement", path, ""),
        strings_of(table, "uses", path),
        strings_of(table, "assumes", path),
        strings_of(table, "hypotheses", path),
        witness,
        claims,
        twins,
        text,
        trajectory,
    )


def _base(table: Mapping[str, Any], path: Path) -> Statement:
    relu_at_zero = table.get("relu_at_zero", 0)
    if relu_at_zero not in (0, 1) or isinstance(relu_at_zero, (bool, float)):
        raise LemmaError(f"{path}: relu_at_zero={relu_at_zero!r} must be 0 or 1")
    network = table.get("network")
    if network is not None and not isinstance(network, dict):
        raise LemmaError(f"{path}: network must be a table")
    define = table_of(table, "define", path)
    return Statement(
        "",
        dict(table_of(table, "variables", path)),
        strings_of(table, "hypotheses", path),
        tuple((k, expression_of(v, path, f"define.{k}")) for k, v in define.items()),
        {k: expression_of(v, path, f"flow.{k}") for k, v in table_of(table, "flow", path).items()},
        {k: expression_of(v, path, f"step.{k}") for k, v in table_of(table, "step", path).items()},
        network,
        relu_at_zero,
    )


def _claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ("name", "text", "expect", "steps", "hints"), path, f"claim {number}: ")
    expect = string_of(entry, "expect", path, PROVED)
    if expect not in WORST_FIRST:
        raise LemmaError(f"{path}: claim {number}: expect={expect!r} is none of {', '.join(WORST_FIRST)}")
    text = expression_of(entry.get("text"), path, f"claim {number}: text")
    return Claim(
        string_of(entry, "name", path, f"claim {number}"),
        base.with_text(text),
        expect,
        tuple(_step(step, number, path) for step in list_of(entry, "steps", path)),
        strings_of(entry, "hints", path),
    )


def _trajectory(table: Mapping[str, Any], base: Statement, path: Path) -> Trajectory | None:
    if "trajectory" not in table:
        return None
    for key in ("variables", "network", "flow", "step", "witness"):
        if key in table:
            raise LemmaError(f"{path}: [{key}] does not go with [trajectory], which says all of it: remove it")
    try:
        return read_trajectory(table_of(table, "trajectory", path), base.relu_at_zero)
    except ClaimError as error:
        raise LemmaError(f"{path}: {error}") from None


def _enclosed_claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ("name", "text", "expect", "where"), path, f"claim {number} about a trajectory: ")
    kept = {key: value for key, value in entry.items() if key != "where"}
    claim = _claim({"expect": CERTIFIED, **kept}, base, number, path)
    return replace(claim, where=string_of(entry, "where", path, ""))


def _enclosed_twin(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ("name", "text", "where"), path, f"twin {number} about a trajectory: ")
    claim = _twin({key: value for key, value in entry.items() if key != "where"}, base, number, path)
    return replace(claim, where=string_of(entry, "where", path, ""))


def _step(step: Any, number: int, path: Path) -> tuple[str, str, str]:
    if not isinstance(step, list) or len(step) not in (2, 3) or not all(isinstance(part, str) for part in step):
        raise LemmaError(
            f'{path}: claim {number}: a step is ["expression", "reason"] or ["expression", "reason", "relation"]'
        )
    relation = step[2] if len(step) == 3 else "=="
    if relation not in ("==", "<=", "<", ">=", ">"):
        raise LemmaError(f"{path}: claim {number}: the relation {relation!r} of a step is none of == <= < >= >")
    return step[0], step[1], relation


def _twin(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ("name", "text", "without", "variables"), path, f"twin {number}: ")
    without = strings_of(entry, "without", path)
    for dropped in without:
        if dropped not in base.hypotheses:
            raise LemmaError(f"{path}: twin {number}: without names {dropped!r}, which is no hypothesis of the lemma")
    variables = table_of(entry, "variables", path)
    for name in variables:
        if name not in base.variables:
            raise LemmaError(f"{path}: twin {number}: {name!r} is no variable of the lemma")
    statement = replace(
        base,
        text=expression_of(entry.get("text"), path, f"twin {number}: text"),
        hypotheses=tuple(h for h in base.hypotheses if h not in without),
        variables={**base.variables, **variables},
    )
    return Claim(string_of(entry, "name", path, f"twin {number}"), statement, "REFUTED")


__all__ = ["Claim", "Lemma", "LemmaError", "from_text", "read_lemma"]
