"""The papers behind the lemmas: those of the suite, and those that a user's folder names in its own `sources.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs_check.registry import sources

TEXTS = ("title", "arxiv", "venue", "note", "doi", "url")


def known_sources(names: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Return the papers by key; a `sources.toml` in a folder that is named, or beside a file, wins over the suite's.

    Raises
    ------
    ValueError
        When such a file is not TOML, or a paper in it is not a table of texts.

    Examples
    --------
    >>> known_sources()["du2018"]["year"]
    2018
    """
    found = {key: dict(paper) for key, paper in sources().items()}
    for name in names:
        path = Path(name)
        file = (path if path.is_dir() else path.parent) / "sources.toml"
        if (path.is_dir() or path.suffix == ".toml") and file.is_file():
            found |= _read(file)
    return found


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not TOML: {' '.join(str(error).split())}") from None
    for key, paper in table.items():
        if not isinstance(paper, dict):
            raise ValueError(f"{path}: {key}={str(paper)[:40]!r} is no paper; write [{key}] and its title below")
        for name, value in paper.items():
            if name == "authors" and not (isinstance(value, list) and all(isinstance(part, str) for part in value)):
                raise ValueError(f"{path}: [{key}] authors must be a list of names")
            if name in TEXTS and not isinstance(value, str):
                raise ValueError(f"{path}: [{key}] {name} must be text")
            if name == "year" and not isinstance(value, int | str):
                raise ValueError(f"{path}: [{key}] year must be a number")
    return {
        key: {name: paper[name] for name in (*TEXTS, "authors", "year") if name in paper}
        for key, paper in table.items()
    }
