"""A statement elaborated: its variables, definitions, motion, domain and claim."""

from __future__ import annotations

import ast
import itertools
from fractions import Fraction
from typing import Any

from proofs_check.checker.fields import fields, items, rational
from proofs_check.checker.formulas import Formula, positive
from proofs_check.checker.limits import MAX_SIZE, Clock, need
from proofs_check.checker.network import read_network
from proofs_check.checker.parse import FUNCTIONS, IDENTIFIER, NETWORK, RANGES, parse
from proofs_check.checker.reading import Reader
from proofs_check.checker.terms import Term


class Statement(Reader):
    """A statement elaborated to terms: variables, domain, claim."""

    def __init__(self, value: object, clock: Clock) -> None:
        optional = ("hypotheses", "define", "flow", "step", "network", "relu_at_zero")
        table = fields(value, "statement", ("text", "variables"), optional)
        super().__init__(read_network(table.get("network")), clock)
        self.corner = rational(table.get("relu_at_zero", 0), "relu_at_zero")
        need(0 <= self.corner <= 1, "relu_at_zero is not between 0 and 1")
        self.cases: dict[Term, list[Fraction]] = {}
        self.kinds: list[Formula] = []
        conditions = self._declare(table["variables"])
        self._define(table.get("define", []))
        self.stuck = set()
        self.flow = self._motion(table.get("flow", {}), "flow")
        self.map = self._motion(table.get("step", {}), "step")
        self.partial_flow = [value for value in self.flow.values() if self.store.partial(value)]
        self.partial_map = [value for value in self.map.values() if self.store.partial(value)]
        self.has_flow, self.has_map = bool(self.flow) or bool(self.net), bool(self.map) or bool(self.net)
        self._network_motion()
        self.kinds += [self.formula(text) for text in conditions]
        if self.net:
            self._kind(self.variable("eta"), ">")
        self.hypotheses = [self.formula(text) for text in items(table.get("hypotheses", []), "hypotheses")]
        self.claim = positive(self.formula(table["text"]))
        self.domain = self._domain()  # before hints and links are read: they do not change what the claim says
        for name in self.defined:  # nor do definitions that are not used; what is wrong with one is wrong all the same
            self._read_name(name, {})

    def _name(self, name: object, what: str) -> str:
        need(isinstance(name, str) and IDENTIFIER.fullmatch(name) and len(name) <= 100, f"a {what} has a bad name")
        text = str(name)
        taken = text in FUNCTIONS or text in RANGES or text == "pi" or (self.net is not None and text in NETWORK)
        need(not taken, f"the name {text!r} is taken")
        need(text not in self.variables and text not in self.defined, f"the name {text!r} is used twice")
        return text

    def _kind(self, term: Term, relation: str) -> None:
        self.kinds.append(Formula(relation, left=(term,), right=(self.store.zero,)))

    def _declare(self, table: object) -> list[str]:
        need(isinstance(table, dict), "variables is not an object")
        assert isinstance(table, dict)
        signs = {
            "real": "",
            "positive": ">",
            "nonnegative": ">=",
            "negative": "<",
            "nonpositive": "<=",
            "nonzero": "!=",
        }
        conditions = []
        for raw, kind in table.items():
            name = self._name(raw, "variable")
            self.variables[name] = term = self.variable(name)
            if isinstance(kind, str):
                need(kind in signs, f"variable {name} has an unknown kind")
                if signs[kind]:
                    self._kind(term, signs[kind])
                continue
            kind = fields(kind, f"the kind of {name}", (), ("real", "values", "vector"))
            need(len(kind) == 1, f"the kind of {name} is not one of real, values, vector")
            if "real" in kind:
                conditions.append(kind["real"])
            elif "values" in kind:
                self.cases[term] = [
                    rational(q, f"a value of {name}") for q in items(kind["values"], f"values of {name}")
                ]
                need(self.cases[term], f"variable {name} has no values")
            else:
                size = kind["vector"]
                need(type(size) is int and 1 <= size <= MAX_SIZE, f"variable {name} has a bad length")
                self.variables[name] = tuple(self.variable(f"{name}[{i}]") for i in range(size))
        return conditions

    def _define(self, entries: object) -> None:
        pairs = [items(entry, "an entry of define", 2) for entry in items(entries, "define")]
        later = {str(name) for name, _ in pairs}
        for raw, text in pairs:
            name, tree = self._name(raw, "definition"), parse(text)
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            need(not used & later, f"the definition of {name} uses a name that is not defined before it")
            later.discard(name)
            self.defined[name] = tree

    def _motion(self, table: object, what: str) -> dict[Term, Term]:
        need(isinstance(table, dict), f"{what} is not an object")
        assert isinstance(table, dict)
        motion: dict[Term, Term] = {}
        self.has_flow = self.has_map = False
        for name, text in table.items():
            need(name in self.variables, f"{what} has no variable {str(name)[:40]!r}")
            target: Any = self.variables[name]
            value: Any = self.value(text)
            if isinstance(target, tuple):
                need(
                    isinstance(value, tuple) and len(value) == len(target), f"{what} of {name} is not a vector like it"
                )
                motion.update(zip(target, value, strict=True))
            else:
                need(isinstance(value, Term), f"{what} of {name} is not a number")
                motion[target] = value
        return motion

    def _network_motion(self) -> None:
        """Gradient flow and gradient descent of the network."""
        net, store = self.net, self.store
        if net is None:
            return
        eta = self.variable("eta")
        for j in range(net.width):
            pairs = list(zip(self.network("w", j), self.network("grad_w", j), strict=True))
            v, grad_v = self.network("v", j), self.network("grad_v", j)
            pairs += [(v, grad_v)] if net.outputs == 1 else list(zip(v, grad_v, strict=True))
            for target, gradient in pairs:
                self.flow[target] = store.mul(store.minus, gradient)
                self.map[target] = store.sub(target, store.mul(eta, gradient))
        if net.loss == "any":
            residuals = [self.network("e", k) for k in range(net.samples)]
            self.stuck = {t for e in residuals for t in (e if isinstance(e, tuple) else (e,))}

    def _domain(self) -> list[Formula]:
        """The kinds and hypotheses, in order; for a flow of a network also off the gate boundaries."""
        off: list[Formula] = []
        if self.net and self.uses_flow:
            for j, k in itertools.product(range(self.net.width), range(self.net.samples)):
                reach = self.store.dot(self.network("w", j), self.network("x", k))
                off.append(Formula("!=", left=(reach,), right=(self.store.zero,)))
        return [positive(part) for part in (*self.kinds, *off, *self.hypotheses)]
