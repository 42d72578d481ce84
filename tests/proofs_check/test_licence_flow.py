"""Licences along a flow: invariants by cofactors, and closed forms that are the only solution."""

from __future__ import annotations

import pytest

from proofs_check.checker import replay
from proofs_check.language.statement import Statement
from proofs_check.lemma import from_text
from proofs_check.licence.examine import Licence, examine_licence
from proofs_check.scope import scope
from tests.proofs_check.licence_example import PATH


def licence(kind: str, variables: str, flow: str, general: str, head: str = "", define: str = "") -> Licence:
    text = (
        f'name = "a"\n{head}\n[variables]\n{variables}\n[flow]\n{flow}\n[define]\n{define}\n[general]\n'
        f'licence = "{kind}"\n{general}\n[[claim]]\ntext = "1 == 1"'
    )
    found = examine_licence(from_text(text, PATH))
    assert found is not None
    return found


NEURON = {"variables": 'p = "real"\nv = "real"\nGamma = "positive"', "flow": 'p = "Gamma*v"\nv = "Gamma*p"'}


@pytest.mark.parametrize(
    ("claim", "cofactors"),
    [
        ("v**2 - p**2 == 1", '["0"]'),
        ("v == p", '["-Gamma"]'),
        ("p + v >= 0", '["Gamma"]'),
        ("p - v > 0", '["-Gamma"]'),
        ("p > 0 and v > 0", '["0", "0"]'),  # each strict one may be used for the other
        ("p == 0 and v == 0", '[["0", "Gamma"], ["Gamma", "0"]]'),
        ("v**2 - p**2 >= 0 and v + p > 0 and v - p >= 0", '["0", "Gamma", "-Gamma"]'),
    ],
)
def test_an_invariant_is_licensed_by_its_cofactors(claim: str, cofactors: str) -> None:
    found = licence("invariant", general=f'claim = "{claim}"\ncofactors = {cofactors}', **NEURON)
    assert found.granted, found.reason
    assert all(check.certificate is not None and replay(check.certificate).accepted for check in found.checks)


def test_a_neuron_with_balance_keeps_the_sign_of_its_readout() -> None:
    found = licence("invariant", general='claim = "v**2 - p**2 >= 0 and v > 0"\ncofactors = ["0", "-Gamma"]', **NEURON)
    assert found.granted, found.reason
    without = licence("invariant", general='claim = "v > 0"\ncofactors = ["-Gamma"]', **NEURON)
    assert not without.granted and "REFUTED" in without.reason


def test_the_kind_of_what_moves_is_not_used() -> None:
    found = licence("invariant", 'x = "positive"', 'x = "-1"', 'claim = "x + 1 > 0"')
    assert not found.granted and "REFUTED" in found.reason
    every = licence("invariant", 'x = "positive"', 'x = "x"', 'claim = "x < 0"\ncofactors = ["1"]')
    assert every.granted, every.reason  # also where it is not positive


X, XY = 'x = "real"', 'x = "real"\ny = "real"'
LEFT = [
    # leaves in finite time, although the claim holds while its own terms are defined
    (X, 'x = "-1"', 'claim = "1/x > 0"', "defined"),
    # the rate is bounded by a cofactor that is not: x reaches 0
    (X, 'x = "-1"', 'claim = "x > 0"\ncofactors = ["-1/x"]', "bounded"),
    (X, 'x = "-sqrt(relu(x))"', 'claim = "x > 0"\ncofactors = ["-1/sqrt(x)"]', "bounded"),
    (X, 'x = "-1"', 'claim = "x >= 0"', "REFUTED"),
    (X, 'x = "1"', 'claim = "x == 0"', "REFUTED"),
    (X, 'x = "-x**2"', 'claim = "x <= 0"\nstart = { x = 1 }', "REFUTED"),
    (X, 'x = "1"', 'claim = "step(x) >= 0"', "only continuous"),
    (X, 'x = "1"', 'claim = "sign(x) == 1"\nstart = { x = 1 }', "only continuous"),
    (X, 'x = "1"', 'claim = "x > 0"\ncofactors = ["step(x)"]', "only continuous"),
    (X, 'x = "1"', 'claim = "d(x) == 1"', "only continuous"),
    (X + '\nc = { real = "c < x" }', 'x = "-1"', 'claim = "x > c"', "about a variable that moves"),
    (X, 'x = "-x"', 'claim = "x > 0 and x < 2"\ncofactors = ["-1"]', "1 cofactors for 2 relations"),
    (X, 'x = "-x"', 'claim = "x > 0"\ncofactors = [["-1", "0"]]', "needs 1 cofactor"),
    (X, 'x = "-x"', 'claim = "x > 0 or x < 0"', "conjunction"),
    (X, 'x = "-x"', 'claim = "x > 0"\nstart = { x = "x" }', "about a variable that moves"),
    (XY, 'x = "-x"', 'claim = "x > 0"\nstart = { y = 1 }', "start has to give"),
    # two weak relations may not rest on each other: x' = y, y' = -x**2 leaves x >= 0, y >= 0
    (XY, 'x = "y"\ny = "-x**2"', 'claim = "x >= 0 and y >= 0"', "REFUTED"),
    # a weak relation may not rest on itself either: besides x = 0 there is x = -t**2
    (X, 'x = "-2*sqrt(relu(-x))"', 'claim = "x >= 0"', "REFUTED"),
    (XY, 'x = "-2*sqrt(relu(-y))"\ny = "-2*sqrt(relu(-x))"', 'claim = "x >= 0 and y >= 0"', "REFUTED"),
    # equalities that the flow leaves together
    (XY, 'x = "y"\ny = "1"', 'claim = "x == 0 and y == 0"\ncofactors = [["0", "1"], ["0", "0"]]', "REFUTED"),
]


@pytest.mark.parametrize(("variables", "flow", "general", "reason"), LEFT)
def test_what_a_flow_leaves_is_not_licensed(variables: str, flow: str, general: str, reason: str) -> None:
    found = licence("invariant", variables, flow, general)
    assert not found.granted and reason in found.reason, found.reason


def test_a_moving_hypothesis_is_refused() -> None:
    found = licence("invariant", 'x = "real"', 'x = "-1"', 'claim = "x >= 0"', head='hypotheses = ["x > 5"]')
    assert not found.granted and "put it into the claim" in found.reason
    hidden = licence("invariant", 'x = "real"', 'x = "-1"', 'claim = "x >= 0"', 'hypotheses = ["far > 5"]', 'far = "x"')
    assert not hidden.granted and "put it into the claim" in hidden.reason


def test_a_jump_hidden_in_a_definition_is_refused() -> None:
    found = licence("invariant", 'x = "real"', 'x = "1"', 'claim = "jump >= 1"', define='jump = "step(x)"')
    assert not found.granted and "only continuous" in found.reason


def closed(variables: str, define: str, general: str, hypotheses: str = "[]") -> Licence:
    text = (
        f'name = "a"\nhypotheses = {hypotheses}\n[variables]\n{variables}\n[define]\n{define}\n[general]\n'
        f'licence = "closed form"\n{general}\n[[claim]]\ntext = "1 == 1"'
    )
    found = examine_licence(from_text(text, PATH))
    assert found is not None
    return found


TIME = 't = "real"\nx0 = "real"'
HYPERBOLA = {
    "variables": 't = "real"\nGamma = "positive"\np0 = "real"\nv0 = "real"',
    "define": 'P = "p0*cosh(Gamma*t) + v0*sinh(Gamma*t)"\nV = "v0*cosh(Gamma*t) + p0*sinh(Gamma*t)"',
    "general": 'flow = { P = "Gamma*V", V = "Gamma*P" }\nstart = { P = "p0", V = "v0" }',
}


def test_the_hyperbola_is_the_only_solution() -> None:
    found = closed(**HYPERBOLA)
    assert found.granted, found.reason
    assert {check.name.partition(":")[0] for check in found.checks} == {"start", "solves", "Lipschitz"}
    assert all(check.certificate is not None and replay(check.certificate).accepted for check in found.checks)


def test_the_scope_names_the_solution_and_its_start() -> None:
    said = scope(Statement("1 == 1", {"t": "real"}), licence=closed(**HYPERBOLA).to_json())
    assert "from P = p0, V = v0: P = p0*cosh(Gamma*t)" in said


def test_a_solution_that_blows_up_is_licensed_up_to_its_end() -> None:
    variables, define = 't = "nonnegative"\nx0 = "positive"', 'x = "x0/(1 - x0*t)"'
    general = 'flow = { x = "x**2" }\nstart = { x = "x0" }\nhints = ["x0*(1/x0 - t)"]'
    found = closed(variables, define, general, '["t < 1/x0"]')
    assert found.granted, found.reason
    beyond = closed(variables, define, general)
    assert not beyond.granted and "solves" in beyond.reason


def test_the_kind_of_an_unknown_is_where_its_equation_is_used() -> None:
    general = 'flow = { x = "sqrt(x)" }\nstart = { x = "c**2" }\nhints = ["(t/2 + c)**2"]\nkinds = { x = "positive" }'
    found = closed('t = "nonnegative"\nc = "positive"', 'x = "(t/2 + c)**2"', general)
    assert found.granted, found.reason
    assert "inside" in {check.name.partition(":")[0] for check in found.checks}


ROOT = 'flow = { x = "sqrt(x)" }\nstart = { x = 0 }'
BAD = [
    # not unique: x = 0 and x = t**2/4 both solve x' = sqrt(x) from 0
    (TIME, 'x = "0"', ROOT, "Lipschitz"),
    (TIME, 'x = "0"', 'flow = { x = "sqrt(abs(x))" }\nstart = { x = 0 }', "only smooth"),
    (TIME, 'x = "0"', 'flow = { x = "sqrt(x**2)" }\nstart = { x = 0 }', "Lipschitz"),
    ('t = "nonnegative"', 'x = "t**2/4"', ROOT + '\nkinds = { x = "positive" }', "inside"),
    ('t = "nonnegative"', 'x = "t**2/4"', ROOT + '\nkinds = { x = "nonnegative" }', "the kind of x"),
    (TIME, 'x = "x0*exp(2*t)"', 'flow = { x = "x" }\nstart = { x = "x0" }', "solves"),
    (TIME, 'x = "2*x0*exp(t)"', 'flow = { x = "x" }\nstart = { x = "x0" }', "start"),
    (TIME, 'x = "x0*exp(t)"', 'flow = { x = "x" }\nstart = { x = "x" }', "about an unknown|about the time"),
    (TIME, 'x = "x0*exp(t)"\nz = "x"', 'flow = { x = "x" }\nstart = { x = "z" }', "about an unknown"),
    (TIME, 'x = "x0 + t**2/2"', 'flow = { x = "t" }\nstart = { x = "x0" }', "about the time"),
    (TIME, 'x = "exp(t)"', 'flow = { x = "x" }\nstart = { x = "exp(t)" }', "about the time"),
    (TIME, 's = "t"\nx = "x0 + t**2/2"', 'flow = { x = "s" }\nstart = { x = "x0" }', "about the time"),
    ('t = "positive"\nx0 = "real"', 'x = "x0*exp(t)"', 'flow = { x = "x" }\nstart = { x = "x0" }', "the time t"),
    (TIME, 'x = "0"', 'time = "s"\nflow = { x = "x" }\nstart = { x = 0 }', "the time s"),
    (TIME, 'x = "0"', 'flow = { x = "x" }\nstart = { y = 0 }', "start has to give"),
    (TIME, 'x = "0"', 'flow = { y = "y" }\nstart = { y = 0 }', "no closed form"),
    ('t = "real"\nx0 = { real = "x0 > t" }', 'x = "0"', 'flow = { x = "x" }\nstart = { x = 0 }', "about the time"),
]


@pytest.mark.parametrize(("variables", "define", "general", "reason"), BAD)
def test_a_closed_form_that_is_not_the_only_solution_is_refused(
    variables: str, define: str, general: str, reason: str
) -> None:
    found = closed(variables, define, general)
    assert not found.granted and any(part in found.reason for part in reason.split("|")), found.reason


@pytest.mark.parametrize("hypothesis", ["t > -1", "t < t**2", "t**2 < 1", "t != 1", "1 < 2 - t", "x > 1"])
def test_a_time_range_that_is_no_interval_from_zero_is_refused(hypothesis: str) -> None:
    found = closed(TIME, 'x = "x0*exp(t)"', 'flow = { x = "x" }\nstart = { x = "x0" }', f'["{hypothesis}"]')
    assert not found.granted and ("the time" in found.reason or "unknown" in found.reason), found.reason


def test_a_hypothesis_on_an_unknown_that_stands_still_is_refused() -> None:
    found = closed(TIME, 'x = "0*x0"', ROOT, '["x < 1"]')
    assert not found.granted and "about an unknown" in found.reason


def test_a_time_range_that_may_be_empty_is_refused() -> None:
    found = closed(TIME, 'x = "x0*exp(t)"', 'flow = { x = "x" }\nstart = { x = "x0" }', '["t < x0"]')
    assert not found.granted and found.reason.startswith("range: 0 < x0 is REFUTED")
