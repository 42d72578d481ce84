"""A symbolic single-hidden-layer ReLU network, f(x) = sum_j v_j relu(w_j.x), of any fixed size."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.losses import loss_named, residual
from theory.symbols import Expr, dot, indexed, relu, step, vector


@dataclass(frozen=True)
class Network:
    """Sizes and loss of a symbolic network; the methods name its symbols (0-based, as in claims).

    Parameters
    ----------
    width, dimension, samples : int
        Neurons m, inputs d, samples n.
    outputs : int
        1 for a scalar read-out ``v[j]``, c > 1 for vectors ``v[j,a]``.
    loss : str
        "any" keeps the residuals free; otherwise the name of a loss.

    Raises
    ------
    ValueError
        If a size is below one or the loss is unknown or does not fit the outputs.

    Examples
    --------
    >>> Network(width=1, dimension=2, samples=2).w(0)
    (w[0,0], w[0,1])
    """

    width: int = 2
    dimension: int = 2
    samples: int = 2
    outputs: int = 1
    loss: str = "any"

    def __post_init__(self) -> None:
        for size in ("width", "dimension", "samples", "outputs"):
            if not isinstance(getattr(self, size), int) or getattr(self, size) < 1:
                raise ValueError(f"Network: {size}={getattr(self, size)!r} must be an integer of at least 1")
        if self.loss != "any":
            loss_named(self.loss, self.outputs)

    def w(self, j: int) -> tuple[sympy.Symbol, ...]:
        """Return the d input weights of neuron j."""
        return vector("w", self.dimension, j)

    def v(self, j: int) -> tuple[sympy.Symbol, ...]:
        """Return the c read-out weights of neuron j."""
        return self._outputs_of("v", j)

    def x(self, k: int) -> tuple[sympy.Symbol, ...]:
        """Return the d inputs of sample k."""
        return vector("x", self.dimension, k)

    def y(self, k: int) -> tuple[sympy.Symbol, ...]:
        """Return the c labels of sample k."""
        return self._outputs_of("y", k)

    def f(self, k: int) -> tuple[sympy.Symbol, ...]:
        """Return the names of the c predictions at sample k."""
        return self._outputs_of("f", k)

    def e(self, k: int) -> tuple[sympy.Symbol, ...]:
        """Return the names of the c residuals at sample k."""
        return self._outputs_of("e", k)

    def gamma(self, j: int) -> tuple[sympy.Symbol, ...]:
        """Return the names of the d components of gamma_j (scalar read-out)."""
        return vector("gamma", self.dimension, j)

    def correlation(self, j: int, a: int) -> tuple[sympy.Symbol, ...]:
        """Return the names of the d components of row a of C_j (vector read-out)."""
        return vector("C", self.dimension, j, a)

    def gate(self, j: int, k: int) -> sympy.Symbol:
        """Return the gate of neuron j on sample k, 0 or 1."""
        return indexed("gate", j, k)

    def _outputs_of(self, name: str, index: int) -> tuple[sympy.Symbol, ...]:
        return (indexed(name, index),) if self.outputs == 1 else vector(name, self.outputs, index)


def preactivation(network: Network, j: int, k: int) -> Expr:
    """Return w_j.x_k.

    Examples
    --------
    >>> preactivation(Network(), 0, 1)
    w[0,0]*x[1,0] + w[0,1]*x[1,1]
    """
    return dot(network.w(j), network.x(k))


def predictions(network: Network, k: int) -> tuple[Expr, ...]:
    """Return f(x_k), one expression an output: the definition everything else is derived from.

    Examples
    --------
    >>> predictions(Network(width=1, dimension=1), 0)
    (v[0]*relu(w[0,0]*x[0,0]),)
    """
    hidden = [relu(preactivation(network, j, k)) for j in range(network.width)]
    return tuple(
        sympy.Add(*(network.v(j)[a] * hidden[j] for j in range(network.width))) for a in range(network.outputs)
    )


def freeze_gates(expression: Expr, network: Network) -> Expr:
    """Replace relu(z) by gate*z and step(z) by the gate, for every pre-activation z of the network.

    Examples
    --------
    >>> freeze_gates(*predictions(Network(width=1, dimension=1), 0), Network(width=1, dimension=1))
    gate[0,0]*v[0]*w[0,0]*x[0,0]
    """
    replacements = {}
    for j in range(network.width):
        for k in range(network.samples):
            z = preactivation(network, j, k)
            replacements[relu(z)] = network.gate(j, k) * z
            replacements[step(z)] = network.gate(j, k)
    return expression.xreplace(replacements)


def mean_loss(network: Network) -> Expr:
    """Return L = (1/n) sum_k l(f(x_k), y_k) with the rectifiers in place.

    Raises
    ------
    ValueError
        If the network keeps its loss open.

    Examples
    --------
    >>> mean_loss(Network(width=1, dimension=1, samples=1, loss="squared"))
    (v[0]*relu(w[0,0]*x[0,0]) - y[0])**2/2
    """
    if network.loss == "any":
        raise ValueError("mean_loss: loss='any' has no expression; name a loss such as 'squared'")
    loss = loss_named(network.loss, network.outputs)
    total = sympy.S.Zero
    for k in range(network.samples):
        value = loss.expression(network.f(k), network.y(k))
        total += value.subs(dict(zip(network.f(k), predictions(network, k), strict=True)))
    return total / network.samples


def residuals(network: Network, k: int) -> tuple[Expr, ...]:
    """Return the residuals at sample k in the names f[k] and y[k].

    Raises
    ------
    ValueError
        If the network keeps its loss open.

    Examples
    --------
    >>> residuals(Network(loss="squared"), 0)
    (-f[0] + y[0],)
    """
    if network.loss == "any":
        raise ValueError("residuals: loss='any' has no expression; name a loss such as 'squared'")
    return residual(loss_named(network.loss, network.outputs), network.f(k), network.y(k))


def loss_gradient(network: Network, weight: sympy.Symbol) -> Expr:
    """Return dL/d(weight) by the chain rule, off the gate boundaries, in gates and residuals.

    L depends on the weight through the predictions only, and -dl/df is the residual, so
    dL/d(weight) = -(1/n) sum_k e_k . df(x_k)/d(weight), whatever the loss.

    Examples
    --------
    >>> network = Network(width=1, dimension=1, samples=1)
    >>> loss_gradient(network, network.w(0)[0])
    -e[0]*gate[0,0]*v[0]*x[0,0]
    """
    total = sympy.S.Zero
    for k in range(network.samples):
        for output, name in zip(predictions(network, k), network.e(k), strict=True):
            total -= name * freeze_gates(sympy.diff(output, weight), network) / network.samples
    return total
