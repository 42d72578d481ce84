"""Where things stand in a TOML file: the line and column of every key, and of every character of every text.

`tomllib` tells no positions. This scanner reads texts that `tomllib` accepted, and only for an error message: it runs
when something is wrong, and nothing rests on it but where the message points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

KeyPath = tuple[str | int, ...]
SPACE, BLANK = re.compile(r"[ \t]*"), re.compile(r"(?:[ \t\n]|#[^\n]*)*")
BARE_KEY, ATOM = re.compile(r"[A-Za-z0-9_-]+"), re.compile(r"[^,\]}\n#]*")
SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
HEX = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True)
class Text:
    """A text of the file: its path of keys, its value, where it begins, and the offset of each of its characters."""

    path: KeyPath
    value: str
    begins: int
    offsets: tuple[int, ...]


@dataclass
class Places:
    """The offsets of all keys and texts of a TOML file.

    Examples
    --------
    >>> places = find_places('a = 1\\n[[claim]]\\ntext = "x > 0"\\n')
    >>> places.line_and_column(places.keys[("claim", 0, "text")])
    (3, 1)
    >>> places.texts[0].value
    'x > 0'
    """

    source: str
    keys: dict[KeyPath, int] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both counted from 1."""
        return self.source.count("\n", 0, offset) + 1, offset - (self.source.rfind("\n", 0, offset) + 1) + 1

    def line(self, offset: int) -> str:
        """Return the line in which an offset lies."""
        return self.source.splitlines()[self.line_and_column(offset)[0] - 1].strip() if self.source.strip() else ""

    def nearest(self, path: KeyPath) -> int:
        """Return where a key stands, or the innermost table around it that has a place."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path, 0)


def find_places(source: str) -> Places:
    """Return where the keys and texts of a TOML file stand.

    Parameters
    ----------
    source : text that `tomllib` accepts; of any other text as much is found as can be read.
    """
    places = Places(source.replace("\r\n", "\n"))
    with suppress(IndexError, ValueError, KeyError, RecursionError):  # not TOML after all: what was found so far
        _Scanner(places).file()
    return places


def path_of(root: Mapping[str, Any], table: Mapping[str, Any]) -> KeyPath | None:
    """Return the keys that lead from the root of a parsed file to one of its tables (the very object), or None.

    Examples
    --------
    >>> root = {"claim": [{"text": "x > 0"}]}
    >>> path_of(root, root["claim"][0])
    ('claim', 0)
    """
    stack: list[tuple[KeyPath, Any]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if node is table:
            return path
        items = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
        stack.extend(((*path, key), value) for key, value in items if isinstance(value, (Mapping, list)))
    return None


class _Scanner:
    """One pass over a file, from left to right."""

    def __init__(self, places: Places) -> None:
        self.places, self.source, self.at = places, places.source, 0
        self.counts: dict[KeyPath, int] = {}  # how many tables an array of tables has so far

    def file(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip(BLANK)
            if self.at >= len(self.source):
                return
            if self.source[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def _header(self) -> KeyPath:
        start, double = self.at, self.source.startswith("[[", self.at)
        self.at += 2 if double else 1
        path: KeyPath = ()
        parts = self._key()
        for number, (part, _) in enumerate(parts, 1):
            path = (*path, part)
            if path in self.counts and not (double and number == len(parts)):
                path = (*path, self.counts[path] - 1)
        if double:
            self.counts[path] = self.counts.get(path, 0) + 1
            self.places.keys.setdefault(path, start)
            path = (*path, self.counts[path] - 1)
        self.places.keys.setdefault(path, start)
        self.at = self.source.index("]", self.at) + (2 if double else 1)
        return path

    def _key(self) -> list[tuple[str, int]]:
        """Read a dotted key; return its parts with their offsets."""
        parts: list[tuple[str, int]] = []
        while True:
            self._skip(SPACE)
            start = self.at
            if self.source[start] in "\"'":
                parts.append((self._text()[0], start))
            else:
                self._skip(BARE_KEY)
                if self.at == start:
                    raise ValueError("no key")
                parts.append((self.source[start : self.at], start))
            self._skip(SPACE)
            if self.source[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, table: KeyPath) -> None:
        path = table
        for part, offset in self._key():
            path = (*path, part)
            self.places.keys.setdefault(path, offset)
        self.at = self.source.index("=", self.at) + 1
        self._skip(SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        first, start = self.source[self.at], self.at
        if first in "\"'":
            value, offsets = self._text()
            self.places.texts.append(Text(path, value, start, tuple(offsets)))
        elif first in "[{":
            self.at += 1
            number = 0
            while True:
                self._skip(BLANK)
                if self.source[self.at] in "]}":
                    self.at += 1
                    return
                if first == "{":
                    self._pair(path)
                else:
                    self.places.keys.setdefault((*path, number), self.at)
                    self._value((*path, number))
                number += 1
                self._skip(BLANK)
                if self.source[self.at] == ",":
                    self.at += 1
        else:
            self._skip(ATOM)

    def _text(self) -> tuple[str, list[int]]:
        """Read a text in quotation marks; return its value and the offset of each character."""
        mark = self.source[self.at]
        triple = self.source.startswith(3 * mark, self.at)
        end = 3 * mark if triple else mark
        self.at += len(end)
        if triple and self.source[self.at] == "\n":
            self.at += 1
        value: list[str] = []
        offsets: list[int] = []
        while not self._ended(end):
            start = self.at
            char = self._escaped() if mark == '"' and self.source[start] == "\\" else self.source[start]
            self.at += self.at == start
            value.append(char)
            offsets += [start] * len(char)
        self.at += len(end)
        return "".join(value), offsets

    def _ended(self, end: str) -> bool:
        if not self.source.startswith(end, self.at):
            if self.at >= len(self.source):
                raise ValueError("a text without an end")
            return False
        # up to two quotation marks may stand right before the three that end a text
        return len(end) == 1 or not self.source.startswith(end[0], self.at + 3)

    def _escaped(self) -> str:
        code = self.source[self.at + 1]
        if code in " \t\n":  # a line that goes on: nothing until the next visible character
            self.at = re.compile(r"\\[ \t\n]*").match(self.source, self.at).end()  # type: ignore[union-attr]
            return ""
        digits = HEX.get(code, 0)
        if digits:
            char = chr(int(self.source[self.at + 2 : self.at + 2 + digits], 16))
        else:
            char = SHORT[code]
        self.at += 2 + digits
        return char
