"""Which edges of a small project the proofs used, which are declared only, and which nobody declared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker import replay
from proofs_check.lemma import from_text
from proofs_check.registry import find
from proofs_check.used.edges import Edge, edges_of_suite, suite_edges
from proofs_check.used.motions import NETWORK_FLOW, REDUCED_FLOW, derivations_run_on
from proofs_check.used.premises import established, premises
from proofs_check.used.statements import closed_forms, literal, numbered, relations
from proofs_check.verify import verify_lemmas

CURVE = """
[variables]
t = "real"
a = "positive"
b = "real"
[define]
c = "tanh(a*t + b)"
[[claim]]
text = "d(c, t) == a*(1 - c**2)"
"""
# the same closed form by other names, and its own claim about it
RENAMED = """
uses = ["curve"]
[variables]
u = "real"
k = "positive"
h = "real"
[define]
z = "tanh(h + u*k)"
[[claim]]
text = "z**2 < 1"
"""
SAID = """
uses = ["curve"]
[variables]
t = "real"
a = "positive"
b = "real"
[[claim]]
text = "a*(t + b) == a*t + a*b"
"""
BELOW = """
[variables]
x = "positive"
[[claim]]
text = "tanh(x) < x"
"""
ASSUMES = """
hypotheses = ["x > tanh(x)"]
[variables]
x = "positive"
[witness]
x = 1
[[claim]]
text = "1/(x - tanh(x)) > 0"
"""
DECLARED = 'uses = ["below"]\n' + ASSUMES
NOT_NEEDED = ASSUMES.replace("1/(x - tanh(x)) > 0", "x/x == 1")
STEPS = """
uses = ["curve"]
[variables]
s = "real"
k = "positive"
h = "real"
[define]
y = "tanh(k*s + h)"
[[claim]]
text = "d(y, s)/k == 1 - y**2"
steps = [["k*(1 - y**2)/k", "the curve"]]
"""
MOTION = """
uses = ["rate"]
[variables]
g = "real"
k = "positive"
[flow]
g = "k*(1 - g**2)"
[[claim]]
text = "d(g**2) == 2*g*k*(1 - g**2)"
"""
RATE = """
[variables]
y = "real"
a = "positive"
[flow]
y = "a"
[define]
c = "tanh(y)"
[[claim]]
text = "d(c) == a*(1 - c**2)"
"""


@cache
def verified(*named: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the results of lemmas given by name and text; what they use comes with them."""
    lemmas = {name: from_text(text, Path(f"{name}.toml")) for name, text in named}
    results = []
    for lemma in lemmas.values():
        alone = from_text("\n".join(x for x in lemma.text.splitlines() if not x.startswith("uses")), lemma.path)
        (result,) = verify_lemmas([alone], use_cache=False)
        assert result.verdict == "PROVED", (lemma.name, [c["reason"] for c in result.to_json()["claims"]])
        results.append({**result.to_json(), "uses": list(lemma.uses)})
    return results


def edge(results: list[dict[str, Any]], used: str, user: str) -> Edge | None:
    return next((e for e in edges_of_suite(results) if (e.used, e.user) == (used, user)), None)


def test_closed_form_by_other_names_is_used_and_an_unrelated_lemma_is_declared_only() -> None:
    results = verified(("curve", CURVE), ("renamed", RENAMED), ("said", SAID))
    assert edge(results, "curve", "renamed") == Edge("curve", "renamed", True, "definition: z == tanh(h + u*k)")
    assert edge(results, "curve", "said") == Edge("curve", "said", True, "")


@pytest.mark.parametrize("change", [("tanh(h + u*k)", "tanh(h - u*k*k)"), ("tanh(h", "cosh(h"), ("h + u*k", "u + u*k")])
def test_another_closed_form_is_declared_only(change: tuple[str, str]) -> None:
    """Break it: one sign, function or variable changed, and nothing of it stands in the other lemma."""
    text = RENAMED.replace(*change).replace("z**2 < 1", "z == z")
    found = edge(verified(("curve", CURVE), ("renamed", text)), "curve", "renamed")
    assert found == Edge("curve", "renamed", True, "")


def test_many_users_are_each_compared() -> None:
    """The second question to the same lemma is answered as the first would be."""
    wrong = RENAMED.replace("h + u*k", "u + u*k")
    results = verified(("curve", CURVE), ("renamed", RENAMED), ("wrong", wrong), ("also_wrong", wrong))
    shown = {e.user: bool(e.shown) for e in edges_of_suite(results)}
    assert shown == {"renamed": True, "wrong": False, "also_wrong": False}


def test_definition_that_no_claim_reads_is_not_used() -> None:
    text = RENAMED.replace("z**2 < 1", "h*h >= 0")
    assert edge(verified(("curve", CURVE), ("renamed", text)), "curve", "renamed") == Edge("curve", "renamed", True)


def test_hypothesis_that_another_lemma_proves_is_found_undeclared() -> None:
    found = edge(verified(("below", BELOW), ("assumes", ASSUMES)), "below", "assumes")
    assert found == Edge("below", "assumes", False, "hypothesis: x > tanh(x)")


def test_displayed_step_is_a_statement_to_rest_on() -> None:
    kinds = [stated.kind for stated in premises(verified(("curve", CURVE), ("steps", STEPS))[1])]
    assert kinds == ["step", "claim", "definition"]
    text = STEPS.replace('text = "d(y, s)/k == 1 - y**2"', 'text = "d(y, s) + 0*k == k - k*y*y"')
    text = text.replace('"k*(1 - y**2)/k"', '"k*(1 - y**2)"').replace('"tanh(k*s + h)"', '"tanh(s*k + h)"')
    found = edge(verified(("curve", CURVE), ("steps", text)), "curve", "steps")
    assert found is not None and found.shown.startswith("step: (d(y, s) + 0 * k) ==")


def test_declared_hypothesis_is_used() -> None:
    found = edge(verified(("below", BELOW), ("declared", DECLARED)), "below", "declared")
    assert found == Edge("below", "declared", True, "hypothesis: x > tanh(x)")


def test_hypothesis_that_the_proof_does_not_need_gives_no_edge() -> None:
    assert edge(verified(("below", BELOW), ("not_needed", NOT_NEEDED)), "below", "not_needed") is None


def test_undeclared_edge_needs_the_same_names() -> None:
    other = BELOW.replace("x = ", "y = ").replace("tanh(x) < x", "tanh(y) < y")
    assert edge(verified(("below", other), ("assumes", ASSUMES)), "below", "assumes") is None


def test_found_edge_that_would_close_a_circle_is_left_out() -> None:
    results = verified(("below", BELOW), ("assumes", ASSUMES))
    circle = [{**results[0], "uses": ["assumes"]}, results[1]]
    assert edge(circle, "below", "assumes") is None
    assert edge(circle, "assumes", "below") == Edge("assumes", "below", True, "")


def test_equation_of_motion_that_another_lemma_derives_is_used() -> None:
    found = edge(verified(("rate", RATE), ("motion", MOTION)), "rate", "motion")
    assert found is not None and found.shown == "motion: d(g) == k*(1 - g**2)"


TURNING = """
[variables]
x = "real"
y = "real"
a = "real"
[flow]
x = "a*y"
y = "a*x"
[[claim]]
text = "d(x**2 - y**2) == 0"
"""
SAME_TURNING = """
uses = ["turning"]
[variables]
p = "real"
v = "real"
k = "real"
z = "real"
[flow]
v = "k*p"
p = "k*v"
z = "1"
[define]
q = "p**2 - v**2"
[[claim]]
text = "d(q) == 0"
"""


def test_statement_about_a_motion_is_the_same_only_where_the_same_moves() -> None:
    results = verified(("turning", TURNING), ("same", SAME_TURNING))
    assert edge(results, "turning", "same") == Edge("turning", "same", True, "claim: d(q) == 0")
    other = SAME_TURNING.replace('v = "k*p"', 'v = "k*p*z"').replace('p = "k*v"', 'p = "k*v*z"')
    results = verified(("turning", TURNING), ("other", other))
    assert edge(results, "turning", "other") == Edge("turning", "other", True, "")


def test_claim_that_is_not_proved_establishes_nothing() -> None:
    results = json.loads(json.dumps(verified(("below", BELOW), ("assumes", ASSUMES))))
    results[0]["claims"][0]["verdict"] = "OPEN"
    assert edge(results, "below", "assumes") is None


def test_older_results_without_what_was_used_have_declared_edges_only() -> None:
    results = json.loads(json.dumps(verified(("curve", CURVE), ("renamed", RENAMED), ("said", SAID))))
    for lemma in results:
        for claim in lemma["claims"]:
            del claim["used"]
    assert [e.shown for e in edges_of_suite(results)] == ["", ""]


def test_lemmas_that_are_not_there_have_no_edge() -> None:
    assert edges_of_suite([{"name": "a", "uses": ["elsewhere"]}]) == []


def test_edges_are_the_same_for_any_order_of_hashes(tmp_path: Path) -> None:
    results = verified(("curve", CURVE), ("renamed", RENAMED), ("said", SAID), ("below", BELOW), ("assumes", ASSUMES))
    (tmp_path / "suite.json").write_text(json.dumps(results))
    code = (
        "import json, sys; from proofs_check.used.edges import edges_of_suite; "
        "print(json.dumps([e.to_json() for e in edges_of_suite(json.load(open(sys.argv[1])))]))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "suite.json")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(printed) == 1
    assert json.loads(printed.pop()) == suite_edges(results)


NETWORK = {"variables": {}, "network": {"width": 1}}
NEURON = {"variables": {"u": {"vector": 2}, "b": "real", "g": {"vector": 2}}, "flow": {"u": "b*g", "b": "dot(g, u)"}}


def test_motions_run_on_the_derived_flows() -> None:
    assert derivations_run_on(NETWORK, {"d"}) == {NETWORK_FLOW: "the equations of [network]"}
    assert derivations_run_on(NETWORK, {"w"}) == {}
    assert list(derivations_run_on(NEURON, {"d"})) == [NETWORK_FLOW]
    assert derivations_run_on(NEURON, {"u"}) == {}
    wrong = {**NEURON, "flow": {"u": "b*g", "b": "dot(g, u)*2"}}
    assert derivations_run_on(wrong, {"d"}) == {}
    reduced = {"variables": {}, "flow": {"p": "v*Gamma", "v": "Gamma*p"}}
    assert list(derivations_run_on(reduced, {"d"})) == [REDUCED_FLOW]
    assert derivations_run_on({**reduced, "flow": {"p": "v*Gamma", "v": "-Gamma*p"}}, {"d"}) == {}


def test_derived_flows_are_lemmas_that_say_so() -> None:
    """The two derivations that motions are compared with: their equations, proved in the network's own terms."""
    names = [lemma.name for lemma in find([NETWORK_FLOW, REDUCED_FLOW])]
    assert names == [NETWORK_FLOW, REDUCED_FLOW]
    equations = (
        ("d(w[0][0]) == v[0]*gamma[0][0] and d(v[0]) == dot(w[0], gamma[0])", False),
        ("d(dot(w[0], gamma[0])/norm(gamma[0])) == norm(gamma[0])*v[0]", True),
        ("d(v[0]) == norm(gamma[0])*(dot(w[0], gamma[0])/norm(gamma[0]))", True),
    )
    for text, early in equations:
        network = {"width": 1, "dimension": 2, "samples": 2, "outputs": 1, "loss": "any", "early": early}
        statement = {"text": text, "variables": {}, "hypotheses": ["dot(gamma[0], gamma[0]) > 0"], "network": network}
        certificate = {"format": "raceproof-certificate/1", "statement": statement, "kind": "proof", "hints": []}
        assert replay(certificate).accepted, replay(certificate).reason


TERMS = st.recursive(
    st.sampled_from(["a", "b", "c", "t", "2", "1/3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda p: f"exp({p})"),
        inner.map(lambda p: f"({p})**2"),
    ),
    max_leaves=6,
)
OTHER = {"a": "z", "b": "y", "c": "a", "t": "b"}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(TERMS, TERMS)
def test_renaming_changes_no_numbered_text(left: str, right: str) -> None:
    other = "".join(OTHER.get(letter, letter) if _alone(f"{left} < {right}", k) else letter
                    for k, letter in enumerate(f"{left} < {right}"))  # fmt: skip
    for one, two in zip(relations(f"{left} < {right}", {}, True), relations(other, {}, True), strict=True):
        assert numbered(one) == numbered(two)


def _alone(text: str, k: int) -> bool:
    return not (text[k - 1 : k].isalpha() or text[k + 1 : k + 2].isalpha())


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("x*y <= z", "z - y*x >= 0", True),
        ("x*y <= z", "x*y < z", False),
        ("x*y == z", "z == y*x", True),
        ("2*x*y == 4*z", "x*y == 2*z", True),
        ("x*y <= z", "-x*y <= -z", False),
        ("(x + y)**2 == z", "x**2 + 2*x*y + y**2 == z", True),
        ("x/(y - z) == 1/x", "-x/(z - y) == 1/x", True),
        ("d(x*y) == z", "d(x) == z", False),
    ],
)
def test_relations_are_compared_up_to_multiplying_out(one: str, two: str, same: bool) -> None:
    (a,), (b,) = relations(one, {}, True), relations(two, {}, True)
    assert (literal(a) == literal(b)) is same
    assert (numbered(a) == numbered(b)) is same


def test_two_variables_are_never_made_one() -> None:
    (apart,), (same,) = relations("x*y + z == w", {}, True), relations("x*x + z == w", {}, True)
    assert numbered(apart) != numbered(same)
    assert closed_forms("exp(x*y)", {}) != closed_forms("exp(x*x)", {}) == []


def test_hostile_expressions_are_left_out_in_time() -> None:
    long = "+".join(f"x{k}*y{k}" for k in range(900))
    assert relations(f"({long})**4 == 1", {}, True) == []
    define = [["a0", "x"], *([f"a{k}", f"exp(a{k - 1}) + sin(a{k - 1})"] for k in range(1, 60))]
    assert relations("a59 == y", {"define": define}, True) == []
    assert closed_forms("a59", {"define": define}, inner=True) == []
    assert relations("x +", {}, True) == [] and relations("x**(10**9) == y", {}, True) is not None


def test_premises_and_claims_of_nothing() -> None:
    assert premises({"claims": []}) == [] and established({}) == []
