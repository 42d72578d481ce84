"""Coq scripts that propose a proof for each obligation and relation of a claim; what they propose can only fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Problem
from proofs_check.language.numbers import constant_of
from proofs_check.language.term import Formula, Term, formula_terms, map_formula, sub, subterms
from proofs_check.printers.cleared import cleared
from proofs_check.printers.coq import conclusion_of, formula, plain, term
from proofs_check.printers.coq_exponentials import Units
from proofs_check.printers.factored import factored, solved
from proofs_check.printers.total import premise

KINKS = {"abs": "rp_abs_cases", "step": "rp_step_cases", "sign": "rp_sign_cases", "relu": "rp_max_cases",
         "max": "rp_max_cases", "min": "rp_min_cases"}  # fmt: skip
MAX_KINKS = 6


class Script:
    """The proposed proof for one choice of the finitely many values, after variables and premises have names."""

    def __init__(self, problem: Problem, values: Mapping[str, Term], hints: Sequence[Term], intervals: bool):
        self.values, self.intervals = values, intervals
        self.hints = [self.at(plain(h)) for h in hints]
        self.conclusion = conclusion_of(map_formula(problem.claim, self.at))
        self.premises = [map_formula(premise(f), self.at) for f in problem.domain]
        self.told = list(self.premises)  # and what is known inside an implication
        formulas = [*self.premises, self.conclusion]
        self.units = Units([plain(t) for f in formulas for t in formula_terms(f)] + self.hints)
        self.count = 0

    def at(self, root: Term) -> Term:
        """Return the term with the values of this case."""
        return substitute(root, self.values) if self.values else root

    def lines(self, stated: int) -> Iterator[str]:
        """Yield the script; `stated` is the number of derivatives that the theorem states by is_derive."""
        yield "rp_hyps."
        name = self._name("K")
        if stated:
            yield f"assert ({name} : {formula(self.conclusion)})."
            yield "{"
        yield from self._goal(self.conclusion)
        if not stated:
            return
        yield "}"
        yield f"repeat match goal with |- _ /\\ is_derive _ _ _ => split end; [exact {name}|..]; rp_hyps."
        derivative = f"try unfold tanh, tan; auto_derive; [repeat split; rp_side | {self._tried(self._same())}]."
        for _ in range(stated):
            yield f"{{ {derivative} }}"

    # -- goals -------------------------------------------------------------------------------------------------------

    def _goal(self, goal: Formula) -> Iterator[str]:
        if goal.op == "and":
            for part in goal.args[:-1]:
                name = self._name("K")
                yield f"assert ({name} : {formula(part)})."
                yield "{"
                yield from self._goal(part)
                yield "}"
                yield f"split; [exact {name}|]."
            yield from self._goal(goal.args[-1])
        elif goal.op == "implies":
            yield f"intro {self._name('K')}; rp_hyps."
            self.told.append(goal.args[0])
            yield from self._goal(goal.args[1])
        elif goal.op == "or":
            for _ in goal.args[:-1]:
                yield f"apply rp_or; intro {self._name('K')}; rp_hyps."
            yield from self._goal(goal.args[-1])
        elif goal.op == "not":
            yield f"intro {self._name('K')}; rp_hyps; {self._prepared()}first [lra | rp_nra | {self._kinks()}rp_nra]."
        elif goal.op == "true":
            yield "exact I."
        else:
            yield self._leaf(goal) + "."

    def _prepared(self) -> str:
        steps = [*self.units.steps, *(self._equation(i, f) for i, f in enumerate(self.premises))]
        return "".join(f"{step}; " for step in steps if step)

    def _name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def _same(self) -> str:
        """Return the tactic for an equality: by ring and field, modulo what is known of roots and from hypotheses."""
        known = [f"M{i}" for i, f in enumerate(self.premises) if self._equation(i, f)]
        lists = [" ".join(self.units.relations), " ".join([*self.units.relations, *known])]
        tried = ["rp_eq"]
        for told in dict.fromkeys(t for t in lists if t):
            tried += [f"solve [ring [{told}]]", f"solve [field [{told}]; rp_nz]"]
        tried += ["solve [timeout 3 nsatz]", "solve [field_simplify_eq; [timeout 3 nsatz | rp_nz]]"]
        return f"first [{' | '.join(tried)}]"

    def _equation(self, i: int, told: Formula) -> str:
        """Return the step that solves an equality hypothesis for one product of powers, as `ring` can use it."""
        if told.op != "==":
            return ""
        sides = solved(self.units.replaced(sub(*(plain(t) for t in told.terms))))
        if sides is None:
            return ""
        return f"first [assert (M{i} : {term(sides[0])} = {term(sides[1])}) by lra | pose proof exp_0 as M{i}]"

    def _leaf(self, goal: Formula) -> str:
        return self._tried(self._same() if goal.op == "==" else self._sign(goal))

    def _tried(self, core: str) -> str:
        """Return the tactic that tries the core at once, after splitting at kinks, and with quotients named."""
        tried = [core]
        if self._kinks():
            tried.append(self._kinks() + core)
        if self._divisions():
            tried.append(self._divisions() + core)
        bounded = "solve [timeout 5 interval with (i_prec 60)] | " if self.intervals else ""
        return f"first [solve [rp_quick] | {bounded}{self._prepared()}first [{' | '.join(tried)}]]"

    def _sign(self, goal: Formula) -> str:
        a, b = (plain(t) for t in goal.terms)
        gap = sub(a, b) if goal.op in (">", ">=") else sub(b, a)
        tried = ["assumption", "lra", "solve [rp_sign]"]
        gap = self.units.replaced(gap)
        candidates = [*(self.units.replaced(h) for h in self.hints), factored(gap), cleared(gap)]
        for candidate in (c for c in dict.fromkeys(candidates) if c is not None):
            tried.append(f"solve [rp_gap ({term(candidate)}) ltac:({self._same()})]")
        tried.append("rp_nra")
        return f"first [{' | '.join(tried)}]"

    def _divisions(self) -> str:
        """Return the tactics that name each quotient in the hypotheses and keep only its defining equation."""
        steps = []
        for node in reversed(list(subterms(*[plain(t) for f in self.told for t in formula_terms(f)]))):
            if node.op == "div" and constant_of(node.args[1]) is None:
                q, name = self.units.replaced(node), self._name("Q")
                a, b = (term(x) for x in q.args)
                told = f"assert ({name} : {term(q)} * {b} = {a}) by (field; rp_nz)"
                steps.append(f"try ({told}; let q := fresh in set (q := {term(q)}) in *; clearbody q); ")
        return "".join(steps)

    def _kinks(self) -> str:
        """Return the tactics that split at every kink, the outermost first."""
        found = [n for n in self.units.nodes if n.op in KINKS]
        if not found or len(found) > MAX_KINKS:
            return ""
        steps = []
        for node in reversed(found):
            args = " ".join(term(a) for a in node.args) + (" 0" if node.op == "relu" else "")
            steps.append(f"{'rp_three' if node.op in ('step', 'sign') else 'rp_two'} ({KINKS[node.op]} {args}); ")
        return "".join(steps)
