"""The reason under a claim about a trajectory is its own, whatever was asked about the same enclosure before."""

from itertools import permutations
from pathlib import Path

import pytest

from proofs_check.lemma import from_text
from proofs_check.trajectory.examine import examine_trajectory

ROUND = """name = "a"
[trajectory]
along = "flow"
until = 7
[trajectory.flow]
x = "-y"
y = "x"
[trajectory.start]
x = "1"
y = "0"
"""
CLOSE = "at(x, t=1) == at(x, t=1)"  # no enclosure decides an equality of numbers that are not exact
NEVER = "at(x, t=2) == at(x, t=2) or first(x >= 2) <= 3"
UNTOLD = "first(x**2 + y**2 > 1) >= 0"  # the circle: true nowhere, and no enclosure can tell
OWN = {CLOSE: "", NEVER: "the condition holds at no time", UNTOLD: "the first time could not be told"}


def reasons(*texts: str) -> list[str]:
    body = ROUND + "".join(f'[[claim]]\ntext = "{text}"\n' for text in texts)
    claims, _, _ = examine_trajectory(from_text(body, Path("a.toml")))
    assert all(claim.verdict == "OPEN" for claim in claims)
    return [claim.reason for claim in claims]


@pytest.mark.parametrize("texts", list(permutations(OWN)))
def test_the_reason_of_a_claim_is_not_shown_under_another(texts: tuple[str, ...]) -> None:
    for text, reason in zip(texts, reasons(*texts), strict=True):
        assert [words for words in OWN.values() if words and words in reason] == [OWN[text]] * bool(OWN[text])
        assert "ask for more digits" in reason
