"""Flows in LaTeX: the equations of names with subscripts, and of vectors."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.draft import draft_lemma
from proofs_check.latex_reader.statement import read_statement


@pytest.mark.parametrize(
    "left", [r"\dot w_j", r"\dot{w}_j", r"\dot{w_j}", r"\dot{\mathbf{w}}_j", r"\dot w_{j}", r"\frac{d w_j}{dt}"]
)
def test_name_with_a_subscript_moves_along_the_flow(left: str) -> None:
    latex = rf"Let ${left} = v_j \gamma_j$, $\dot v_j = \langle w_j, \gamma_j\rangle$. "
    latex += r"Then $\|w_j\|^2 - v_j^2$ is conserved."
    draft = read_statement(latex)
    assert draft.flow == {"w_j": "v_j*gamma_j", "v_j": "dot(w_j, gamma_j)"}
    assert (draft.claims, draft.missed) == (["d(dot(w_j, w_j) - v_j**2) == 0"], [])


def test_velocity_of_a_vector_is_a_vector() -> None:
    draft = read_statement(r"Let $\dot w_j = v_j \gamma_j$. Then $\|w_j\|^2 \ge 0$")
    assert draft.kinds["gamma_j"] == draft.kinds["w_j"] == {"vector": 2} and draft.kinds["v_j"] == "real"


def test_velocity_of_another_kind_is_not_read() -> None:
    text, doubts = draft_lemma(r"Let $\dot w = 3$. Then $\langle w, w \rangle \ge 0$", "mine")
    assert "\n[flow]" not in text and any(doubt.startswith("not read: ") for doubt in doubts)


def test_equation_of_the_flow_is_no_claim_beside_a_bound() -> None:
    draft = read_statement(r"Let $\dot w = v$, $\dot v = 1$. Then $v \ge 0$")
    assert (draft.flow, draft.claims) == ({"w": "v", "v": "1"}, ["v >= 0"])
