"""Tell how far a run over lemmas is, and which of them are being worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

Progress = Callable[[int, int, str], None]


class Running:
    """Calls ``progress(done, total, names)`` at the start of a run and after each lemma; silent when nothing is left.

    Workers begin lemmas in their order, so those being worked on are the first that are not finished, one a worker.

    Examples
    --------
    >>> run = Running(lambda done, total, names: print(f"{done}/{total} {names}"), ["a", "b", "c"], total=4, jobs=2)
    1/4 a, b
    >>> run.finished("b")
    2/4 a, c
    """

    def __init__(self, progress: Progress | None, names: Iterable[str], total: int, jobs: int) -> None:
        self.progress, self.total, self.jobs = progress, total, jobs
        self.left = dict.fromkeys(names)
        if self.left:
            self._tell()

    def finished(self, name: str) -> None:
        """Count a lemma as done."""
        self.left.pop(name, None)
        self._tell()

    def _tell(self) -> None:
        if self.progress:
            self.progress(self.total - len(self.left), self.total, ", ".join(islice(self.left, self.jobs)))
