"""A kink inside a function whose own slope is zero: the jump must not be lost with the product that is zero.

step(step(x) - 1/2) is step(x): it jumps at 0, though the outer step is far from its kink there.
"""

import pytest

from proofs_check.checker import replay
from proofs_check.examine import Effort, examine
from proofs_check.language.statement import Statement

QUICK = Effort(seconds=0.3, candidates=60, sympy=False, outside=2.0)
UNDECIDED_AT_ZERO = [
    "d(step(step(x) - 1/2), x) == 0",
    "d(sign(2*sign(x) + 1), x) == 0",
    "d(x*step(sign(x) + 1/2), x) == step(sign(x) + 1/2)",
    "d(max(step(x), 1/2), x) == 0",
    "d(0*abs(x), x) == 0",
    "d(abs(x)*0, x) == 0",
    "d(sign(x)**0, x) == 0",
]


def _proof(text: str, kind: str) -> dict:
    return {"format": "raceproof-certificate/1", "statement": {"text": text, "variables": {"x": kind}}, "kind": "proof",
            "hints": []}  # fmt: skip


@pytest.mark.parametrize("text", UNDECIDED_AT_ZERO)
def test_derivative_across_an_inner_jump_is_not_proved(text: str) -> None:
    assert not replay(_proof(text, "real")).accepted
    assert examine(Statement(text, {"x": "real"}), effort=QUICK).verdict == "OPEN"


@pytest.mark.parametrize("text", UNDECIDED_AT_ZERO)
def test_derivative_off_the_inner_jump_is_proved(text: str) -> None:
    assert replay(_proof(text, "positive")).accepted
    assert examine(Statement(text, {"x": "positive"}), effort=QUICK).verdict == "PROVED"


def test_end_point_of_a_root_times_zero_is_not_proved() -> None:
    statement = Statement("d(0*sqrt(x), x) == 0", {"x": "nonnegative"})
    assert examine(statement, effort=QUICK).verdict == "OPEN"
    assert examine(Statement(statement.text, {"x": "positive"}), effort=QUICK).verdict == "PROVED"
