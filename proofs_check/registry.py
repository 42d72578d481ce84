"""Find lemmas by scanning folders: adding a lemma edits no other file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path

from proofs_check.derived import derived_lemmas
from proofs_check.lemma import Lemma, LemmaError, read_lemma

SUITE = Path(__file__).parent / "lemmas"
NOT_LEMMAS = ("sources.toml", "pyproject.toml")


def lemma_files(folder: Path) -> list[Path]:
    """Return the lemma files below a folder, in order of their paths.

    Examples
    --------
    >>> all(path.suffix == ".toml" for path in lemma_files(SUITE))
    True
    """
    return sorted(p for p in folder.rglob("*.toml") if p.name not in NOT_LEMMAS and not p.name.startswith("."))


def suite() -> list[Lemma]:
    """Return every packaged lemma: the files of the suite, then the derivations of `theory`.

    Examples
    --------
    >>> names = [lemma.name for lemma in suite()]
    >>> "balance_const" in names and "derived_balance_conservation" in names
    True
    """
    return _unique([*(read_lemma(path) for path in lemma_files(SUITE)), *derived_lemmas()])


def find(wanted: Sequence[str] = ()) -> list[Lemma]:
    """Return the lemmas that names, files or folders stand for; the packaged suite when nothing is named.

    Raises
    ------
    LemmaError
        For a name that is no lemma (with the nearest known name), an empty folder, or two lemmas of one name.
    """
    if not wanted:
        return suite()
    found: list[Lemma] = []
    known: dict[str, Lemma] | None = None
    for item in wanted:
        path = Path(item)
        if path.is_dir():
            files = lemma_files(path)
            if not files:
                raise LemmaError(f"{item}: no lemma files (*.toml) in this folder")
            found += [read_lemma(p) for p in files]
        elif path.suffix == ".toml" or path.exists():
            found.append(read_lemma(path))
        else:
            if known is None:
                known = {lemma.name: lemma for lemma in suite()}
            found += _named(item, known)
    return _unique(found)


def _named(item: str, known: dict[str, Lemma]) -> list[Lemma]:
    if item in known:
        return [known[item]]
    folder = [lemma for lemma in known.values() if lemma.source.get("key") == item or lemma.path.parent.name == item]
    if folder:
        return folder
    close = difflib.get_close_matches(item, known, 1)
    hint = f"did you mean {close[0]!r}?" if close else "`raceproof lemmas` lists them"
    raise LemmaError(f"no lemma, file or folder {item!r}: {hint}")


def _unique(lemmas: list[Lemma]) -> list[Lemma]:
    seen: dict[str, Lemma] = {}
    for lemma in lemmas:
        other = seen.get(lemma.name)
        if other is None:
            seen[lemma.name] = lemma
        elif other.path.resolve() != lemma.path.resolve():
            raise LemmaError(f"two lemmas of one name {lemma.name!r}: {other.path} and {lemma.path}")
    return list(seen.values())


def with_uses(lemmas: Sequence[Lemma]) -> list[Lemma]:
    """Return the lemmas and everything they use, what is used first.

    Raises
    ------
    LemmaError
        For an unknown lemma under `uses` and for a circle.
    """
    known = {lemma.name: lemma for lemma in lemmas}
    packaged: dict[str, Lemma] | None = None
    ordered: dict[str, Lemma] = {}
    visiting: list[str] = []

    def visit(name: str, by: str) -> None:
        nonlocal packaged
        if name in ordered:
            return
        if name in visiting:
            raise LemmaError(
                f"lemmas use each other in a circle: {' -> '.join([*visiting[visiting.index(name) :], name])}"
            )
        if name not in known:
            packaged = packaged if packaged is not None else {lemma.name: lemma for lemma in suite()}
            if name not in packaged:
                close = difflib.get_close_matches(name, [*known, *packaged], 1)
                raise LemmaError(
                    f"{by} uses {name!r}, which is no lemma" + (f": did you mean {close[0]!r}?" if close else "")
                )
            known[name] = packaged[name]
        visiting.append(name)
        for used in known[name].uses:
            visit(used, name)
        visiting.pop()
        ordered[name] = known[name]

    for lemma in lemmas:
        visit(lemma.name, lemma.name)
    return list(ordered.values())


def sources() -> dict[str, dict[str, object]]:
    """Return what is known of the papers, by source key."""
    path = SUITE / "sources.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
