"""Derivations as LaTeX and as text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.theory.cases import all_cases, derived, label
from theory.latex import as_latex, as_text, escape, expression_latex, symbol_latex, visible_length
from theory.symbols import FlowDerivative, NextValue, indexed

EVERY = pytest.mark.parametrize("case", all_cases(), ids=label)


@EVERY
def test_latex_is_balanced_and_complete(case):
    derivation = derived(*case)
    text = as_latex(derivation)
    body = text.split(r"\begin{align*}")[1].split(r"\end{align*}")[0]
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    assert body.count(r"\left") - body.count(r"\leftarrow") == body.count(r"\right")
    rules = re.findall(r"\\text\{(.*)\}", body)
    assert rules == [escape(step.rule) for step in derivation.steps]


@EVERY
def test_latex_lines_fit_the_page(case):
    body = as_latex(derived(*case)).split(r"\begin{align*}")[1].split(r"\end{align*}")[0]
    formulas = [re.sub(r"\\text\{.*\}", "", line) for line in body.split("\\\\\n")]
    assert max(map(visible_length, formulas)) <= 100


@EVERY
def test_latex_has_no_program_names_left(case):
    body = as_latex(derived(*case)).split(r"\begin{align*}")[1]
    assert not re.search(r"\w\[\d|\blam\b|FlowDerivative|NextValue|prediction|gate", re.sub(r"\\text\{.*\}", "", body))


@EVERY
def test_text_lists_every_step_with_its_rule(case):
    derivation = derived(*case)
    lines = as_text(derivation).splitlines()
    numbered = [line for line in lines if re.match(r" *\d+\. ", line)]
    assert len(numbered) == len(derivation.steps)
    assert all(f"     {step.rule}" in lines for step in derivation.steps)


def test_indices_are_one_based_in_latex():
    assert expression_latex(indexed("w", 0, 1)) == "w_{1,2}"
    assert symbol_latex("C[0,1,2]") == "C_{1,2,3}"
    assert symbol_latex("gate[0,0]") == "g_{1,1}"


def test_flow_derivative_and_next_value_print_as_mathematics():
    weight = indexed("v", 0)
    assert expression_latex(FlowDerivative(weight)) == r"\frac{d}{dt} v_{1}"
    after: Any = NextValue(weight)
    assert expression_latex(after**2) == r"\left(\left(v_{1}\right)^{\mathrm{next}}\right)^{2}"


def test_escape_leaves_no_command_character():
    assert escape("a_1 & 50% <{x}>") == r"a\_1 \& 50\% \textless{}\{x\}\textgreater{}"
