"""Certificates of kind squares in the checker: what it must accept, and what no tampering may get through."""

import copy
import json
import random

import pytest

from proofs_check.checker import replay, replay_text

FORMAT = "raceproof-certificate/1"
XY = {"x": "real", "y": "real"}
MINUS = "-(x**3 + y**3 - x**2*y - x*y**2)"
LAGRANGE = ["u[0]*v[1] - u[1]*v[0]", "u[0]*v[2] - u[2]*v[0]", "u[1]*v[2] - u[2]*v[1]"]
CAUCHY = "dot(u, v)**2 - dot(u, u)*dot(v, v)"
QUOTIENT = "x/y + y/x + z**2 - 2"
BELOW = "x**2 - x*y + y**2 + 1"


def certificate(text, variables, *steps, **more):
    statement = {"text": text, "variables": variables, **more}
    return {"format": FORMAT, "statement": statement, "kind": "squares", "steps": list(steps)}


def step(goal, relation, *rows, zero=()):
    return {"goal": [goal, relation], "sum": [list(row) for row in rows], "zero": [list(pair) for pair in zero]}


def refuted(statement, point, why="false"):
    result = replay({"format": FORMAT, "statement": statement, "kind": "counterexample", "point": point, "why": why})
    return result.accepted


# each needs its steps: without them the sign rules do not decide it
GOOD = {
    "cauchy": certificate(
        "dot(u, v)**2 <= dot(u, u)*dot(v, v)", {"u": {"vector": 3}, "v": {"vector": 3}},
        step(CAUCHY, "<=", ["1", [CAUCHY], "1"], *(["1", [], root] for root in LAGRANGE))),
    "cubic": certificate(
        "x**3 + y**3 >= x**2*y + x*y**2", {"x": "nonnegative", "y": "nonnegative"},
        step("x**3 + y**3 - x**2*y - x*y**2", ">=", ["1", [MINUS], "1"], ["1", ["x"], "x - y"], ["1", ["y"], "x - y"])),
    "determinant": certificate(
        "a*e - b*c <= (a**2 + b**2 + c**2 + e**2)/2", dict.fromkeys("abce", "real"),
        step("a*e - b*c - (a**2 + b**2 + c**2 + e**2)/2", "<=",
             ["2", ["a*e - b*c - (a**2 + b**2 + c**2 + e**2)/2"], "1"], ["1", [], "a - e"], ["1", [], "b + c"])),
    "strict": certificate(
        "x**2 + y**2 + 1/10 > x*y", XY,
        step("x**2 + y**2 + 1/10 - x*y", ">", ["1", ["-(x**2 + y**2 + 1/10 - x*y)"], "1"], ["1", [], "x - y/2"],
             ["3/4", [], "y"], ["1/10", [], "1"])),
    "quotient": certificate(
        "x/y + y/x + z**2 >= 2", {"x": "positive", "y": "positive", "z": "real"},
        step(QUOTIENT, ">=", ["1", [f"-({QUOTIENT})", "x", "y"], "1"], ["1", [], "x - y"], ["1", ["x", "y"], "z"])),
    "equal": certificate(
        "x == y", dict.fromkeys("xyz", "real"),
        step("x - y", "==", ["1", [], "x - y"], ["1", [], "z"], zero=[["-1", "(x - y)**2 + z**2"]]),
        hypotheses=["x**2 + y**2 + z**2 == 2*x*y"]),
    "unequal": certificate(
        "x**2 + x*y + y**2 != 0", XY,
        step("x**2 + x*y + y**2", "!=", ["3/4", [], "x"], ["1", [], "y + x/2"], zero=[["-1", "x**2 + x*y + y**2"]]),
        hypotheses=["x != 0"]),
    "cases": certificate(
        "x**2 + s*x + 1/2 > 0", {"x": "real", "s": {"values": [-1, 1]}},
        step("x**2 + s*x + 1/2", ">", ["1", ["-(x**2 + s*x + 1/2)"], "1"], ["1", [], "x + s/2"], ["1/4", [], "1"])),
    "implies": certificate(
        "implies(x > y and y > z, 3*(x - y)*(y - z) < (x - z)**2)", dict.fromkeys("xyz", "real"),
        step("3*(x - y)*(y - z) - (x - z)**2", "<", ["1", ["3*(x - y)*(y - z) - (x - z)**2"], "1"],
             ["1", [], "(x - y)/2 - (y - z)"], ["3/4", [], "x - y"])),
    "denominator": certificate(
        f"1/({BELOW}) <= 1", XY,
        step(BELOW, ">", ["1", [f"-({BELOW})"], "1"], ["1", [], "x - y/2"], ["3/4", [], "y"], ["1", [], "1"]),
        step(f"1/({BELOW}) - 1", "<=", ["1", [f"1/({BELOW}) - 1", BELOW], "1"], ["1", [], "x - y/2"],
             ["3/4", [], "y"])),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_squares_certificate_is_accepted_and_needs_every_step(name):
    result = replay_text(json.dumps(GOOD[name]))
    assert result.accepted, result.reason
    for i in range(len(GOOD[name]["steps"])):
        less = copy.deepcopy(GOOD[name])
        del less["steps"][i]
        assert not replay(less).accepted


FALSE_TWINS = [  # a change of statement and steps alike that makes the claim false, and where it is false
    ("cauchy", [("dot(u, u)*dot(v, v)", "9/10*dot(u, u)*dot(v, v)")], {"u": ["1", "0", "0"], "v": ["1", "0", "0"]}),
    ("cauchy", [("<=", "<")], {"u": ["0", "0", "0"], "v": ["0", "0", "0"]}),
    ("cubic", [("nonnegative", "real")], {"x": "-1", "y": "0"}),
    ("cubic", [(">=", ">")], {"x": "1", "y": "1"}),
    ("cubic", [("- x*y**2", "- 2*x*y**2"), ("+ x*y**2", "+ 2*x*y**2")], {"x": "1", "y": "1"}),
    ("determinant", [("/2", "/3")], {"a": "1", "b": "0", "c": "0", "e": "1"}),
    ("determinant", [("<=", "<")], {"a": "1", "b": "0", "c": "0", "e": "1"}),
    ("determinant", [("a*e - b*c", "a*e + b*c"), ("<=", "!=")], {"a": "1", "b": "0", "c": "0", "e": "1"}),
    ("strict", [("1/10", "0")], {"x": "0", "y": "0"}),
    ("strict", [("1/10", "-1/10")], {"x": "0", "y": "0"}),
    ("quotient", [(">=", ">")], {"x": "1", "y": "1", "z": "0"}),
    ("quotient", [('"x": "positive"', '"x": "negative"')], {"x": "-1", "y": "1", "z": "0"}),
    ("quotient", [("positive", "nonzero")], {"x": "-1", "y": "1", "z": "0"}),
    ("equal", [("+ z**2", "- z**2")], {"x": "1", "y": "0", "z": "1"}),
    ("unequal", [("x != 0", "x*y >= 0")], {"x": "0", "y": "0"}),
    ("unequal", [("x*y", "2*x*y")], {"x": "1", "y": "-1"}),
    ("cases", [("[-1, 1]", "[-1, 1, 3]")], {"x": "-1", "s": "3"}),
    ("cases", [("1/2 > 0", "1/4 > 0"), ("1/2", "1/4")], {"x": "1/2", "s": "-1"}),
    ("implies", [("x > y and y > z", "x >= y and y >= z")], {"x": "0", "y": "0", "z": "0"}),
    ("implies", [("3*", "5*")], {"x": "2", "y": "1", "z": "0"}),
    ("denominator", [("<= 1", "<= 9/10"), (") - 1", ") - 9/10")], {"x": "0", "y": "0"}),
    ("denominator", [("+ 1", "+ 1/2")], {"x": "0", "y": "0"}),
    ("denominator", [("x*y", "3*x*y")], {"x": "1/2", "y": "1/2"}),
    ("denominator", [("<=", "<")], {"x": "0", "y": "0"}),
]


@pytest.mark.parametrize(("name", "changes", "point"), FALSE_TWINS)
def test_squares_certificate_of_a_false_twin_is_rejected(name, changes, point):
    text = json.dumps(GOOD[name])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    changed = json.loads(text)
    assert refuted(changed["statement"], point), "the twin must be false"
    assert not replay(changed).accepted


def tampered(rng, good):
    """One change to the steps after which the sum cannot vanish, or the goal is another."""
    value = copy.deepcopy(good)
    chosen = rng.choice(value["steps"])
    row = rng.choice(chosen["sum"])
    kind = rng.randrange(8)
    if kind == 0:
        row[0] = f"{rng.randrange(2, 50)}/{rng.choice([53, 59, 61])}"
    elif kind == 1:
        row[0] = rng.choice(["-1", "0", "-1/7", "1/0", "", "1.5", "x", "0/5", "1/-2"])
    elif kind == 2:
        row[2] = f"({row[2]}) + {rng.choice(['x', 'u[0]', '1', '1/1000', 'a', 's + 7', '7'])}"
    elif kind == 3:
        chosen["sum"].remove(row)
    elif kind == 4:
        row[1] = [*row[1], rng.choice(["2", "x**2", "1/3", "x", "u[0]**2", "a**2 + 1"])]
    elif kind == 5:
        chosen["goal"][1] = rng.choice([r for r in ("<", "<=", "==", ">", ">=") if r != chosen["goal"][1]])
    elif kind == 6:
        chosen["goal"][0] = f"2*({chosen['goal'][0]})"
    else:
        chosen["sum"].append([str(rng.randrange(1, 9)), [], rng.choice(["1", "x", "x - 3", "u[1]", "a*b"])])
    return value


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.slow)])
def test_squares_certificates_tampered_with_are_rejected(count):
    rng = random.Random(count)
    counted = 0
    while counted < count:
        name = rng.choice(sorted(GOOD))
        changed = tampered(rng, GOOD[name])
        if changed == GOOD[name]:
            continue
        counted += 1
        result = replay(changed)
        assert not result.accepted, (name, changed["steps"])
        assert "the checker failed" not in result.reason, (result.reason, changed["steps"])


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([step("x", ">", ["1", ["-x"], "1"], ["1", ["x"], "1"])], "a factor"),  # x >= 0 is not known
        ([step("x", ">", ["1", ["-x"], "1"])], "no summand"),
        ([step("x", ">", ["1", ["-x", "1/y"], "1"])], "1/y" and "y != 0"),
        ([step("x", ">", ["1", ["-x"], "1"], ["1", [], "1"], zero=[["-1", "1 - x"]])], "proved to be 0"),
        ([step("x", ">", ["1", [], "1"])], "sum of a step"),
        ([step("x", ">")], "no summand"),
        ([step("x", "=>")], "unknown relation"),
        ([{"goal": ["x", ">"]}], "no 'sum'"),
        ([step("x", ">", ["1", "x", "1"])], "not a list"),
        ([step("x", ">", ["1", []])], "needs 3"),
        ({}, "not a list"),
        ([], "not proved"),
    ],
)
def test_squares_step_that_shows_nothing_is_rejected(steps, reason):
    value = certificate("x > 0", XY)
    value["steps"] = steps
    result = replay(value)
    assert not result.accepted and reason in result.reason


def test_squares_steps_cannot_rest_on_each_other():
    # each would follow from the other; both are false
    one = step("x", ">", ["1", ["-x"], "1"], ["1", ["y"], "1"], zero=[["1", "x - y"]])
    two = step("y", ">", ["1", ["-y"], "1"], ["1", ["x"], "1"], zero=[["-1", "x - y"]])
    for steps in ([one, two], [two, one], [one, two, one, two]):
        assert not replay(certificate("x > 0 and y > 0", XY, *steps, hypotheses=["x == y"])).accepted
    itself = step("x", ">=", ["1", ["-x"], "1"], ["1", ["x"], "1"])
    assert not replay(certificate("x >= 0", XY, itself, itself)).accepted


def test_squares_goal_that_may_be_undefined_is_rejected():
    text = "x**2/x**2 - x*y/x + y**2 + 1 > 0"
    goal = "x**2/x**2 - x*y/x + y**2 + 1"
    rows = ["1", [f"-({goal})"], "1"], ["1", [], "y - 1/2"], ["7/4", [], "1"]
    assert replay(certificate(text, XY, step(goal, ">", *rows), hypotheses=["x != 0"])).accepted
    assert not replay(certificate(text, XY, step(goal, ">", *rows))).accepted


def test_squares_certificate_says_nothing_about_a_case_it_does_not_cover():
    value = copy.deepcopy(GOOD["cases"])
    value["statement"]["variables"]["s"] = {"values": [-1, 1, "1/2"]}  # true there too, but by another sum
    assert not replay(value).accepted
