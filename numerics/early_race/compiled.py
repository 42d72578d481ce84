"""The one way kernels of the early race are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(*flags: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that compiles a kernel to machine code, cached on disk, without the interpreter lock.

    Division by zero gives infinity, as in NumPy; with Python's exception inside, loops do not vectorise. Counting
    references is left out (``_nrt``): the kernels own no memory, and counting took 20 of 33 ms for 25,000 events.

    Parameters
    ----------
    flags : names of LLVM floating-point flags to allow.

    Examples
    --------
    >>> compiled("contract").__name__
    'decorate'
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        options: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}
        return njit(fastmath=set(flags) if flags else False, **options)(function)

    return decorate
