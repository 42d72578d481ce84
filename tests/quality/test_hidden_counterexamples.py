"""False claims whose counterexamples lie off the simple points: all variables must move, or a circle must be hit."""

import pytest

from proofs_check.examine import Effort, examine
from proofs_check.language.statement import Statement

EFFORT = Effort(seconds=3.0, candidates=120)
REAL = "real"
FALSE = {
    "the bound moves the other variables": Statement(
        "mu <= 1/2",
        {"d12": REAL, "d13": REAL, "d23": REAL, "mu": REAL},
        ("d12 <= -mu", "d13 <= -mu", "d23 <= -mu"),
    ),
    "idle variables": Statement(
        "mu <= 1/2",
        {"d12": REAL, "d13": REAL, "mu": REAL, "u": {"vector": 2}, "z": {"vector": 2}},
        ("d12 <= -mu", "d13 <= -mu"),
    ),
    "two unit circles": Statement(
        "r <= c",
        {"c": "positive", "s": REAL, "u": {"vector": 2}, "r": "nonnegative"},
        ("c**2 + s**2 == 1", "dot(u, u) == 1", "r <= c*u[0] + s*u[1]"),
    ),
    "eight variables": Statement(
        "square >= 12*mu*X**2",
        {"d1": "nonnegative", "d2": "nonnegative", "d3": "nonnegative", "X": "positive"}
        | {"mu": {"real": "0 <= mu and mu <= 1"}, "a12": REAL, "a13": REAL, "a23": REAL},
        ("a12 >= mu", "a13 >= mu", "a23 >= mu"),
        (
            ("r1", "X + d1"), ("r2", "X + d2"), ("r3", "X + d3"),
            ("square", "r1**2 + r2**2 + r3**2 + 2*(r1*r2*a12 + r1*r3*a13 + r2*r3*a23)"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_is_refuted_not_supported(name: str) -> None:
    assert examine(FALSE[name], effort=EFFORT).verdict == "REFUTED"


def test_facts_with_fractional_exponents_give_a_verdict() -> None:
    # a part of the conjunction becomes a fact whose exponents need a finer ring
    result = examine(Statement("exp(t/2) > 0 and abs(exp(t/2) - 1) < 1 + exp(t/3)", {"t": REAL}), effort=EFFORT)
    assert result.verdict in ("PROVED", "SUPPORTED", "OPEN", "REFUTED")
    assert examine(Statement("abs(exp(t/2) - 1) < 1 + exp(t/2)", {"t": REAL}), effort=EFFORT).verdict != "REFUTED"
