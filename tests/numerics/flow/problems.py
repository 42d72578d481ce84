"""Seeded flows for tests: small networks on random labels, and full-batch descent on many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numba import njit

from numerics.flow.double.integrate import network_in_double
from numerics.flow.network import Network
from numerics.flow.solution import FlowResult

SCALE = 1024


def random_labels(seed: int, width: int = 4, dimension: int = 3, samples: int = 6, loss: str = "squared") -> Network:
    """Return a network with random data, labels +1 or -1, and weights; all numbers multiples of 1/1024."""
    generator = np.random.default_rng([20260, seed])

    def rows(count: int, size: int, spread: float) -> tuple[tuple[Fraction, ...], ...]:
        values = np.rint(spread * SCALE * generator.normal(size=(count, size))).astype(int)
        return tuple(tuple(Fraction(int(value), SCALE) for value in row) for row in values)

    x, w, v = rows(samples, dimension, 1.0), rows(width, dimension, 0.5), rows(width, 1, 0.5)
    y = tuple((Fraction(int(value)),) for value in generator.choice([-1, 1], size=samples))
    return Network(x, y, w, v, loss)


def branches(network: Network, times: Sequence[Fraction]) -> list[FlowResult]:
    """Return the flow in double precision along every stable choice where the solution is not unique."""
    found: list[FlowResult] = []
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        taken = waiting.pop()
        sizes: list[int] = []

        def follow(count: int, taken: tuple[int, ...] = taken, sizes: list[int] = sizes) -> int:
            sizes.append(count)
            return taken[len(sizes) - 1] if len(sizes) <= len(taken) else 0

        result = network_in_double(network, times, 12, follow)
        # unstable sliding cannot be followed
        if "cannot be followed" not in result.reason:
            found.append(result)
        for place in range(len(taken), len(sizes)):
            rest = (0,) * (place - len(taken))
            waiting += [(*taken, *rest, choice) for choice in range(1, sizes[place])]
    return found


def disagreement(result: FlowResult, states: np.ndarray) -> float:
    """Return the largest difference between a flow and descent at the same times."""
    exact = np.array([[float(value) for value in state] for state in result.states])
    return float(np.abs(exact - states).max())


def descent(networks: Sequence[Network], eta: float, times: Sequence[float]) -> np.ndarray:
    """Return the states (p, times, size) of full-batch descent with step eta on networks of equal shape, squared loss.

    Parameters
    ----------
    times : multiples of eta, in order.
    """

    def stack(name: str) -> np.ndarray:
        return np.array([[[float(value) for value in row] for row in getattr(net, name)] for net in networks])

    steps = np.array([round(time / eta) for time in times])
    w, v = stack("w"), stack("v")[:, :, 0]
    found = np.empty((len(networks), len(steps), w[0].size + v[0].size))
    _descend(stack("x"), stack("y")[:, :, 0], w, v, eta, steps, found)
    return found


@njit(cache=False)
def _descend(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray, eta: float, steps: np.ndarray, found: np.ndarray
) -> None:
    problems, width, dimension = w.shape
    samples = x.shape[1]
    z, dw, dv = np.empty((width, samples)), np.empty((width, dimension)), np.empty(width)
    for p in range(problems):
        done = 0
        for place in range(len(steps)):
            for _ in range(done, steps[place]):
                dw[:], dv[:] = 0.0, 0.0
                for k in range(samples):
                    f = 0.0
                    for j in range(width):
                        total = 0.0
                        for i in range(dimension):
                            total += w[p, j, i] * x[p, k, i]
                        z[j, k] = total
                        if total > 0:
                            f += v[p, j] * total
                    e = (y[p, k] - f) * eta / samples
                    for j in range(width):
                        if z[j, k] > 0:
                            dv[j] += e * z[j, k]
                            for i in range(dimension):
                                dw[j, i] += e * v[p, j] * x[p, k, i]
                for j in range(width):
                    v[p, j] += dv[j]
                    for i in range(dimension):
                        w[p, j, i] += dw[j, i]
            done = steps[place]
            found[p, place, : width * dimension] = w[p].reshape(-1)
            found[p, place, width * dimension :] = v[p]
