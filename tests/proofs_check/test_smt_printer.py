"""What is printed for SMT solvers; needs no solver."""

from fractions import Fraction

import pytest

from proofs_check.engines.smt_model import values
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import add, call, div, mul, neg, num, sub, var
from proofs_check.printers.exponents import Exponents
from proofs_check.printers.smtlib import DOMAIN, scripts
from proofs_check.printers.smtlib_quotient import NotPrintable, literal, symbol

X, Y, T = var("x"), var("y"), var("t")


def printed(text: str, variables: dict, hypotheses: tuple = (), **more) -> list:
    return scripts(elaborate(Statement(text, variables, hypotheses, **more)))


def test_every_denominator_is_a_goal_before_the_claim() -> None:
    obligation, claim, domain = printed("x/x == 1", {"x": "real"})
    assert (obligation.why, claim.why, domain.why) == ("obligation", "claim", DOMAIN)
    assert obligation.text.splitlines()[-1] == "(assert (not (not (= |v!x| 0.0))))"
    assert "(assert (not (= |v!x| 0.0)))" in claim.text


def test_denominators_are_cleared_by_their_sign() -> None:
    claim = printed("1/y < x", {"x": "real", "y": "nonzero"})[-2]
    product = "(* |v!x| |v!y|)"
    sides = f"(ite (> |v!y| 0.0) (< 1.0 {product}) (< {product} 1.0))"
    assert claim.text.splitlines()[-1] == f"(assert (not {sides}))"
    assert "(/ " not in claim.text


def test_a_root_is_constrained_only_where_it_is_defined() -> None:
    obligation = printed("sqrt(x) > -1", {"x": "real"})[0]
    assert "(assert (=> (>= |v!x| 0.0) (and (>= s!0 0.0) (= (* s!0 s!0) |v!x|))))" not in obligation.text
    claim = printed("sqrt(x) > -1", {"x": "real"})[1]
    assert "(assert (=> (>= |v!x| 0.0) (and (>= s!0 0.0) (= (* s!0 s!0) |v!x|))))" in claim.text


def test_a_logarithm_in_tanh_is_no_reason_to_call_its_square_positive() -> None:
    """tanh(log(x/y)) has the denominator x**2 + y**2, which may be 0 where the term is undefined."""
    claim = printed("sqrt(tanh(log(x/y)) + 1) > 0", {"x": "real", "y": "real"})[-2]
    root = next(line for line in claim.text.splitlines() if "(>= s!" in line)
    assert "(not (= t!" in root


def test_functions_that_are_only_bounded_are_named() -> None:
    assert printed("tanh(x) < 1", {"x": "real"})[0].abstracted == ("exp",)
    assert printed("x < 1", {"x": "real"})[0].abstracted == ()
    assert printed("sqrt(x) < 1", {"x": "positive"})[1].abstracted == ()


def test_finite_values_are_cases_and_the_domain_keeps_them_all() -> None:
    found = printed("s**2 == 1", {"s": {"values": [-1, 1]}})
    assert [q.fixed for q in found] == [{"s": Fraction(-1)}, {"s": Fraction(1)}, {}]
    assert "(or (= |v!s| (- 1.0)) (= |v!s| 1.0))" in found[-1].text


def test_a_hypothesis_counts_only_where_it_is_defined() -> None:
    claim = printed("x > 0", {"x": "real"}, ("1/x > 0",))[0]
    assert "(and (not (= |v!x| 0.0)) (ite (> |v!x| 0.0) (> 1.0 0.0) (> 0.0 1.0)))" in claim.text


def test_large_powers_are_refused() -> None:
    with pytest.raises(NotPrintable, match="the exponent 400"):
        printed("x**400 >= 0", {"x": "real"})


@pytest.mark.parametrize("name", ["let", "true", "x1"])
def test_symbols_never_collide_with_the_language_of_the_solver(name: str) -> None:
    assert symbol(name) == f"|v!{name}|"


def test_literals_are_exact() -> None:
    assert literal(Fraction(1, 10)) == "(/ 1.0 10.0)" and literal(Fraction(-7)) == "(- 7.0)"


def test_exponents_share_units_with_whole_powers() -> None:
    third, half = call("exp", div(T, num(3))), call("exp", neg(div(T, num(2))))
    exponents = Exponents([add(third, half)])
    assert exponents.units(third) == [((T, Fraction(1, 6), False), 2)]
    assert exponents.units(half) == [((T, Fraction(1, 6), False), -3)]


def test_exponents_cancel_on_both_sides_of_the_line() -> None:
    cancelled = call("exp", div(mul(X, T), X))
    assert Exponents([cancelled]).units(cancelled) == [((T, Fraction(1), False), 1)]
    kept = call("exp", div(mul(X, T), Y))
    assert Exponents([kept]).units(kept) == [((div(mul(T, X), Y), Fraction(1), False), 1)]


def test_exponents_of_logarithms_are_powers() -> None:
    power = call("exp", mul(num(Fraction(-3, 2)), call("log", X)))
    assert Exponents([power]).units(power) == [((X, Fraction(1, 2), True), -3)]
    both = call("exp", call("atanh", Y))
    units = Exponents([both]).units(both)
    assert units == [((add(num(1), Y), Fraction(1, 2), True), 1), ((sub(num(1), Y), Fraction(1, 2), True), -1)]


@pytest.mark.parametrize(
    "text",
    ["", "(", "((|v!x| 1", "((|v!x| (/ 1 0)))", "((|v!x| (+ 1 1)))", "((|v!x| 1e5))", "((|v!y| 1))", "sat",
     "((|v!x| -1))", "((|v!x| (_ real_algebraic_number <1*x^2 + (-2), (5/4, 3/2)>)))"],
)  # fmt: skip
def test_a_value_that_is_not_plainly_rational_is_no_value(text: str) -> None:
    assert values(text, {"x": "|v!x|"}) is None


def test_values_are_read_in_both_solvers_ways() -> None:
    assert values("((|v!x| (- (/ 7.0 4.0))))", {"x": "|v!x|"}) == {"x": Fraction(-7, 4)}
    assert values("((|v!x| (/ (- 7) 4)))", {"x": "|v!x|"}) == {"x": Fraction(-7, 4)}
