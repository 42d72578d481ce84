"""The hand-optimised kernels of the numerics equal the derived expressions, symbolically."""

from __future__ import annotations

import sympy

from numerics import closed_forms as kernels
from theory.closed_forms import closed_forms
from theory.displacement import U, pre_activation_after, read_out_squared_after, turn_displacements
from theory.linear_flow import GAMMA, P0, V0, T
from theory.symbols import real

FORMS = {name: form.expression for name, form in closed_forms().items()}
COSH, SINH = sympy.cosh(GAMMA * T), sympy.sinh(GAMMA * T)
HALF_COSH, HALF_SINH = sympy.cosh(GAMMA * T / 2), sympy.sinh(GAMMA * T / 2)


def same(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Return whether two expressions agree, as rational functions of exp(Gamma t/2)."""
    growth = sympy.Symbol("growth", positive=True)
    gap = (a - b).rewrite(sympy.exp).expand()
    gap = gap.replace(sympy.exp, lambda power: growth ** sympy.cancel(2 * power / (GAMMA * T)))
    return sympy.cancel(sympy.together(gap)) == 0


def test_same_tells_a_flipped_sign():
    assert same(COSH, 2 * HALF_SINH**2 + 1)
    assert not same(COSH, 2 * HALF_SINH**2 - 1)


def test_aligned_part_and_read_out_are_the_derived_solution():
    assert same(kernels.aligned_part(P0, V0, COSH, SINH), FORMS["projection"])
    assert same(kernels.read_out(P0, V0, COSH, SINH), FORMS["read_out"])


def test_displacement_is_the_derived_one():
    assert same(kernels.displacement(P0, V0, GAMMA, HALF_COSH, HALF_SINH), FORMS["displacement"])


def test_displacement_differentiates_to_the_read_out():
    assert same(sympy.diff(FORMS["displacement"], T), FORMS["read_out"])


def test_gate_position_and_its_zero_are_the_derived_ones():
    z0, g = real("z0"), real("g")
    assert kernels.gate_position(z0, g, U) == pre_activation_after()
    assert pre_activation_after().subs(U, kernels.gate_displacement(z0, g)) == 0


def test_read_out_squared_is_the_derived_quadratic():
    assert same(kernels.read_out_squared(V0, P0 * GAMMA, GAMMA**2, U), read_out_squared_after())
    along = read_out_squared_after().subs(U, FORMS["displacement"])
    assert same(along, FORMS["read_out"] ** 2)


def test_turn_displacement_is_a_root_of_the_derived_quadratic():
    root = sympy.Symbol("root", positive=True)
    work = P0 * GAMMA
    turn = kernels.turn_displacement(V0, work, root)
    # root^2 is the discriminant; eliminate v0^2 with it
    gap = sympy.together(read_out_squared_after().subs(U, turn))
    gap = sympy.rem(sympy.numer(gap), root**2 - kernels.turn_discriminant(V0, work, GAMMA**2), root)
    assert sympy.expand(gap) == 0
    values = {P0: -3, V0: 1, GAMMA: 2}
    size = sympy.sqrt(kernels.turn_discriminant(1, -6, 4))
    assert sympy.radsimp(turn.subs(values).subs(root, size) - turn_displacements()[0].subs(values)) == 0


def test_read_out_squared_before_turn_is_the_derived_quadratic():
    turn = sympy.Symbol("turn", positive=True)
    # the displacement `turn` is a root: eliminate p0
    start = sympy.cancel(-(V0**2 + GAMMA**2 * turn**2) / (2 * GAMMA * turn))
    kernel = kernels.read_out_squared_before_turn(U, turn, V0, GAMMA**2)
    assert same(kernel, read_out_squared_after().subs(P0, start))


def test_growth_and_decay_are_the_exponential_of_the_derived_flow():
    p, v = FORMS["projection"], FORMS["read_out"]
    assert same(kernels.growth(P0, V0, p, v), sympy.exp(GAMMA * T))
    assert same(kernels.decay(P0, V0, p, v), sympy.exp(GAMMA * T))


def test_gate_quadratic_is_the_derived_one():
    z0, c = real("z0"), real("c")
    strength = c * GAMMA
    leading, middle, constant = kernels.gate_quadratic(z0, strength, P0, V0, GAMMA)
    assert same(leading, FORMS["gate_leading"])
    assert same(constant, FORMS["gate_constant"])
    # the derived z is the part of w.x orthogonal to gamma, w.x - c p0
    assert same(middle, FORMS["gate_middle"].subs(real("z"), z0 - c * P0))
