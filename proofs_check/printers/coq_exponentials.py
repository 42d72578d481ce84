"""Exponentials, roots and gates in a Coq script: each exponential a product of powers of units, each unit a letter.

The steps are tried inside the proof of one goal, where the obligations before it are known; each may fail.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check.language.numbers import constant_of
from proofs_check.language.term import ONE, Term, add, div, mul, num, power, rebuild, sub, subterms, var
from proofs_check.printers.coq import term, variable
from proofs_check.printers.exponents import EXPONENTIAL, Exponents, Unit

MAX_DIVISORS = 4
KNOWN = {
    ("log", 1): ("1", "0", "ln_1"), ("sin", 0): ("0", "0", "sin_0"), ("cos", 0): ("0", "1", "cos_0"),
    ("atan", 0): ("0", "0", "atan_0"),
}  # fmt: skip


class Units:
    """The units of the exponentials in some terms; `steps` are tactics that introduce them.

    Examples
    --------
    >>> from proofs_check.language.term import call
    >>> units = Units([call("exp", mul(num(2), var("t"))), call("exp", var("t"))])
    >>> units.replaced(call("exp", mul(num(2), var("t"))))
    mul(1, pow('1, 2))
    """

    def __init__(self, roots: Sequence[Term]):
        self.nodes = list(subterms(*roots))
        self._exponents = Exponents(roots)
        self._letters: dict[Unit, str] = {}
        self.relations: list[str] = []
        self.steps: list[str] = []
        self._rewriting: list[str] = []
        self._exponentials()
        self._others()
        self.steps += self._rewriting
        self.steps += [self._general(unit, letter) for unit, letter in self._letters.items()]

    def replaced(self, root: Term) -> Term:
        """Return the term with every exponential written in the letters of the units."""

        def change(node: Term, args: tuple[Term, ...]) -> Term | None:
            if node.op not in EXPONENTIAL or node not in self.nodes:
                return None
            e, inverse = self._product(node, 1), self._product(node, -1)
            if node.op in ("exp", "rpow"):
                return e
            plus, minus = add(e, inverse), sub(e, inverse)
            return div(minus, plus) if node.op == "tanh" else div(plus if node.op == "cosh" else minus, num(2))

        return rebuild(root, change)

    def _product(self, node: Term, sign: int) -> Term:
        top, bottom = ONE, ONE
        for unit, count in self._exponents.units(node):
            letter = unit[0] if _is_plain(unit) else var(f"'{self._letters[unit]}")
            factor = letter if abs(count) == 1 else power(letter, abs(count))
            if count * sign > 0:
                top = mul(top, factor)
            else:
                bottom = mul(bottom, factor)
        return top if bottom == ONE else div(top, bottom)

    def _exponentials(self) -> None:
        seen: set[str] = set()
        for node in (n for n in self.nodes if n.op in EXPONENTIAL):
            argument = term(node.args[0])
            if node.op == "rpow":
                argument = f"({term(node.args[1])} * (ln {argument}))"
            parts = []
            for unit, count in self._exponents.units(node):
                if unit not in self._letters:
                    self._letters[unit] = str(len(self._letters) + 1)
                    self._root(unit)
                power_of = _exp(unit) if abs(count) == 1 else f"({_exp(unit)} ^ {abs(count)})"
                parts.append(power_of if count > 0 else f"(/ {power_of})")
            if argument in seen:
                continue
            seen.add(argument)
            name, proof = f"X{len(seen)}", "rp_sum" if parts else "(rewrite <- exp_0; rp_sum)"
            self.steps.append(f"try (assert ({name} : exp {argument} = {' * '.join(parts) or '1'}) by {proof})")
            self._rewriting.append(f"try (rewrite ?{name} in *)")

    def _root(self, unit: Unit) -> None:
        """Note that exp(g * ln m) to the power 1/g is m."""
        inside, g, is_log = unit
        if is_log:
            told = f"{_exp(unit)} ^ {g.denominator} = {term(inside)}"
            self._tell(f"assert (_NAME_ : {told}) by (apply rp_root; [rp_pos | simpl; lra])")

    def _tell(self, step: str) -> None:
        name = f"R{len(self.relations) + 1}"
        self.relations.append(name)
        self.steps.append(f"first [{step.replace('_NAME_', name)} | pose proof exp_0 as {name}]")

    def _others(self) -> None:
        self.steps.append("rp_hyperbolic")
        divisors = dict.fromkeys(n.args[1] for n in self.nodes if n.op == "div" and constant_of(n.args[1]) is None)
        for divisor in list(divisors)[:MAX_DIVISORS]:
            self.steps.append(f"try (assert (0 < / {term(divisor)}) by (apply Rinv_0_lt_compat; rp_pos))")
        for node in self.nodes:
            u = term(node.args[0]) if node.args else ""
            constant = (node.op, constant_of(node.args[0]) if node.args else None)
            if constant in KNOWN:
                at, value, lemma = KNOWN[constant]  # type: ignore[index]
                name, told = term(node), f"replace {u} with {at} by lra; apply {lemma}"
                self.steps.append(f"try (assert (_K : {name} = {value}) by ({told}); rewrite ?_K in *; clear _K)")
            elif node.op == "sqrt":
                self.steps.append(f"pose proof (sqrt_pos {u})")
                self._tell(f"assert (_NAME_ : sqrt {u} ^ 2 = {u}) by (apply pow2_sqrt; rp_nn)")
            elif node.op in ("sin", "cos", "tan"):
                self._tell(f"pose proof (rp_circle {u}) as _NAME_")
            elif node.op == "step":
                self._tell(f"pose proof (rp_step_idempotent {u}) as _NAME_")
            elif node.op == "abs":
                self._tell(f"pose proof (pow2_abs {u}) as _NAME_")

    def _general(self, unit: Unit, letter: str) -> str:
        """Return the tactics that replace a unit by a letter, of which only some properties are kept."""
        argument = f"({term(num(unit[1]))} * {_inside(unit)})"
        bounds = f"try rp_exp_bound {argument}"
        name = variable(f"'{letter}")
        steps = f"pose proof (exp_pos {argument}); {bounds}; set ({name} := {_exp(unit)}) in *; clearbody {name}"
        return f"{steps}; rewrite ?pow_1 in *; try subst {name}" if _is_plain(unit) else steps


def _inside(unit: Unit) -> str:
    return f"(ln {term(unit[0])})" if unit[2] else term(unit[0])


def _is_plain(unit: Unit) -> bool:
    """Return True for exp(log m), which is m."""
    return unit[2] and unit[1] == 1


def _exp(unit: Unit) -> str:
    return f"(exp ({term(num(unit[1]))} * {_inside(unit)}))"
