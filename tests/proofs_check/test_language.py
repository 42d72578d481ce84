"""The claim language: what is read, what is refused, and that nothing is simplified on the way."""

from fractions import Fraction

import pytest

from proofs_check.language.elaborate import elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.numbers import constant_value
from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement
from proofs_check.language.term import div, num, var

REAL = {"x": "real", "t": "real"}

PAIR = {"u": {"vector": 2}, "v": {"vector": 3}}
REFUSED = [
    ("x.real == 1", "attribute access"),
    ("(lambda: 1)() == 1", "lambda"),
    ("__import__('os').system('true') == 0", "attribute access"),
    ("open('f') == 1", "not a decimal number"),
    ("[x][0] == x", "List"),
    ("{x: 1} == 1", "Dict"),
    ("x if x else 1", "IfExp"),
    ("(y := 2) == x", "assignment"),
    ("f'{x}' == 1", "an f-string"),
    ("x == 1j", "not a decimal number"),
    ("x == True", "not a decimal number"),
    ("x @ x == 1", "MatMult"),
    ("x % 2 == 0", "Mod"),
    ("x // 2 == 0", "FloorDiv"),
    ("x is x", "Is"),
    ("x in x", "`in` is not part of the claim language"),
    ("await x", "not part of the claim language"),
    ("x = 1", "invalid syntax"),
    ("import os", "invalid syntax"),
    ("x; x", "invalid syntax"),
    ("", "empty expression"),
    ("(" * 500 + "x" + ")" * 500 + " == 0", "nested deeper"),
    ("-" * 5000 + "x == 0", "unary operators"),
    ("not " * 3000 + "x == 0", "unary operators"),
    ("x" * 30_000 + " == 0", "characters"),
    ("x+" * 9_000 + "x == 0", "operators"),
    ("x ** 100000 == 1", "exponent"),
    ("2 ** (10 ** 10) == 1", "exponent"),
    ("x == " + "9" * 5000, "digits"),
    ("x == 1e999999", "digits"),
    ("x == 1 == zz", "unknown name 'zz'"),
    ("tanhh(x) == x", "did you mean 'tanh'"),
    ("tanh(x, x) == x", "takes 1 argument"),
    ("tanh(z=x) == x", "no named arguments"),
    ("x", "is a number, not a claim"),
    ("sum(x) == 1", "needs the form"),
    ("sum(k for k in samples) == 1", "is no range"),
    ("sum(k for k in range(99999999)) == 1", "is no range"),
    ("d(x) == 0", "needs a [network] or a [flow]"),
    ("next(x) == 0", "needs a [network] or a [step]"),
    ("d(x, 2) == 0", "must be a variable"),
    ("at(x, zz=1) == 0", "not a declared variable"),
    ("w[0] == 1", "unknown name 'w'"),
    ("dot(x, x) == 1", "not a vector"),
    ("(x, x) == (x, x)", "a tuple is not part of the claim language (column 1"),
    ("x ^ 2 == 1", "(column 1 of 'x ^ 2 == 1'): write x**2"),
    ("(x + 1)^2 == 1", "write ** for a power"),
    ("2x > x", "invalid decimal literal in '2x > x': write 2*x"),
    ("x > 2 pi", "write 2*pi"),
    ("2(x + 1) > x", "write 2*(...)"),
    ("x = 1", "in 'x = 1': write == for equality"),
    ("|x| > -1", "write abs(x)"),
    ("x > 0 && x < 1", "write `and`"),
    ("x > 0 || x < 1", "write `or`"),
    ("x in [0,1]", "write 0 <= x <= 1"),
    ("x in (-1, 1/2]", "write -1 < x <= 1/2"),
    ("x in (0, 1) and 1e3 > 0", "write 0 < x < 1"),
    ("x == 1_0", "write digits"),
    ("x == 0x10", "write digits"),
    ("x == 1 # a comment", "a comment at column 8"),
    ("x ==\x0c1", "U+000C"),
    ("x ==\xa01", "U+00A0"),
    ("1or x > 0", "not an expression"),
    ("x" + "+x" * 200 + " == 0", "operations within each other"),
    ("x > 0" + " and not x < 0" * 501, "the limit"),
    ("x**(((9**1000)**1000)**1000) == 1", "100,000 bits"),
    ("sum(k for k in range(2) for k in range(2)) == 1", "shadows"),
    ("sum(dims for dims in range(2)) == 1", "shadows"),
    ("sum(t for t in range(2)) == 1", "shadows"),
    ("sum(k for k in range(2, t=1)) == 1", "is no range"),
    ("sum(k for k in range(2) if k < 1 < x) == 1", "compares indices only"),
    ("at(x, x=1, x=2) == 2", "given twice"),
    ("(x < 1) + 1 == 2", "arithmetic with a relation"),
    ("x[0] == 1", "not a vector"),
    ("exp == 1", "unknown name"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=[t[:24] for t, _ in REFUSED])
def test_claim_text_outside_the_language_is_one_line_error(text: str, reason: str) -> None:
    with pytest.raises(ClaimError) as error:
        elaborate(Statement(text, REAL))
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("u < u", "only == and !="), ("u == v", "lengths 2 and 3"), ("u[0,] == 1", "a tuple"), ("u == 1", "between vec")],
)
def test_vectors_are_compared_with_vectors_of_their_length(text: str, reason: str) -> None:
    with pytest.raises(ClaimError) as error:
        elaborate(Statement(text, PAIR))
    assert reason in str(error.value)


@pytest.mark.parametrize("text", ["x ==\n1", " x\t==\r\n 1\n"])
def test_white_space_is_a_blank(text: str) -> None:
    assert elaborate(Statement(text, REAL)).claim == elaborate(Statement("x == 1", REAL)).claim


@pytest.mark.parametrize(("name", "reason"), [("lambda", "rename it, to lambda_"), ("a" * 101, "at most 100")])
def test_names_that_no_text_can_use_are_errors(name: str, reason: str) -> None:
    with pytest.raises(ClaimError, match=reason):
        elaborate(Statement("1 == 1", {name: "real"}))


def test_a_motion_is_written_out() -> None:
    for flow, step in (({"x": "d(x)"}, {}), ({"x": "next(x)"}, {"x": "x + 1"}), ({}, {"x": "next(x)"})):
        with pytest.raises(ClaimError, match="write it out"):
            elaborate(Statement("d(x) == next(x)" if flow else "next(x) == x", REAL, flow=flow, step=step))


def test_an_unused_definition_does_not_narrow_the_domain() -> None:
    network = {"width": 1, "dimension": 1, "samples": 2}
    define = (("rate", "d(v[0])"), ("twice", "2*rate"))
    assert elaborate(Statement("v[0] == v[0]", network=network, define=define)).hypotheses == ()
    assert len(elaborate(Statement("twice == 2*rate", network=network, define=define)).hypotheses) == 2


def test_a_condition_may_speak_of_names_declared_after_it() -> None:
    problem = elaborate(Statement("a < c", {"a": {"real": "a < b"}, "b": "real"}, define=(("c", "b"),)))
    assert problem.kinds == (elaborate(Statement("a < b", {"a": "real", "b": "real"})).claim,)


def test_hostile_megabytes_are_refused_quickly() -> None:
    for text in ("(" * 10_000_000, "[" * 10_000_000, "x**" * 3_000_000 + "x", "9" * 10_000_000):
        with pytest.raises(ClaimError):
            parse(text)


def test_terms_keep_what_sympy_would_cancel() -> None:
    x = var("x")
    assert elaborate(Statement("x/x == 1", REAL)).claim.terms[0] == div(x, x)
    assert "div(1, x)" in repr(elaborate(Statement("0*(1/x) == 0", REAL)).claim)


def test_decimal_literals_are_exact() -> None:
    assert elaborate(Statement("x == 0.1", REAL)).claim.terms[1] == num(Fraction(1, 10))
    assert elaborate(Statement("x == 1e-3", REAL)).claim.terms[1] == num(Fraction(1, 1000))


@pytest.mark.parametrize("name", ["exp", "sum", "d", "pi", "neurons", "w", "eta", "gamma", "n"])
def test_names_that_shadow_the_language_are_errors(name: str) -> None:
    network = {"width": 1, "dimension": 1, "samples": 1}
    with pytest.raises(ClaimError, match="shadows"):
        elaborate(Statement("1 == 1", {name: "real"}, network=network))


@pytest.mark.parametrize("spec", ["reel", 3, {"vector": 0}, {"vector": True}, {"values": []}, {"values": [0.5]}, {}])
def test_unknown_kinds_are_errors(spec: object) -> None:
    with pytest.raises(ClaimError):
        elaborate(Statement("1 == 1", {"x": spec}))


def test_any_loss_knows_no_rate_of_its_residuals() -> None:
    network = {"width": 1, "dimension": 1, "samples": 1}
    for text in ("d(e[0]) == 0", "next(e[0]) == e[0]", "y[0] == 1"):
        with pytest.raises(ClaimError):
            elaborate(Statement(text, network=network))
    assert elaborate(Statement("d(e[0]) == 0", network={**network, "early": True}))


def test_flow_statements_live_off_the_gate_boundaries() -> None:
    network = {"width": 1, "dimension": 1, "samples": 2}
    assert len(elaborate(Statement("d(v[0]) == d(v[0])", network=network)).hypotheses) == 2
    assert elaborate(Statement("v[0] == v[0]", network=network)).hypotheses == ()


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (2, Fraction(2)),
        ("1/3", Fraction(1, 3)),
        ("0.25", Fraction(1, 4)),
        (0.5, None),
        (True, None),
        ("x", None),
        ("1e9999999", None),
    ],
)
def test_constant_values_are_exact_or_refused(value: object, exact: Fraction | None) -> None:
    assert constant_value(value) == exact
