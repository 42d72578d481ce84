"""Errors that point: a lemma file's error with the line and the column where it stands, and the text that is there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofs_check.fields import LemmaError
from proofs_check.language.errors import ClaimError, shorten
from proofs_check.places import KeyPath, Places, find_places, path_of

if TYPE_CHECKING:
    from proofs_check.lemma import Claim, Lemma

HIDDEN = ("Cc", "Cf", "Cs", "Co")  # control and formatting characters, among them those that turn text around
ALLOWED = "\t\n\r"
NOT_WRITTEN = 'no claim written yet: put it in the place of "TODO"'  # which is what a draft holds of what was not read


def at_syntax(message: str, path: Path, source: str) -> LemmaError:
    """Return the error of a file that is not TOML, with the line and the column that `tomllib` names.

    Examples
    --------
    >>> str(at_syntax("Invalid value (at line 1, column 8)", Path("a.toml"), "name = ?"))
    "a.toml:1:8: not TOML: Invalid value in 'name = ?'"
    """
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found is None:  # at the end of the document, or an integer of too many digits
        return LemmaError(f"{path}: not TOML: {message}", path)
    lines = source.replace("\r\n", "\n").split("\n")
    shown = lines[int(found[1]) - 1].strip()
    text = f" in {shorten(shown)!r}" if shown else ""
    return LemmaError(f"{path}:{found[1]}:{found[2]}: not TOML: {message[: found.start()]}{text}", path)


def at_key(error: LemmaError, root: Mapping[str, Any], source: str) -> LemmaError:
    """Return an error about a key of a parsed file with the line and the column of the key, and the line's text."""
    if error.path is None or error.table is None:
        return error
    path = path_of(root, error.table)
    if path is None:
        return error
    places = find_places(source)
    rest = str(error).removeprefix(f"{error.path}: ")
    if error.key is not None:
        path = (*path, error.key)
    else:
        path = _named(rest, places) or path
    offset = places.nearest(path)
    shown = shorten(places.line(offset))
    text = f" in {shown!r}" if shown and shown not in rest else ""
    return LemmaError(f"{_place(error.path, places, offset)}: {rest}{text}", error.path)


def at_claim(error: ClaimError, lemma: Lemma, claim: Claim | None = None) -> LemmaError:
    """Return an error about a claim with the line and the column of what is wrong in the lemma's file."""
    said = NOT_WRITTEN if claim is not None and claim.statement.text.strip() == "TODO" else str(error)
    rest = f"{claim.name}: {said}" if claim is not None else said
    if lemma.path.suffix != ".toml" or not lemma.text:
        return LemmaError(f"{lemma.path}: {rest}", lemma.path)
    places = find_places(lemma.text)
    own: KeyPath = ()
    for kind, claims in (("claim", lemma.claims), ("twin", lemma.twins)):
        own = next(((kind, i) for i, item in enumerate(claims) if item is claim), own)
    offset = _in_text(error, places, own)
    if offset is None:
        offset = places.nearest(_named(str(error), places) or (*own, "text"))
    return LemmaError(f"{_place(lemma.path, places, offset)}: {rest}", lemma.path)


def refuse_hidden(table: Mapping[str, Any], path: Path) -> None:
    """Raise when a text or a key holds a character that does not show: it could change what a terminal displays."""
    stack: list[tuple[Any, Mapping[str, Any], str | None]] = [(table, table, None)]
    while stack:
        value, owner, key = stack.pop()
        if isinstance(value, Mapping):
            stack += [(name, value, name) for name in value] + [(item, value, name) for name, item in value.items()]
        elif isinstance(value, list):
            stack += [(item, owner, key) for item in value]
        elif isinstance(value, str) and not value.isprintable():
            for char in value:
                if unicodedata.category(char) in HIDDEN and char not in ALLOWED:
                    raise LemmaError(
                        f"{path}: the character U+{ord(char):04X} does not show: remove it", path, owner, key
                    )


def _place(path: Path, places: Places, offset: int) -> str:
    line, column = places.line_and_column(offset)
    return f"{path}:{line}:{column}"


def _named(message: str, places: Places) -> KeyPath | None:
    """Return the key that a message such as "[trajectory] digits=0 must be ..." names, None when it names none."""
    found = re.match(r"\[([\w.]+)\] (?:has no key )?'?(\w+)", message)
    if found is None:
        return None
    table = tuple(found[1].split("."))
    return next((path for path in ((*table, found[2]), table) if path in places.keys), None)


def _in_text(error: ClaimError, places: Places, own: KeyPath) -> int | None:
    """Return the offset of the column of an expression, looked for in the claim's own texts first."""
    if error.text is None:
        return None
    same = [text for text in places.texts if text.value == error.text]
    if not same:
        return None
    text = next((text for text in same if text.path[: len(own)] == own), same[0])
    shown: list[int] = []  # the offset of each character of the text with runs of white space as one blank
    for word in re.finditer(r"\S+", text.value):
        shown += [text.offsets[word.start() - 1]] if shown else []
        shown += text.offsets[word.start() : word.end()]
    if not shown:
        return text.begins
    return shown[min(max((error.column or 1) - 1, 0), len(shown) - 1)]
