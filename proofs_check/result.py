"""The result of one claim, and how hard to look for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from proofs_check.verdict import Evidence

CHECKER, TOP_RUNG = 6, 7
DEFAULT_LEVEL = CHECKER


@dataclass
class StepResult:
    """One link of a chain: its text, the reason the author gives, and what was found."""

    text: str
    reason: str
    verdict: str
    level: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {"text": self.text, "reason": self.reason, "verdict": self.verdict, "level": self.level}


@dataclass
class ClaimResult:
    """The verdict on one claim, with everything it rests on."""

    name: str
    text: str
    expect: str
    verdict: str = "OPEN"
    level: int = 0
    reason: str = ""
    obligations: list[dict[str, str]] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    counterexample: dict[str, Any] | None = None
    evidence: list[Evidence] = field(default_factory=list)
    certificate: dict[str, Any] | None = None
    looked_over: bool = False  # whether support was searched for what speaks against it; until then it is none
    doubt: str = ""  # what an engine found against the claim without a point that replays: then nothing supports it

    @property
    def expected(self) -> bool:
        """True when the verdict is the one the lemma file expects and every displayed step of a proof is proved."""
        steps_hold = self.verdict != "PROVED" or all(step.verdict == "PROVED" for step in self.steps)
        return self.verdict == self.expect and steps_hold

    def _repr_html_(self) -> str:
        from proofs_check.notebook import claim_html

        return claim_html(self.to_json())

    def _repr_latex_(self) -> str:
        from proofs_check.notebook import claim_latex

        return claim_latex(self.text)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `verify --json`."""
        return {
            "name": self.name,
            "text": self.text,
            "expect": self.expect,
            "expected": self.expected,
            "verdict": self.verdict,
            "level": self.level,
            "reason": self.reason,
            "obligations": self.obligations,
            "steps": [step.to_json() for step in self.steps],
            "counterexample": self.counterexample,
            "evidence": [e.to_json() for e in self.evidence],
            "certificate": self.certificate,
        }


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    Attributes
    ----------
    seconds, candidates : for the search.    sympy : whether to ask SymPy.    level : the highest rung.
    limit : seconds for the whole claim.    outside : seconds for each solver; twice that for Coq.
    race : set the outside engines to work at once, beside the others; they end when the claim is decided without them.
    """

    seconds: float = 2.0
    candidates: int = 300
    sympy: bool = True
    level: int = DEFAULT_LEVEL
    limit: float = 120.0
    outside: float = 5.0
    race: bool = False
