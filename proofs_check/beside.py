"""The lemma files beside a lemma's own: what it may use although nobody named them."""

from __future__ import annotations

from pathlib import Path

from proofs_check.lemma import Lemma, LemmaError, read_lemma

SUITE = Path(__file__).resolve().parent


class Beside:
    """Reads a folder's lemma files once, when the first of them is asked for.

    Examples
    --------
    >>> Beside().named("balance_const", Path("nowhere/a.toml")) is None
    True
    """

    def __init__(self) -> None:
        self.folders: dict[Path, dict[str, list[Lemma]]] = {}

    def named(self, name: str, user: Path) -> Lemma | None:
        """Return the lemma of that name in the folder of a file, None when there is none.

        Raises
        ------
        LemmaError
            For two lemmas of that name.
        """
        folder = user.parent
        if user.suffix != ".toml" or folder.resolve().is_relative_to(SUITE):  # the suite is read as a whole
            return None
        if folder not in self.folders:
            self.folders[folder] = _read(folder)
        found = self.folders[folder].get(name, [])
        if len(found) > 1:
            raise LemmaError(f"two lemmas of one name {name!r}: {found[0].path} and {found[1].path}")
        return found[0] if found else None


def _read(folder: Path) -> dict[str, list[Lemma]]:
    """Return the lemmas in a folder by name; a file that cannot be used is none of them."""
    found: dict[str, list[Lemma]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            lemma = read_lemma(path)
        except LemmaError:
            continue
        found.setdefault(lemma.name, []).append(lemma)
    return found
