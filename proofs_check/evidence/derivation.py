"""Rung 2: SymPy's opinion on each step, and the step at random rational points by balls. Never the last word."""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from types import FrameType

from proofs_check.evidence.balls import agrees
from proofs_check.evidence.points import Domain
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, sub, subterms

SAMPLES = 5
MAX_NODES = 250
REPEAT = 0.25  # seconds after which the alarm rings again, should foreign code swallow it


class TookTooLong(Exception):
    """The time for one attempt is over."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TookTooLong when the block runs longer; only in a main thread with an alarm clock, elsewhere unlimited.

    Examples
    --------
    >>> with time_limit(5):
    ...     1 + 1
    2
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TookTooLong

    outer = signal.getitimer(signal.ITIMER_REAL)[0]
    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, stop)
    collecting = gc.isenabled()
    gc.disable()  # a collection may run foreign callbacks, which would swallow the exception
    signal.setitimer(signal.ITIMER_REAL, min(seconds, outer) if outer else seconds, REPEAT)
    try:
        yield
    finally:
        left = max(outer - (time.monotonic() - started), 0.001) if outer else 0
        signal.setitimer(signal.ITIMER_REAL, left, REPEAT if outer else 0)
        signal.signal(signal.SIGALRM, before)
        if collecting:
            gc.enable()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold the alarm of a time limit back during an import: a module that is half loaded stays so.

    Examples
    --------
    >>> with undisturbed():
    ...     import json
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def sympy_opinion(formula: Formula, problem: Problem, seconds: float = 1.0) -> str:
    """Return "zero", "not zero", "not simplified" or "no opinion" for the difference of the two sides of an equality.

    SymPy works in a real field that forgets side conditions, so this is evidence, never a proof.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> problem = elaborate(Statement("sin(x)**2 + cos(x)**2 == 1", {"x": "real"}))
    >>> sympy_opinion(problem.claim, problem, 10)
    'zero'
    """
    with undisturbed():
        import sympy

        from proofs_check.printers.to_sympy import to_sympy

    if formula.op != "==" or sum(1 for _ in subterms(*formula.terms)) > MAX_NODES:
        return "no opinion"
    try:
        with time_limit(seconds):
            difference = to_sympy(sub(*formula.terms), problem.domain)
            simplified = sympy.simplify(difference)
    except Exception:  # the time is over, or SymPy fails, which it does in many ways: neither is an opinion
        return "no opinion"
    if simplified == 0:
        return "zero"
    return "not zero" if simplified.is_number and simplified.is_nonzero else "not simplified"


def agrees_at_points(problem: Problem, relu_at_zero: int, witness: Mapping[str, Fraction] | None) -> tuple[int, int]:
    """Return at how many of up to five points of the domain the claim is not violated, and how many were looked at.

    An equality between transcendental numbers is never certain at a point: balls that overlap at 512 bits agree.
    """
    agreeing = looked = 0
    domain = Domain.of(problem, relu_at_zero)
    if any(not pool for pool in domain.pools.values()):
        return 0, 0
    for point in domain.points(11, witness, 300):
        looked += 1
        agreeing += agrees(problem.claim, point, relu_at_zero)
        if looked == SAMPLES:
            break
    return agreeing, looked
