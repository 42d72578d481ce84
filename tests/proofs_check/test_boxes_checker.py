"""The checker's covers: its ranges over boxes, its tilings, and certificates that it must not accept."""

import copy
import json
import random
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.boxes.prove import Limits, Reason, prove_by_boxes
from proofs_check.checker import replay, replay_text
from proofs_check.checker.boxes import Enclosures, tiles
from proofs_check.checker.limits import Clock
from proofs_check.checker.ranges import Range
from proofs_check.checker.terms import Store
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from tests.proofs_check.test_boxes import FALSE, GOALS

FORMAT = "raceproof-certificate/1"
INFINITE = ("-oo", "oo")


def cover(text, variables, leaves, hypotheses=(), names=("x",), **more):
    statement = {"text": text, "variables": variables, "hypotheses": list(hypotheses), **more}
    certificate = {"format": FORMAT, "statement": statement, "kind": "cover", "names": list(names)}
    return replay({**certificate, "cases": [[{"box": box, "form": form} for box, form in leaves]]})


def accepted(*args, **more):
    return cover(*args, **more).accepted


# -- ranges over boxes -------------------------------------------------------------------------------------------------

REAL = {
    "exp": mpmath.exp,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "abs": abs,
    "relu": lambda u: max(u, mpmath.mpf(0)),
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "acos": mpmath.acos,
    "asin": mpmath.asin,
    "atanh": mpmath.atanh,
    "acosh": mpmath.acosh,
}
INSIDE = {
    "log": lambda u: u > 0,
    "sqrt": lambda u: u >= 0,
    "acos": lambda u: abs(u) <= 1,
    "asin": lambda u: abs(u) <= 1,
    "atanh": lambda u: abs(u) < 1,
    "acosh": lambda u: u >= 1,
}


def random_term(rng, store, variables, depth):
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*variables, store.num(Fraction(rng.randint(-4, 4), rng.randint(1, 3)))])
    op = rng.choice(["add", "mul", "div", "pow", "min", "max", *REAL, *REAL])
    part = random_term(rng, store, variables, depth - 1)
    if op in ("add", "mul", "div", "min", "max"):
        return store.make(op, part, random_term(rng, store, variables, depth - 1))
    return store.make("pow", part, data=rng.choice([-2, -1, 2, 3, 4])) if op == "pow" else store.make(op, part)


def value_at(term, point):
    """The value in 60 digits, None where there is none; computed without any code of the checker."""
    args = [value_at(arg, point) for arg in term.args]
    if any(a is None for a in args):
        return None
    op = term.op
    if op == "num":
        return mpmath.mpf(term.data.numerator) / term.data.denominator
    if op == "var":
        return mpmath.mpf(point[term].numerator) / point[term].denominator
    if op in ("add", "mul"):
        return args[0] + args[1] if op == "add" else args[0] * args[1]
    if op in ("min", "max"):
        return min(args) if op == "min" else max(args)
    if (op == "div" and abs(args[1]) < 1e-40) or (op == "pow" and term.data < 0 and abs(args[0]) < 1e-40):
        return None
    if op in ("div", "pow"):
        return args[0] / args[1] if op == "div" else args[0] ** term.data
    if op in INSIDE and not INSIDE[op](args[0]):
        return None
    return None if abs(args[0]) > 1e5 else REAL[op](args[0])


def test_enclosures_contain_the_values_at_points():
    rng = random.Random(1)
    looked = 0
    with mpmath.workdps(60):
        for _ in range(700):
            store = Store(Clock())
            variables = [store.make("var", data=name) for name in "xy"]
            term = random_term(rng, store, variables, 4)
            ends = [sorted(Fraction(rng.randint(-60, 60), rng.choice([1, 2, 7, 20])) for _ in range(2)) for _ in "xy"]
            box = {v: Range(low, high) for v, (low, high) in zip(variables, ends, strict=True)}
            if rng.random() < 0.2:
                box[variables[0]] = Range(ends[0][0], None)
            known = Enclosures(store, Fraction(0), 1, box).range_of(term)
            for _ in range(6):
                point = {
                    v: low + (high - low) * Fraction(rng.randint(0, 64), 64)
                    for v, (low, high) in zip(variables, ends, strict=True)
                }
                value = value_at(term, point)
                if value is None or not mpmath.isfinite(value):
                    continue
                looked += 1
                slack = mpmath.mpf(10) ** -45 * (1 + abs(value))
                assert known.low is None or mpmath.mpf(known.low.numerator) / known.low.denominator <= value + slack
                assert known.high is None or mpmath.mpf(known.high.numerator) / known.high.denominator >= value - slack
    assert looked > 1500


# -- tilings -----------------------------------------------------------------------------------------------------------


@st.composite
def tilings(draw):
    """A region cut by random cuts, in one to three dimensions."""
    count = draw(st.integers(1, 3))
    leaves = [[(Fraction(0), Fraction(1))] * count]
    for _ in range(draw(st.integers(0, 12))):
        which, axis = draw(st.integers(0, len(leaves) - 1)), draw(st.integers(0, count - 1))
        leaf = leaves.pop(which)
        low, high = leaf[axis]
        middle = low + (high - low) * Fraction(draw(st.integers(1, 6)), 7)
        leaves += [[*leaf[:axis], side, *leaf[axis + 1 :]] for side in ((low, middle), (middle, high))]
    return [(Fraction(0), Fraction(1))] * count, draw(st.permutations(leaves))


@given(tilings(), st.data())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_tiles_accept_cuts_and_reject_every_gap(tiling, data):
    region, leaves = tiling
    assert tiles(region, leaves, Clock())
    which = data.draw(st.integers(0, len(leaves) - 1))
    assert not tiles(
        region, leaves[:which] + leaves[which + 1 :] or [[(Fraction(0), Fraction(1, 2))] * len(region)], Clock()
    )
    axis, side = data.draw(st.integers(0, len(region) - 1)), data.draw(st.integers(0, 1))
    for step in (Fraction(1, 10**9), Fraction(-1, 10**9)):
        moved = [list(leaf) for leaf in leaves]
        ends = list(moved[which][axis])
        ends[side] += step
        moved[which][axis] = tuple(ends)
        assert not tiles(region, moved, Clock())


# -- certificates ------------------------------------------------------------------------------------------------------


def test_cover_needs_every_part_of_the_domain():
    halves = [([["0", "1/2"]], "natural"), ([["1/2", "1"]], "natural")]
    unit = {"x": {"real": "0 <= x and x <= 1"}}
    assert accepted("x + 1 > 0", unit, halves)
    assert not accepted("x + 1 > 0", unit, halves[:1])
    assert not accepted("x + 1 > 0", unit, [([["0", "1/2"]], "natural"), ([["501/1000", "1"]], "natural")])
    assert not accepted("x + 1 > 0", unit, [([["0", "2"]], "natural")])
    assert not accepted("x + 1 > 0", unit, [])
    assert not accepted("x + 1 > 0", {"x": "real"}, halves)


def test_cover_rise_needs_the_face_left_out_for_a_strict_claim():
    form = ["rise", "x", "low", "slope", "natural", "natural"]
    assert accepted("tanh(x) < x", {"x": "positive"}, [([["0", "oo"]], form)])
    assert not accepted("tanh(x) < x", {"x": "nonnegative"}, [([["0", "oo"]], form)])
    assert not accepted("tanh(x) < x", {"x": "positive"}, [([["0", "oo"]], [*form[:3], "face", *form[4:]])])
    assert not accepted("tanh(x) > x", {"x": "positive"}, [([["0", "oo"]], form)])


def test_cover_rise_needs_a_strict_slope_where_it_says_so():
    form = ["rise", "x", "low", "slope", "natural", "natural"]
    open_unit = {"x": {"real": "0 < x and x < 1"}}
    assert accepted("relu(x) > 0", open_unit, [([["0", "1"]], form)])
    assert not accepted("relu(x - 1) > 0", open_unit, [([["0", "1"]], form)])
    assert accepted("relu(x - 1) >= 0", open_unit, [([["0", "1"]], [*form[:3], "", *form[4:]])])


def test_cover_rise_needs_an_expression_that_does_not_jump():
    form = ["rise", "x", "low", "", "natural", "natural"]
    # step(x) falls from 1 to 0 at the face when relu_at_zero is 1, and its slope is 0 on each side
    leaves = [([["-oo", "0"]], "natural"), ([["0", "oo"]], form)]
    assert not accepted("step(-x) - 1/2 >= 0", {"x": "real"}, leaves, relu_at_zero=1)
    assert not accepted("step(-x) - 1/2 >= 0", {"x": "nonnegative"}, leaves[1:], relu_at_zero=1)
    assert not accepted("step(x) >= 1", {"x": "nonnegative"}, leaves[1:])
    assert accepted("step(x) >= 1", {"x": "positive"}, [([["0", "oo"]], "natural")])


def test_cover_rise_and_mean_need_a_slope_everywhere_inside():
    unit = {"x": {"real": "-1 <= x and x <= 1"}}
    form = ["rise", "x", "low", "", "natural", "natural"]
    for text in ("abs(x) - 1 >= 0", "1/x + 1 >= 0", "sqrt(x**2) - 1 >= 0", "relu(-x) - 1/2 >= 0"):
        for made in (form, "mean", ["pieces", form, form], "zero", "natural"):
            assert not accepted(text, unit, [([["-1", "1"]], made)]), (text, made)


def test_cover_an_excluded_zero_does_not_join_two_sides():
    # -1/x rises on both sides of 0, from 1 at x = -1, but is negative for x > 0
    form = ["rise", "x", "low", "", "natural", "natural"]
    kind = {"x": "nonzero"}
    leaf = [([["-1", "1"]], form)]
    assert not accepted("-1/x >= 1", kind, leaf, ["-1 <= x", "x <= 1"])
    assert not accepted("-1/x >= 1", kind, [([["-1", "1"]], "mean")], ["-1 <= x", "x <= 1"])
    assert not accepted("-1/x >= 1", {"x": "real"}, leaf, ["-1 <= x", "x <= 1", "x != 0"])


def test_cover_forms_need_a_side_without_a_hole():
    # step(-x) has slope 0 wherever x is not 0, and 1 at the middle, but it is 0 for x > 0
    leaf, more = [["-1", "1"]], {"hypotheses": ["-1 <= x", "x <= 1"], "relu_at_zero": 1}
    for form in ("mean", ["rise", "x", "low", "", "natural", "natural"]):
        assert not accepted("step(-x) >= 1/2", {"x": "nonzero"}, [(leaf, form)], **more)
        assert not accepted("step(-x) >= 1/2", {"x": "real"}, [(leaf, form)], **more)


def test_cover_rise_needs_a_value_on_the_face():
    constant = ["factor", "0", "1", "natural", "natural"]
    form = ["rise", "x", "low", "", "natural", constant]
    assert not accepted("x/x <= 1/2", {"x": "positive"}, [([["0", "oo"]], form)])
    assert accepted("x/x <= 2", {"x": {"real": "x >= 1"}}, [([["1", "oo"]], form)])


def test_cover_pieces_need_both():
    unit = {"x": {"real": "-1 <= x and x <= 1"}}
    assert not accepted("x >= abs(x)", unit, [([["-1", "1"]], ["pieces", "zero", "natural"])])
    assert not accepted("relu(x) <= 0", unit, [([["-1", "1"]], ["pieces", "natural", "natural"])])
    assert accepted("abs(x) <= 1", unit, [([["-1", "1"]], ["pieces", "natural", "natural"])])


def test_cover_follows_the_connectives():
    real = {"x": "real"}
    whole = [["-oo", "oo"]]
    parts = [[["-oo", "0"]], [["0", "oo"]]]
    three = [(parts[0], [0, "natural"]), ([["0", "1/2"]], [0, "natural"]), ([["1/2", "oo"]], [1, "natural"])]
    assert accepted("x < 1 or x > 0", real, three)
    assert not accepted("x < 0 or x > 0", real, [(parts[0], [0, "natural"]), (parts[1], [1, "natural"])])
    assert not accepted("log(x) > 5 or x**2 >= 0", real, [(whole, [1, "natural"])])  # undefined on the left
    assert accepted("x**2 >= 0 or log(x) > 5", real, [(whole, [0, "natural"])])
    assert accepted("implies(x > 1, x > 0)", real, [(whole, "natural")])
    assert not accepted("implies(x > -1, x > 0)", real, [(whole, "natural")])
    assert not accepted("implies(x > 1, x > 2)", real, [(parts[0], "outside"), (parts[1], "outside")])
    assert not accepted("implies(log(x) > 0, x > 0)", real, [(whole, "natural")])
    assert not accepted("implies(log(x) > 0, x > 0)", real, [(parts[0], "outside"), (parts[1], "natural")])
    assert not accepted("implies(sqrt(x) < 0, x > 0)", real, [(whole, "outside")])
    assert accepted("implies(sqrt(x) < 0, x > 0)", {"x": "nonnegative"}, [([["0", "oo"]], "outside")])
    assert accepted("x**2 >= 0 and x < 1", {"x": "negative"}, [([["-oo", "0"]], ["natural", "natural"])])
    assert not accepted("x**2 >= 0 and x < -1", {"x": "negative"}, [([["-oo", "0"]], ["natural", "natural"])])
    assert not accepted("x**2 >= 0 and x < -1", {"x": "negative"}, [([["-oo", "0"]], ["natural"])])


def test_cover_leaves_out_zero_only_where_the_domain_does():
    assert not accepted("x**2 > 0", {"x": "real"}, [([["-oo", "oo"]], "natural")], ["x != 1"])
    assert accepted("x**2 > 0", {"x": "real"}, [([["-oo", "oo"]], "natural")], ["x != 0"])


def test_cover_outside_needs_a_condition_that_fails_everywhere():
    unit = {"x": {"real": "0 <= x and x <= 1"}}
    assert accepted("x < 1/2", unit, [([["0", "1/4"]], "natural"), ([["1/4", "1"]], ["outside", 1])], ["x**2 < 1/16"])
    assert not accepted(
        "x < 1/2", unit, [([["0", "1/4"]], "natural"), ([["1/4", "1"]], ["outside", 1])], ["x**2 <= 1/16"]
    )
    assert not accepted("x < 1/2", unit, [([["0", "1"]], ["outside", 0])])
    # a condition whose derivative rule does not apply says nothing
    assert not accepted("x > 1", {"x": "real"}, [([["-oo", "oo"]], ["outside", 0])], ["d(abs(x), x) > 2 or x == 0"])
    assert not accepted("x > 1", {"x": "real"}, [([["-oo", "oo"]], ["outside", 0])], ["d(abs(x), x) > 2"])


def test_cover_zero_needs_an_identity_on_the_box():
    assert accepted("abs(x) >= x", {"x": "nonnegative"}, [([["0", "oo"]], "zero")])
    assert not accepted("abs(x) >= x", {"x": "real"}, [([["-oo", "oo"]], "zero")])
    assert not accepted("abs(x) > x", {"x": "nonnegative"}, [([["0", "oo"]], "zero")])
    assert accepted("x == 1/2", {"x": {"real": "x == 1/2"}}, [([["1/2", "1/2"]], "zero")])


def test_cover_factor_needs_the_product():
    kind = {"x": "positive"}
    for first, second, good in (("1 - 1/2", "1/x", True), ("1", "1/x", False), ("-1/2", "-1/x", False)):
        assert (
            accepted("1/x > 1/(2*x)", kind, [([["0", "oo"]], ["factor", first, second, "natural", "natural"])]) == good
        )
    # a factor without a value at 0 says nothing about x**2 > 0 there
    form = ["factor", "exp(log(x**2))", "1", "natural", "natural"]
    assert accepted("x**2 > 0", {"x": "nonzero"}, [([["-oo", "0"]], form), ([["0", "oo"]], form)])
    assert not accepted("x**2 > 0", {"x": "real"}, [([["-oo", "oo"]], form)])


def test_cover_invert_needs_one_sign():
    form = ["invert", "x", ["factor", "1/(1 + x)", "1", "natural", "natural"]]
    text = "x/(1 + x) > 0"
    assert accepted(text, {"x": "positive"}, [([["0", "oo"]], form)])
    assert not accepted(text, {"x": "nonnegative"}, [([["0", "oo"]], form)])
    assert not accepted("x > 0", {"x": "nonzero"}, [([["-oo", "oo"]], ["invert", "x", "natural"])])
    assert not accepted("1/x < 1/4", {"x": {"real": "x >= 4"}}, [([["4", "oo"]], ["invert", "x", "natural"])])


def certificates():
    found = []
    for text, variables in GOALS:
        statement = Statement(text, variables)
        certificate = prove_by_boxes(statement, elaborate(statement), Limits(seconds=20))
        assert not isinstance(certificate, Reason)
        found.append(json.loads(json.dumps(certificate)))
    return found


def moved(rng, end):
    if end in INFINITE:
        return str(rng.randint(-5, 5))
    return str(Fraction(end) + rng.choice([-1, 1]) * Fraction(rng.choice([1, 5]), rng.choice([2, 10, 10**6, 10**12])))


def tampered(rng, certificate):
    """A copy that is wrong for certain: leaves that do not tile, forms that are none, or a statement that is false."""
    new = copy.deepcopy(certificate)
    leaves = rng.choice(new["cases"])
    leaf = rng.choice(leaves)
    how = rng.randrange(8)
    if how == 0:
        leaves.remove(leaf)
    elif how == 1:
        leaves.append(copy.deepcopy(leaf))
    elif how == 2 and leaf["box"]:
        side = rng.choice(leaf["box"])
        which = rng.randrange(2)
        side[which] = moved(rng, side[which])
    elif how == 3:
        leaf["form"] = rng.choice(
            ["proved", None, [], ["rise"], ["outside", 99], ["outside", -1], 0, ["pieces", "natural"]]
        )
    elif how == 4:
        new["cases"].append(copy.deepcopy(new["cases"][0]))
    elif how == 5:
        new["names"] = new["names"] + ["z"] if rng.random() < 0.5 else [*new["names"], *new["names"][:1], "w"]
    elif how == 6:
        leaf["box"] = [["-oo", "oo"], *leaf["box"]]
    else:
        new["statement"]["text"] = f"not ({new['statement']['text']})"
    return new


@pytest.mark.slow
def test_cover_rejects_tampered_certificates():
    rng = random.Random(7)
    originals = certificates()
    assert all(replay(c).accepted for c in originals)
    count = 0
    while count < 600:
        original = rng.choice(originals)
        new = tampered(rng, original)
        if new != original:
            count += 1
            assert not replay_text(json.dumps(new)).accepted, new


@pytest.mark.slow
def test_cover_rejects_the_certificate_of_another_claim():
    originals = certificates()
    false = {"x": [t for t, v in FALSE if v == {"x": "real"}]}
    for certificate in originals:
        for text in false["x"]:
            new = {**certificate, "statement": {"text": text, "variables": {"x": "real"}}}
            assert not replay(new).accepted, (text, certificate)


def random_form(rng, depth):
    if depth == 0 or rng.random() < 0.4:
        return rng.choice(["natural", "mean", "zero"])
    kind = rng.random()
    if kind < 0.7:
        side, where = rng.choice(["low", "high"]), rng.choice(["", "face", "slope"])
        return ["rise", "x", side, where, random_form(rng, depth - 1), random_form(rng, depth - 1)]
    if kind < 0.85:
        return ["pieces", random_form(rng, depth - 1), random_form(rng, depth - 1)]
    if kind < 0.92:
        return ["invert", "x", random_form(rng, depth - 1)]
    return ["outside", 0] if kind < 0.95 else ["factor", "1", "1", "natural", random_form(rng, depth - 1)]


ONE_VARIABLE = [(text, variables) for text, variables in FALSE if list(variables) == ["x"]]


@pytest.mark.parametrize(("text", "variables"), ONE_VARIABLE, ids=[text for text, _ in ONE_VARIABLE])
def test_cover_accepts_no_form_for_a_false_claim(text, variables):
    rng = random.Random(text)
    kind = variables["x"]
    ends = {"nonnegative": ("0", "oo"), "positive": ("0", "oo"), "real": INFINITE}
    low, high = ends[kind] if isinstance(kind, str) else ("0", "1")
    inner = [Fraction(q) for q in ("0", "1/7", "1/3", "1/2", "1", "2", "-1", "1e-10", "1e-9")]
    inner = [q for q in inner if (low == "-oo" or q > Fraction(low)) and (high == "oo" or q < Fraction(high))]
    for _ in range(60):
        cuts = [str(q) for q in sorted(rng.sample(inner, rng.randint(0, min(4, len(inner)))))]
        sides = zip([low, *cuts], [*cuts, high], strict=True)
        leaves = [([list(side)], random_form(rng, 4)) for side in sides]
        result = cover(text, variables, leaves)
        assert not result.accepted, leaves
        assert "failed" not in result.reason, result.reason
