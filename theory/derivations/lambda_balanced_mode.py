"""An aligned mode of a two-layer linear network with imbalance lam."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow
from theory.symbols import Expr, FlowDerivative, positive, real


def derivation() -> Derivation:
    """Derive tau a' = sqrt(lam^2 + 4 a^2)(s - a) and solve it in the half-angle variable r.

    With a = |lam| r/(1 - r^2), s = |lam| h/(1 - h^2) the equation of r is quadratic with fixed points h and
    -1/h, so their quotient is an exponential. Only lam^2 enters: both signs of lam have the same closed form.

    Examples
    --------
    >>> derivation().steps[0].rhs
    0
    """
    b, v, s, tau = real("b"), real("v"), positive("s"), positive("tau")
    lam, r, h = positive("lam"), real("r"), real("h")
    loss: Expr = (s - b * v) ** 2 / (2 * tau)
    slopes: dict[sympy.Symbol, Expr] = {name: sympy.diff(loss, name) for name in (b, v)}
    flow = {name: -slope for name, slope in slopes.items()}
    product, imbalance = b * v, v**2 - b**2
    root = sympy.sqrt(imbalance**2 + 4 * product**2)
    half = lam * r / (1 - r**2)
    speed = sympy.sqrt(lam**2 + 4 * half**2)
    # |r| < 1 makes the root of the square lam^2 (1 + r^2)^2/(1 - r^2)^2 rational
    rational = lam * (1 + r**2) / (1 - r**2)
    rate = sympy.factor(rational * (half.xreplace({r: h}) - half) / tau / sympy.diff(half, r))
    quotient = _fixed_point_quotient(rate, r, h)
    decay = sympy.factor(rate * sympy.diff(quotient, r) / quotient)
    return Derivation(
        name="lambda_balanced_mode",
        title="A mode with imbalance",
        statement=r"$\tau a'=\sqrt{\lambda^2+4a^2}\,(s-a)$; with $a=|\lambda|r/(1-r^2)$, "
        r"$s=|\lambda|h/(1-h^2)$ the "
        r"quotient $(r-h)/(hr+1)$ decays like $e^{-Kt/\tau}$, "
        r"$K=|\lambda|(1+h^2)/(1-h^2)=\sqrt{\lambda^2+4s^2}$.",
        variables={"b": "real", "v": "real", "s": "positive", "tau": "positive", "lam": "positive"}
        | {"r": {"real": "-1 < r and r < 1"}, "h": {"real": "0 < h and h < 1"}},
        flow=named(flow | {r: rate}),
        steps=(
            Step(
                FlowDerivative(imbalance),
                "==",
                sympy.expand(along_flow(imbalance, flow)),
                "imbalance is conserved",
            ),
            Step(FlowDerivative(product), "==", sympy.factor(along_flow(product, flow)), "product rule"),
            Step(root, "==", b**2 + v**2, "(v^2 + b^2)^2 = (v^2 - b^2)^2 + 4 a^2"),
            Step(speed, "==", rational, "half-angle variable r"),
            Step(
                FlowDerivative(half),
                "==",
                rational * (half.xreplace({r: h}) - half) / tau,
                "a solves its equation",
            ),
            Step(
                FlowDerivative(quotient),
                "==",
                decay * quotient,
                "the quotient of the distances to the fixed points",
            ),
        ),
        witness={"b": 1, "v": 2, "s": 1, "tau": 1, "lam": 1, "r": "1/3", "h": "1/4"},
        sizes="one mode",
        source={"key": "domine2025", "locator": "lambda-balanced networks"},
    )


def _fixed_point_quotient(rate: Expr, r: sympy.Symbol, target: sympy.Symbol) -> Expr:
    """Return (r - h)/(r + 1/h) up to a constant: the two factors of the quadratic rate."""
    factors = [factor for factor, _ in sympy.factor_list(sympy.numer(rate))[1] if factor.has(r)]
    first, second = sorted(factors, key=lambda factor: factor.subs(r, target) != 0)
    return first / second
