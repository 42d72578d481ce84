"""The house's short form of parameters, ``name : what it is.    other : what that is.``, as NumPy's parser wants it."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

SECTIONS = ("Parameters", "Attributes")
ENTRY = re.compile(r"(?P<names>\*{0,2}[A-Za-z_]\w*\*?(?:, \*{0,2}[A-Za-z_]\w*)*) : (?P<text>.+)")


class ShortParameters(Extension):
    """Lets the reference show the types of the signature, and the words as the description."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of an object before it is parsed."""
        if obj.docstring is not None:
            obj.docstring.value = spelled_out(obj.docstring.value)


def spelled_out(docstring: str) -> str:
    r"""Return a docstring whose parameters have their description on lines of its own.

    Examples
    --------
    >>> print(spelled_out("One.\n\nParameters\n----------\na : first.    b : second,\n    more."))
    One.
    <BLANKLINE>
    Parameters
    ----------
    a
        first.
    b
        second,
        more.
    """
    lines, result, inside = docstring.splitlines(), [], False
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if following.startswith("---"):
            inside = line in SECTIONS
        entries = _entries(line, following) if inside else []
        result += entries or [line]
    return "\n".join(result)


def _entries(line: str, following: str) -> list[str]:
    """Return the lines for the parameters that one line describes; none when it describes none, or names a type."""
    found = [ENTRY.fullmatch(part) for part in re.split(r" {3,}(?=\S+(?:, \S+)* : )", line)]
    if not all(found) or (" " not in line.partition(" : ")[2] and following.startswith(" ")):
        return []
    return [text for entry in found if entry for text in (entry["names"], f"    {entry['text']}")]
