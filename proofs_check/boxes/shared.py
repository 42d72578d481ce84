"""Terms kept once each, with their parts in order and what they need, so that equal terms are one object."""

from __future__ import annotations

from proofs_check.evidence.obligations import Obligation, obligations
from proofs_check.language.term import Term, subterms


class Shared:
    """The terms of one search.

    Examples
    --------
    >>> from proofs_check.language.term import add, var
    >>> shared = Shared()
    >>> shared.one(add(var("x"), var("x"))) is shared.one(add(var("x"), var("x")))
    True
    """

    def __init__(self) -> None:
        self._terms: dict[Term, Term] = {}
        self._parts: dict[Term, tuple[Term, ...]] = {}
        self._needs: dict[Term, tuple[Obligation, ...]] = {}

    def one(self, term: Term) -> Term:
        """Return the object that stands for all terms equal to this one."""
        found = self._terms.get(term)
        if found is not None:
            return found
        new: dict[Term, Term] = {}
        for node in subterms(term):
            args = tuple(new[a] for a in node.args)
            same = all(a is b for a, b in zip(args, node.args, strict=True))
            made = node if same else Term(node.op, args, node.value)
            new[node] = self._terms.setdefault(made, made)
        return new[term]

    def parts(self, term: Term) -> tuple[Term, ...]:
        """Return the term's parts, arguments first."""
        found = self._parts.get(term)
        if found is None:
            found = self._parts[term] = tuple(subterms(term))
        return found

    def needs(self, term: Term) -> tuple[Obligation, ...]:
        """Return the term's obligations, innermost first."""
        found = self._needs.get(term)
        if found is None:
            found = self._needs[term] = tuple(obligations(term))
        return found
