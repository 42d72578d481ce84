"""Closed forms of a neuron between gate events by name: what the numerics runs, derived, never typed in."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.displacement import U, displacement, read_out_squared_after, turn_displacements
from theory.gate_events import gate_quadratic, gate_roots, pre_activation
from theory.linear_flow import GAMMA, P0, V0, T, alignment_cosine, projection_and_read_out, unlocking_time
from theory.norm_products import balanced_norm_product, race_score, squared_norm_product
from theory.saturated_race import escape_time, total_strength
from theory.symbols import Expr, positive, real


@dataclass(frozen=True)
class ClosedForm:
    """An expression with the order of its arguments, ready for ``sympy.lambdify``.

    Examples
    --------
    >>> closed_forms()["read_out"].arguments
    (t, Gamma, p0, v0)
    """

    arguments: tuple[sympy.Symbol, ...]
    expression: Expr


def closed_forms() -> dict[str, ClosedForm]:
    """Return every closed form by name, with its arguments in order.

    Examples
    --------
    >>> sorted(closed_forms())[:3]
    ['alignment_cosine', 'displacement', 'escape_time']
    """
    p, v = projection_and_read_out()
    leading, middle, constant = gate_quadratic()
    c, z, q, c0, s = (real(name) for name in ("c", "z", "q", "c0", "s"))
    a0, lam, start = positive("a0"), positive("lam"), positive("S0")
    neuron = (T, GAMMA, P0, V0)
    return {
        "projection": ClosedForm(neuron, p),
        "read_out": ClosedForm(neuron, v),
        "pre_activation": ClosedForm((*neuron, c, z), pre_activation()),
        "displacement": ClosedForm(neuron, displacement()),
        "read_out_squared_after": ClosedForm((U, GAMMA, P0, V0), read_out_squared_after()),
        "turn_displacement_lower": ClosedForm((GAMMA, P0, V0), turn_displacements()[0]),
        "turn_displacement_upper": ClosedForm((GAMMA, P0, V0), turn_displacements()[1]),
        "gate_leading": ClosedForm((P0, V0, c, z), leading),
        "gate_middle": ClosedForm((P0, V0, c, z), middle),
        "gate_constant": ClosedForm((P0, V0, c, z), constant),
        "gate_root_lower": ClosedForm((P0, V0, c, z), gate_roots()[0]),
        "gate_root_upper": ClosedForm((P0, V0, c, z), gate_roots()[1]),
        "norm_product": ClosedForm((*neuron, q), sympy.sqrt(squared_norm_product())),
        "norm_product_balanced": ClosedForm((T, GAMMA, a0, c0, s), balanced_norm_product()),
        "race_score": ClosedForm((P0, V0), race_score()),
        "unlocking_time": ClosedForm((GAMMA, P0, V0), unlocking_time()),
        "alignment_cosine": ClosedForm((T, GAMMA, c0, s), alignment_cosine()),
        "total_strength": ClosedForm((T, lam, start), total_strength()),
        "escape_time": ClosedForm((real("r"), lam, start), escape_time()),
    }
