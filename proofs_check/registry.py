"""Find lemmas by scanning folders: adding a lemma edits no other file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path

from proofs_check.beside import Beside
from proofs_check.derived import FOLDER as DERIVATIONS
from proofs_check.derived import derived_lemmas
from proofs_check.lemma import Lemma, LemmaError, read_lemma

SUITE = Path(__file__).parent / "lemmas"
NOT_LEMMAS = ("sources.toml", "pyproject.toml", "raceproof.toml")


def lemma_files(folder: Path) -> list[Path]:
    """Return the lemma files below a folder, in order of their paths; hidden files and folders are left out.

    Examples
    --------
    >>> all(path.suffix == ".toml" for path in lemma_files(SUITE))
    True
    """
    found = (p for p in folder.rglob("*.toml") if p.name not in NOT_LEMMAS)
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


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
            found += _read_all(files)
        elif path.suffix == ".toml" or path.exists():
            found.append(read_lemma(path))
        else:
            if known is None:
                known = {lemma.name: lemma for lemma in suite()}
            found += _named(item, known)
    return _unique(found)


def _read_all(files: Sequence[Path]) -> list[Lemma]:
    """Read files; when some cannot be used, the error says what is wrong with the first and names the others."""
    found: list[Lemma] = []
    wrong: list[tuple[Path, LemmaError]] = []
    for path in files:
        try:
            found.append(read_lemma(path))
        except LemmaError as error:
            wrong.append((path, error))
    if not wrong:
        return found
    first, others = wrong[0][1], [path.name for path, _ in wrong[1:]]
    if not others:
        raise first
    named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    raise LemmaError(f"{first} (and {named} cannot be used either)")


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
    ordered, problems = usable(lemmas)
    if problems:
        raise next(iter(problems.values()))
    return ordered


def usable(lemmas: Sequence[Lemma]) -> tuple[list[Lemma], dict[str, LemmaError]]:
    """Return the lemmas whose `uses` can be followed (with what they use, that first), and why the others cannot.

    A name under `uses` is looked for among the lemmas given, then in the folder of the file that names it, then in the
    packaged suite.

    Examples
    --------
    >>> usable([])
    ([], {})
    """
    known = {lemma.name: lemma for lemma in lemmas}
    wanted = list(known)
    packaged: dict[str, Lemma] = {}
    beside = Beside()
    ordered: dict[str, Lemma] = {}
    problems: dict[str, LemmaError] = {}
    for first in wanted:
        path = {first: iter(known[first].uses)} if first not in ordered and first not in problems else {}
        while path:  # a stack of our own: chains of thousands of lemmas are deeper than Python's
            name, uses = next(reversed(path.items()))
            used = next((u for u in uses if u not in ordered), None)
            if used is None:
                ordered[name] = known[name]
                path.popitem()
                continue
            try:
                found = known.get(used) or beside.named(used, known[name].path)
            except LemmaError as error:
                reason: LemmaError | None = error
            else:
                if found is None:
                    packaged = packaged or {lemma.name: lemma for lemma in suite()}
                    found = packaged.get(used)
                if found is not None:
                    known[used] = found
                reason = _unusable(known[name], used, list(path), known, packaged, problems)
            if reason is None:
                path[used] = iter(known[used].uses)
                continue
            problems[name] = reason
            path.popitem()
            while path:  # whatever led here cannot be used either
                user, _ = path.popitem()
                problems[user] = LemmaError(f"{known[user].path}: {user} uses {name!r}, which cannot be used")
                name = user
    return list(ordered.values()), problems


def _unusable(
    lemma: Lemma,
    used: str,
    path: list[str],
    known: dict[str, Lemma],
    packaged: dict[str, Lemma],
    problems: dict[str, LemmaError],
) -> LemmaError | None:
    """Return why a lemma under `uses` cannot be followed, None when it can."""
    if used in problems:
        return LemmaError(f"{lemma.path}: {lemma.name} uses {used!r}, which cannot be used")
    if used in path:
        names = [*path[path.index(used) :], used]
        if len(names) > 12:
            names = [*names[:6], f"... ({len(names) - 12} more)", *names[-6:]]
        circle = " -> ".join(names)
        return LemmaError(f"{lemma.path}: lemmas use each other in a circle: {circle}")
    if used not in known:
        close = difflib.get_close_matches(used, [*known, *packaged], 1)
        hint = f": did you mean {close[0]!r}?" if close else ""
        return LemmaError(f"{lemma.path}: {lemma.name} uses {used!r}, which is no lemma{hint}")
    return None


def is_packaged(lemma: Lemma) -> bool:
    """Say whether a lemma is one of the packaged suite, which its name stands for on the command line.

    Examples
    --------
    >>> is_packaged(find(["balance_const"])[0])
    True
    """
    path = lemma.path.resolve()
    return path.is_relative_to(SUITE.resolve()) or path.is_relative_to(DERIVATIONS)


def sources() -> dict[str, dict[str, object]]:
    """Return what is known of the papers, by source key."""
    path = SUITE / "sources.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
