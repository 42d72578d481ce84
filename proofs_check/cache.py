"""Results kept by content: a lemma is examined again when its file, the code or an engine's version changes."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
ENGINES = ("sympy", "python-flint", "mpmath", "hypothesis")


def folder() -> Path:
    """Return the cache folder: RACEPROOF_CACHE, else raceproof below the user's cache folder.

    Examples
    --------
    >>> folder().name != ""
    True
    """
    named = os.environ.get("RACEPROOF_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "raceproof"


@cache
def code_hash(root: Path = ROOT) -> str:
    """Return a hash of everything besides the lemma that a verdict depends on: a package's code and the engines."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if relative.parts[0] not in ("cli", "report"):
            digest.update(str(relative).encode() + b"\0" + path.read_bytes())
    for engine in ENGINES:
        digest.update(f"{engine} {metadata.version(engine)}".encode())
    return digest.hexdigest()


def key(*parts: str) -> str:
    """Return the content hash of a result: the parts and the toolkit's code.

    Examples
    --------
    >>> key("a") != key("b")
    True
    """
    digest = hashlib.sha256(code_hash().encode())
    for part in parts:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


def digest(content: bytes) -> str:
    """Return the hash of some bytes.

    Examples
    --------
    >>> len(digest(b""))
    64
    """
    return hashlib.sha256(content).hexdigest()


def load(name: str) -> dict[str, Any] | None:
    """Return the kept result of that key, None when there is none or it cannot be read."""
    content = load_bytes(name)
    if content is None:
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def store(name: str, value: dict[str, Any]) -> None:
    """Keep a result; a cache that cannot be written is no error."""
    store_bytes(name, json.dumps(value).encode())


def problem() -> str:
    """Return why nothing can be kept, "" when it can.

    Examples
    --------
    >>> isinstance(problem(), str)
    True
    """
    try:
        folder().mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".tmp")
        os.close(handle)
        os.unlink(temporary)
    except OSError as error:
        return f"{folder()}: {error.strerror or error}"
    return ""


def load_bytes(name: str) -> bytes | None:
    """Return the kept bytes of that key, None when there are none."""
    try:
        return (folder() / name).read_bytes()
    except OSError:
        return None


def store_bytes(name: str, content: bytes) -> None:
    """Keep bytes, all or nothing; a cache that cannot be written is no error."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            os.replace(temporary, folder() / name)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError:
        return
