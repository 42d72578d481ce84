"""Licences by induction along a map."""

from __future__ import annotations

import pytest

from proofs_check.checker import replay
from proofs_check.lemma import from_text
from proofs_check.licence.examine import Licence, examine_licence
from tests.proofs_check.licence_example import PATH


def induction(step: str, claim: str, start: str, variables: str, more: str = "", head: str = "") -> Licence:
    text = (
        f'name = "a"\n{head}\n[variables]\n{variables}\n[step]\n{step}\n[general]\nlicence = "induction"\n'
        f'claim = "{claim}"\nstart = {{ {start} }}\n{more}\n[[claim]]\ntext = "1 == 1"'
    )
    found = examine_licence(from_text(text, PATH))
    assert found is not None
    return found


ODD = {
    "step": 'N = "N + 1"\nS = "S + 2*N + 1"',
    "start": "N = 0, S = 0",
    "variables": 'N = "nonnegative"\nS = "real"',
}


def test_a_sum_is_licensed_by_induction() -> None:
    found = induction(claim="S == N**2", **ODD)
    assert found.granted, found.reason
    assert all(check.certificate is not None and replay(check.certificate).accepted for check in found.checks)


def test_a_sum_of_any_sequence_is_licensed_by_induction() -> None:
    found = induction('S = "S + a"\nQ = "Q + a**2 + 1"', "Q >= 2*S", "S = 0, Q = 0",
                      'S = "real"\nQ = "real"\na = "real"',
                      'items = ["a"]\nhints = ["(Q - 2*S) + (a - 1)**2"]')  # fmt: skip
    assert found.granted, found.reason


@pytest.mark.parametrize(
    "claim", ["S == N**2 + N*(N - 1)*(N - 2)", "S == N**2 + 1", "S == N", "S < N**2 + 1 and S == 0"]
)
def test_a_statement_true_at_the_first_steps_only_is_not_licensed_by_induction(claim: str) -> None:
    found = induction(claim=claim, **ODD)
    assert not found.granted
    assert "REFUTED" in found.reason


@pytest.mark.parametrize(
    ("step", "claim", "start", "variables", "more", "head", "reason"),
    [
        ('N = "N - 1"', "N*0 == 0", "N = 3", 'N = "nonnegative"', "", "", "REFUTED"),
        ('N = "N - 1"\nS = "1/N"', "N <= 2", "N = 2, S = 1", 'N = "real"\nS = "real"', "", "", "REFUTED"),
        ('S = "S + a"', "S >= 0", "S = 0", 'S = "real"\na = "real"', "", 'hypotheses = ["a > 0"]', ""),
        (
            'S = "S + a"',
            "S >= 0",
            "S = 0",
            'S = "real"\na = "real"',
            'items = ["a"]',
            'hypotheses = ["a > 0"]',
            "changes",
        ),
        ('S = "S + a"', "S >= a", "S = 0", 'S = "real"\na = "positive"', 'items = ["a"]', "", "items"),
        ('S = "S + a"', "S >= 0", "S = 'a'", 'S = "real"\na = "positive"', 'items = ["a"]', "", "items"),
        ('S = "S + a"', "S >= 0", "S = 0, a = 1", 'S = "real"\na = "positive"', "", "", "start has to give"),
        ('S = "S/2"', "S >= 0", "S = 1", 'S = "real"', "", 'hypotheses = ["S <= 1"]', "put it into the claim"),
        (
            'S = "S - 1"',
            "hidden >= 0",
            "S = 1",
            'S = "real"\n[define]\nhidden = "S"',
            "",
            "",
            "uses a name of [define]",
        ),
        ('S = "S/2"', "next(S) >= 0", "S = 1", 'S = "real"', "", "", "not about d, next or at"),
        ('S = "S/2"', "implies(S > 0, S >= 0)", "S = 1", 'S = "real"', "", "", "conjunction"),
        (
            'S = "S + 1"',
            "S >= c - 1",
            "S = 'c'",
            'S = "real"\nc = { real = "c < S" }',
            "",
            "",
            "a variable that changes",
        ),
    ],
)
def test_an_induction_outside_the_principle_is_refused(
    step: str, claim: str, start: str, variables: str, more: str, head: str, reason: str
) -> None:
    found = induction(step, claim, start, variables, more, head)
    assert found.granted == (reason == "")
    assert reason in found.reason
