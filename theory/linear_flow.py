"""The flow of one neuron between gate events, solved: it is linear in (p, v), so its eigenvectors do it.

No ODE solver, integral or limit of SymPy is involved.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import sympy

from theory.flow import along_flow, balanced_polar_flow, projected_flow
from theory.symbols import Expr, positive, real

T, GAMMA = real("t"), positive("Gamma")
P0, V0 = real("p0"), real("v0")


def linear_solution(matrix: sympy.Matrix, start: Sequence[Expr], time: sympy.Symbol) -> list[Expr]:
    """Return exp(matrix t) start from the eigenvectors of a diagonalisable matrix.

    Raises
    ------
    ValueError
        If the matrix is not diagonalisable.

    Examples
    --------
    >>> linear_solution(sympy.Matrix([[2]]), [P0], T)
    [p0*exp(2*t)]
    """
    if not matrix.is_diagonalizable():
        raise ValueError(f"linear_solution: matrix={matrix.tolist()} must be diagonalisable")
    modes, rates = matrix.diagonalize()
    growth = sympy.diag(*(sympy.exp(rate * time) for rate in rates.diagonal()))
    return [sympy.expand(entry) for entry in modes * growth * modes.inv() * sympy.Matrix(start)]


def flow_matrix() -> sympy.Matrix:
    """Return the matrix of the linear flow of (p, v).

    Examples
    --------
    >>> flow_matrix()
    Matrix([
    [    0, Gamma],
    [Gamma,     0]])
    """
    flow = projected_flow()
    p, v, _ = flow
    return sympy.Matrix([flow[p], flow[v]]).jacobian([p, v])


def _hyperbolic(expression: Expr) -> Expr:
    written = sympy.expand(expression.replace(sympy.exp, lambda power: sympy.cosh(power) + sympy.sinh(power)))
    return sympy.collect(written, [sympy.cosh(GAMMA * T), sympy.sinh(GAMMA * T)])


@functools.cache
def exponential_solution() -> tuple[Expr, Expr]:
    """Return p(t) and v(t) as sums of exponentials.

    Examples
    --------
    >>> exponential_solution()[0].subs(T, 0)
    p0
    """
    p, v = linear_solution(flow_matrix(), [P0, V0], T)
    return p, v


@functools.cache
def projection_and_read_out() -> tuple[Expr, Expr]:
    """Return p(t) and v(t) in hyperbolic functions, for any imbalance.

    Examples
    --------
    >>> projection_and_read_out()[0]
    p0*cosh(Gamma*t) + v0*sinh(Gamma*t)
    """
    p, v = exponential_solution()
    return _hyperbolic(p), _hyperbolic(v)


def alignment_cosine() -> Expr:
    """Return cos delta(t) of a balanced neuron from the substitution u = atanh(c), whose rate is constant.

    Examples
    --------
    >>> alignment_cosine()
    tanh(Gamma*s*t + atanh(c0))
    """
    flow = balanced_polar_flow()
    _, c = flow
    rate = sympy.cancel(along_flow(sympy.atanh(c), {c: flow[c]}))
    return sympy.tanh(sympy.atanh(real("c0")) + rate * T)


def scaled_solution() -> tuple[Expr, Expr]:
    """Return p(t) exp(-Gamma t) and v(t) exp(-Gamma t), affine in E = exp(-2 Gamma t).

    Examples
    --------
    >>> [sympy.factor(entry.subs(positive("E"), 0)) for entry in scaled_solution()]
    [(p0 + v0)/2, (p0 + v0)/2]
    """
    decay, E = sympy.exp(-2 * GAMMA * T), positive("E")
    p, v = (
        sympy.collect(sympy.expand(solution * sympy.exp(-GAMMA * T)).subs(decay, E), E, sympy.factor)
        for solution in exponential_solution()
    )
    return p, v


def unlocking_time() -> Expr:
    """Return t_u, where the smaller of p and v, of opposite signs at the start, passes zero.

    Both p(t) and v(t) are a cosh + b sinh, zero where tanh(Gamma t) = -a/b; the two ratios are reciprocal,
    and the one below one belongs to the smaller of |p0| and |v0|.

    Examples
    --------
    >>> unlocking_time()
    atanh(Min(Abs(p0), Abs(v0))/Max(Abs(p0), Abs(v0)))/Gamma
    """
    p, v = projection_and_read_out()
    smaller, larger = sympy.Dummy("smaller", positive=True), sympy.Dummy("larger", positive=True)
    ratios = {-form.coeff(sympy.cosh(GAMMA * T)) / form.coeff(sympy.sinh(GAMMA * T)) for form in (p, v)}
    below_one = {ratio.subs({P0: -smaller, V0: larger}) for ratio in ratios} & {smaller / larger}
    (ratio,) = below_one
    sizes = {smaller: sympy.Min(abs(P0), abs(V0)), larger: sympy.Max(abs(P0), abs(V0))}
    return sympy.atanh(ratio.xreplace(sizes)) / GAMMA
