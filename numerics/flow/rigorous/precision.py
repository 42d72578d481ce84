"""The working precision of python-flint, changed for a while and always put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from flint import ctx

LOCK = RLock()


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with balls of ``bits`` bits inside the block.

    The precision of python-flint belongs to the process, not to the thread: the lock keeps two of our blocks from
    interleaving, so that each puts back what it found. A thread that does not take part may change the precision
    meanwhile; balls are then wider or narrower but enclose all the same, so nothing proved here depends on it.

    Examples
    --------
    >>> from flint import arb
    >>> with working_precision(200):
    ...     third = arb(1) / 3
    >>> third.rel_accuracy_bits() > 190, ctx.prec
    (True, 53)
    """
    with LOCK:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before
