"""When a gate flips, and how the flow slides along a kink."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from theory.linear_flow import GAMMA, T, exponential_solution, projection_and_read_out
from theory.symbols import Expr, dot, positive, real, vector


def pre_activation() -> Expr:
    """Return z_k(t) = c p(t) + z with c = gamma.x_k/Gamma and z = q.x_k constant.

    Examples
    --------
    >>> pre_activation()
    c*(p0*cosh(Gamma*t) + v0*sinh(Gamma*t)) + z
    """
    return real("c") * projection_and_read_out()[0] + real("z")


def gate_quadratic() -> tuple[Expr, Expr, Expr]:
    """Return (A, z, B): E z_k = A E^2 + z E + B with E = exp(Gamma t).

    Examples
    --------
    >>> gate_quadratic()
    (c*(p0 + v0)/2, z, c*(p0 - v0)/2)
    """
    growth = positive("E")
    written = real("c") * exponential_solution()[0] + real("z")
    rational = written.subs(sympy.exp(-GAMMA * T), 1 / growth).subs(sympy.exp(GAMMA * T), growth)
    leading, middle, constant = sympy.Poly(sympy.expand(rational * growth), growth).all_coeffs()
    return sympy.factor(leading), middle, sympy.factor(constant)


def gate_roots() -> tuple[Expr, Expr]:
    """Return the two roots E of the gate quadratic (A != 0).

    Examples
    --------
    >>> A, z, B = gate_quadratic()
    >>> [sympy.cancel(A * E**2 + z * E + B) for E in gate_roots()]
    [0, 0]
    """
    leading, middle, constant = gate_quadratic()
    square_root = sympy.sqrt(sympy.expand(middle**2 - 4 * leading * constant))
    return (-middle - square_root) / (2 * leading), (-middle + square_root) / (2 * leading)


def sliding_multipliers(count: int, dimension: int, samples: int) -> tuple[Expr, ...]:
    """Return the multipliers of ``count`` sliding samples from requiring w.x_k constant for each of them.

    The drive is gamma_A + (1/n) sum_k lambda_k x_k over the sliding samples; lambda solves a linear system.

    Raises
    ------
    ValueError
        If count exceeds the dimension (the samples could not be independent).

    Examples
    --------
    >>> sliding_multipliers(1, 1, 2)
    (-2*g[0]/x1[0],)
    """
    if not 1 <= count <= dimension:
        raise ValueError(f"sliding_multipliers: count={count} must lie between 1 and dimension={dimension}")
    multipliers = sympy.symbols(f"lambda1:{count + 1}", real=True)
    x = [vector(f"x{k + 1}", dimension) for k in range(count)]
    drive = sliding_drive(x, multipliers, samples)
    conditions = sympy.Matrix([dot(sample, drive) for sample in x])
    system = conditions.jacobian(multipliers)
    constant = conditions.subs(dict.fromkeys(multipliers, sympy.S.Zero))
    solution = -system.adjugate() * constant / system.det()
    return tuple(sympy.factor(entry) for entry in solution)


def gram_multipliers(count: int, samples: int) -> tuple[Expr, ...]:
    """Return the multipliers in inner products: K_kl = x_k.x_l and c_k = x_k.gamma_A.

    Examples
    --------
    >>> gram_multipliers(1, 2)
    (-2*c1/K11,)
    """
    multipliers = sympy.symbols(f"lambda1:{count + 1}", real=True)
    conditions = sympy.Matrix(sliding_conditions(count, samples))
    constant = conditions.subs(dict.fromkeys(multipliers, sympy.S.Zero))
    system = conditions.jacobian(multipliers)
    return tuple(sympy.factor(entry) for entry in -system.adjugate() * constant / system.det())


def sliding_conditions(count: int, samples: int) -> tuple[Expr, ...]:
    """Return x_k.(gamma_A + (1/n) sum_l lambda_l x_l), which sliding keeps at zero, in inner products.

    Examples
    --------
    >>> sliding_conditions(1, 2)
    (K11*lambda1/2 + c1,)
    """
    pairs = {(k, m): real(f"K{min(k, m)}{max(k, m)}") for k in range(1, count + 1) for m in range(1, count + 1)}
    return tuple(
        real(f"c{k}") + sympy.Add(*(real(f"lambda{m}") * pairs[k, m] for m in range(1, count + 1))) / samples
        for k in range(1, count + 1)
    )


def sliding_drive(x: Sequence[Sequence[sympy.Symbol]], multipliers: Sequence[Expr], samples: int) -> tuple:
    """Return gamma_A + (1/n) sum_k lambda_k x_k, gamma_A being the vector ``g``.

    Examples
    --------
    >>> sliding_drive([vector("x1", 1)], [real("a")], 2)
    (a*x1[0]/2 + g[0],)
    """
    return tuple(
        gamma + sympy.Add(*(value * sample[i] for value, sample in zip(multipliers, x, strict=True))) / samples
        for i, gamma in enumerate(vector("g", len(x[0])))
    )
