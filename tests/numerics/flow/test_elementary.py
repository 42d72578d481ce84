"""Adjoined states: their velocity is the chain rule, they are shared, and their poles stay."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest

from numerics.flow.composed import COMPOSED, pi, real_power
from numerics.flow.elementary import FUNCTIONS, adjoined_rates, apply, power, quotient, smooth_program
from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Program, ProgramBuilder
from tests.numerics.flow.program_values import DIGITS, full_state, velocity

STEP = Fraction(1, 10**12)
START = [Fraction(3, 7), Fraction(5, 4)]


def of_two(make: Callable[[ProgramBuilder], int]) -> Program:
    """Return the flow a' = make(a, b), b' = a + 2."""
    return smooth_program(["a", "b"], lambda b: [make(b), b.linear([(0, Fraction(1))], Fraction(2))])


def assert_chain_rule(program: Program, start: list[Fraction]) -> None:
    """Check that every adjoined velocity is the central difference of its function along the field."""
    with mpmath.workdps(DIGITS):
        found = velocity(program, start)
        exact = [Fraction(str(mpmath.nstr(rate, DIGITS))) for rate in found[: program.size]]
        ahead = full_state(program, [a + STEP * b for a, b in zip(start, exact, strict=True)])
        behind = full_state(program, [a - STEP * b for a, b in zip(start, exact, strict=True)])
        for place in range(program.size, len(program.states)):
            difference = (ahead[place] - behind[place]) / (2 * mpmath.mpf(10) ** -12)
            assert abs(difference - found[place]) < mpmath.mpf(10) ** -20 * (1 + abs(found[place])), place


@pytest.mark.parametrize("function", FUNCTIONS)
def test_velocity_of_each_function_is_the_chain_rule(function: str) -> None:
    program = of_two(lambda builder: apply(builder, function, builder.product(0, 1)))
    assert any(entry.function == function for entry in program.adjoined)
    assert_chain_rule(program, START)


@pytest.mark.parametrize("name", COMPOSED)
def test_composed_function_has_its_value(name: str) -> None:
    """Inside the domain of all of them but acosh, which gets its argument plus one."""
    shift = Fraction(int(name == "acosh"))
    program = of_two(lambda builder: COMPOSED[name](builder, builder.linear([(0, Fraction(1))], shift)))
    assert_chain_rule(program, START)
    with mpmath.workdps(DIGITS):
        exact = getattr(mpmath, name)(mpmath.mpf(3) / 7 + int(shift))
        assert abs(velocity(program, START)[0] - exact) < mpmath.mpf(10) ** (3 - DIGITS)


def test_pi_is_at_rest() -> None:
    with mpmath.workdps(DIGITS):
        assert abs(velocity(of_two(pi), START)[0] - mpmath.pi) < mpmath.mpf(10) ** (2 - DIGITS)
        assert velocity(of_two(pi), START)[2:] == [0, 0]


def test_velocity_of_nested_functions_is_the_chain_rule() -> None:
    def make(builder: ProgramBuilder) -> int:
        inner = apply(builder, "sqrt", builder.linear([(apply(builder, "sin", 0), Fraction(1))], Fraction(2)))
        return quotient(builder, apply(builder, "log", inner), apply(builder, "tanh", real_power(builder, 1, 0)))

    assert_chain_rule(of_two(make), START)


def test_wrong_velocity_fails_the_chain_rule() -> None:
    program = of_two(lambda builder: apply(builder, "exp", 0))
    wrong = Program(program.states, program.nodes, (*program.velocity[:-1], program.velocity[0]), program.adjoined)
    with pytest.raises(AssertionError):
        assert_chain_rule(wrong, START)


def test_equal_calls_share_their_state() -> None:
    program = of_two(lambda b: b.product(apply(b, "log", 0), b.product(quotient(b, 1, 0), apply(b, "log", 0))))
    assert [entry.function for entry in program.adjoined] == ["log", "inverse"]


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 2, 7, 12])
def test_power_is_the_repeated_product(exponent: int) -> None:
    program = of_two(lambda builder: power(builder, 0, exponent))
    with mpmath.workdps(DIGITS):
        assert mpmath.almosteq(velocity(program, START)[0], (mpmath.mpf(3) / 7) ** exponent)


def test_pole_of_a_cancelling_quotient_stays() -> None:
    program = of_two(lambda builder: builder.linear([(quotient(builder, 0, 0), Fraction(0))]))
    assert [entry.function for entry in program.adjoined] == ["inverse"]


@pytest.mark.parametrize(
    ("function", "value", "part"),
    [("inverse", 0, "division by the constant 0"), ("log", 0, "positive"), ("log", -1, "-1"), ("sqrt", -2, "sqrt")],
)
def test_constant_outside_the_domain_is_one_line(function: str, value: int, part: str) -> None:
    with pytest.raises(ValueError, match=part) as caught:
        of_two(lambda builder: apply(builder, function, builder.constant(Fraction(value))))
    assert "\n" not in str(caught.value)


def test_irrational_constant_is_a_state_at_rest() -> None:
    program = of_two(lambda builder: apply(builder, "sqrt", builder.constant(Fraction(2))))
    with mpmath.workdps(DIGITS):
        rates = velocity(program, START)
        assert rates[0] == mpmath.sqrt(2)
    assert rates[program.size :] == [0, 0]


def test_rational_constants_adjoin_nothing() -> None:
    program = of_two(lambda builder: apply(builder, "sqrt", builder.constant(Fraction(9, 4))))
    assert program.adjoined == ()
    assert program.values(START, Fraction)[program.velocity[0]] == Fraction(3, 2)


def test_unknown_function_is_one_line() -> None:
    with pytest.raises(ValueError, match="function='relu' is not elementary"):
        of_two(lambda builder: apply(builder, "relu", 0))


@pytest.mark.parametrize("loss", ["logistic", "exponential", "softmax"])
def test_adjoined_rates_of_a_network_are_the_chain_rule(loss: str) -> None:
    outputs = 3 if loss == "softmax" else 1
    v = [["1/2", "-1/3", "2"][:outputs], ["1", "1/5", "-1"][:outputs]]
    network = Network(
        exact_rows([[1, "1/2"], ["-1/3", 2]]),
        exact_rows([[1, 0, 0][:outputs], [-1 if outputs == 1 else 0, 1, 0][:outputs]]),
        exact_rows([["3/5", "-1/4"], [1, "1/7"]]),
        exact_rows(v),
        loss,
        "on",
    )
    program = network_program(network, Mode(((), ()), (0, 0)))
    assert_chain_rule(program, list(network.state()))


def test_tangents_of_adjoined_states_are_their_differential() -> None:
    builder = ProgramBuilder(["a", "b"], room=2)
    root = apply(builder, "sqrt", builder.product(0, 1))
    builder.rates |= {0: builder.constant(Fraction(1)), 1: builder.constant(Fraction(0))}
    tangent = adjoined_rates(builder)[0]
    program = builder.program([0, 0, tangent, root])
    with mpmath.workdps(DIGITS):
        # d sqrt(a b)/da = sqrt(b/a)/2
        assert mpmath.almosteq(velocity(program, START)[2], mpmath.sqrt(mpmath.mpf(5) / 4 * 7 / 3) / 2)
