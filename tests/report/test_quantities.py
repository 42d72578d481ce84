"""What a network has at a counterexample is what NumPy computes from its weights and data."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.cli.engine import suite_json
from proofs_check.cli.verify import describe_suite
from proofs_check.language.statement import Statement
from proofs_check.report.build import html_report
from proofs_check.report.latex_file import latex_report
from proofs_check.report.model import report_model, schema
from proofs_check.report.quantities import quantities_at
from proofs_check.report.typst_file import typst_source
from tests.report import examples

RATIONALS = st.fractions(min_value=-3, max_value=3, max_denominator=4)


def certificate(point: dict[str, Any], **network: Any) -> dict[str, Any]:
    whole = {"loss": "squared", "outputs": 1, "early": False, **network}
    statement = Statement("dot(w[0], w[0]) == -1", {}, network=whole)
    kind = {"format": "raceproof-certificate/1", "kind": "counterexample", "why": "false"}
    return {**kind, "statement": statement.to_json(), "point": point}


def numbers(text: str) -> np.ndarray:
    """Return what was shown as numbers again."""
    inside = text.replace("≈ ", "").replace("(", "[").replace(")", "]")
    words = inside.replace("[", "").replace("]", "").split(", ")
    shape = np.array(zeros_like(inside)).shape
    return np.array([float(Fraction(word)) for word in words]).reshape(shape)


def zeros_like(text: str) -> Any:
    """Return nested lists of zeros of the same form."""
    stack: list[list[Any]] = [[]]
    for part in text.replace("[", " [ ").replace("]", " ] ").replace(",", " ").split():
        if part == "[":
            stack.append([])
        elif part == "]":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(0)
    return stack[0][0]


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, np.ndarray]]:
    m, d, n, c = (draw(st.integers(1, high)) for high in (3, 2, 3, 2))

    def filled(*shape: int) -> np.ndarray:
        size = math.prod(shape)
        values = draw(st.lists(RATIONALS, min_size=size, max_size=size))
        return np.array(values, dtype=object).reshape(shape)

    outputs = (c,) if c > 1 else ()
    arrays = {"w": filled(m, d), "v": filled(m, *outputs), "x": filled(n, d), "y": filled(n, *outputs)}
    return {"width": m, "dimension": d, "samples": n, "outputs": c}, arrays


@settings(derandomize=True, deadline=None, max_examples=60)
@given(networks(), st.sampled_from(["squared", "any"]))
def test_quantities_are_those_of_the_network(drawn: tuple[dict[str, int], dict[str, np.ndarray]], loss: str) -> None:
    sizes, arrays = drawn
    point = {name: np.vectorize(str, otypes=[object])(array).tolist() for name, array in arrays.items()}
    found = quantities_at(certificate(point, loss=loss, **sizes))
    w, v, x, y = (arrays[name] for name in "wvxy")
    reach = w @ x.T  # exact: a gate may close on its boundary
    gate = (reach > 0).astype(float)
    f = np.maximum(reach, 0).T @ v
    e = y - f
    n = len(x)
    expected = {"gate": gate, "f": f, "e": e}
    if sizes["outputs"] == 1:
        expected["gamma"] = (gate * e) @ x / n
    else:
        expected["C"] = np.array([(gate[j, :, None] * e).T @ x / n for j in range(len(w))])
    assert set(found) == set(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(numbers(found[name]), array.astype(float), rtol=1e-5, atol=1e-12)


def test_logistic_residual_is_rounded_and_marked() -> None:
    point = {"w": [["1"]], "v": ["1"], "x": [["1"]], "y": ["1"]}
    found = quantities_at(certificate(point, loss="logistic", width=1, dimension=1, samples=1))
    assert found["e"] == "(≈ 0.268941)" and found["f"] == "(1)"


@pytest.mark.parametrize("broken", [None, {}, {"kind": "proof"}, {"format": "raceproof-certificate/1"}])
def test_what_is_no_counterexample_of_a_network_has_none(broken: dict[str, Any] | None) -> None:
    assert quantities_at(broken) == {}
    point = {"w": [["1"]], "v": ["1"], "x": [["1"]], "y": ["1"]}
    whole = certificate(point, width=1, dimension=1, samples=1)
    assert quantities_at(whole)
    assert quantities_at({**whole, "point": {}}) == {} and quantities_at({**whole, "statement": {}}) == {}


def test_every_output_shows_them() -> None:
    point = {"w": [["1", "0"]], "v": ["2"], "x": [["1", "0"]], "y": ["3"]}
    found = certificate(point, width=1, dimension=2, samples=1)
    text = found["statement"]["text"]
    claim = examples.claim(text, "REFUTED", expect="REFUTED", counterexample=point, certificate=found)
    suite = suite_json([examples.lemma("norm", "A norm", "1", [claim], [])])
    assert "    with gate = ((1)), f = (2), e = (1), gamma = ((1, 0))\n" in describe_suite(suite)
    model = report_model(suite)
    jsonschema.Draft202012Validator(schema()).validate(model)
    assert model["lemmas"][0]["claims"][0]["quantities"] == quantities_at(found)
    assert "gate = ((1)), f = (2), e = (1), gamma = ((1, 0))" in html_report(model)
    assert r"$\gamma = ((1,\allowbreak 0))$" in latex_report(model)


def test_typst_says_what_latex_says() -> None:
    point = {"w": [["1", "0"]], "v": ["2"], "x": [["1", "0"]], "y": ["3"]}
    found = certificate(point, width=1, dimension=2, samples=1)
    text = found["statement"]["text"]
    false = examples.claim(text, "REFUTED", expect="REFUTED", counterexample=point, certificate=found)
    open_one = examples.claim("f[0] <= 8", "OPEN", 0, reason="no time was left", evidence=[])
    notes = {"limited_by": [{"name": "other", "verdict": "OPEN"}], "uses": ["other"], "hypotheses": ["v[0] > 0"]}
    twin = examples.twin("f[0] == 8", point)
    suite = suite_json([examples.lemma("norm", "A norm", "1", [false, open_one], [twin], **notes)])
    shown = typst_source(report_model(suite))
    for part in (
        "gamma = ((1, 0)), where it says 1 == -1", "no time was left", "Note: limited by other", "Uses other",
        "1 of 1 false twins refuted", "Hypotheses:",
    ):  # fmt: skip
        assert part in shown
