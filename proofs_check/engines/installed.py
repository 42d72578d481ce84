"""Which optional engines are here: a verdict depends on them, so kept results name them."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from proofs_check.engines.coq import coq_version

OPTIONAL = ("z3-solver", "cvc5", "cvxpy", "clarabel")
SOLVERS, COQ = 4, 7


@cache
def installed(level: int) -> tuple[str, ...]:
    """Return the optional engines that may be asked up to a rung, with their versions or "absent".

    Examples
    --------
    >>> installed(3)
    ()
    >>> len(installed(4)) < len(installed(7))
    True
    """
    found = [f"{name} {_version(name)}" for name in (OPTIONAL if level >= SOLVERS else ())]
    return (*found, f"coqc {coq_version()}") if level >= COQ else tuple(found)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"
