"""The names of a network lemma as terms: weights, gates, residuals, gated correlations, gradients, flow and descent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import NETWORK_DEFAULTS
from proofs_check.language.term import ONE, ZERO, Term, add, call, div, mul, neg, num, sub, var

Vector = tuple[Term, ...]
LOSSES = ("any", "squared", "logistic", "exponential")
LARGEST = 12
NAMES = ("w", "v", "x", "y", "gate", "f", "e", "gamma", "C", "grad_w", "grad_v")


def total(terms: list[Term]) -> Term:
    """Return the sum of the terms, 0 when there is none."""
    result = terms[0] if terms else ZERO
    for term in terms[1:]:
        result = add(result, term)
    return result


def inner(a: Vector, b: Vector) -> Term:
    """Return the inner product of two vectors of one length."""
    return total([mul(p, q) for p, q in zip(a, b, strict=True)])


@dataclass(frozen=True)
class Network:
    """A single-hidden-layer ReLU network of stated sizes: each quantity of docs/claims.md as terms.

    Examples
    --------
    >>> net = Network.from_table({"width": 1, "dimension": 2, "samples": 1, "loss": "squared"})
    >>> net.gate(0, 0)
    step(add(mul(w[0,0], x[0,0]), mul(w[0,1], x[0,1])))
    """

    width: int
    dimension: int
    samples: int
    outputs: int
    loss: str
    early: bool

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Network:
        """Read the `[network]` table; raises ClaimError on unknown keys, sizes outside 1..12 or an unknown loss."""
        unknown = sorted(set(table) - set(NETWORK_DEFAULTS))
        if unknown:
            raise ClaimError(f"[network] has no key {unknown[0]!r}; known: {', '.join(NETWORK_DEFAULTS)}")
        merged = {**NETWORK_DEFAULTS, **table}
        for key in ("width", "dimension", "samples", "outputs"):
            size = merged[key]
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= LARGEST:
                raise ClaimError(f"[network] {key}={size!r} must be a whole number from 1 to {LARGEST}")
        if merged["loss"] not in LOSSES:
            raise ClaimError(f"[network] loss={merged['loss']!r} is none of {', '.join(LOSSES)}")
        if merged["loss"] in ("logistic", "exponential") and merged["outputs"] != 1:
            raise ClaimError(f"[network] loss={merged['loss']!r} has one output, got outputs={merged['outputs']}")
        if not isinstance(merged["early"], bool):
            raise ClaimError(f"[network] early={merged['early']!r} must be true or false")
        return cls(**merged)

    def w(self, j: int) -> Vector:
        """Return the input weights of neuron j."""
        return tuple(var(f"w[{j},{i}]") for i in range(self.dimension))

    def v(self, j: int) -> Vector:
        """Return the read-out weights of neuron j, one for each output."""
        if self.outputs == 1:
            return (var(f"v[{j}]"),)
        return tuple(var(f"v[{j},{a}]") for a in range(self.outputs))

    def x(self, k: int) -> Vector:
        """Return the input of sample k."""
        return tuple(var(f"x[{k},{i}]") for i in range(self.dimension))

    def _labelled(self, letter: str, k: int) -> Vector:
        if self.outputs == 1:
            return (var(f"{letter}[{k}]"),)
        return tuple(var(f"{letter}[{k},{a}]") for a in range(self.outputs))

    def y(self, k: int) -> Vector:
        """Return the target of sample k."""
        return self._labelled("y", k)

    def preactivation(self, j: int, k: int) -> Term:
        """Return w_j . x_k."""
        return inner(self.w(j), self.x(k))

    def gate(self, j: int, k: int) -> Term:
        """Return the gate of neuron j on sample k."""
        return call("step", self.preactivation(j, k))

    def f(self, k: int) -> Vector:
        """Return the prediction on sample k."""
        units = [mul(self.gate(j, k), self.preactivation(j, k)) for j in range(self.width)]
        return tuple(total([mul(self.v(j)[a], units[j]) for j in range(self.width)]) for a in range(self.outputs))

    def e(self, k: int) -> Vector:
        """Return the residual of sample k, minus the derivative of the loss in the prediction."""
        if self.loss == "any":
            return self._labelled("e", k)
        f = (ZERO,) * self.outputs if self.early else self.f(k)
        y = self.y(k)
        if self.loss == "squared":
            return tuple(y[a] if self.early else sub(y[a], f[a]) for a in range(self.outputs))
        if self.loss == "logistic":
            return (div(y[0], add(ONE, call("exp", mul(y[0], f[0])))),)
        return (mul(y[0], call("exp", neg(mul(y[0], f[0])))),)

    def correlation(self, j: int, a: int) -> Vector:
        """Return (1/n) sum_k gate[j,k] e[k][a] x[k]: gamma_j for a scalar read-out, row a of C_j otherwise."""
        weights = [mul(self.gate(j, k), self.e(k)[a]) for k in range(self.samples)]
        scale = div(ONE, num(self.samples))
        return tuple(
            mul(scale, total([mul(weights[k], self.x(k)[i]) for k in range(self.samples)]))
            for i in range(self.dimension)
        )

    def minus_grad_w(self, j: int) -> Vector:
        """Return -dL/dw_j."""
        rows = [self.correlation(j, a) for a in range(self.outputs)]
        return tuple(total([mul(self.v(j)[a], rows[a][i]) for a in range(self.outputs)]) for i in range(self.dimension))

    def minus_grad_v(self, j: int) -> Vector:
        """Return -dL/dv_j."""
        return tuple(inner(self.w(j), self.correlation(j, a)) for a in range(self.outputs))

    @cached_property
    def velocity(self) -> dict[str, Term]:
        """The gradient flow: the derivative of every weight."""
        field: dict[str, Term] = {}
        for j in range(self.width):
            field |= {str(p.value): u for p, u in zip(self.w(j), self.minus_grad_w(j), strict=True)}
            field |= {str(p.value): u for p, u in zip(self.v(j), self.minus_grad_v(j), strict=True)}
        return field

    @cached_property
    def descent(self) -> dict[str, Term]:
        """One step of gradient descent of size eta: the new value of every weight."""
        return {name: add(var(name), mul(var("eta"), speed)) for name, speed in self.velocity.items()}

    def variable_names(self) -> list[str]:
        """Return the scalar variables: weights, data, and residuals (loss "any") or targets."""
        letter = self.e if self.loss == "any" else self.y
        vectors = [self.w(j) for j in range(self.width)] + [self.v(j) for j in range(self.width)]
        vectors += [self.x(k) for k in range(self.samples)] + [letter(k) for k in range(self.samples)]
        return [str(t.value) for vector in vectors for t in vector] + ["eta"]
