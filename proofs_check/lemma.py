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
from proofs_check.language.statement import NETWORK_DEFAULTS, Statement
from proofs_check.licence.table import General, read_general
from proofs_check.pointing import at_key, at_syntax, refuse_hidden
from proofs_check.trajectory.table import KEYS as TRAJECTORY_KEYS
from proofs_check.trajectory.table import NETWORK_KEYS, Trajectory, read_trajectory
from proofs_check.verdict import CERTIFIED, PROVED, WORST_FIRST

MAX_BYTES = 200_000
MAX_NAME = 100
KEYS = [
    "name",
    "title",
    "source",
    "statement",
    "reviewed",
    "uses",
    "assumes",
    "relu_at_zero",
    "hypotheses",
    "variables",
    "network",
    "flow",
    "step",
    "trajectory",
    "general",
    "witness",
    "define",
    "claim",
    "twin",
]
CLAIM_KEYS = ("name", "text", "expect", "steps", "hints")
TWIN_KEYS = ("name", "text", "without", "variables")
ENCLOSED_CLAIM_KEYS = ("name", "text", "expect", "where")  # of a claim about a trajectory
ENCLOSED_TWIN_KEYS = ("name", "text", "where")
STEP_RELATIONS = ("==", "<=", "<", ">=", ">")


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
    reviewed: bool = True
    general: General | None = None

    def _repr_html_(self) -> str:
        from proofs_check.notebook import stated_html

        return stated_html(self)

    def _repr_latex_(self) -> str | None:
        from proofs_check.notebook import statement_latex

        return statement_latex(self.statement)


def read_lemma(path: str | Path) -> Lemma:
    """Read one lemma file.

    Raises
    ------
    LemmaError
        With the file and what to mend.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LemmaError(f"{path}: {size:,} bytes; a lemma file has at most {MAX_BYTES:,}", path)
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise LemmaError(f"{path}: not UTF-8 text", path) from None
    except OSError as error:
        raise LemmaError(f"{path}: {error.strerror or error}", path) from None
    return from_text(text, path)


def from_text(text: str, path: str | Path) -> Lemma:
    """Read a lemma from TOML text; `path` names it in errors."""
    path = Path(path)
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOML's own errors, and integers of too many digits
        raise at_syntax(str(error), path, text) from None
    try:
        refuse_hidden(table, path)
        return from_table(table, path, text)
    except LemmaError as error:
        raise at_key(error, table, text) from None


def from_table(table: Mapping[str, Any], path: Path, text: str) -> Lemma:
    """Read a lemma from the tables of its file; `text` is what a kept result is keyed by."""
    refuse_unknown(table, KEYS, path, "")
    name = string_of(table, "name", path, path.stem)
    if not name.replace("_", "").isalnum() or len(name) > MAX_NAME:
        raise LemmaError(f"{path}: name={name!r} must be letters, digits and underscores", path, table, "name")
    base = _base(table, path)
    trajectory = _trajectory(table, base, path)
    read_claim = _claim if trajectory is None else _enclosed_claim
    claims = tuple(read_claim(entry, base, i, path) for i, entry in enumerate(tables_of(table, "claim", path), 1))
    if not claims:
        raise LemmaError(f"{path}: no [[claim]]: a lemma states at least one", path)
    read_twin = _twin if trajectory is None else _enclosed_twin
    twins = tuple(read_twin(entry, base, i, path) for i, entry in enumerate(tables_of(table, "twin", path), 1))
    witness = table.get("witness")
    if witness is not None and not isinstance(witness, dict):
        raise LemmaError(f"{path}: witness must be a table", path, table, "witness")
    source = table.get("source", {})
    if not isinstance(source, dict) or not all(isinstance(v, str) for v in source.values()):
        raise LemmaError(f'{path}: source must be {{ key = "...", locator = "..." }}', path, table, "source")
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
        _reviewed(table, path),
        read_general(table, path),
    )


def _reviewed(table: Mapping[str, Any], path: Path) -> bool:
    """Return whether the author has read the file: a drafted one says `reviewed = false` and is at most OPEN."""
    value = table.get("reviewed", True)
    if not isinstance(value, bool):
        raise LemmaError(f"{path}: reviewed={value!r} must be true or false", path, table, "reviewed")
    return value


def _base(table: Mapping[str, Any], path: Path) -> Statement:
    relu_at_zero = table.get("relu_at_zero", 0)
    if relu_at_zero not in (0, 1) or isinstance(relu_at_zero, (bool, float)):
        raise LemmaError(f"{path}: relu_at_zero={relu_at_zero!r} must be 0 or 1", path, table, "relu_at_zero")
    network = table.get("network")
    if network is not None and not isinstance(network, dict):
        raise LemmaError(f"{path}: network must be a table", path, table, "network")
    refuse_unknown(network or {}, NETWORK_DEFAULTS, path, "[network] ")
    return Statement(
        "",
        dict(table_of(table, "variables", path)),
        strings_of(table, "hypotheses", path),
        tuple(_expressions(table, "define", path).items()),
        _expressions(table, "flow", path),
        _expressions(table, "step", path),
        network,
        relu_at_zero,
    )


def _expressions(table: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
    values = table_of(table, key, path)
    return {name: expression_of(value, path, f"{key}.{name}", values, name) for name, value in values.items()}


def _claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, CLAIM_KEYS, path, f"claim {number}: ")
    return _read_claim(entry, base, number, path, PROVED)


def _read_claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path, usual: str) -> Claim:
    expect = string_of(entry, "expect", path, usual)
    if expect not in WORST_FIRST:
        raise LemmaError(
            f"{path}: claim {number}: expect={expect!r} is none of {', '.join(WORST_FIRST)}", path, entry, "expect"
        )
    text = expression_of(entry.get("text"), path, f"claim {number}: text", entry, "text")
    return Claim(
        string_of(entry, "name", path, f"claim {number}"),
        base.with_text(text),
        expect,
        tuple(_step(step, entry, number, path) for step in list_of(entry, "steps", path)),
        strings_of(entry, "hints", path),
    )


def _trajectory(table: Mapping[str, Any], base: Statement, path: Path) -> Trajectory | None:
    if "trajectory" not in table:
        return None
    for key in ("variables", "network", "flow", "step", "witness", "general"):
        if key in table:
            raise LemmaError(
                f"{path}: [{key}] does not go with [trajectory], which says all of it: remove it", path, table, key
            )
    trajectory = table_of(table, "trajectory", path)
    known = TRAJECTORY_KEYS.get(str(trajectory.get("along")))
    if known is not None:
        refuse_unknown(trajectory, ("along", *known), path, f"[trajectory] along {trajectory['along']}: ")
        if isinstance(trajectory.get("network"), dict):
            refuse_unknown(trajectory["network"], NETWORK_KEYS, path, "[trajectory.network] ")
    try:
        return read_trajectory(trajectory, base.relu_at_zero)
    except ClaimError as error:
        raise LemmaError(f"{path}: {error}", path, trajectory) from None


def _enclosed_claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ENCLOSED_CLAIM_KEYS, path, f"claim {number} about a trajectory: ")
    claim = _read_claim(entry, base, number, path, CERTIFIED)
    return replace(claim, where=string_of(entry, "where", path, ""))


def _enclosed_twin(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, ENCLOSED_TWIN_KEYS, path, f"twin {number} about a trajectory: ")
    claim = _read_twin(entry, base, number, path)
    return replace(claim, where=string_of(entry, "where", path, ""))


def _step(step: Any, entry: Mapping[str, Any], number: int, path: Path) -> tuple[str, str, str]:
    if not isinstance(step, list) or len(step) not in (2, 3) or not all(isinstance(part, str) for part in step):
        raise LemmaError(
            f'{path}: claim {number}: a step is ["expression", "reason"] or ["expression", "reason", "relation"]',
            path,
            entry,
            "steps",
        )
    relation = step[2] if len(step) == 3 else "=="
    if relation not in STEP_RELATIONS:
        raise LemmaError(
            f"{path}: claim {number}: the relation {relation!r} of a step is none of == <= < >= >", path, entry, "steps"
        )
    return step[0], step[1], relation


def _twin(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    refuse_unknown(entry, TWIN_KEYS, path, f"twin {number}: ")
    return _read_twin(entry, base, number, path)


def _read_twin(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    without = strings_of(entry, "without", path)
    for dropped in without:
        if dropped not in base.hypotheses:
            raise LemmaError(
                f"{path}: twin {number}: without names {dropped!r}, which is no hypothesis of the lemma",
                path,
                entry,
                "without",
            )
    variables = table_of(entry, "variables", path)
    for name in variables:
        if name not in base.variables:
            raise LemmaError(f"{path}: twin {number}: {name!r} is no variable of the lemma", path, variables, name)
    statement = replace(
        base,
        text=expression_of(entry.get("text"), path, f"twin {number}: text", entry, "text"),
        hypotheses=tuple(h for h in base.hypotheses if h not in without),
        variables={**base.variables, **variables},
    )
    return Claim(string_of(entry, "name", path, f"twin {number}"), statement, "REFUTED")


__all__ = ["Claim", "Lemma", "LemmaError", "from_text", "read_lemma"]
