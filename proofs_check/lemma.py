"""A lemma is one TOML file (docs/claims.md); this reads it, strictly, and never runs anything."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proofs_check.language.statement import Statement
from proofs_check.verdict import PROVED, WORST_FIRST

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
    "witness",
    "define",
    "claim",
    "twin",
]


class LemmaError(ValueError):
    """A lemma file that cannot be used: one line with file, what and what to do.

    Examples
    --------
    >>> str(LemmaError("a.toml: no [[claim]]"))
    'a.toml: no [[claim]]'
    """


@dataclass(frozen=True)
class Claim:
    """One statement of a lemma with what it is expected to be, its chain of steps and hints."""

    name: str
    statement: Statement
    expect: str = PROVED
    steps: tuple[tuple[str, str, str], ...] = ()
    hints: tuple[str, ...] = ()


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
    _known(table, KEYS, path, "")
    name = _string(table, "name", path, path.stem)
    if not name.replace("_", "").isalnum() or len(name) > 100:
        raise LemmaError(f"{path}: name={name!r} must be letters, digits and underscores")
    base = _base(table, path)
    claims = tuple(_claim(entry, base, i, path) for i, entry in enumerate(_tables(table, "claim", path), 1))
    if not claims:
        raise LemmaError(f"{path}: no [[claim]]: a lemma states at least one")
    twins = tuple(_twin(entry, base, i, path) for i, entry in enumerate(_tables(table, "twin", path), 1))
    witness = table.get("witness")
    if witness is not None and not isinstance(witness, dict):
        raise LemmaError(f"{path}: witness must be a table")
    source = table.get("source", {})
    if not isinstance(source, dict) or not all(isinstance(v, str) for v in source.values()):
        raise LemmaError(f'{path}: source must be {{ key = "...", locator = "..." }}')
    return Lemma(
        name,
        _string(table, "title", path, name),
        path,
        source,
        _string(table, "statement", path, ""),
        _strings(table, "uses", path),
        _strings(table, "assumes", path),
        _strings(table, "hypotheses", path),
        witness,
        claims,
        twins,
        text,
    )


def _base(table: Mapping[str, Any], path: Path) -> Statement:
    relu_at_zero = table.get("relu_at_zero", 0)
    if relu_at_zero not in (0, 1) or isinstance(relu_at_zero, (bool, float)):
        raise LemmaError(f"{path}: relu_at_zero={relu_at_zero!r} must be 0 or 1")
    network = table.get("network")
    if network is not None and not isinstance(network, dict):
        raise LemmaError(f"{path}: network must be a table")
    define = _table(table, "define", path)
    return Statement(
        "",
        dict(_table(table, "variables", path)),
        _strings(table, "hypotheses", path),
        tuple((k, _text(v, path, f"define.{k}")) for k, v in define.items()),
        {k: _text(v, path, f"flow.{k}") for k, v in _table(table, "flow", path).items()},
        {k: _text(v, path, f"step.{k}") for k, v in _table(table, "step", path).items()},
        network,
        relu_at_zero,
    )


def _claim(entry: Mapping[str, Any], base: Statement, number: int, path: Path) -> Claim:
    _known(entry, ("name", "text", "expect", "steps", "hints"), path, f"claim {number}: ")
    expect = _string(entry, "expect", path, PROVED)
    if expect not in WORST_FIRST:
        raise LemmaError(f"{path}: claim {number}: expect={expect!r} is none of {', '.join(WORST_FIRST)}")
    text = _text(entry.get("text"), path, f"claim {number}: text")
    return Claim(
        _string(entry, "name", path, f"claim {number}"),
        base.with_text(text),
        expect,
        tuple(_step(step, number, path) for step in _list(entry, "steps", path)),
        _strings(entry, "hints", path),
    )


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
    _known(entry, ("name", "text", "without", "variables"), path, f"twin {number}: ")
    without = _strings(entry, "without", path)
    for dropped in without:
        if dropped not in base.hypotheses:
            raise LemmaError(f"{path}: twin {number}: without names {dropped!r}, which is no hypothesis of the lemma")
    variables = _table(entry, "variables", path)
    for name in variables:
        if name not in base.variables:
            raise LemmaError(f"{path}: twin {number}: {name!r} is no variable of the lemma")
    statement = replace(
        base,
        text=_text(entry.get("text"), path, f"twin {number}: text"),
        hypotheses=tuple(h for h in base.hypotheses if h not in without),
        variables={**base.variables, **variables},
    )
    return Claim(_string(entry, "name", path, f"twin {number}"), statement, "REFUTED")


def _known(table: Mapping[str, Any], keys: Any, path: Path, where: str) -> None:
    for key in table:
        if key not in keys:
            close = difflib.get_close_matches(key, keys, 1)
            hint = f": did you mean {close[0]!r}?" if close else f"; known: {', '.join(keys)}"
            raise LemmaError(f"{path}: {where}unknown key {key!r}{hint}")


def _text(value: Any, path: Path, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LemmaError(f"{path}: {where} must be an expression in quotation marks")
    return value


def _string(table: Mapping[str, Any], key: str, path: Path, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise LemmaError(f"{path}: {key}={value!r} must be text")
    return value


def _list(table: Mapping[str, Any], key: str, path: Path) -> list[Any]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise LemmaError(f"{path}: {key} must be a list")
    return value


def _strings(table: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    values = _list(table, key, path)
    if not all(isinstance(v, str) for v in values):
        raise LemmaError(f"{path}: {key} must be a list of texts")
    return tuple(values)


def _table(table: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise LemmaError(f"{path}: {key} must be a table")
    return value


def _tables(table: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise LemmaError(f"{path}: write [[{key}]] with double brackets")
    return value


__all__ = ["Claim", "Lemma", "LemmaError", "from_text", "read_lemma"]
