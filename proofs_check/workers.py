"""Work on lemmas in processes of their own: limited in memory, deaf to Ctrl-C, ended at once by an error."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from proofs_check.lemma import Lemma

MAX_MEMORY = 6 * 2**30
Finished = Callable[[Lemma, dict[str, Any]], None]


def in_parallel(
    work: Callable[..., dict[str, Any]], tasks: Mapping[str, tuple[Any, ...]], jobs: int, finished: Finished
) -> None:
    """Call ``work(*task)`` for every task in ``jobs`` worker processes, and ``finished(lemma, result)`` as they end.

    The first part of a task is its lemma. An error or Ctrl-C ends the workers at once.

    Raises
    ------
    Exception
        What the work raised.
    """
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_limited)
    try:
        with _deaf_to_interrupts():  # workers inherit this from their first moment on
            waiting: dict[Future[dict[str, Any]], Lemma] = {
                pool.submit(work, *task): task[0] for task in tasks.values()
            }
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                finished(waiting.pop(future), future.result())
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C for a moment; the parent alone answers it, and its workers never do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _limited() -> None:
    """Let a worker have so much memory and no more: a stranger's lemma must not exhaust the machine."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource
    except ImportError:  # not on this system
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft > MAX_MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, hard))
