"""Licences for every size: hypotheses that fix gates, and inequalities by sums of squares."""

from __future__ import annotations

import pytest

from proofs_check.lemma import from_text
from proofs_check.licence.examine import Licence, examine_licence
from proofs_check.licence.squares import Squares
from tests.proofs_check.licence_example import PATH, licence_of

# -- hypotheses ------------------------------------------------------------------------------------------------------


def test_a_hypothesis_that_fixes_gates_may_be_used() -> None:
    head = 'hypotheses = ["all(dot(w[0], x[k]) < 0 for k in samples)"]'
    assert licence_of("gamma[0] == 0*w[0] and d(v[0]) == 0", head=head).granted
    only = 'hypotheses = ["dot(w[0], x[0]) < 0", "dot(w[0], x[1]) < 0"]'
    assert not licence_of("gamma[0] == 0*w[0] and d(v[0]) == 0", head=only).granted


def test_a_hypothesis_that_holds_at_one_sample_only_is_checked_at_every_size() -> None:
    head = 'hypotheses = ["all(dot(w[0], x[k]) < 0 for k in samples if k != 0)"]'
    found = licence_of("gate[0,0]*gamma[0] == gate[0,0]*e[0]*x[0]/n", head=head)
    assert found.granted, found.reason
    assert not licence_of("gamma[0] == 0*w[0]", head=head).granted


@pytest.mark.parametrize("hypothesis", ["v[1] == v[0]", "v[0] == 0", "norm(x[0]) == 1", "dot(x[0], x[1]) == 0"])
def test_any_other_hypothesis_is_dropped(hypothesis: str) -> None:
    texts = {
        "v[1] == v[0]": "v[1]*f[0] == v[0]*f[0]",
        "v[0] == 0": "v[0]*e[0] == 0",
        "norm(x[0]) == 1": "dot(x[0], x[0])*v[0] == v[0]",
        "dot(x[0], x[1]) == 0": "dot(x[0] + x[1], x[0]) == dot(x[0], x[0])",
    }
    found = licence_of(texts[hypothesis], head=f'hypotheses = ["{hypothesis}"]')
    assert not found.granted and "REFUTED" in found.reason


# -- sums of squares -------------------------------------------------------------------------------------------------


def square(text: str, squares: str, **more: str) -> Licence:
    return licence_of(text, general=f'squares = {{ "claim 1" = "{squares}" }}', **more)


def test_cauchy_schwarz_is_licensed_by_lagranges_identity() -> None:
    found = square(
        "dot(w[0], x[0])**2 <= dot(w[0], w[0])*dot(x[0], x[0])",
        "sum((w[0][i]*x[0][l] - w[0][l]*x[0][i])**2 for i in dims for l in dims)/2",
    )
    assert found.granted, found.reason
    assert found.checked["dimension"] == 2


@pytest.mark.parametrize(
    ("text", "squares", "reason"),
    [
        ("v[0]*v[1] <= v[0]**2", "v[0]*(v[0] - v[1])", "not plainly"),
        ("v[0] <= 2*v[0]", "v[0]", "not plainly"),
        ("v[0]**2 <= v[0]**2 + e[0]**3", "e[0]**3", "not plainly"),
        ("-v[0]**2 >= 0", "v[0]**2", "REFUTED"),
        ("v[0]**2 < 2*v[0]**2", "v[0]**2", "no single"),
        ("0 <= d(v[0])**2", "d(v[0])**2", "write out"),
        ("sum(e[k] for k in samples)**2 <= 2*sum(e[k]**2 for k in samples)", "(e[0] - e[1])**2", "REFUTED"),
    ],
)
def test_what_is_no_sum_of_squares_gives_no_licence(text: str, squares: str, reason: str) -> None:
    found = square(text, squares)
    assert not found.granted
    assert reason in found.reason


def test_a_hypothesis_may_be_one_of_the_factors() -> None:
    head = 'hypotheses = ["v[0] >= v[1]", "e[0] > 0"]'
    assert square("v[1]*e[0] <= v[0]*e[0]", "e[0]*(v[0] - v[1])", head=head).granted
    assert not square("v[1]*e[0] <= v[0]*e[0]", "e[0]*(v[1] - v[0])", head=head).granted


PAIRS = ("all(e[i]*e[k]*dot(x[i], x[k]) > 0 for i in samples for k in samples if i != k)",)


@pytest.mark.parametrize(
    ("squares", "hypotheses", "holds"),
    [
        ("sum(e[i]*e[k]*dot(x[i], x[k]) for i in samples for k in samples if i != k)", PAIRS, True),
        ("sum(e[i]*e[k]*dot(x[i], x[k]) for i in samples for k in samples if k != i)", PAIRS, True),
        ("sum(sum(e[i]*e[k]*dot(x[i], x[k]) for k in samples if k != i) for i in samples)", PAIRS, True),
        ("sum(e[i]*e[k]*dot(x[i], x[k]) for i in samples for k in samples)", PAIRS, False),
        ("sum(e[i]*e[k]*dot(x[i], x[k]) for i in samples for k in samples if i == k)", PAIRS, False),
        ("sum(e[i]*e[k]*dot(x[i], x[k]) for i in samples for k in neurons if i != k)", PAIRS, False),
        ("sum(e[i]*e[l]*dot(x[i], x[l]) for i in samples for l in samples if i != l)", PAIRS, False),
        ("e[0]*e[1]*dot(x[0], x[1])", PAIRS, False),
        ("sum(v[j]*e[0] for j in neurons)", ("v[0]*e[0] > 0",), False),
        ("v[0]*e[0]", ("v[0]*e[0] > 0",), True),
        ("v[0]*e[0]", ("v[0]*e[0] < 0",), False),
        ("v[0]*e[0]", ("v[0]*e[0] != 0",), False),
        ("v[0] - e[0]", ("v[0] >= e[0]",), True),
        ("e[0] - v[0]", ("v[0] >= e[0]",), False),
        ("v[0] - 0.1000000000000000000001", ("v[0] >= 0.1",), False),
        ("sum(v[i]**2 for i in neurons for i in neurons)", (), False),
        ("v[0]**3", (), False),
        ("v[0]**2/e[0]", (), False),
        ("eta*gate[0,0]*dot(w[0], w[0])/(n*m**2)", (), True),
        ("dot(w[0], w[1])", (), False),
        ("-(v[0]**2)", (), False),
    ],
)
def test_squares_are_what_hypotheses_and_syntax_make_nonnegative(
    squares: str, hypotheses: tuple[str, ...], holds: bool
) -> None:
    assert Squares({}, hypotheses, network=True).holds(squares) == holds


@pytest.mark.parametrize("name", ["m", "n", "eta"])
def test_the_sizes_are_positive_in_a_network_only(name: str) -> None:
    text = (
        f'name = "a"\n[variables]\n{name} = "real"\na = {{ vector = 2 }}\n[general]\nlicence = "finite support"\n'
        f'sizes = ["dims"]\nvectors = {{ a = "dims" }}\nsquares = {{ "claim 1" = "{name}*dot(a, a)" }}\n'
        f'[[claim]]\ntext = "0 <= {name}*dot(a, a)"'
    )
    found = examine_licence(from_text(text, PATH))
    assert found is not None and not found.granted and "not plainly" in found.reason
