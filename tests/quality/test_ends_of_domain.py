"""Claims that fail only near or at an end of their domain, where few points are simple."""

import pytest

from proofs_check.examine import Effort, examine
from proofs_check.language.statement import Statement

QUICK = Effort(seconds=0.5, candidates=150, sympy=False, outside=2.0)


@pytest.mark.parametrize(("text", "domain"), [
    ("sin(x) >= 0", "0 <= x and x <= 355/113"),
    ("sin(x) >= 0", "0 <= x and x <= 3.141593"),
    ("cos(x) > 0", "-1 <= x and x <= 1.5707964"),
    ("x < 3 + 1e-12", "-4 <= x and x <= 3.000000000001"),
    ("x**2 < 49", "-6.999 <= x and x <= 7"),
    ("exp(x) > 2 - 1e-9", "0.693147180 <= x"),
])  # fmt: skip
def test_claim_that_fails_at_an_end_of_its_domain_is_refuted(text: str, domain: str) -> None:
    result = examine(Statement(text, {"x": {"real": domain}}), effort=QUICK)
    assert result.verdict == "REFUTED"
