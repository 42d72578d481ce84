"""Folders of lemmas that are being written: what changed since the last look, and what can be used meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from proofs_check.lemma import Lemma, LemmaError, read_lemma
from proofs_check.project import SETTINGS
from proofs_check.registry import lemma_files, usable

POLL = 0.5  # seconds between two looks without the library watchfiles
Stamp = tuple[int, int]
Snapshot = dict[Path, Stamp]
Kept = Mapping[Path, tuple[Stamp, "Lemma | LemmaError"]]


def snapshot(names: Sequence[str]) -> Snapshot:
    """Return when each lemma file and settings file below the folders (or files) named was last written, and its size.

    Examples
    --------
    >>> snapshot([])
    {}
    """
    found: Snapshot = {}
    for name in names:
        folder = Path(name)
        paths = [*lemma_files(folder), folder / SETTINGS] if folder.is_dir() else [folder, folder.parent / SETTINGS]
        for path in paths:
            try:
                status = path.stat()
            except OSError:  # not there, or gone since the folder was listed
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def read_changed(now: Snapshot, kept: Kept) -> Kept:
    """Return every lemma file of a snapshot as its lemma or its error; a file that did not change is not read again."""
    found: dict[Path, tuple[Stamp, Lemma | LemmaError]] = {}
    for path, stamp in now.items():
        if path.name == SETTINGS:
            continue
        before = kept.get(path)
        if before is not None and before[0] == stamp:
            found[path] = before
            continue
        try:
            found[path] = (stamp, read_lemma(path))
        except LemmaError as error:
            found[path] = (stamp, error)
    return found


def sorted_out(kept: Kept, refused: Mapping[Path, LemmaError]) -> tuple[list[Lemma], list[LemmaError]]:
    """Return the lemmas that can be verified now, and one error for each file that cannot.

    Parameters
    ----------
    refused : errors of files that can be read, but whose claims are not in the claim language.
    """
    lemmas: dict[str, Lemma] = {}
    errors: list[LemmaError] = []
    for path, (_, item) in kept.items():
        if path in refused:
            errors.append(refused[path])
        elif isinstance(item, LemmaError):
            errors.append(item)
        elif item.name in lemmas:
            errors.append(LemmaError(f"two lemmas of one name {item.name!r}: {lemmas[item.name].path} and {path}"))
        else:
            lemmas[item.name] = item
    good, problems = usable(list(lemmas.values()))
    own = [lemma for lemma in good if lemma.name in lemmas]
    return own, errors + list(problems.values())


def changes(names: Sequence[str], seen: Snapshot, polling: bool = False) -> Iterator[Snapshot]:
    """Yield a new snapshot whenever a file was written, added or removed; runs until it is interrupted.

    The library watchfiles wakes it at once; without it, and on drives that tell nothing, it looks every half second.
    """
    for _ in _wakes(names, polling):
        now = snapshot(names)
        if now != seen:
            seen = now
            yield now


def _wakes(names: Sequence[str], polling: bool) -> Iterator[None]:
    """Yield whenever it is time to look."""
    try:
        if polling:
            raise ImportError("asked to poll")
        from watchfiles import watch
    except ImportError:
        while True:
            time.sleep(POLL)
            yield
    folders = {Path(name) if Path(name).is_dir() else Path(name).parent for name in names}
    every = int(1000 * POLL)
    for _ in watch(*folders, watch_filter=None, rust_timeout=every, yield_on_timeout=True, raise_interrupt=True):
        yield
