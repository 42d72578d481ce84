"""Finding, options and hygiene of the derivations."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import sympy

import theory
from tests.theory.cases import OPTIONS, all_cases, derived, label
from theory.closed_forms import closed_forms
from theory.derivation import as_lemma, steps_as_claims
from theory.losses import losses, prediction_symbols, residual

EVERY = pytest.mark.parametrize("case", all_cases(), ids=label)
ROOT = Path(theory.__file__).parent


def expressions(derivation) -> list[sympy.Expr]:
    sides = [side for step in derivation.steps for side in (step.lhs, step.rhs)]
    return [*sides, *derivation.flow.values(), *derivation.update.values()]


@EVERY
def test_no_expression_contains_a_float(case):
    assert not [value for value in expressions(derived(*case)) if value.has(sympy.Float)]


def test_no_closed_form_or_residual_contains_a_float():
    assert not [name for name, form in closed_forms().items() if form.expression.has(sympy.Float)]
    for loss in losses().values():
        assert not [value for value in residual(loss, *prediction_symbols()) if value.has(sympy.Float)]


def test_no_source_file_holds_a_decimal_number():
    for path in ROOT.rglob("*.py"):
        constants = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        assert not [node.value for node in constants if isinstance(node.value, float)], path.name


@EVERY
def test_derivation_is_named_after_its_file_and_complete(case):
    derivation = derived(*case)
    assert derivation.name == case[0]
    assert derivation.title and derivation.statement.count("$") % 2 == 0 and derivation.sizes
    assert derivation.source["key"]


@EVERY
def test_lines_are_not_monstrous(case):
    lengths = {text: len(text) for text, _ in steps_as_claims(derived(*case))}
    assert max(lengths.values()) <= 280, max(lengths, key=lengths.__getitem__)


@EVERY
def test_lemma_tables_carry_the_domain(case):
    derivation = derived(*case)
    lemma = as_lemma(derivation)
    assert len(lemma["claim"]) == len(derivation.steps)
    assert lemma["hypotheses"] == list(derivation.hypotheses)
    assert ("network" in lemma) == (derivation.network is not None)
    assert all(isinstance(text, str) for table in ("flow", "step") for text in lemma.get(table, {}).values())


def test_derivation_is_frozen():
    derivation = derived("flow_closed_form", ())
    with pytest.raises(FrozenInstanceError):
        derivation.name = "other"  # type: ignore[misc]


def test_every_listed_option_is_one_the_derivation_takes():
    for name, choices in OPTIONS.items():
        known = theory.derivation_options(name)
        assert not [option for options in choices for option in options if option not in known]


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_options_change_the_derivation(name):
    texts = [tuple(steps_as_claims(theory.derive(name, **options))) for options in OPTIONS[name]]
    distinct = set(texts)
    # the softmax residual is not known to claims, so its flow equations are those of an open loss
    assert len(distinct) == len(texts) - (name == "flow_equations")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("alignment", {}, "no derivation name='alignment'"),
        (
            "alignment_ode",
            {"readout": "vector"},
            "alignment_ode does not take readout='vector'; it takes no options",
        ),
        ("balance_conservation", {"readout": "matrix"}, "readout='matrix' must be 'scalar' or 'vector'"),
        ("flow_equations", {"readout": "vector", "loss": "logistic"}, "outputs=2"),
        ("sliding", {"sliding": 3}, "sliding=3 must be 1 or 2"),
        ("deep_race", {"depth": 5}, "depth=5 must be 2, 3 or 4"),
        ("sign_unlocking", {"case": "never"}, "case='never' must be 'turn' or 'switch'"),
    ],
)
def test_derive_explains_misuse(name, options, message):
    with pytest.raises(ValueError, match=message):
        theory.derive(name, **options)


def test_adding_a_derivation_is_adding_a_file(tmp_path, monkeypatch):
    import theory.derivations as package

    source = "from theory.derivations.flow_closed_form import derivation\n"
    (tmp_path / "my_own_flow.py").write_text(source)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "theory.derivations.my_own_flow", raising=False)
    assert "my_own_flow" in theory.derivation_names()
    assert theory.derive("my_own_flow").steps == derived("flow_closed_form", ()).steps
    sys.modules.pop("theory.derivations.my_own_flow", None)


def test_importing_the_package_does_not_import_sympy():
    code = "import sys, theory; theory.derivation_names(); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=False).returncode == 0


def test_theory_imports_nothing_of_ours():
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in ("numerics", "proofs_check", "tests")]


def test_theory_uses_no_solver_whose_answers_are_wrong():
    banned = {"dsolve", "limit", "integrate", "solve", "sympify", "eval", "exec"}
    for path in ROOT.rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        used = {getattr(call, "attr", getattr(call, "id", None)) for call in calls}
        assert not used & banned, path.name
