"""The names of a network lemma at a point, from the loss with rectifiers, differentiated numerically."""

from __future__ import annotations

from typing import Any

import mpmath


class Lazy(dict):
    """Names computed when first read."""

    def __init__(self, given: dict, recipes: dict) -> None:
        super().__init__(given)
        self.recipes = recipes

    def __missing__(self, name: str) -> Any:
        self[name] = self.recipes[name]()
        return self[name]


def network_names(values: dict[str, Any], network: dict[str, Any]) -> Lazy:
    """Return w, v, x, y, e, f, gate, gamma, C, grad_w and grad_v at the point."""
    neurons, samples, dims = (range(network[key]) for key in ("width", "samples", "dimension"))
    n, scalar = network["samples"], network["outputs"] == 1
    names = Lazy(values, {})

    def gate(j: int, k: int) -> Any:
        return mpmath.mpf(1 if _dot(values["w"][j], values["x"][k]) > 0 else 0)

    def residual() -> list:
        f = names["f"] if not network["early"] else [_zero_like(entry) for entry in names["f"]]
        return [_residual(network["loss"], f[k], values["y"][k]) for k in samples]

    def correlation(j: int, a: int | None) -> list:
        e = names["e"]
        errors = [e[k] if a is None else e[k][a] for k in samples]
        return [sum(gate(j, k) * errors[k] * values["x"][k][i] for k in samples) / n for i in dims]

    names.recipes = {
        "f": lambda: [_predict(values["w"], values["v"], values["x"][k]) for k in samples],
        "e": residual,
        "gate": lambda: [[gate(j, k) for k in samples] for j in neurons],
        "gamma": lambda: [correlation(j, None) for j in neurons],
        "C": lambda: [[correlation(j, a) for a in range(network["outputs"])] for j in neurons],
        "grad_w": lambda: [[_slope(values, network, "w", (j, i)) for i in dims] for j in neurons],
        "grad_v": lambda: [
            _slope(values, network, "v", (j,))
            if scalar
            else [_slope(values, network, "v", (j, a)) for a in range(network["outputs"])]
            for j in neurons
        ],
    }
    return names


def _dot(a: list, b: list) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _zero_like(value: Any) -> Any:
    return [_zero_like(entry) for entry in value] if isinstance(value, list) else mpmath.mpf(0)


def _predict(w: list, v: list, x: list) -> Any:
    hidden = [max(_dot(row, x), mpmath.mpf(0)) for row in w]
    if isinstance(v[0], list):
        return [sum(v[j][a] * hidden[j] for j in range(len(w))) for a in range(len(v[0]))]
    return _dot(v, hidden)


def _sample_loss(loss: str, f: Any, target: Any) -> Any:
    """Loss of one sample; "any" is the linear loss whose residual is the given one."""
    if loss == "any":
        return -(_dot(f, target) if isinstance(f, list) else f * target)
    if loss == "squared":
        pairs = zip(f, target, strict=True) if isinstance(f, list) else [(f, target)]
        return sum((a - b) ** 2 for a, b in pairs) / 2
    return mpmath.log(1 + mpmath.exp(-f * target)) if loss == "logistic" else mpmath.exp(-f * target)


def _residual(loss: str, f: Any, y: Any) -> Any:
    if isinstance(f, list):
        return [
            -mpmath.diff(lambda value, a=a: _sample_loss(loss, [*f[:a], value, *f[a + 1 :]], y), f[a])
            for a in range(len(f))
        ]
    return -mpmath.diff(lambda value: _sample_loss(loss, value, y), f)


def _slope(values: dict, network: dict, name: str, index: tuple[int, ...]) -> Any:
    """Return the numerical derivative of the mean loss in one weight."""
    target = values["e"] if network["loss"] == "any" else values["y"]

    def mean_loss(value: Any) -> Any:
        weights = {"w": values["w"], "v": values["v"]}
        weights[name] = _with(weights[name], index, value)
        predictions = [_predict(weights["w"], weights["v"], x) for x in values["x"]]
        total = sum(_sample_loss(network["loss"], f, target[k]) for k, f in enumerate(predictions))
        return total / network["samples"]

    place = values[name]
    for part in index:
        place = place[part]
    return mpmath.diff(mean_loss, place)


def _with(values: list, index: tuple[int, ...], value: Any) -> list:
    first, rest = index[0], index[1:]
    return [*values[:first], _with(values[first], rest, value) if rest else value, *values[first + 1 :]]
