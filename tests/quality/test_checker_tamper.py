"""Tampered certificates: the checker never raises, and never proves what it also refutes."""

import copy
import json
import random
from fractions import Fraction

import pytest

from proofs_check.checker import algebra, facts, prover, replay, replay_text
from proofs_check.checker.ranges import Range

FORMAT = "raceproof-certificate/1"
UNIT = {"real": "-1 < c0 and c0 < 1"}
ALIGN = {"text": "d(c, t) == s*G*(1 - c**2)", "define": [["c", "tanh(atanh(c0) + s*G*t)"]], "hypotheses": [],
         "variables": {"t": "real", "G": "positive", "c0": UNIT, "s": {"values": [-1, 1]}}}  # fmt: skip
NET = {"width": 1, "dimension": 2, "samples": 2, "outputs": 1, "loss": "any", "early": False}
POINT = {"w": [["1", "1/2"]], "v": ["2"], "x": [["1", "2"], ["1", "-3"]], "y": ["1", "-1"], "eta": "1/10"}


def certificate(statement, kind="proof", **more):
    more = more or {"hints": []}
    return {"format": FORMAT, "statement": {"variables": {}, **statement}, "kind": kind, **more}


ORIGINALS = [
    certificate(ALIGN),
    certificate(ALIGN, "chain", links=[["==", "s*G*(1 - tanh(atanh(c0) + s*G*t)**2)"], ["==",
    "s*G*(1 - c**2)"]]),
    certificate({"text": "log(x*y) - log(y) == log(x)", "variables": {"x": "positive", "y": "positive"}}),
    certificate({"text": "sqrt(x**2*y) == abs(x)*sqrt(y)", "variables": {"x": "real", "y": "nonnegative"}}),
    certificate({"text": "relu(x) - relu(-x) == x and x/x == 1", "variables": {"x": "nonzero"},
    "relu_at_zero": 0}),
    certificate({"text": "implies(x > y, x**3 - y**3 > 0)", "variables": {"x": "positive", "y": "positive"}},
                hints=["(x - y)*(x**2 + x*y + y**2)"]),
    certificate({"text": "v == sqrt(p**2 + q**2)", "variables": {"p": "real", "q": "real",
    "v": "nonnegative"},
                 "hypotheses": ["v**2 == p**2 + q**2"]}),
    certificate({"text": "d(u) == u*(1 - u) and u/(1 - u) > 0",
    "variables": {"u": {"real": "0 < u and u < 1"}},
                 "flow": {"u": "u*(1 - u)"}}),
    certificate({"text": "next(a**2 - b**2) == (1 - h**2)*(a**2 - b**2)", "variables": {"a": "real",
    "b": "real", "h": "positive"},
                 "step": {"a": "a - h*b", "b": "b - h*a"}}),
    certificate({"text": "d(dot(w[0], w[0]) - v[0]**2) == 0", "network": NET}),
    certificate({"text": "dot(w[0], grad_w[0]) == v[0]*grad_v[0]", "network": NET}),
    certificate({"text": "d(dot(w[0], w[0]) + v[0]**2) == 0", "network": NET}, "counterexample",
    point=POINT, why="false"),
    certificate({"text": "tanh(x) >= x - x**3/4", "variables": {"x": "real"}}, "counterexample",
    point={"x": "-2"}, why="false"),
    certificate({"text": "x/x == 1", "variables": {"x": "real"}}, "counterexample", point={"x": "0"},
    why="undefined"),
]  # fmt: skip
TOKENS = ["x", "y", "0", "1", "2", "-1", "+", "-", "*", "/", "**", "<", "<=", "==", ">", ">=", "!=", "abs(",
"sqrt(", "log(", "(",
          ")", "d(", "step(", " and ", " or ", "not ", "s", "G", "t", "c0", "c", "p", "q", "v", "u", "v[0]",
          "w[0]", "eta"]  # fmt: skip
VALUES = [None, True, 0, 1, -1, 2, 1.5, "", "0", "x", "real", "nonzero", "positive", "1/0", [], {}, [[]],
"false", "undefined", "any",
          "squared", "logistic", 10**400, "x > 0", ["x > 0"], {"vector": 2}, {"values": [0, 1]}]  # fmt: skip


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from places(value[i], (*path, i))


def changed_text(rng, text):
    i, j = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    kind = rng.randrange(4)
    if kind == 0:
        return text[:i] + text[min(j, i + 3) :]
    if kind == 1:
        return text[:i] + rng.choice(TOKENS) + text[i:]
    if kind == 2:
        return text[:i] + rng.choice(TOKENS) + text[i + 1 :]
    old = [token for token in TOKENS if token in text]
    return text.replace(rng.choice(old), rng.choice(TOKENS), 1) if old else text


def mutate(rng, value):
    value = copy.deepcopy(value)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        path = rng.choice([p for p in places(value) if p])
        parent = value
        for step in path[:-1]:
            parent = parent[step]
        old = parent[path[-1]]
        if isinstance(old, str) and rng.random() < 0.8:
            parent[path[-1]] = changed_text(rng, old)
        elif rng.random() < 0.25:
            del parent[path[-1]]
        elif isinstance(parent, dict) and rng.random() < 0.2:
            parent[rng.choice(["x", "extra", "why", "hints", "point"])] = copy.deepcopy(rng.choice(VALUES))
        else:
            parent[path[-1]] = copy.deepcopy(rng.choice(VALUES))
    return value


def random_point(rng, statement):
    """Random values for what the statement declares; kinds and hypotheses are left to the checker."""
    numbers = ["0", "1", "-1", "1/2", "-1/2", "2", "-2", "3", "-7/5", "9/10", "-9/10"]

    def fill(shape):
        return [fill(shape[1:]) for _ in range(shape[0])] if shape else rng.choice(numbers)

    point = {}
    for name, kind in statement["variables"].items():
        point[name] = fill((kind["vector"],) if isinstance(kind, dict) and "vector" in kind else ())
    net = statement.get("network")
    if net:
        outputs = (net["outputs"],) if net.get("outputs", 1) > 1 else ()
        point |= {"w": fill((net["width"], net["dimension"])), "v": fill((net["width"], *outputs)), "eta": "1/3"}
        point |= {"x": fill((net["samples"], net["dimension"])), "y": fill((net["samples"], *outputs))}
    return point


def refutation(rng, statement, tries):
    for _ in range(tries):
        point = random_point(rng, statement)
        for why in ("false", "undefined"):
            attempt = certificate(statement, "counterexample", point=point, why=why)
            if replay(attempt).accepted:
                return attempt
    return None


@pytest.mark.parametrize("original", ORIGINALS)
def test_original_is_accepted(original):
    result = replay_text(json.dumps(original))
    assert result.accepted, result.reason


@pytest.mark.parametrize("seed", range(6))
def test_mutated_certificate_is_never_accepted_for_a_refuted_statement(seed):
    rng = random.Random(seed)
    accepted = 0
    for _ in range(500):
        value = mutate(rng, rng.choice(ORIGINALS))
        result = replay(value)
        assert isinstance(result.accepted, bool) and result.reason and "\n" not in result.reason
        assert "the checker failed" not in result.reason, value
        assert result == replay_text(json.dumps(value)) or any(isinstance(v, float) for v in flat(value))
        if not result.accepted:
            continue
        accepted += 1
        if value["kind"] == "counterexample":
            proof = certificate(value["statement"], hints=[])
            assert not replay(proof).accepted, value
        else:
            assert refutation(rng, value["statement"], 12) is None, value
    assert accepted >= 10


def flat(value):
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from flat(part)
    else:
        yield value


def test_truncated_and_garbled_text_is_rejected():
    rng = random.Random(0)
    for original in ORIGINALS:
        text = json.dumps(original)
        for _ in range(60):
            cut = rng.randrange(len(text))
            assert not replay_text(text[:cut]).accepted
        for _ in range(60):
            i = rng.randrange(len(text))
            result = replay_text(text[:i] + chr(rng.randrange(1, 0x500)) + text[i + 1 :])
            assert "the checker failed" not in result.reason


def test_any_object_is_answered_without_an_exception():
    for value in [None, 1, "", [], {}, {"kind": []}, {1: 2}, {"kind": "proof", 3: 4}, object(), b"", float("nan")]:
        assert not replay(value).accepted
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    base = copy.deepcopy(ORIGINALS[0])
    base["hints"] = deep
    assert not replay(base).accepted


@pytest.mark.parametrize(("old", "new"), [
    ("1 - c**2", "1 + c**2"), ("s*G", "G"), ("s*G", "-s*G"), ("c**2", "c"), ("d(c, t)", "d(c, G)"),
    ("== s*G", ">= s*G*2 + 0*s*G"),
])  # fmt: skip
def test_false_variant_of_the_alignment_law_is_rejected(old, new):
    changed = {**ALIGN, "text": ALIGN["text"].replace(old, new, 1)}
    assert changed["text"] != ALIGN["text"]
    assert not replay(certificate(changed)).accepted


# A check that cannot fail is no check: each defect planted in the checker must be seen by a false claim.
DEFECTS = [
    ("obligations", [prover], lambda terms, store: [], "x/x == 1", {"x": "real"}),
    ("image", [facts, algebra], lambda op, a: Range(Fraction(0), None, True), "tanh(x) > 0", {"x": "real"}),
]


@pytest.mark.parametrize(("name", "modules", "defect", "text", "variables"), DEFECTS)
def test_planted_defect_lets_a_false_claim_through(monkeypatch, name, modules, defect, text, variables):
    false = certificate({"text": text, "variables": variables})
    assert not replay(false).accepted
    for module in modules:
        monkeypatch.setattr(module, name, defect)
    assert replay(false).accepted
