"""The names of one statement: variables and their kinds, definitions, velocities of the flow, the map."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from keyword import iskeyword
from typing import Any

from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.network import NAMES, Network, Vector
from proofs_check.language.numbers import constant_value
from proofs_check.language.statement import Statement
from proofs_check.language.term import TRUE, UNARY, Formula, Term, num, relation, var

Value = Term | Vector | Formula
KINDS = {
    "real": None,
    "positive": ">",
    "nonnegative": ">=",
    "negative": "<",
    "nonpositive": "<=",
    "nonzero": "!=",
}
FUNCTIONS = (*UNARY, "min", "max", "dot", "norm", "sum", "all", "d", "next", "at", "implies")
LONGEST = 100
RESERVED = {*FUNCTIONS, "pi", "neurons", "samples", "dims", "outputs", "range"}


class Names(ABC):
    """Declarations of a statement; `read` (of `Elaboration`) turns their texts into values."""

    def __init__(self, statement: Statement):
        if statement.relu_at_zero not in (0, 1) or isinstance(statement.relu_at_zero, bool):
            raise ClaimError(f"relu_at_zero={statement.relu_at_zero!r} must be 0 or 1")
        self.statement = statement
        self.network = None if statement.network is None else self.read_network(statement.network)
        self.names: list[str] = []
        self.vectors: dict[str, int] = {}
        self.values: dict[str, tuple[Fraction, ...]] = {}
        self.kinds: list[Formula] = []
        self.conditions: dict[int, str] = {}
        self.flowing: set[str] = set()  # definitions that use the flow: a claim does when it uses one of them
        self.scope: dict[str, Value] = {}
        self.uses_flow = False
        self._field: dict[str, Term] | None = None
        self._map: dict[str, Term] | None = None
        self._motion = ""  # the entry of [flow] or [step] that is being read
        if self.network:
            for name in self.network.variable_names():
                self.names.append(name)
            self.kinds.append(relation(">", var("eta"), num(0)))
        for name, spec in statement.variables.items():
            self._declare(name, spec)
        for name, text in statement.define:
            self._check_new(name, "define")
            self.scope[name] = self.read(text)
            if self.uses_flow:
                self.flowing.add(name)
                self.uses_flow = False
        for number, text in self.conditions.items():
            self.kinds[number] = self.formula(text)

    def read_network(self, table: Mapping[str, Any]) -> Network:
        """Return the network whose quantities have names."""
        return Network.from_table(table)

    def is_free(self, name: str) -> bool:
        """Return whether a name may stand for an index: it means nothing else in the statement."""
        own = name in self.statement.variables or any(name == defined for defined, _ in self.statement.define)
        return not own and name not in RESERVED and not (self.network and name in (*NAMES, "eta", "m", "n"))

    @abstractmethod
    def read(self, text: str) -> Value:
        """Return the value of an expression."""

    @abstractmethod
    def formula(self, text: str) -> Formula:
        """Return the formula that the text states."""

    # -- declarations ------------------------------------------------------------------------------------------------

    def _check_new(self, name: str, where: str) -> None:
        if not isinstance(name, str) or not name.isidentifier() or not name.isascii() or name.startswith("__"):
            raise ClaimError(f"[{where}] {name!r} is not a name")
        if iskeyword(name):
            raise ClaimError(f"[{where}] {name!r} is a word of the expression syntax: rename it, to {name.lower()}_")
        if len(name) > LONGEST:
            raise ClaimError(f"[{where}] {shorten(name, 40)!r} has {len(name)} letters, at most {LONGEST} are allowed")
        if name in RESERVED or (self.network and name in (*NAMES, "eta", "m", "n")):
            raise ClaimError(f"[{where}] {name!r} shadows a function or a name of the language: rename it")
        if name in self.scope:
            raise ClaimError(f"[{where}] {name!r} is already defined")

    def _declare(self, name: str, spec: Any) -> None:
        self._check_new(name, "variables")
        if isinstance(spec, dict) and set(spec) == {"vector"}:
            size = spec["vector"]
            if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= 64:
                raise ClaimError(f"[variables] {name}: vector={size!r} must be a whole number from 1 to 64")
            self.vectors[name] = size
            parts = tuple(var(f"{name}[{i}]") for i in range(size))
            self.names += [str(p.value) for p in parts]
            self.scope[name] = parts
            return
        self.names.append(name)
        self.scope[name] = var(name)
        if isinstance(spec, dict) and set(spec) == {"values"}:
            self.values[name] = tuple(self._exact(name, value) for value in spec["values"])
            if not self.values[name]:
                raise ClaimError(f"[variables] {name}: values must not be empty")
            cases = [relation("==", var(name), num(value)) for value in self.values[name]]
            self.kinds.append(cases[0] if len(cases) == 1 else Formula("or", tuple(cases)))
        elif isinstance(spec, dict) and set(spec) == {"real"}:
            self.conditions[len(self.kinds)] = spec["real"]  # read when every name is known
            self.kinds.append(TRUE)
        elif isinstance(spec, str) and spec in KINDS:
            op = KINDS[spec]
            if op:
                self.kinds.append(relation(op, var(name), num(0)))
        else:
            raise ClaimError(
                f"[variables] {name} = {spec!r} is no kind: use {', '.join(KINDS)}, "
                '{ real = "condition" }, { values = [...] } or { vector = n }'
            )

    def _exact(self, name: str, value: Any) -> Fraction:
        exact = constant_value(value)
        if exact is None:
            raise ClaimError(f'[variables] {name}: {value!r} is not an exact number such as 2 or "1/3"')
        return exact

    # -- dynamics ----------------------------------------------------------------------------------------------------

    def field(self) -> dict[str, Term]:
        """Return the velocity of every variable that moves along the flow."""
        self._not_within_motion()
        if self._field is None:
            self._field = self._dynamics("flow", self.statement.flow, self.network.velocity if self.network else {})
        self.uses_flow = True
        return self._field

    def map(self) -> dict[str, Term]:
        """Return the value after one step of every variable that the map changes."""
        self._not_within_motion()
        if self._map is None:
            self._map = self._dynamics("step", self.statement.step, self.network.descent if self.network else {})
        return self._map

    def _dynamics(self, kind: str, table: Mapping[str, str], own: Mapping[str, Term]) -> dict[str, Term]:
        if not table and not own:
            function = "d(expr)" if kind == "flow" else "next(expr)"
            raise ClaimError(f"{function} needs a [network] or a [{kind}] table: there is none")
        result = dict(own)
        for name, text in table.items():
            target = self.scope.get(name)
            if target is None or name not in self.statement.variables:
                raise ClaimError(f"[{kind}] {name!r} is not a declared variable")
            self._motion = f"[{kind}] {name}"
            try:
                result |= assigned(target, self.read(text), self._motion)
            finally:
                self._motion = ""
        return result

    def _not_within_motion(self) -> None:
        if self._motion:
            raise ClaimError(f"{self._motion}: d(expr) and next(expr) cannot say how a variable moves: write it out")


def assigned(target: Value, value: Value, where: str) -> dict[str, Term]:
    """Return the value of each scalar variable of the target; raises ClaimError when the shapes differ."""
    parts = target if isinstance(target, tuple) else (target,)
    values = value if isinstance(value, tuple) else (value,)
    if len(parts) != len(values) or isinstance(target, tuple) != isinstance(value, tuple):
        raise ClaimError(f"{where}: the value has not the shape of the variable")
    result: dict[str, Term] = {}
    for part, new in zip(parts, values, strict=True):
        if isinstance(part, Formula) or isinstance(new, Formula):
            raise ClaimError(f"{where}: a relation is no value")
        result[str(part.value)] = new
    return result
