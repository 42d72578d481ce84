"""The `[general]` table of a lemma file (docs/claims.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofs_check.fields import LemmaError, expression_of, refuse_unknown, string_of, strings_of, table_of
from proofs_check.language.names import KINDS

AXES = ("neurons", "samples", "dims", "outputs")
FINITE_SUPPORT, INDUCTION, INVARIANT, CLOSED_FORM = "finite support", "induction", "invariant", "closed form"
FINITE_SUPPORT_KEYS = ("licence", "sizes", "vectors", "squares")
INDUCTION_KEYS = ("licence", "claim", "start", "items", "hints")
INVARIANT_KEYS = ("licence", "claim", "start", "cofactors", "hints")
CLOSED_FORM_KEYS = ("licence", "flow", "start", "time", "kinds", "hints")


@dataclass(frozen=True)
class General:
    """What a lemma asks to be general in, and by which licence.

    Attributes
    ----------
    licence : `finite support`, `induction`, `invariant` or `closed form`.
    sizes : finite support: the sizes meant to be arbitrary, of `AXES`.
    vectors : finite support: the vector variables that grow with a size.
    squares : finite support: for an inequality, by the claim's name, a sum of squares equal to the gap of its sides.
    claim : what holds at every step of the lemma's `[step]` map, or always along its `[flow]`.
    start : the variables that move, at the start; an invariant has none when it is meant from every start in it.
    items : induction: variables that may have another value at every step.
    hints : hints for the checks along the motion.
    cofactors : invariant: for each relation of the claim, what its rate of change is compared with.
    flow : closed form: the unknowns, names of `[define]`, and their derivatives in the time.
    time : closed form: the variable that is the time.
    kinds : closed form: the open set on which the field is used, by unknown; real when it is not given.

    Examples
    --------
    >>> General("finite support", ("samples",)).sizes
    ('samples',)
    """

    licence: str
    sizes: tuple[str, ...] = ()
    vectors: dict[str, str] = field(default_factory=dict)
    squares: dict[str, str] = field(default_factory=dict)
    claim: str = ""
    start: dict[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    cofactors: tuple[tuple[str, ...], ...] = ()
    flow: dict[str, str] = field(default_factory=dict)
    time: str = "t"
    kinds: dict[str, str] = field(default_factory=dict)


def read_general(table: Mapping[str, Any], path: Path) -> General | None:
    """Read `[general]` from the tables of a lemma file; None when there is none.

    Raises
    ------
    LemmaError
        With the file and what to mend.

    Examples
    --------
    >>> read_general({"general": {"licence": "finite support", "sizes": ["dims"]}}, Path("a.toml")).sizes
    ('dims',)
    """
    if "general" not in table:
        return None
    entry = table_of(table, "general", path)
    licence = string_of(entry, "licence", path, "")
    if licence == FINITE_SUPPORT:
        refuse_unknown(entry, FINITE_SUPPORT_KEYS, path, "general: ")
        return _finite_support(entry, path)
    if licence == INDUCTION:
        refuse_unknown(entry, INDUCTION_KEYS, path, "general: ")
        return _induction(entry, path)
    if licence == INVARIANT:
        refuse_unknown(entry, INVARIANT_KEYS, path, "general: ")
        return _invariant(entry, path)
    if licence == CLOSED_FORM:
        refuse_unknown(entry, CLOSED_FORM_KEYS, path, "general: ")
        return _closed_form(entry, path)
    known = ", ".join(f'"{name}"' for name in (FINITE_SUPPORT, INDUCTION, INVARIANT, CLOSED_FORM))
    raise LemmaError(f"{path}: general: licence={licence!r} is none of {known}")


def _finite_support(entry: Mapping[str, Any], path: Path) -> General:
    sizes = strings_of(entry, "sizes", path)
    if not sizes or any(size not in AXES for size in sizes) or len(set(sizes)) < len(sizes):
        raise LemmaError(f"{path}: general: sizes={list(sizes)!r} must name some of {', '.join(AXES)}, each once")
    vectors = _texts(entry, "vectors", path)
    for name, axis in vectors.items():
        if axis not in AXES:
            raise LemmaError(f"{path}: general: vectors: {name} = {axis!r} is none of {', '.join(AXES)}")
    return General(FINITE_SUPPORT, sizes, vectors, _texts(entry, "squares", path))


def _induction(entry: Mapping[str, Any], path: Path) -> General:
    claim = expression_of(entry.get("claim"), path, "general: claim")
    start = _start(entry, path)
    if not start:
        raise LemmaError(f"{path}: general: start must give the variables of [step] their first values")
    items, hints = strings_of(entry, "items", path), strings_of(entry, "hints", path)
    return General(INDUCTION, claim=claim, start=start, items=items, hints=hints)


def _invariant(entry: Mapping[str, Any], path: Path) -> General:
    claim = expression_of(entry.get("claim"), path, "general: claim")
    given = entry.get("cofactors", [])
    if not isinstance(given, list):
        raise LemmaError(f"{path}: general: cofactors must be a list, one entry for each relation of the claim")
    rows = [row if isinstance(row, list) else [row] for row in given]
    cofactors = tuple(tuple(expression_of(c, path, "general: cofactors") for c in row) for row in rows)
    hints = strings_of(entry, "hints", path)
    return General(INVARIANT, claim=claim, start=_start(entry, path), cofactors=cofactors, hints=hints)


def _closed_form(entry: Mapping[str, Any], path: Path) -> General:
    start, flow = _start(entry, path), _texts(entry, "flow", path)
    if not start or not flow:
        raise LemmaError(f"{path}: general: flow and start must give every unknown its equation and its first value")
    kinds = {k: v for k, v in table_of(entry, "kinds", path).items() if isinstance(v, str) and v in KINDS}
    if len(kinds) < len(table_of(entry, "kinds", path)):
        raise LemmaError(f"{path}: general: kinds must be some of {', '.join(KINDS)}")
    time, hints = string_of(entry, "time", path, "t"), strings_of(entry, "hints", path)
    return General(CLOSED_FORM, start=start, flow=flow, time=time, kinds=kinds, hints=hints)


def _start(entry: Mapping[str, Any], path: Path) -> dict[str, str]:
    start = {k: str(v) if isinstance(v, int) else v for k, v in table_of(entry, "start", path).items()}
    return {k: expression_of(v, path, f"general: start.{k}") for k, v in start.items()}


def _texts(entry: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
    return {k: expression_of(v, path, f"general: {key}.{k}") for k, v in table_of(entry, key, path).items()}
