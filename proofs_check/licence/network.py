"""The quantities of a network as indexed polynomials: docs/claims.md, with sums left as sums.

The residual e is a variable also for the squared loss, where the target is y = e + f: (w, v, x, y) and (w, v, x, e)
determine each other by polynomials, so a polynomial vanishes in the ones if and only if it does in the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from proofs_check.language.statement import NETWORK_DEFAULTS
from proofs_check.licence.calculus import derivative, substitute
from proofs_check.licence.indexed import (
    ZERO,
    Expr,
    Fixed,
    Gate,
    Index,
    Leaf,
    Place,
    Refused,
    Size,
    Vec,
    add,
    dot,
    minus,
    mul,
    total,
)

ETA = Leaf("eta", ())


@dataclass(frozen=True)
class NetworkForms:
    """The names of a network lemma.

    Examples
    --------
    >>> forms = NetworkForms.of({"loss": "any"})
    >>> forms.gate(Fixed("neurons", 0), Fixed("samples", 1)).places[1].value
    1
    """

    outputs: int
    loss: str
    early: bool
    predictions: dict[tuple[Place, Place | None], Expr] = field(default_factory=dict)

    @classmethod
    def of(cls, table: dict[str, Any]) -> NetworkForms:
        """Read a `[network]` table."""
        merged = {**NETWORK_DEFAULTS, **table}
        if merged["loss"] not in ("any", "squared"):
            raise Refused(f'the residuals of the {merged["loss"]} loss are no polynomials: state it for loss = "any"')
        return cls(merged["outputs"], merged["loss"], merged["early"])

    def _numbered(self, letter: str, place: Place, a: Place | None) -> Leaf:
        return Leaf(letter, (place,) if a is None else (place, a))

    def _each_output(self, values: Any) -> Expr | Vec:
        return values(None) if self.outputs == 1 else Vec("outputs", values)

    def gate(self, j: Place, k: Place) -> Gate:
        """Return the gate of neuron j on sample k."""
        return Gate((j, k))

    def weights(self, letter: str, place: Place) -> Vec:
        """Return w[j] or x[k]."""
        return Vec("dims", lambda i: Leaf(letter, (place, i)))

    def prediction(self, k: Place, a: Place | None) -> Expr:
        """Return f[k], one expression for each sample and output, so that equal ones cancel."""
        if (k, a) not in self.predictions:
            j = Index("neurons")
            reach = dot(self.weights("w", j), self.weights("x", k))
            self.predictions[k, a] = total(j, (), mul(self._numbered("v", j, a), self.gate(j, k), reach))
        return self.predictions[k, a]

    def target(self, k: Place, a: Place | None) -> Expr:
        """Return y[k]."""
        if self.loss == "any":
            raise Refused('y[k] is not available with loss = "any"')
        residual = self._numbered("e", k, a)
        return residual if self.early else add(residual, self.prediction(k, a))

    def correlation(self, j: Place, a: Place | None) -> Vec:
        """Return gamma[j], or C[j, a]."""

        def component(i: Place) -> Expr:
            k = Index("samples")
            body = mul(self.gate(j, k), self._numbered("e", k, a), Leaf("x", (k, i)))
            return mul(Size("samples", -1), total(k, (), body))

        return Vec("dims", component)

    def velocity(self, leaf: Leaf) -> Expr:
        """Return the derivative of a variable along gradient flow."""
        if leaf.letter == "w":
            j, i = leaf.places
            if self.outputs == 1:
                return mul(Leaf("v", (j,)), self.correlation(j, None).at(i))
            a = Index("outputs")
            return total(a, (), mul(Leaf("v", (j, a)), self.correlation(j, a).at(i)))
        if leaf.letter == "v":
            j, a = leaf.places[0], leaf.places[1] if self.outputs > 1 else None
            return dot(self.weights("w", j), self.correlation(j, a))
        if leaf.letter == "e" and not self.early:
            if self.loss == "any":
                raise Refused('a residual moves, and loss = "any" does not say how')
            place, a = leaf.places[0], leaf.places[1] if self.outputs > 1 else None
            return minus(derivative(self.prediction(place, a), self.velocity))
        return ZERO

    def after_step(self, part: Expr) -> Expr:
        """Return the value after one step of gradient descent."""

        def change(node: Leaf | Gate) -> Expr:
            if isinstance(node, Gate):
                raise Refused("it takes gates after a step of descent: which of them can occur depends on the sizes")
            if node.letter in ("w", "v"):
                return add(node, mul(ETA, self.velocity(node)))
            if node.letter == "e" and not (self.early and self.loss == "squared"):
                raise Refused("it takes residuals after a step of descent: they depend on the gates then")
            return node

        return substitute(part, change)

    def named(self, name: str, places: list[Place]) -> Expr | Vec:
        """Return the value of a name with its indices."""
        place = places[0]
        if name in ("w", "x"):
            return self.weights(name, place)
        if name == "gate":
            return self.gate(place, places[1])
        if name in ("v", "e"):
            return self._each_output(lambda a: self._numbered(name, place, a))
        if name == "f":
            return self._each_output(lambda a: self.prediction(place, a))
        if name == "y":
            return self._each_output(lambda a: self.target(place, a))
        if name in ("gamma", "C"):
            return self.correlation(place, places[1] if name == "C" and self.outputs > 1 else None)
        if name == "grad_w":
            return Vec("dims", lambda i: minus(self.velocity(Leaf("w", (place, i)))))
        return self._each_output(lambda a: minus(self.velocity(self._numbered("v", place, a))))


__all__ = ["ETA", "Fixed", "NetworkForms"]
