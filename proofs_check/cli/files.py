"""Reading and writing of files: whole or not at all, with limits on what a stranger hands us."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from proofs_check.cli.exits import UsageError

MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_RESULTS_BYTES = 64 * 1024 * 1024  # of all certificates of a report: some 3.5 KiB for each lemma


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` so that ``path`` holds either all of it or what it held before.

    Raises
    ------
    OSError
        If the folder cannot be made or written.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write_atomically(target, b"whole")
    >>> target.read_bytes()
    b'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # mkstemp makes files only their owner can read; give them the usual rights instead
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def require_writable_folder(folder: Path) -> None:
    """Make ``folder`` and try a file in it, so that a long run does not end with nowhere to write.

    Raises
    ------
    UsageError
        If the folder cannot be made or written.

    Examples
    --------
    >>> import tempfile
    >>> require_writable_folder(Path(tempfile.mkdtemp()) / "new")
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot write into folder '{folder}': {reason}; name another folder") from error


def require_writable_file(path: Path) -> None:
    """Check that ``path`` may be created or replaced before a long run.

    Raises
    ------
    UsageError
        If it is a folder or its folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> require_writable_file(Path(tempfile.mkdtemp()) / "out.json")
    """
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder; name a file to write")
    require_writable_folder(path.parent)


def read_json(name: str, exact: bool = False, limit: int = MAX_JSON_BYTES) -> Any:
    """Return the JSON value in the file ``name`` (``-``: standard input), within a limit on size and depth.

    Parameters
    ----------
    limit : bytes.
    exact : keep every number as the text that stands in the file, and refuse a key that occurs twice.

    Raises
    ------
    UsageError
        If the file is missing, too large, not UTF-8, not JSON, or nested too deeply.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.json"
    >>> _ = path.write_text('{"a": 1}')
    >>> read_json(str(path))
    {'a': 1}
    """
    place = "standard input" if name == "-" else f"'{name}'"
    content = _read_bytes(name, place, limit)
    if len(content) > limit:
        raise UsageError(f"{place} is larger than {limit // 2**20} MiB; not read: give it in parts")
    try:
        text = content.decode("utf-8")
        if not exact:
            return json.loads(text)
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise UsageError(f"{place} is not UTF-8 text; a JSON file is needed") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{place} is not JSON (line {error.lineno}: {error.msg}); is it cut off?") from error
    except (RecursionError, ValueError) as error:
        # ValueError: an integer of more digits than Python converts
        raise UsageError(f"{place} is nested too deeply or holds too long a number; not read") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UsageError(f"the JSON key '{key[:30]}' occurs twice; keep one")
        found[key] = value
    return found


def _read_bytes(name: str, place: str, limit: int) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(limit + 1)
        with open(name, "rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot read {place}: {error.strerror or error}") from error
