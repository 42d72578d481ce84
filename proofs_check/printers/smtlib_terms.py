"""Terms as quotients with denominators cleared, kinks by cases, and what else must be declared and asserted.

The invariant: at every point where a term's obligations hold, no factor of `bottom` is 0 and the quotient is the
term's value. Every assertion made here can be satisfied at *every* point of the domain by some value of the fresh
variables, so it never makes a satisfiable goal unsatisfiable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from proofs_check.language.numbers import constant_of
from proofs_check.language.term import Formula, Term, subterms
from proofs_check.printers.exponents import Exponents
from proofs_check.printers.smtlib_functions import function
from proofs_check.printers.smtlib_quotient import ONE, ZERO, NotPrintable, Quotient, product, symbol

MAX_POWER = 64
RELATIONS = {"==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Terms:
    """Prints terms into `lines` (declarations, definitions, assertions), each distinct term once.

    `abstracted` names the functions of which only some properties are told: a model is then no counterexample.
    `positive` are texts that are positive at every point of the domain, and stay so whatever else is undefined.
    """

    def __init__(self, exponents: Exponents, relu_at_zero: int = 0, positive: Iterable[str] = ()):
        self.lines: list[str] = []
        self.abstracted: set[str] = set()
        self.logarithms: list[tuple[Quotient, Quotient]] = []  # (log u, u)
        self._exponents = exponents
        self._at_zero = relu_at_zero
        self._positive = set(positive)
        self._done: dict[Term, Quotient] = {}
        self._named: dict[str, str] = {}
        self._fresh: dict[object, str] = {}

    def formula(self, formula: Formula) -> str:
        """Return a formula of total logic (see `total`)."""
        if formula.terms:
            return self.compare(formula.op, *(self.quotient(t) for t in formula.terms))
        if formula.op == "true":
            return "true"
        word = {"and": "and", "or": "or", "not": "not", "implies": "=>"}[formula.op]
        return f"({word} {' '.join(self.formula(part) for part in formula.args)})"

    def quotient(self, root: Term) -> Quotient:
        """Return the term as a quotient."""
        for node in subterms(root):
            if node not in self._done:
                self._done[node] = self._node(node)
        return self._done[root]

    def compare(self, op: str, a: Quotient, b: Quotient) -> str:
        """Return a truth value that is that of `a op b` wherever both are defined."""
        left, right, common = self._scaled(a, b)
        if op == "!=":
            return f"(not (= {left} {right}))"
        sign = [f for f, count in common.items() if count % 2 and f not in self._positive]
        if op == "==" or not sign:
            return f"({RELATIONS[op]} {left} {right})"
        factor = product(Counter(sign))
        return f"(ite (> {factor} 0.0) ({RELATIONS[op]} {left} {right}) ({RELATIONS[op]} {right} {left}))"

    # -- pieces the functions are made of ----------------------------------------------------------------------------

    def fresh(self, key: object, prefix: str) -> tuple[str, bool]:
        """Return the fresh variable of the key and whether it is new."""
        if key in self._fresh:
            return self._fresh[key], False
        name = f"{prefix}!{len(self._fresh)}"
        self._fresh[key] = name
        self.lines.append(f"(declare-const {name} Real)")
        return name, True

    def tell(self, guards: list[str], told: str) -> None:
        """Assert what some value of the fresh variables satisfies at every point where the guards hold."""
        condition = guards[0] if len(guards) == 1 else f"(and {' '.join(guards)})"
        self.lines.append(f"(assert (=> {condition} {told}))" if guards else f"(assert {told})")

    def tell_positive(self, name: str) -> None:
        """Assert that a fresh variable is positive at every point."""
        self.tell([], f"(> {name} 0.0)")
        self._positive.add(name)

    def is_positive(self, a: Quotient) -> bool:
        """Return True when every factor is positive at every point."""
        return a.scale > 0 and set(a.top) | set(a.bottom) <= self._positive

    def mark_positive(self, a: Quotient) -> None:
        """Note that the numerator, a sum of positive terms, is positive at every point."""
        self._positive |= set(a.top)

    def apart(self, *quotients: Quotient) -> list[str]:
        """Return that no denominator is 0, one condition for each factor."""
        factors = dict.fromkeys(f for q in quotients for f in q.bottom if f not in self._positive)
        return [f"(not (= {f} 0.0))" for f in factors]

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a * b; what cancels is not 0 where the obligations hold."""
        if not a.scale * b.scale:
            return ZERO
        top, bottom = a.top + b.top, a.bottom + b.bottom
        return Quotient(a.scale * b.scale, top - bottom, bottom - top)

    def divide(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a / b; a denominator that is plainly 0 stays as a text, its obligation fails."""
        if not b.scale:
            return Quotient(a.scale, a.top, a.bottom + Counter({"0.0": 1}))
        return self.multiply(a, Quotient(1 / b.scale, b.bottom, b.top))

    def add(self, a: Quotient, b: Quotient, sign: str = "+") -> Quotient:
        """Return a + b or a - b over the common denominator."""
        if not b.scale:
            return a
        left, right, common = self._scaled(a, b)
        return Quotient(Fraction(1), Counter({self._name(f"({sign} {left} {right})"): 1}), common)

    def power(self, a: Quotient, n: int) -> Quotient:
        """Return a ** n; raises NotPrintable for a large exponent."""
        if abs(n) > MAX_POWER:
            raise NotPrintable(f"the exponent {n} is larger than {MAX_POWER}")
        if n < 0:
            return self.divide(ONE, self.power(a, -n))
        top, bottom = (Counter({f: c * n for f, c in part.items() if n}) for part in (a.top, a.bottom))
        return Quotient(a.scale**n, top, bottom)

    def _name(self, text: str) -> str:
        """Return a short name for the text, defined once."""
        if len(text) <= 24:
            return text
        if text not in self._named:
            self._named[text] = f"t!{len(self._named)}"
            self.lines.append(f"(define-fun {self._named[text]} () Real {text})")
        return self._named[text]

    def _scaled(self, a: Quotient, b: Quotient) -> tuple[str, str, Counter[str]]:
        """Return both numerators over the common denominator, and that denominator."""
        common = a.bottom | b.bottom
        left, right = product(a.top + (common - a.bottom), a.scale), product(b.top + (common - b.bottom), b.scale)
        return self._name(left), self._name(right), common

    # -- nodes -------------------------------------------------------------------------------------------------------

    def _node(self, node: Term) -> Quotient:
        op = node.op
        value = constant_of(node)
        if value is not None:
            return Quotient(value)
        if op == "var":
            return Quotient.of(symbol(str(node.value)))
        args = [self._done[a] for a in node.args]
        if op in ("also", "smooth"):
            return args[0]
        if op in ("add", "sub"):
            return self.add(args[0], args[1], "+" if op == "add" else "-")
        if op == "neg":
            return self.multiply(Quotient(Fraction(-1)), args[0])
        if op == "mul":
            return self.multiply(*args)
        if op == "div":
            return self.divide(*args)
        if op == "pow":
            return self.power(args[0], int(node.value))  # type: ignore[arg-type]
        if op in ("abs", "relu", "step", "sign", "min", "max"):
            return self._kink(op, args)
        return function(self, self._exponents, node, args)

    def _kink(self, op: str, args: list[Quotient]) -> Quotient:
        u = args[0]
        if op in ("min", "max"):
            return self._cases(self.compare("<=" if op == "min" else ">=", u, args[1]), u, args[1])
        if op == "abs":
            return self._cases(self.compare(">=", u, ZERO), u, self.multiply(Quotient(Fraction(-1)), u))
        above = self.compare(">", u, ZERO)
        if op == "relu":
            return self._cases(above, u, ZERO)
        below = f"(ite {self.compare('<', u, ZERO)} {'0.0' if op == 'step' else '(- 1.0)'}"
        at_zero = f"{self._at_zero if op == 'step' else 0}.0"
        return Quotient.of(self._name(f"(ite {above} 1.0 {below} {at_zero}))"))

    def _cases(self, condition: str, a: Quotient, b: Quotient) -> Quotient:
        left, right, common = self._scaled(a, b)
        return Quotient(Fraction(1), Counter({self._name(f"(ite {condition} {left} {right})"): 1}), common)
