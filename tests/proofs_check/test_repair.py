"""Repairs: best constants, weakest hypotheses, and that nothing unproved is ever called true."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest

from proofs_check.checker import replay
from proofs_check.evidence.balls import decide as decide_at
from proofs_check.examine import examine
from proofs_check.language.elaborate import Elaboration, elaborate
from proofs_check.language.statement import Statement
from proofs_check.repair.constants import constants
from proofs_check.repair.hypotheses import hypotheses
from proofs_check.repair.literals import literals
from proofs_check.repair.menu import menu
from proofs_check.repair.relations import changes, relations
from proofs_check.repair.repair import repair
from proofs_check.repair.trial import Clock, attempt, load_engines
from proofs_check.result import ClaimResult, Effort
from proofs_check.verdict import Evidence
from proofs_check.witness import witness_point
from tests.proofs_check.repair_claims import claim, refuted_at

F = Fraction
QUICK = Effort(seconds=0.3, candidates=200, sympy=False)


# -- constants and hypotheses ----------------------------------------------------------------------------------------


def test_literals_are_the_numbers_that_stand_for_reals() -> None:
    found = literals("x**3/4 + 2*u[1] - sum(3*k for k in range(5)) >= 1/6")
    assert [str(literal.value) for literal in found] == ["4", "2", "3", "1/6"]


@pytest.mark.parametrize(
    ("statement", "point", "best"),
    [
        (claim("x*(1 - x) <= 1/5"), {"x": F(1, 2)}, "x*(1 - x) <= 1/4"),
        (claim("x**2 + y**2 >= 3*x*y", names="x y"), {"x": F(1), "y": F(1)}, "x**2 + y**2 >= 2*x*y"),
        (claim("x**2 <= 1.5", "x**2 <= 2"), {"x": F(5, 4)}, "x**2 <= 2"),
    ],
    ids=lambda value: getattr(value, "text", None),
)
def test_best_constant_is_proved_and_the_next_worse_one_is_refuted(
    statement: Statement, point: dict[str, Fraction], best: str
) -> None:
    found = constants(statement, elaborate(statement), point, Clock(60))[0]
    assert (found.trial.text, found.trial.verdict, found.trial.proved) == (best, "PROVED", True)
    assert found.trial.certificate is not None and replay(dict(found.trial.certificate)).accepted
    assert found.worse is not None and found.bound is not None and found.worse.certificate is not None
    assert abs(found.bound - found.new) <= abs(found.new) / 100
    assert replay(dict(found.worse.certificate)).accepted


def test_tanh_constant_is_found_and_bracketed() -> None:
    load_engines()
    statement = claim("tanh(x) >= x - x**3/4", "0 <= x <= 1")
    found = constants(statement, elaborate(statement), {"x": F(1, 2)}, Clock(60))[0]
    assert found.trial.text == "tanh(x) >= x - x**3/3"
    assert found.trial.verdict in ("PROVED", "SUPPORTED")
    assert found.trial.proved == (found.trial.verdict == "PROVED")
    assert found.worse is not None and found.worse.verdict == "REFUTED"


@pytest.mark.parametrize(
    ("statement", "point", "weakest"),
    [
        (claim("x/x == 1"), {"x": F(0)}, [("x != 0",)]),
        (claim("sqrt(x**2) == x"), {"x": F(-1)}, [("x >= 0",)]),
        (claim("x**2 >= x"), {"x": F(1, 2)}, [("x <= 0",), ("abs(x) >= 1",)]),
        (claim("x + y >= 0", names="x y"), {"x": F(0), "y": F(-1)}, [("x >= 0", "y >= 0")]),
    ],
    ids=lambda value: getattr(value, "text", None),
)
def test_weakest_hypotheses_come_first_and_are_proved(
    statement: Statement, point: dict[str, Fraction], weakest: list[tuple[str, ...]]
) -> None:
    found = hypotheses(statement, elaborate(statement), point, Clock(60))
    assert [extra.added for extra in found[: len(weakest)]] == weakest
    assert all(extra.trial.proved for extra in found[: len(weakest)])


@pytest.mark.parametrize(
    ("statement", "point", "proved"),
    [
        (claim("x**2 > 0"), {"x": F(0)}, ["x**2 >= 0"]),
        (claim("(x + 1)**2 == x**2 + 2*x"), {"x": F(0)}, ["(x + 1)**2 >= x**2 + 2*x", "(x + 1)**2 != x**2 + 2*x"]),
        (claim("exp(x) <= 1 + x"), {"x": F(1)}, ["exp(x) >= 1 + x"]),
        (claim("x < y and y < x + 2", "x <= y", "y <= x + 1", names="x y"), {"x": F(0), "y": F(0)},
         ["x <= y and y < x + 2"]),
        (claim("implies(x >= 0, x/x == 1)"), {"x": F(0)}, ["implies(x > 0, x/x == 1)"]),
        (claim("implies(x >= 0 and x <= 0, x != 0)"), {"x": F(0)}, []),
        (claim("x**3 >= 0"), {"x": F(-1)}, []),
        (claim("(x) > (x) + 1"), {"x": F(0)}, ["(x) < (x) + 1", "(x) <= (x) + 1"]),
    ],
    ids=lambda value: getattr(value, "text", None),
)  # fmt: skip
def test_another_relation_is_proved(statement: Statement, point: dict[str, Fraction], proved: list[str]) -> None:
    load_engines()
    found = relations(statement, elaborate(statement), point, Clock(60))
    assert [relation.trial.text for relation in found if relation.trial.proved] == proved


def test_vectors_have_no_order_to_try() -> None:
    statement = Statement("u == 2*u", {"u": {"vector": 2}})
    problem = elaborate(statement)
    point = witness_point(problem, statement, {"u": ["1", "0"]})
    assert [relation.new for relation in relations(statement, problem, point, Clock(20))] == []
    assert [new for _, new, _ in changes(statement.text)] == ["<=", ">=", "!="]


def test_changed_relations_are_claims_that_differ_in_one_relation() -> None:
    assert list(changes("x**2 >= 0 and y < 1")) == [
        (">=", ">", "x**2 > 0 and y < 1"),
        ("<", "<=", "x**2 >= 0 and y <= 1"),
    ]
    assert [text for _, _, text in changes("0 <= x <= 1")] == ["0 < x <= 1", "0 <= x < 1"]


def test_a_siblings_hypothesis_is_tried() -> None:
    statement = claim("x + y >= 3", names="x y")
    siblings = ["x + y > 7", "z > 0"]
    found = hypotheses(statement, elaborate(statement), {"x": F(0), "y": F(0)}, Clock(60), siblings)
    assert (("x + y > 7",), ("sibling",)) in [(extra.added, extra.origins) for extra in found if extra.trial.proved]


@pytest.mark.parametrize("item", menu(["x", "y"]), ids=lambda item: item.text)
def test_menu_implications_hold(item) -> None:
    reader = Elaboration(claim("x == y", names="x y"))
    values = [F(n, 2) for n in range(-4, 5)] + [F(1, 3), F(-1, 3)]
    for weaker in item.implies:
        for x in values:
            for y in values:
                at = {"x": x, "y": y}
                if decide_at(reader.formula(item.text), at) == "true":
                    assert decide_at(reader.formula(weaker), at) == "true", (item.text, weaker, at)


# -- nothing unproved is called true ---------------------------------------------------------------------------------

FALSE = [
    (claim("x*(1 - x) <= 1/5"), {"x": "1/2"}),
    (claim("x**2 >= x"), {"x": "1/2"}),
    (claim("x/x == 1"), {"x": "0"}),
    (claim("x + y >= 0", names="x y"), {"x": "0", "y": "-1"}),
    (claim("x**2 + 1/x >= 2", "x > 0"), {"x": "2/3"}),
]


def lying(verdict: str, rung: int, certificate_of: Statement | None):
    """Return a `decide` that says so of everything, with the certificate of a claim that is true."""
    certificate = examine(certificate_of, effort=QUICK).certificate if certificate_of else None
    assert (certificate is None) == (certificate_of is None)

    def decide(statement: Statement, seconds: float) -> ClaimResult:
        evidence = [Evidence(rung, "planted", "proof")]
        return ClaimResult("claim", statement.text, "PROVED", verdict, rung, "", evidence=evidence,
                           certificate=certificate)  # fmt: skip

    return decide


@pytest.mark.parametrize(
    "decide",
    [
        lying("SUPPORTED", 1, None),
        lying("SUPPORTED", 3, None),
        lying("OPEN", 0, None),
        lying("CERTIFIED", 5, None),
        lying("PROVED", 6, None),  # no certificate, and the rung needs one
        lying("PROVED", 6, claim("x**2 >= 0")),  # the certificate of another claim
    ],
    ids=["supported", "unconfirmed", "open", "certified", "no certificate", "another certificate"],
)
@pytest.mark.parametrize(("statement", "point"), FALSE[:2], ids=lambda value: getattr(value, "text", None))
def test_what_is_not_proved_is_never_shown_as_true(statement: Statement, point: dict[str, str], decide) -> None:
    found = repair(statement, point, 4, decide=decide, insist=decide)
    assert found.proved() == ()
    assert [text for label, text in found.rows() if label == "true instead"] == [
        "nothing that was tried could be proved"
    ]
    entries = found.to_json()
    shown = [*entries["relations"], *entries["constants"], *entries["hypotheses"]]
    assert not any(entry["proved"] for entry in shown)


def test_a_tampered_certificate_is_not_shown_as_true() -> None:
    statement = claim("x**2 >= 1")  # false, with the certificate of a true claim made to name it
    certificate = examine(claim("x**2 >= 0"), effort=QUICK).certificate
    assert certificate is not None and replay(certificate).accepted
    forged = {**certificate, "statement": statement.to_json()}

    def decide(asked: Statement, seconds: float) -> ClaimResult:
        evidence = [Evidence(3, "planted", "proof"), Evidence(6, "planted", "proof")]
        return ClaimResult("claim", asked.text, "PROVED", "PROVED", 6, evidence=evidence, certificate=forged)

    trial = attempt(statement, "", 1.0, decide)
    assert trial.verdict == "PROVED" and not trial.proved and trial.word() == "not confirmed"


@pytest.mark.parametrize(("statement", "point"), FALSE, ids=lambda value: getattr(value, "text", None))
def test_repairs_that_are_called_true_survive_random_points(statement: Statement, point: dict[str, str]) -> None:
    found = repair(statement, point, 20)
    assert found.proved()
    rng = random.Random(3)
    for item in found.proved():
        changed = replace(statement, text=item.trial.text, hypotheses=item.trial.conditions)
        for _ in range(60):
            at = {name: F(rng.randint(-60, 60), rng.randint(1, 20)) for name in statement.variables}
            assert not refuted_at(changed, at), (changed, at)


def test_repair_gives_the_same_twice() -> None:
    statement, point = FALSE[2]  # every attempt is decided at once, so that no clock has a say
    assert repair(statement, point, 60).to_json() == repair(statement, point, 60).to_json()


def test_repair_ends_near_its_time() -> None:
    load_engines()
    started = time.monotonic()
    repair(claim("sin(5*x)*exp(x) >= -3*x**2 - 1/7", "x >= -4"), {"x": "1"}, 1.0)
    assert time.monotonic() - started < 15
