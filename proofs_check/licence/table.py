"""The `[general]` table of a lemma file (docs/claims.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofs_check.fields import LemmaError, expression_of, refuse_unknown, string_of, strings_of, table_of

AXES = ("neurons", "samples", "dims", "outputs")
FINITE_SUPPORT, INDUCTION = "finite support", "induction"
FINITE_SUPPORT_KEYS = ("licence", "sizes", "vectors", "squares")
INDUCTION_KEYS = ("licence", "claim", "start", "items", "hints")


@dataclass(frozen=True)
class General:
    """What a lemma asks to be general in, and by which licence.

    Attributes
    ----------
    licence : `finite support` or `induction`.
    sizes : finite support: the sizes meant to be arbitrary, of `AXES`.
    vectors : finite support: the vector variables that grow with a size.
    squares : finite support: for an inequality, by the claim's name, a sum of squares equal to the gap of its sides.
    claim : induction: what holds at every step of the lemma's `[step]` map.
    start : induction: the variables at the start.
    items : induction: variables that may have another value at every step.
    hints : induction: hints for the step.

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
    raise LemmaError(f'{path}: general: licence={licence!r} is neither "{FINITE_SUPPORT}" nor "{INDUCTION}"')


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
    start = {k: str(v) if isinstance(v, int) else v for k, v in table_of(entry, "start", path).items()}
    if not start:
        raise LemmaError(f"{path}: general: start must give the variables of [step] their first values")
    start = {k: expression_of(v, path, f"general: start.{k}") for k, v in start.items()}
    items, hints = strings_of(entry, "items", path), strings_of(entry, "hints", path)
    return General(INDUCTION, claim=claim, start=start, items=items, hints=hints)


def _texts(entry: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
    return {k: expression_of(v, path, f"general: {key}.{k}") for k, v in table_of(entry, key, path).items()}
