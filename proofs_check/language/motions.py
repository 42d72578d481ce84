"""How terms move: `d`, `next` and `at` of numbers and vectors."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from proofs_check.language.calculus import along, derivative, may_be_undefined, substitute, towards, whole
from proofs_check.language.errors import ClaimError
from proofs_check.language.indices import Indices
from proofs_check.language.names import Value, assigned
from proofs_check.language.shapes import arity, each
from proofs_check.language.term import Formula, Term, variables


class Motions(Indices):
    """Reads derivatives, steps and substitutions; `Elaboration` reads the expressions inside."""

    def _derivative(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        if len(node.args) not in (1, 2):
            raise ClaimError("d takes an expression, and a variable for a partial derivative")
        value = self._value(node.args[0], bound)
        if len(node.args) == 2:
            target = self._scalar(node.args[1], bound)
            if target.op != "var":
                raise ClaimError(f"d(.., {ast.unparse(node.args[1])}): the second argument must be a variable")
            self._forbid_other_residuals(value, str(target.value))
            velocity = towards(str(target.value))
            return each(value, lambda term: derivative(term, velocity))
        field = self.field()
        self._forbid_residuals(value, "d", allowed=bool(self.network and self.network.early))
        partial = _partial(field, self.network.velocity if self.network else {})
        return each(value, lambda term: derivative(term, along(field), partial))

    def _next(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        arity("next", node.args, 1)
        value = self._value(node.args[0], bound)
        self._forbid_residuals(value, "next", allowed=False)
        mapping = self.map()
        partial = _partial(mapping, self.network.descent if self.network else {})
        return each(value, lambda term: whole(substitute(term, mapping), partial))

    def _forbid_residuals(self, value: Value, what: str, allowed: bool) -> None:
        if not self.network or self.network.loss != "any" or allowed or isinstance(value, Formula):
            return
        terms = value if isinstance(value, tuple) else (value,)
        if any(name.startswith("e[") for name in variables(*terms)):
            raise ClaimError(f'{what}(...) of a residual needs a loss: loss = "any" does not say how e[k] changes')

    def _forbid_other_residuals(self, value: Value, target: str) -> None:
        """Refuse what does not say how it changes: residuals of any loss, when a quantity of the network does."""
        own = target.partition("[")[0] in self.statement.variables
        if own or not self.network or self.network.loss != "any" or isinstance(value, Formula):
            return
        terms = value if isinstance(value, tuple) else (value,)
        if any(name.startswith("e[") and name != target for name in variables(*terms)):
            raise ClaimError(f'd(.., {target}) of a residual needs a loss: loss = "any" does not say how e[k] changes')

    def _at(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        arity("at", node.args, 1)
        mapping: dict[str, Term] = {}
        given = [keyword.arg for keyword in node.keywords]
        for keyword in node.keywords:
            name = keyword.arg
            if given.count(name) > 1:
                raise ClaimError(f"at(..., {name}=...) is given twice")
            if name not in self.statement.variables:
                raise ClaimError(f"at(..., {name}=...): {name!r} is not a declared variable")
            mapping |= assigned(self.scope[name], self._value(keyword.value, bound), f"at(..., {name}=...)")
        return each(self._value(node.args[0], bound), lambda term: substitute(term, mapping))


def _partial(motion: Mapping[str, Term], own: Mapping[str, Term]) -> list[Term]:
    """Return the entries of a table that may be undefined; those of a network are defined everywhere."""
    return [entry for name, entry in motion.items() if name not in own and may_be_undefined(entry)]
