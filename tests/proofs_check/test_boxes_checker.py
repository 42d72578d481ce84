"""The checker's covers: what each form of proof on a box needs."""

from tests.proofs_check.box_covers import accepted

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
