"""The claim language of trajectories: `t`, `at(expr, t=...)`, `first(condition)`, `loss`; no `d`, no `next`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from proofs_check.language.elaborate import Elaboration
from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.names import Value
from proofs_check.language.network import Network, total
from proofs_check.language.statement import Statement
from proofs_check.language.term import ONE, Formula, Term, add, call, div, map_formula, mul, neg, num, power, sub

HELD, FIRST = "held", "first"


class OpenNetwork(Network):
    """The linear cell: every gate is on for ever."""

    def gate(self, j: int, k: int) -> Term:
        """Return the gate of neuron j on sample k: 1."""
        return ONE


class TrajectoryElaboration(Elaboration):
    """Expression text as values, where states belong to the time `t`.

    `at(expr, t=T)` becomes the term ``held(expr, T)``, `first(condition)` the term ``first`` with the condition as its
    payload: both are numbers that do not move.

    Examples
    --------
    >>> reader = TrajectoryElaboration(Statement("x > 0", {"t": "real", "x": "real"}))
    >>> reader.formula("at(x, t=2) > first(x > 1)")
    (held(x, 2) > (x > 1))
    """

    def __init__(self, statement: Statement, gates: str = "relu", steps: bool = False) -> None:
        self.gates, self.steps = gates, steps
        self.constants: frozenset[str] = frozenset()
        super().__init__(statement)

    def read_network(self, table: Mapping[str, object]) -> Network:
        """Return the network of the names, with the gates of the trajectory."""
        network = Network.from_table(table)
        self.constants = frozenset(name for name in network.variable_names() if name[0] not in "wv")
        return OpenNetwork(**network.__dict__) if self.gates == "on" else network

    def _check_new(self, name: str, where: str) -> None:
        if name in (FIRST, "loss") or (name == "t" and where == "define"):
            raise ClaimError(f"[{where}] {name!r} is a name of trajectories: rename it")
        super()._check_new(name, where)

    def _name(self, name: str, bound: Mapping[str, int]) -> Value:
        if name == "loss" and self.network and name not in bound:
            return mean_loss(self.network)
        if name == "eta" and not self.steps:
            raise ClaimError('eta belongs to along = "descent": a flow has no steps')
        return super()._name(name, bound)

    def _call(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        if isinstance(node.func, ast.Name) and node.func.id == FIRST:
            if len(node.args) != 1 or node.keywords:
                raise ClaimError("first takes one condition, such as first(dot(w[0], x[1]) >= 0)")
            return Term(FIRST, (), self._formula(node.args[0], bound))  # type: ignore[arg-type]
        if isinstance(node.func, ast.Name) and node.func.id in ("d", "next"):
            raise ClaimError(f"{node.func.id}(...) is not part of a claim about a trajectory: compare values with at")
        return super()._call(node, bound)

    def _at(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        if len(node.args) != 1 or [keyword.arg for keyword in node.keywords] != ["t"]:
            raise ClaimError("at has the form at(expr, t=...)")
        value = self._value(node.args[0], bound)
        time = self._scalar(node.keywords[0].value, bound)
        if moves(time, self.constants):
            raise ClaimError(f"at(..., t={shorten(ast.unparse(node.keywords[0].value), 30)}): the time must not move")

        def held(term: Term) -> Term:
            return Term(HELD, (term, time))

        if isinstance(value, Formula):
            return map_formula(value, held)
        return tuple(held(part) for part in value) if isinstance(value, tuple) else held(value)


def mean_loss(network: Network) -> Term:
    """Return the mean loss whose gradient the trajectory follows; "squared" is half the squared error."""
    parts: list[Term] = []
    for k in range(network.samples):
        f, y = network.f(k), network.y(k)
        if network.loss == "squared":
            parts += [div(power(sub(a, b), 2), num(2)) for a, b in zip(f, y, strict=True)]
        else:
            falling = call("exp", neg(mul(y[0], f[0])))
            parts.append(call("log", add(ONE, falling)) if network.loss == "logistic" else falling)
    return div(total(parts), num(network.samples))


def moves(term: Term, constants: frozenset[str] = frozenset()) -> bool:
    """Return True when a term changes along the trajectory: a variable occurs outside `at` and `first`.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> moves(var("t")), moves(Term(HELD, (var("t"), num(1))))
    (True, False)
    """
    stack, seen = [term], set()
    while stack:
        node = stack.pop()
        if node in seen or node.op in (HELD, FIRST):
            continue
        seen.add(node)
        if node.op == "var" and node.value not in constants:
            return True
        stack += node.args
    return False


def still(formula: Formula, constants: frozenset[str] = frozenset()) -> bool:
    """Return True when nothing in a formula changes along the trajectory."""
    return not any(moves(term, constants) for term in formula.terms) and all(
        still(part, constants) for part in formula.args
    )
