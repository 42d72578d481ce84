"""Ctrl-C must end a run even when it arrives where Python drops exceptions."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.02  # seconds until a dropped Ctrl-C is repeated


def _repeat() -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def kept_interrupts() -> Iterator[None]:
    """Repeat a Ctrl-C that Python dropped because it arrived inside a finalizer or a garbage-collection callback.

    Examples
    --------
    >>> with kept_interrupts():
    ...     print("running")
    running
    """
    before = sys.unraisablehook
    timers: list[threading.Timer] = []

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            before(dropped)
            return
        # raising it here would drop it again: let the main thread leave the callback first
        # (a true signal, because only that ends a sleep or a wait; to this thread, or another may take it)
        timers.append(threading.Timer(AGAIN, _repeat))
        timers[-1].daemon = True
        timers[-1].start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
        sys.unraisablehook = before
