"""Licences for every size: what is true at small sizes only is never licensed, what is true at all sizes is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from proofs_check.checker import replay
from proofs_check.lemma import Lemma, from_text
from proofs_check.licence import finite_support
from proofs_check.licence.examine import examine_licence
from proofs_check.scope import scope
from proofs_check.verify import verify_lemmas
from tests.proofs_check.licence_example import PATH, lemma, licence_of

# -- true statements are licensed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("d(dot(w[0], w[0]) - v[0]**2) == 0", (1, 1, 1)),
        ("all(d(dot(w[j], w[j]) - v[j]**2) == 0 for j in neurons)", (1, 1, 1)),
        ("all(grad_w[j] == -v[j]*gamma[j] and grad_v[j] == -dot(w[j], gamma[j]) for j in neurons)", (1, 1, 1)),
        ("all(gamma[j] == sum(gate[j,k]*e[k]*x[k] for k in samples)/n for j in neurons)", (1, 1, 1)),
        ("all(f[k] == sum(v[j]*gate[j,k]*dot(w[j], x[k]) for j in neurons) for k in samples)", (1, 1, 1)),
        ("sum(v[j] for j in neurons)**2 == sum(v[j]*v[k] for j in neurons for k in neurons)", (2, 1, 1)),
        ("dot(w[0] + w[1], w[0] + w[1]) == dot(w[0], w[0]) + 2*dot(w[0], w[1]) + dot(w[1], w[1])", (2, 1, 1)),
        ("n*sum(e[k] for k in samples)/n == sum(e[k] for k in samples)", (1, 1, 1)),
        ("m**2*dot(x[0], x[0])/m == m*dot(x[0], x[0])", (1, 1, 1)),
        ("sum(e[k] for k in samples if k != 1) == sum(e[k] for k in samples) - e[1]", (1, 2, 1)),
        ("gate[0,0]**2*f[0] == gate[0,0]*f[0]", (2, 1, 1)),
    ],
)
def test_a_statement_true_at_every_size_is_licensed(text: str, checked: tuple[int, int, int]) -> None:
    found = licence_of(text)
    assert found.granted, found.reason
    assert tuple(found.checked[key] for key in ("width", "samples", "dimension")) == checked
    assert all(check.verdict == "PROVED" and check.level >= 6 for check in found.checks)


def test_the_checks_of_a_licence_carry_certificates_of_the_restated_claim() -> None:
    found = licence_of("next(dot(w[0], w[0])) == dot(w[0], w[0]) + 2*eta*v[0]*dot(w[0], gamma[0])"
                       " + eta**2*v[0]**2*dot(gamma[0], gamma[0])")  # fmt: skip
    assert found.granted, found.reason
    (check,) = found.checks
    assert check.certificate is not None
    assert replay(check.certificate).accepted
    network = check.certificate["statement"]["network"]
    assert (network["width"], network["samples"], network["dimension"]) == (1, 2, 1)


def distinct(element: str, count: int, axis: str) -> str:
    """Return count! times the elementary symmetric polynomial as a sum over tuples of different indices."""
    names = [f"k{i}" for i in range(count)]
    product = "*".join(element.replace("[k]", f"[{name}]") for name in names)
    loops = " ".join(f"for {name} in {axis}" for name in names)
    tests = " and ".join(f"{a} != {b}" for i, a in enumerate(names) for b in names[:i])
    return f"sum({product} {loops} if {tests})"


def partitions(total: int, largest: int) -> Iterator[list[int]]:
    if total == 0:
        yield []
    for part in range(min(total, largest), 0, -1):
        for rest in partitions(total - part, part):
            yield [part, *rest]


def elementary(element: str, count: int, axis: str) -> str:
    """Return count! times the elementary symmetric polynomial through power sums (Newton, Girard)."""
    terms = []
    for parts in partitions(count, count):
        weight = Fraction((-1) ** (count - len(parts)) * math.factorial(count))
        for size in set(parts):
            times = parts.count(size)
            weight /= size**times * math.factorial(times)
        sums = [f"sum(({element})**{size} for k in {axis})" for size in parts]
        terms.append(f"({weight.numerator})*" + "*".join(sums))
    return " + ".join(terms)


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize(("element", "axis"), [("v[k]", "neurons"), ("e[k]", "samples")])
def test_newtons_identities_are_licensed_at_as_many_indices_as_they_have(count: int, element: str, axis: str) -> None:
    found = licence_of(f"{elementary(element, count, axis)} == {distinct(element, count, axis)}")
    assert found.granted, found.reason
    assert found.checked["width" if axis == "neurons" else "samples"] == count


# -- what is true at small sizes only is not licensed ----------------------------------------------------------------

ELEMENTS = [
    ("v[k]", "neurons"),
    ("v[k] - 2*w[k][0]", "neurons"),
    ("v[k]*w[k][1]", "neurons"),
    ("dot(w[k], x[0])", "neurons"),
    ("v[k]*gate[k,0]", "neurons"),
    ("grad_v[k]", "neurons"),
    ("v[k]/m", "neurons"),
    ("e[k]", "samples"),
    ("e[k]*x[k][0]", "samples"),
    ("e[k] + x[k][1]", "samples"),
    ("gate[0,k]*e[k]", "samples"),
    ("dot(x[k], w[1])", "samples"),
    ("f[k]", "samples"),
    ("e[k]/n", "samples"),
    ("e[k]*eta", "samples"),
    ("c*e[k]", "samples"),
    ("w[0][k]", "dims"),
    ("x[1][k]", "dims"),
    ("w[0][k]*x[0][k]", "dims"),
    ("w[0][k] + w[1][k]", "dims"),
    ("gamma[0][k]", "dims"),
    ("grad_w[0][k]", "dims"),
    ("u[k]", "dims"),
    ("d(w[0][k])", "dims"),
    ("d(v[k])", "neurons"),
]
LONG = ("f[k]", "grad_v[k]", "grad_w[0][k]", "d(v[k])", "d(w[0][k])", "v[k]*gate[k,0]", "gate[0,k]*e[k]")
FALSE = [(element, axis, count) for element, axis in ELEMENTS for count in (2, 3, 4)]
FALSE += [(element, axis, 5) for element, axis in ELEMENTS if element not in LONG]
FALSE += [(element, axis, 6) for element, axis in ELEMENTS if len(element) < 10 and element not in LONG]
GENERAL = {"variables": 'c = "positive"\nu = { vector = 2 }', "general": 'vectors = { u = "dims" }'}


def test_there_are_a_hundred_false_identities() -> None:
    assert len(FALSE) >= 100


@pytest.mark.parametrize(("element", "axis", "count"), FALSE)
def test_an_identity_that_needs_one_index_more_is_not_licensed(element: str, axis: str, count: int) -> None:
    """An elementary symmetric polynomial of `count` vanishes at every size below `count`, and at no other."""
    found = licence_of(f"{elementary(element, count, axis)} == 0", **GENERAL)
    assert not found.granted
    assert "is REFUTED" in found.reason
    assert found.checks[-1].counterexample is not None


@pytest.mark.parametrize(("element", "axis"), [("v[k]", "neurons"), ("e[k]*x[k][0]", "samples")])
def test_those_identities_are_true_at_the_sizes_below(element: str, axis: str) -> None:
    declared = lemma(f"{elementary(element, 3, axis)} == 0")
    result = verify_lemmas([declared], use_cache=False)[0].to_json()
    assert result["verdict"] == "PROVED"
    assert not result["expected"]
    assert result["scope"].count("for these sizes") == 1 and "no licence for other sizes" in result["scope"]


@pytest.mark.parametrize("element", ["v[k]", "v[k]*w[k][1]"])
def test_one_index_less_would_license_a_false_identity(element: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes of the theorem are needed: with one index less the same false identity passes every check."""
    right = finite_support.support

    def short(*arguments: Any) -> Any:
        found = right(*arguments)
        found.indices["neurons"] -= 1
        return found

    monkeypatch.setattr(finite_support, "support", short)
    assert licence_of(f"{elementary(element, 3, 'neurons')} == 0").granted


@pytest.mark.parametrize(
    "text",
    [
        "sum(e[k] for k in samples)/n == sum(e[k] for k in samples)",
        "(1/n - 1)*(1/n - 1/2)*v[0] == 0",
    ],
)
def test_one_value_of_n_less_would_license_a_false_identity(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not licence_of(text).granted
    right = finite_support.support

    def short(*arguments: Any) -> Any:
        found = right(*arguments)
        found.sizes["samples"] -= 1
        return found

    monkeypatch.setattr(finite_support, "support", short)
    assert licence_of(text).granted


def test_a_sum_that_grows_with_the_size_would_license_a_false_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "sum(1 for k in samples)*v[0] == v[0]"
    assert not licence_of(text).granted
    monkeypatch.setattr("proofs_check.licence.support._carries", lambda *arguments: True)
    assert licence_of(text).granted


def test_without_room_for_all_gate_patterns_a_false_identity_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = "*".join(f"(2*gate[{j},{k}] - 1)" for j in (0, 1) for k in (0, 1))
    text = f"({signs} - 1)*v[0] == 0*d(v[0])"  # in dimension 1 a sign is that of a product of two numbers
    assert not licence_of(text).granted
    monkeypatch.setattr(finite_support, "room_for", lambda *sizes: 1)
    assert licence_of(text).granted


GRAM = ("dot(a,a)*(dot(b,b)*dot(c,c) - dot(b,c)**2) - dot(a,b)*(dot(a,b)*dot(c,c) - dot(b,c)*dot(a,c))"
        " + dot(a,c)*(dot(a,b)*dot(b,c) - dot(b,b)*dot(a,c))")  # fmt: skip


def of_vectors(text: str, length: int) -> Lemma:
    names = [name for name in "abc" if f"{name}" in text]
    declared = "\n".join(f"{name} = {{ vector = {length} }}" for name in names)
    lie = ", ".join(f'{name} = "dims"' for name in names)
    return from_text(
        f'name = "a"\n[variables]\n{declared}\n[general]\nlicence = "finite support"\nsizes = ["dims"]\n'
        f'vectors = {{ {lie} }}\n[[claim]]\ntext = "{text}"',
        PATH,
    )


def test_a_determinant_that_vanishes_in_the_plane_is_not_licensed() -> None:
    assert verify_lemmas([of_vectors(f"{GRAM} == 0", 2)], use_cache=False)[0].verdict == "PROVED"
    found = examine_licence(of_vectors(f"{GRAM} == 0", 2))
    assert found is not None and not found.granted and "dimension 3 is REFUTED" in found.reason


def test_an_identity_of_vectors_is_licensed_without_a_network() -> None:
    declared = of_vectors("dot(a + b, a - b) == dot(a, a) - dot(b, b)", 2)
    found = examine_licence(declared)
    assert found is not None and found.granted
    words = scope(declared.claims[0].statement, licence=found.to_json())
    assert "every length" in words and "of 2 numbers" not in words


@pytest.mark.parametrize(
    "text",
    [
        "n == 2",
        "m == 2",
        "n*(n - 1)*(n - 2)*f[0] == 0",
        "(1/n - 1)*(1/n - 1/2)*(1/n - 1/3)*v[0] == 0",
        "m*(m - 2)*(m - 1)*sum(e[k] for k in samples) == 0",
        "sum(e[k] for k in samples)/n == sum(e[k] for k in samples)/2",
        "sum(e[k] for k in samples)/n == sum(e[k] for k in samples)",
        "eta*sum(e[k] for k in samples)/n == (eta/1)*sum(e[k] for k in samples)",
        "c*v[0]/m == (c/1)*v[0]",
        "sum(v[j] for j in neurons) == v[0] + v[1]",
        "gamma[0] == (gate[0,0]*e[0]*x[0] + gate[0,1]*e[1]*x[1])/n",
        "dot(w[0], x[0]) == w[0][0]*x[0][0] + w[0][1]*x[0][1]",
        "f[0] == v[0]*gate[0,0]*dot(w[0], x[0]) + v[1]*gate[1,0]*dot(w[1], x[0])",
        # signs of a product w*x of numbers: true in dimension 1, off the gate boundaries
        "((2*gate[0,0] - 1)*(2*gate[0,1] - 1)*(2*gate[1,0] - 1)*(2*gate[1,1] - 1) - 1)*v[0] == 0*d(v[0])",
    ],
)
def test_a_statement_of_the_declared_sizes_alone_is_not_licensed(text: str) -> None:
    found = licence_of(text, variables='c = "positive"')
    assert not found.granted
    assert "REFUTED" in found.reason


REFUSED = [
    ("sum(gate[0,k] for k in samples) == gate[0,0] + gate[0,1]", "without a variable of that index"),
    ("sum(1 for k in samples)*v[0] == 2*v[0]", "without a variable of that index"),
    ("sum(v[0]*w[0][0] for i in dims) == 2*v[0]*w[0][0]", "without a variable of that index"),
    ("sum(e[k] for k in range(2)) == e[0] + e[1]", "no size of the network"),
    ("sum(e[k]*e[l] for k in samples for l in samples if k < l) == e[0]*e[1]", "not symmetric"),
    ("sum(k*e[k] for k in samples) == e[1]", "used as a number"),
    ("sum(e[k + 0] for k in samples) == e[0] + e[1]", "computed"),
    ("norm(w[0])**2 == dot(w[0], w[0])", "no polynomial"),
    ("abs(v[0])**2 == v[0]**2", "no polynomial"),
    ("relu(dot(w[0], x[0])) == gate[0,0]*dot(w[0], x[0])", "no polynomial"),
    ("v[0]/v[0] == 1", "divides"),
    ("v[0]**2 >= 0", "no equality"),
    ("v[0] != v[0] + 1", "no equality"),
    ("implies(v[0] > 0, v[0]**2 == v[0]**2)", "no equality"),
    ("e[0] == 0 or e[0]**2 == e[0]*e[0]", "no equality"),
    ("next(f[0]) == next(f[0])", "gates after a step"),
    ("d(v[0]**2, v[0]) == 2*v[0]", "partial derivative"),
    ("at(c*v[0], c=1) == v[0]", "no polynomial"),
    ("dot(u, u) == u[0]**2 + u[1]**2", "fixed length"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_statement_outside_the_theorem_is_refused_with_a_reason(text: str, reason: str) -> None:
    variables = 'c = "real"' + ("\nu = { vector = 2 }" if "u[" in text else "")
    found = licence_of(text, variables=variables)
    assert not found.granted
    assert reason in found.reason
    assert not found.checks


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_a_loss_with_exponentials_is_refused(loss: str) -> None:
    found = licence_of("d(dot(w[0], w[0]) - v[0]**2) == 0", network=f'loss = "{loss}"\n')
    assert not found.granted and "no polynomials" in found.reason


def test_more_than_twelve_of_a_size_are_refused() -> None:
    assert licence_of("sum(v[j] for j in neurons)**12 == sum(v[j] for j in neurons)**12", sizes='["dims"]').granted
    found = licence_of("sum(e[k] for k in samples)**13 == sum(e[k]**2 for k in samples)")
    assert not found.granted and "12 is the most" in found.reason
