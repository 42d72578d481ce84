"""The fields of a TOML file, each of its type or a one-line error that names the file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class LemmaError(ValueError):
    """A lemma file that cannot be used: one line with file, what and what to do.

    Attributes
    ----------
    path : the file, None when it is about no single one.
    table, key : the parsed table and the key in it that are wrong, as far as known (so that the line can be found).

    Examples
    --------
    >>> str(LemmaError("a.toml: no [[claim]]"))
    'a.toml: no [[claim]]'
    """

    def __init__(
        self, message: str, path: Path | None = None, table: Mapping[str, Any] | None = None, key: str | None = None
    ):
        super().__init__(message)
        self.path, self.table, self.key = path, table, key


def refuse_unknown(table: Mapping[str, Any], keys: Any, path: Path, where: str) -> None:
    """Raise unless every key of a table is known."""
    for key in table:
        if key not in keys:
            close = difflib.get_close_matches(key, keys, 1)
            hint = f": did you mean {close[0]!r}?" if close else f"; known: {', '.join(keys)}"
            raise LemmaError(f"{path}: {where}unknown key {key!r}{hint}", path, table, key)


def expression_of(
    value: Any, path: Path, where: str, table: Mapping[str, Any] | None = None, key: str | None = None
) -> str:
    """Return a text that is not empty; `table` and `key` say where it stands, for the error."""
    if not isinstance(value, str) or not value.strip():
        raise LemmaError(f"{path}: {where} must be an expression in quotation marks", path, table, key)
    return value


def string_of(table: Mapping[str, Any], key: str, path: Path, default: str) -> str:
    """Return the text under a key."""
    value = table.get(key, default)
    if not isinstance(value, str):
        raise LemmaError(f"{path}: {key}={value!r} must be text", path, table, key)
    return value


def list_of(table: Mapping[str, Any], key: str, path: Path) -> list[Any]:
    """Return the list under a key."""
    value = table.get(key, [])
    if not isinstance(value, list):
        raise LemmaError(f"{path}: {key} must be a list", path, table, key)
    return value


def strings_of(table: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    """Return the list of texts under a key."""
    values = list_of(table, key, path)
    if not all(isinstance(v, str) for v in values):
        raise LemmaError(f"{path}: {key} must be a list of texts", path, table, key)
    return tuple(values)


def table_of(table: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    """Return the table under a key."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise LemmaError(f"{path}: {key} must be a table", path, table, key)
    return value


def tables_of(table: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    """Return the tables under a key that is written with double brackets."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise LemmaError(f"{path}: write [[{key}]] with double brackets", path, table, key)
    return value
