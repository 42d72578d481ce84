"""Terms rewritten for forms: derivatives, factors, 1/x for x, normal forms; each is made once."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from proofs_check.boxes.clear import factored, simplified
from proofs_check.boxes.enclose import Box
from proofs_check.boxes.shared import Shared
from proofs_check.boxes.span import fraction
from proofs_check.evidence.normal_form import NormalForms
from proofs_check.evidence.ratio import NotNormal
from proofs_check.language.calculus import derivative, substitute, towards
from proofs_check.language.term import Term, div, num, subterms, var

Factor = tuple[str, int, Term]
MAX_NODES = 4_000


class Rewriting:
    """What the search makes of terms; `read` turns text into a term."""

    def __init__(self, read: Callable[[str], Term], relu_at_zero: int = 0):
        self.read = lambda text: self.shared.one(read(text))
        self.relu_at_zero = relu_at_zero
        self.shared = Shared()
        self.slopes: dict[tuple[Term, str], Term] = {}
        self.zeros: dict[Term, bool] = {}
        self.inverses: dict[tuple[Term, str], str | None] = {}
        self.products: dict[Term, tuple[Fraction, list[Factor]] | None] = {}

    def size(self, term: Term) -> int:
        return len(self.shared.parts(term))

    def slope(self, term: Term, name: str) -> Term | None:
        """Return the derivative in one variable, None when it has grown too large."""
        if (term, name) not in self.slopes:
            self.slopes[term, name] = self.shared.one(derivative(term, towards(name)))
        found = self.slopes[term, name]
        return None if self.size(found) > MAX_NODES else found

    def product(self, term: Term) -> tuple[Fraction, list[Factor]] | None:
        """Return the term as a constant and factors, None when that is no simpler than the term."""
        if term not in self.products:
            tanh = any(node.op == "tanh" for node in subterms(term))
            self.products[term] = (self._product(term, True) if tanh else None) or self._product(term, False)
        return self.products[term]

    def _product(self, term: Term, tanh_as_quotient: bool) -> tuple[Fraction, list[Factor]] | None:
        found = factored(term, tanh_as_quotient)
        if found is None:
            return None
        factors = [(text, n, self.read(text)) for text, n in found.factors]
        single = len(factors) == 1 and factors[0][1] == 1
        if single and 4 * self.size(factors[0][2]) >= 3 * self.size(term):
            return None
        return found.constant, factors

    def inverted(self, term: Term, name: str) -> str | None:
        """Return the term with 1/x for x, simplified, as text."""
        if (term, name) not in self.inverses:
            turned = substitute(term, {name: div(num(1), var(name))})
            self.inverses[term, name] = simplified(turned, self.read)
        return self.inverses[term, name]

    def vanishes(self, term: Term, box: Box) -> bool:
        """Return True when the normal form is zero, at the values of the variables that are fixed on the box."""
        fixed = {name: num(fraction(span.lo)) for name, span in box.items() if span.lo is not None and span.is_point()}
        term = substitute(term, fixed)
        if term not in self.zeros:
            try:
                self.zeros[term] = NormalForms((), self.relu_at_zero).is_zero(term)
            except (NotNormal, ArithmeticError, ValueError):
                self.zeros[term] = False
        return self.zeros[term]
