"""The two-layer network: its sizes, and its quantities as terms of the weights and data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofs_check.checker.fields import fields
from proofs_check.checker.limits import MAX_SIZE, Clock, need
from proofs_check.checker.terms import Store, Term, Vector


@dataclass(frozen=True)
class Network:
    """Sizes, loss and phase of a two-layer network."""

    width: int
    dimension: int
    samples: int
    outputs: int
    loss: str
    early: bool


def read_network(value: object) -> Network | None:
    """The table `network` of a statement."""
    if value is None:
        return None
    sizes = ("width", "dimension", "samples")
    table = fields(value, "network", (*sizes, "loss"), ("outputs", "early"))
    table = {"outputs": 1, "early": False, **table}
    for key in (*sizes, "outputs"):
        need(type(table[key]) is int and 1 <= table[key] <= MAX_SIZE, f"network has a bad {key}")
    need(table["loss"] in ("any", "squared", "logistic", "exponential"), "network has an unknown loss")
    need(type(table["early"]) is bool, "network has a bad early")
    need(table["outputs"] == 1 or table["loss"] in ("any", "squared"), "this loss has one output")
    return Network(**table)


class NetworkTerms:
    """The quantities of a network, each built once; without a network there are none."""

    def __init__(self, net: Network | None, clock: Clock) -> None:
        self.store = Store(clock)
        self.clock = clock
        self.net = net
        self.memo: dict[Any, Any] = {}

    def variable(self, name: str) -> Term:
        return self.store.make("var", data=name)

    def network(self, name: str, *index: int) -> Any:
        """A quantity of the network by name and indices; each is built once."""
        if (name, index) not in self.memo:
            self.memo[name, index] = self._network(name, index)
        return self.memo[name, index]

    def _network(self, name: str, index: tuple[int, ...]) -> Any:
        net, store = self.net, self.store
        assert net is not None
        sizes = {"w": "m", "v": "m", "x": "n", "y": "n", "gate": "mn", "f": "n", "e": "n", "gamma": "m", "C": "mc",
                 "grad_w": "m", "grad_v": "m"}  # fmt: skip
        limits = {"m": net.width, "n": net.samples, "c": net.outputs}
        need(name in sizes and len(index) == len(sizes[name]), f"{name} does not have {len(index)} indices")
        for i, letter in zip(index, sizes[name], strict=True):
            need(0 <= i < limits[letter], f"index {i} of {name} is out of range")
        i = index[0]
        many = net.outputs > 1

        def variables(size: int) -> Vector:
            return tuple(self.variable(f"{name}[{i}][{a}]") for a in range(size))

        def mean(weights: list[Term]) -> Vector:
            rows = [[store.mul(weight, x) for x in self.network("x", k)] for k, weight in enumerate(weights)]
            scale = store.num(Fraction(1, net.samples))
            return tuple(store.mul(scale, store.add(*column)) for column in zip(*rows, strict=True))

        if name in ("w", "x"):
            return variables(net.dimension)
        if name == "y":
            need(net.loss != "any", "y is not available when the loss is any")
        if name in ("v", "y") or (name == "e" and net.loss == "any"):
            return variables(net.outputs) if many else self.variable(f"{name}[{i}]")
        if name == "gate":
            return store.make("step", store.dot(self.network("w", i), self.network("x", index[1])))
        if name == "f":
            active = []
            for j in range(net.width):
                reach = store.dot(self.network("w", j), self.network("x", i))
                active.append(store.mul(self.network("gate", j, i), reach))
            rows = [self.network("v", j) if many else (self.network("v", j),) for j in range(net.width)]
            out = tuple(store.dot(column, active) for column in zip(*rows, strict=True))
            return out if many else out[0]
        if name == "e":
            return self._residual(i, many)
        if name in ("gamma", "C"):
            need(many == (name == "C"), f"{name} is not available with {net.outputs} outputs")
            residuals = [self.network("e", k) for k in range(net.samples)]
            parts = [e[index[1]] if many else e for e in residuals]
            return mean([store.mul(self.network("gate", i, k), e) for k, e in enumerate(parts)])
        drives = [self.network("C", i, a) for a in range(net.outputs)] if many else [self.network("gamma", i)]
        if name == "grad_v":
            slopes = tuple(store.mul(store.minus, store.dot(self.network("w", i), drive)) for drive in drives)
            return slopes if many else slopes[0]
        read = self.network("v", i) if many else (self.network("v", i),)
        return tuple(store.mul(store.minus, store.dot(read, column)) for column in zip(*drives, strict=True))

    def _residual(self, k: int, many: bool) -> Any:
        net, store = self.net, self.store
        assert net is not None
        y: Any = self.network("y", k)
        f: Any = self.network("f", k)
        if net.early:
            f = tuple(store.zero for _ in f) if many else store.zero
        if net.loss == "squared":
            return y if net.early else tuple(map(store.sub, y, f)) if many else store.sub(y, f)
        if net.loss == "logistic":
            return store.make("div", y, store.add(store.one, store.make("exp", store.mul(y, f))))
        return store.mul(y, store.make("exp", store.mul(store.minus, store.mul(y, f))))
