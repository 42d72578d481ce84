"""One changed claim put to the verifier, and the clock that all of a repair shares."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from proofs_check.checker import replay
from proofs_check.evidence.derivation import TookTooLong, time_limit
from proofs_check.examine import examine
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.result import CHECKER, ClaimResult, Effort
from proofs_check.verdict import OPEN, PROVED, REFUTED

WITHOUT_CERTIFICATE = (4, 7)
Decide = Callable[[Statement, float], ClaimResult]


def load_engines() -> None:
    """Import what the search imports at its first use: an import that a time limit cuts off is broken for good."""
    for name in ("hypothesis", "hypothesis.strategies", "scipy.optimize", "sympy"):
        import_module(name)


class Clock:
    """How much time is left, in seconds.

    Examples
    --------
    >>> 0 < Clock(10).left() <= 10
    True
    """

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self.end - time.monotonic())

    def part(self, share: float) -> Clock:
        """Return a clock for a share of what is left."""
        return Clock(share * self.left())


@dataclass(frozen=True)
class Trial:
    """What the verifier says of a changed claim. `proved` is the only leave to show it as true.

    Attributes
    ----------
    change : what was changed, in words.
    verdict, level : the verdict and its rung.
    proved : the verdict is PROVED, and the checker accepted a certificate of this very claim once more.
    counterexample : the replayed point where it fails, for REFUTED.

    Examples
    --------
    >>> Trial("4 -> 3", "x <= 3", (), "SUPPORTED", 1).word()
    'supported, not proved'
    """

    change: str
    text: str
    conditions: tuple[str, ...]
    verdict: str
    level: int
    proved: bool = False
    counterexample: Mapping[str, Any] | None = None
    certificate: Mapping[str, Any] | None = None

    def word(self) -> str:
        """Return how the claim may be shown."""
        if self.proved:
            return "true"
        return "not confirmed" if self.verdict == PROVED else f"{self.verdict.lower()}, not proved"

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {
            "change": self.change,
            "text": self.text,
            "conditions": list(self.conditions),
            "verdict": self.verdict,
            "level": self.level,
            "proved": self.proved,
            "counterexample": self.counterexample,
            "certificate": self.certificate,
        }


def decide_statement(statement: Statement, seconds: float) -> ClaimResult:
    """Decide a claim up to the checker's rung, quickly: one of many candidates.

    Examples
    --------
    >>> decide_statement(Statement("x**2 >= 0", {"x": "real"}), 3).verdict
    'PROVED'
    """
    effort = Effort(seconds / 3, 400, sympy=False, level=CHECKER, limit=20 * seconds + 5, outside=max(seconds, 1.0))
    return examine(statement, effort=effort)


def decide_by_all(statement: Statement, seconds: float) -> ClaimResult:
    """Decide a claim as `raceproof prove` does, with every engine, when all its variables are plain reals."""
    from proofs_check import verify

    plain = Statement(statement.text, dict.fromkeys(statement.variables, "real"), statement.hypotheses)
    if statement == plain:
        return verify.decide(statement.text, list(statement.hypotheses), seconds)
    return decide_statement(statement, seconds)


def attempt(statement: Statement, change: str, seconds: float, decide: Decide = decide_statement) -> Trial:
    """Put a changed claim to the verifier, for so many seconds.

    Guarantee: `proved` only when the verdict is PROVED and either the small checker accepts, here and now, a
    certificate whose statement is this one, or two solvers agree (rung 4) or Coq does (rung 7).

    Examples
    --------
    >>> attempt(Statement("x**2 >= 0", {"x": "real"}), "", 3).proved
    True
    """
    from hypothesis.errors import HypothesisException  # what a time limit may become inside a search

    conditions = tuple(statement.hypotheses)
    try:
        with time_limit(20 * seconds + 10):
            result = decide(statement, seconds)
    except (TookTooLong, MemoryError, ClaimError, HypothesisException):
        return Trial(change, statement.text, conditions, OPEN, 0)
    proved = result.verdict == PROVED and _confirmed(statement, result)
    point = result.counterexample if result.verdict == REFUTED else None
    return Trial(
        change, statement.text, conditions, result.verdict, result.level, proved, point,
        result.certificate if proved or point is not None else None,
    )  # fmt: skip


def _confirmed(statement: Statement, result: ClaimResult) -> bool:
    """Return True when the checker accepts a proof of exactly this statement, or engines without certificates do."""
    certificate = result.certificate
    if certificate is None or certificate.get("kind") == "counterexample":
        return any(e.outcome == "proof" and e.rung in WITHOUT_CERTIFICATE for e in result.evidence)
    return certificate.get("statement") == statement.to_json() and replay(dict(certificate)).accepted
