"""The checker: counterexamples, and what the words of the claim language mean."""

import pytest

from proofs_check.checker import replay
from tests.proofs_check.checker_claims import FORMAT, XY, X, network, prove, refute, statement


@pytest.mark.parametrize(("text", "variables", "point", "why"), [
    ("x/x == 1", X, {"x": 0}, "undefined"),
    ("d(log(x), x) == 1/x", X, {"x": -1}, "undefined"),
    ("0*(1/x) == 0", X, {"x": "0"}, "undefined"),
    ("x**2 >= x", X, {"x": "1/2"}, "false"),
    ("tanh(x) >= x", X, {"x": "1/2"}, "false"),
    ("d(abs(x), x) == -sign(x)", X, {"x": 1}, "false"),
    ("cos(pi*x) == 1", X, {"x": 1}, "false"),
    ("sqrt(x) == 1", X, {"x": "4/9"}, "false"),
    ("sqrt(x)*sqrt(x) == x**2", {"x": "positive"}, {"x": "4"}, "false"),
    ("log(x*x) == 2*log(x)", X, {"x": -1}, "undefined"),
    ("x > 0 or 1/x < 0", X, {"x": 0}, "undefined"),
    ("x**(1/2) >= 0", X, {"x": 0}, "undefined"),
    ("not x < 1", X, {"x": 0}, "false"),
    ("u[0] == u[1]", {"u": {"vector": 2}}, {"u": [1, 2]}, "false"),
    ("u != 2*u", {"u": {"vector": 2}}, {"u": [0, 0]}, "false"),
    ("at(d(x**3, x), x=2) == 3", X, {"x": 0}, "false"),
    ("0.1 == 1/10 + 0*x and 1e-1 > 0.1", X, {"x": 0}, "false"),
    ("step(x) == 1", X, {"x": 0}, "false"),
    ("sum(i*j for i in range(3) for j in range(3) if i < j) == 3", X, {"x": 0}, "false"),
])  # fmt: skip
def test_counterexample_is_accepted(text, variables, point, why):
    assert refute(text, variables, point, why).accepted
    assert not refute(text, variables, point, "false" if why == "undefined" else "undefined").accepted
    assert not prove(text, variables).accepted


@pytest.mark.parametrize(("text", "variables", "point", "why"), [
    ("d(abs(x), x) == 7", X, {"x": 0}, "false"),
    ("d(abs(x), x) == 7", X, {"x": 0}, "undefined"),
    ("d(sqrt(x), x) > 0", {"x": "nonnegative"}, {"x": 0}, "undefined"),
    ("d(abs(x), x) == 1/x", X, {"x": 0}, "undefined"),
    ("d(abs(x), x) + 1/x == 0", X, {"x": 0}, "undefined"),
    ("x > 1", {"x": "positive"}, {"x": -1}, "false"),
    ("x > 1", {"x": {"real": "x > 1"}}, {"x": 0}, "false"),
    ("x > 1", {"x": {"values": [2, 3]}}, {"x": 1}, "false"),
    ("x > 1", X, {}, "false"),
    ("x > 1", X, {"x": 0, "y": 1}, "false"),
    ("x > 1", X, {"x": [0]}, "false"),
    ("x > 1", X, {"x": 0.5}, "false"),
    ("x > 1", X, {"x": True}, "false"),
    ("x > 1", X, {"x": "1/0"}, "false"),
    ("x > 1", X, {"x": "0.5"}, "false"),
    ("x > 1", X, {"x": "0 "}, "false"),
    ("x > 1", X, {"x": 0}, "maybe"),
    ("implies(x > 0, 1/x < 0)", X, {"x": 0}, "undefined"),
    ("x <= 0 or 1/x > 0", X, {"x": 0}, "undefined"),
    ("sin(x)**2 + cos(x)**2 == 1", X, {"x": 1}, "false"),
    ("u == u", {"u": {"vector": 2}}, {"u": [1, 2, 3]}, "false"),
])  # fmt: skip
def test_counterexample_is_rejected(text, variables, point, why):
    assert not refute(text, variables, point, why).accepted


NET_POINT = {"w": [[1, 1]], "v": [2], "x": [[1, 2], [1, -2]], "y": [1, -1]}
ONE_NEURON = {"variables": {}, "network": network(width=1), "hypotheses": []}


def network_refute(text, point=NET_POINT, **more):
    sizes = more.pop("network", network(width=1))
    return refute(text, {}, point, network=sizes, **more)


def test_network_point_needs_the_right_shapes():
    text = "v[0] == 0"
    assert network_refute(text).accepted
    assert network_refute(text, {**NET_POINT, "eta": "1/2"}).accepted
    assert not network_refute(text, {**NET_POINT, "eta": 0}).accepted
    assert not network_refute(text, {**NET_POINT, "e": [0, 0]}).accepted
    assert not network_refute(text, {**NET_POINT, "v": [[2]]}).accepted
    assert not network_refute(text, {**NET_POINT, "x": [[1, 2]]}).accepted
    assert not network_refute(text, {k: NET_POINT[k] for k in "wvx"}).accepted
    assert not network_refute("eta < 0").accepted
    assert network_refute("eta < 0", {**NET_POINT, "eta": 1}).accepted


def test_network_residual_is_that_of_the_squared_loss():
    # f = v*relu(w.x): 2*3 = 6 and 0, so that e = (-5, -1)
    assert network_refute("f[0] == 0 and 1 < 0").accepted
    assert network_refute("not (f[0] == 6 and f[1] == 0 and e[0] == -5 and e[1] == -1)").accepted
    squared = network(width=1, loss="squared")
    assert network_refute("not (e[0] == -5 and gamma[0] == -5*x[0]/2)", network=squared).accepted
    early = network(width=1, loss="squared", early=True)
    assert network_refute("not (e[0] == 1 and e[1] == -1)", network=early).accepted
    logistic = network(width=1, loss="logistic", early=True)
    assert network_refute("not e[0] == 1/2", network=logistic).accepted


def test_network_flow_is_off_the_gate_boundaries():
    boundary = {**NET_POINT, "x": [[1, 2], [1, -1]]}
    assert not network_refute("d(v[0]) == 100", boundary).accepted
    assert network_refute("d(v[0]) == 100").accepted
    assert network_refute("v[0] == 100", boundary).accepted


def test_network_quantities_that_are_not_available():
    for text in (
        "y[0] == 0",
        "d(e[0]) == 7",
        "next(e[0]) == 7",
        "C[0,0] == x[0]",
        "d(f[0], v[0]) == 7 and next(gamma[0]) != x[0]",
    ):
        assert not network_refute(text).accepted
    assert network_refute("d(e[0]) != 0", network=network(width=1, early=True)).accepted
    assert prove("d(e[0]) == 0", {}, network=network(early=True)).accepted


def test_network_with_vector_read_out():
    sizes = network(width=1, outputs=2, loss="squared")
    point = {**NET_POINT, "v": [[2, -1]], "y": [[1, 0], [0, 1]]}
    assert network_refute("not (f[0] == v[0]*3 and e[0][1] == 3 and C[0,1] == 3*x[0]/2)", point, network=sizes).accepted
    assert not network_refute("gamma[0] == x[0]", point, network=sizes).accepted
    text = "dot(w[0], grad_w[0]) == dot(v[0], grad_v[0])"
    assert prove(text, {}, network=network(outputs=2)).accepted
    assert not prove("dot(w[0], grad_w[0]) == dot(v[0], grad_v[1])", {}, network=network(outputs=2)).accepted


def test_chain_is_accepted_when_its_links_give_the_relation():
    def chain(text, links, variables=XY, hints=()):
        certificate = {"format": FORMAT, "kind": "chain", "links": links, "hints": list(hints)}
        return replay({**certificate, "statement": statement(text, variables)}).accepted

    positive = {"x": "positive", "y": "positive"}
    assert chain("x < x + 2*y", [["<", "x + y"], ["<=", "x + y + y"]], positive)
    assert chain("x <= x + 2*y", [["<=", "x + y + y"], ["==", "x + 2*y"]], positive)
    assert chain("(x + y)**2 == x**2 + 2*x*y + y**2", [["==", "(x + y)*(x + y)"], ["==", "x**2 + 2*x*y + y**2"]])
    assert not chain("x < x + 2*y", [["<=", "x + y"], ["==", "x + 2*y"]], positive)
    assert not chain("x == x + 2*y", [["<=", "x + y"], ["<=", "x + 2*y"]], positive)
    assert not chain("x <= x + 2*y", [["<=", "x + y"], [">=", "x + 2*y"]], positive)
    assert not chain("x <= x + 2*y", [["<=", "x + y"]], positive)
    assert not chain("x <= x + 2*y", [])
    assert not chain("x/x == 1", [["==", "1"]])
    assert not chain("x != x + 1", [["!=", "x + 1"]])
    assert not chain("x <= y", [["<=", "y*y/y"]], {"x": "negative", "y": "real"})


def test_contradicting_hypotheses_are_answered():
    for text in ("x == 1", "sqrt(x) > 5", "log(x) < atanh(x)", "log(x) < 0", "implies(log(x) > 1, x > 3)"):
        result = prove(text, X, hypotheses=["x < -2", "sqrt(x) > 1", "log(x) > 0", "asin(x) > 0", "acosh(x) >= 0"])
        assert "failed" not in result.reason


def test_hints_do_not_change_what_the_claim_says():
    # a hint with d(...) must not put the claim off the gate boundaries
    text = "dot(w[0], x[0]) != 0"
    assert not prove(text, {}, ["d(v[0])", "d(gate[0,0])"], network=network()).accepted
    assert prove(f"d(v[0]) == -grad_v[0] and {text}", {}, network=network()).accepted
