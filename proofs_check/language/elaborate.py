"""From a statement to scalar terms: vectors, finite sums, definitions, networks, d, at and next are all written out."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.motions import Motions
from proofs_check.language.names import FUNCTIONS, RESERVED, Value
from proofs_check.language.network import NAMES, Network, Vector, inner, total
from proofs_check.language.numbers import raised
from proofs_check.language.parse import number, parse
from proofs_check.language.shapes import RELATIONS, arity, same_length
from proofs_check.language.statement import Statement
from proofs_check.language.term import (
    PI,
    UNARY,
    Formula,
    Term,
    add,
    call,
    conjunction,
    div,
    formula_terms,
    mul,
    neg,
    num,
    power,
    relation,
    sub,
    subterms,
    var,
    variables,
)

MAX_TERMS = 200_000


@dataclass(frozen=True)
class Problem:
    """A statement written out in scalar terms.

    Attributes
    ----------
    names : the scalar variables, in order.
    vectors : vector variables and their length.
    values : the variables with finitely many values.
    kinds : the declared kind of each scalar variable as a formula.
    hypotheses : what restricts the domain, in order (kinds not included).
    claim : the formula to decide.
    network : the network model or None.
    """

    names: tuple[str, ...]
    vectors: dict[str, int]
    values: dict[str, tuple[Fraction, ...]]
    kinds: tuple[Formula, ...]
    hypotheses: tuple[Formula, ...]
    claim: Formula
    network: Network | None

    @property
    def domain(self) -> tuple[Formula, ...]:
        """Every formula that a point of the domain satisfies, in order."""
        return self.kinds + self.hypotheses


def elaborate(statement: Statement) -> Problem:
    """Write a statement out in scalar terms.

    Raises
    ------
    ClaimError
        When the text, a definition, a hypothesis or a declaration is not in the claim language.

    Examples
    --------
    >>> elaborate(Statement("x/x == 1", {"x": "nonzero"})).claim
    (div(x, x) == 1)
    """
    return Elaboration(statement).problem()


class Elaboration(Motions):
    """Expression text as values: terms, vectors of terms, formulas."""

    def problem(self) -> Problem:
        """Return the statement written out."""
        claim = self.formula(self.statement.text)
        hypotheses = [self.formula(text) for text in self.statement.hypotheses]
        if self.network and self.uses_flow:
            net = self.network
            off = [
                relation("!=", net.preactivation(j, k), num(0))
                for j, k in product(range(net.width), range(net.samples))
            ]
            hypotheses = off + hypotheses
        used: set[str] = set()
        for formula in [claim, *hypotheses, *self.kinds]:
            used |= variables(*formula_terms(formula))
        names = [n for n in self.names if n in used or not self.network or n not in self.network.variable_names()]
        kinds = [k for k in self.kinds if variables(*formula_terms(k)) <= set(names)]
        if (
            self.network
            and "eta" in names
            and not variables(*formula_terms(claim), *[t for h in hypotheses for t in formula_terms(h)]) & {"eta"}
        ):
            names.remove("eta")
            kinds = [k for k in kinds if "eta" not in variables(*formula_terms(k))]
        return Problem(tuple(names), self.vectors, self.values, tuple(kinds), tuple(hypotheses), claim, self.network)

    def read(self, text: str) -> Value:
        """Return the value of an expression: a term, a vector of terms or a formula."""
        try:
            value = self._value(parse(text), {})
        except ClaimError as error:
            shown = "\n" in str(error) or " in '" in str(error) or " of '" in str(error)
            line = str(error) if shown else f"{error} in {shorten(text)!r}"
            raise ClaimError(line, error.column, error.text or text) from None  # a velocity's text stays its own
        except RecursionError:
            raise ClaimError(f"nested too deeply: {shorten(text)!r}: use [define]") from None
        self._check_size(value, text)
        return value

    def formula(self, text: str) -> Formula:
        """Return the formula that the text states."""
        value = self.read(text)
        if not isinstance(value, Formula):
            raise ClaimError(
                f"{shorten(text)!r} is a number, not a claim: write a relation such as {shorten(text, 20)} == 0",
                1,
                text,
            )
        return value

    def term(self, text: str) -> Term:
        """Return the scalar term that the text states."""
        value = self.read(text)
        if not isinstance(value, Term):
            raise ClaimError(f"{shorten(text)!r} is not a number", 1, text)
        return value

    def _check_size(self, value: Value, text: str) -> None:
        terms = (
            list(value) if isinstance(value, tuple) else [value] if isinstance(value, Term) else formula_terms(value)
        )
        for count, _ in enumerate(subterms(*terms)):
            if count > MAX_TERMS:
                raise ClaimError(f"{shorten(text)!r} writes out to more than {MAX_TERMS:,} terms: use smaller sizes")

    def _value(self, node: ast.expr, bound: Mapping[str, int]) -> Value:
        try:
            if isinstance(node, ast.Constant):
                return num(number(node))
            if isinstance(node, ast.Name):
                return self._name(node.id, bound)
            if isinstance(node, ast.UnaryOp):
                return self._unary(node, bound)
            if isinstance(node, ast.BinOp):
                return self._binary(node, bound)
            if isinstance(node, ast.BoolOp):
                parts = tuple(self._formula(part, bound) for part in node.values)
                return Formula("and" if isinstance(node.op, ast.And) else "or", parts)
            if isinstance(node, ast.Compare):
                return self._compare(node, bound)
            if isinstance(node, ast.Subscript):
                return self._subscript(node, bound)
            if isinstance(node, ast.Call):
                return self._call(node, bound)
            if isinstance(node, ast.Tuple):
                return tuple(self._scalar(part, bound) for part in node.elts)
            raise ClaimError(f"{type(node).__name__} cannot stand here")
        except ClaimError as error:
            if error.column is None:  # the innermost expression that fails
                error.column = node.col_offset + 1
            raise

    def _scalar(self, node: ast.expr, bound: Mapping[str, int]) -> Term:
        value = self._value(node, bound)
        if not isinstance(value, Term):
            kind = "a truth value" if isinstance(value, Formula) else f"a vector of {len(value)}"
            raise ClaimError(f"{shorten(ast.unparse(node), 40)} is {kind} where a number is needed")
        return value

    def _formula(self, node: ast.expr, bound: Mapping[str, int]) -> Formula:
        value = self._value(node, bound)
        if not isinstance(value, Formula):
            raise ClaimError(f"{shorten(ast.unparse(node), 40)} is not a relation")
        return value

    def _vector(self, node: ast.expr, bound: Mapping[str, int]) -> Vector:
        value = self._value(node, bound)
        if not isinstance(value, tuple):
            raise ClaimError(f"{shorten(ast.unparse(node), 40)} is not a vector{_declared(node)}")
        return value

    def _name(self, name: str, bound: Mapping[str, int]) -> Value:
        if name in bound:
            return num(bound[name])
        if name in self.scope:
            self.uses_flow = self.uses_flow or name in self.flowing
            return self.scope[name]
        if name == "pi":
            return PI
        if self.network and name in ("m", "n"):
            return num(self.network.width if name == "m" else self.network.samples)
        if self.network and name == "eta":
            return var("eta")
        if self.network and name in NAMES:
            raise ClaimError(f"{name} needs an index, such as {name}[0]")
        known = [*self.scope, *(NAMES if self.network else ()), *RESERVED]
        close = difflib.get_close_matches(name, known, 1)
        raise ClaimError(
            f"unknown name {name!r}" + (f": did you mean {close[0]!r}?" if close else ": declare it in [variables]")
        )

    def _unary(self, node: ast.UnaryOp, bound: Mapping[str, int]) -> Value:
        if isinstance(node.op, ast.Not):
            return Formula("not", (self._formula(node.operand, bound),))
        value = self._value(node.operand, bound)
        if isinstance(value, Formula):
            raise ClaimError("a sign before a relation")
        if isinstance(node.op, ast.UAdd):
            return value
        return tuple(neg(t) for t in value) if isinstance(value, tuple) else neg(value)

    def _binary(self, node: ast.BinOp, bound: Mapping[str, int]) -> Value:
        a = self._value(node.left, bound)
        if isinstance(node.op, ast.Pow):
            if not isinstance(a, Term):
                raise ClaimError("only a number has powers; for a vector write dot(u, u)")
            return raised(a, self._scalar(node.right, bound))
        b = self._value(node.right, bound)
        if isinstance(a, Formula) or isinstance(b, Formula):
            raise ClaimError("arithmetic with a relation")
        if isinstance(node.op, (ast.Add, ast.Sub)):
            combine = add if isinstance(node.op, ast.Add) else sub
            if isinstance(a, tuple) and isinstance(b, tuple):
                same_length(a, b)
                return tuple(combine(p, q) for p, q in zip(a, b, strict=True))
            if isinstance(a, Term) and isinstance(b, Term):
                return combine(a, b)
            raise ClaimError("a number and a vector cannot be added")
        if isinstance(node.op, ast.Mult):
            if isinstance(a, tuple) and isinstance(b, tuple):
                raise ClaimError("two vectors: write dot(u, v) for the inner product")
            if isinstance(a, tuple):
                return tuple(mul(p, b) for p in a)  # type: ignore[arg-type]
            return tuple(mul(a, q) for q in b) if isinstance(b, tuple) else mul(a, b)
        if isinstance(b, tuple):
            raise ClaimError("division by a vector")
        return tuple(div(p, b) for p in a) if isinstance(a, tuple) else div(a, b)

    def _compare(self, node: ast.Compare, bound: Mapping[str, int]) -> Formula:
        sides = [self._value(side, bound) for side in (node.left, *node.comparators)]
        parts: list[Formula] = []
        for op, a, b in zip(node.ops, sides, sides[1:], strict=False):
            sign = RELATIONS[type(op)]
            if isinstance(a, Formula) or isinstance(b, Formula):
                raise ClaimError("truth values are not compared: use implies(p, q) or `and`")
            if isinstance(a, tuple) or isinstance(b, tuple):
                if not (isinstance(a, tuple) and isinstance(b, tuple)) or sign not in ("==", "!="):
                    raise ClaimError(f"{sign} between vectors: only == and !=, and both sides must be vectors")
                same_length(a, b)
                equal = conjunction([relation("==", p, q) for p, q in zip(a, b, strict=True)])
                parts.append(equal if sign == "==" else Formula("not", (equal,)))
            else:
                parts.append(relation(sign, a, b))
        return conjunction(parts)

    def _subscript(self, node: ast.Subscript, bound: Mapping[str, int]) -> Value:
        base = node.value
        if self.network and isinstance(base, ast.Name) and base.id in NAMES and base.id not in self.scope:
            return self._network_value(base.id, node.slice, bound)
        vector = self._value(base, bound)
        if not isinstance(vector, tuple):
            raise ClaimError(f"{shorten(ast.unparse(base), 30)} is not a vector and has no index{_declared(base)}")
        return vector[self._index(node.slice, bound, len(vector), ast.unparse(base))]

    def _network_value(self, name: str, index: ast.expr, bound: Mapping[str, int]) -> Value:
        net = self.network
        assert net is not None
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        sizes = {"gate": (net.width, net.samples), "C": (net.width, net.outputs)}.get(
            name, (net.samples,) if name in "xyfe" else (net.width,)
        )
        if len(parts) != len(sizes):
            raise ClaimError(f"{name} takes {len(sizes)} index{'es' * (len(sizes) > 1)}, got {len(parts)}")
        at = [self._index(p, bound, size, name) for p, size in zip(parts, sizes, strict=True)]
        if name == "y" and net.loss == "any":
            raise ClaimError('y[k] is not available with loss = "any": name a loss')
        if name == "gamma" and net.outputs > 1:
            raise ClaimError("gamma[j] belongs to a scalar read-out: use C[j, a]")
        if name == "C" and net.outputs == 1:
            raise ClaimError("C[j, a] belongs to a vector read-out: use gamma[j]")
        if name in ("w", "x"):
            return getattr(net, name)(*at)
        if name == "gate":
            return net.gate(*at)
        if name in ("gamma", "C"):
            return net.correlation(at[0], at[1] if name == "C" else 0)
        if name == "grad_w":
            return tuple(neg(t) for t in net.minus_grad_w(*at))
        vector = tuple(neg(t) for t in net.minus_grad_v(*at)) if name == "grad_v" else getattr(net, name)(*at)
        return vector if net.outputs > 1 else vector[0]

    def _call(self, node: ast.Call, bound: Mapping[str, int]) -> Value:
        if not isinstance(node.func, ast.Name):
            called = shorten(ast.unparse(node.func), 30)
            product = f": write {called}*(...)" if isinstance(node.func, ast.Constant) else ""
            raise ClaimError(f"only functions called by name: {called}{product}")
        name, args = node.func.id, node.args
        if name in self.scope or name not in FUNCTIONS:
            close = difflib.get_close_matches(name, FUNCTIONS, 1)
            raise ClaimError(f"unknown function {name!r}" + (f": did you mean {close[0]!r}?" if close else ""))
        if node.keywords and name != "at":
            raise ClaimError(f"{name} takes no named arguments")
        if name in ("sum", "all"):
            return self._fold(name, args, bound)
        if name in UNARY:
            arity(name, args, 1)
            return call(name, self._scalar(args[0], bound))
        if name in ("min", "max"):
            if len(args) < 2:
                raise ClaimError(f"{name} needs two or more arguments")
            terms = [self._scalar(a, bound) for a in args]
            result = terms[0]
            for t in terms[1:]:
                result = call(name, result, t)
            return result
        if name == "dot":
            arity(name, args, 2)
            u, v = self._vector(args[0], bound), self._vector(args[1], bound)
            same_length(u, v)
            return inner(u, v)
        if name == "norm":
            arity(name, args, 1)
            u = self._vector(args[0], bound)
            return call("sqrt", total([power(t, 2) for t in u]))
        if name == "implies":
            arity(name, args, 2)
            return Formula("implies", (self._formula(args[0], bound), self._formula(args[1], bound)))
        return {"d": self._derivative, "next": self._next, "at": self._at}[name](node, bound)


def _declared(node: ast.expr) -> str:
    """Return how a name is declared as a vector: only a lemma file can."""
    return f" (a lemma file declares it: {node.id} = {{ vector = 3 }})" if isinstance(node, ast.Name) else ""
