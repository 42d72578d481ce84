"""Licences against an independent look: values at larger sizes, and the indexed form against the written out claim."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term
from proofs_check.licence import indexed
from proofs_check.licence.indexed import Fixed
from proofs_check.licence.reading import Reader
from tests.proofs_check.licence_example import licence_of

TERMS = ["sum(e[k] for k in samples)", "sum(e[k]**2 for k in samples)", "sum(e[k]**3 for k in samples)",
         "sum(e[k]*e[l] for k in samples for l in samples if k != l)", "e[0]", "n"]  # fmt: skip


def value_at(monomials: list[tuple[int, list[int]]], e: list[Fraction]) -> Fraction:
    """Return the value of weighted products of `TERMS` by their definition."""
    total, n = sum(e, Fraction(0)), len(e)
    mixed = sum((e[k] * e[m] for k in range(n) for m in range(n) if k != m), Fraction(0))
    values = [total, sum(a * a for a in e), sum(a**3 for a in e), mixed, e[0], Fraction(n)]
    return sum(
        (weight * math.prod((values[i] for i in terms), start=Fraction(1)) for weight, terms in monomials), Fraction(0)
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from([-6, -3, -2, -1, 1, 2, 3, 6]), st.lists(st.integers(0, 5), min_size=1, max_size=3)),
        min_size=1,
        max_size=3,
    )
)
def test_what_is_licensed_holds_at_large_sizes(monomials: list[tuple[int, list[int]]]) -> None:
    text = " + ".join(f"({weight})*" + "*".join(f"({TERMS[i]})" for i in terms) for weight, terms in monomials)
    draw = random.Random(7)
    points = [[Fraction(draw.randint(-9, 9)) for _ in range(size)] for size in (1, 2, 5, 9)]
    found = licence_of(f"{text} == 0", sizes='["samples"]')
    assert found.granted == all(value_at(monomials, point) == 0 for point in points), found.reason
    cross = f"(({TERMS[3]}) - ({TERMS[0]})**2 + ({TERMS[1]}))"  # zero at every size
    assert licence_of(f"({text})*{cross} == 0", sizes='["samples"]').granted


FORMS = [
    "f[0] - sum(e[k]*f[k] for k in samples)**2/n",
    "d(dot(w[0], w[0]) - v[0]**2) + d(d(v[1]))",
    "next(dot(w[1], x[0]))*v[0] - next(v[1])**3",
    "sum(v[j]*w[j][i]**2 for j in neurons for i in dims if i != 1)",
    "sum(sum(e[l] for l in samples if l != k)*dot(x[k], w[0]) for k in samples)/m**2",
    "dot(grad_w[0], grad_w[1]) + grad_v[0]*dot(gamma[1], x[1])*c/2",
    "d(f[1]) - sum(gate[0,k]*dot(x[0], x[k] - 2*x[1]) for k in samples)",
    "dot(u, w[0])**2*exp(c) - (eta/3)*u[1]",
]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("loss", ["any", "squared"])
@pytest.mark.parametrize(("width", "samples", "dims"), [(2, 2, 2), (3, 2, 4), (2, 4, 3)])
def test_the_indexed_form_has_the_value_of_the_claim(text: str, loss: str, width: int, samples: int, dims: int) -> None:
    table = {"width": width, "samples": samples, "dimension": dims, "loss": loss}
    if loss == "any" and "d(" in text:
        table["early"] = True
    statement = Statement(f"{text} == 0", {"c": "positive", "u": {"vector": dims}}, network=table)
    problem = elaborate(statement)
    draw = random.Random(text)
    point = {name: Fraction(draw.randint(-7, 7), draw.randint(1, 3)) for name in [*problem.names, "eta", "c"]}
    point |= {name: Fraction(draw.randint(-5, 5)) for net in [problem.network] if net for name in net.variable_names()}
    (equality,) = Reader(statement, {"u": "dims"}).equalities(statement.text)
    sizes = {"neurons": width, "samples": samples, "dims": dims, "outputs": 1}
    wanted = term_value(problem.claim.terms[0], point)
    assert form_value(equality.difference, {}, sizes, point, problem.network) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "d(sum(v[0][a]*v[1][a] for a in outputs)) - dot(grad_v[0], grad_v[1])",
        "dot(C[0,1], grad_w[1]) - next(dot(v[0], v[1]))",
        "sum(dot(e[k], f[k]) for k in samples)*v[1][0]",
    ],
)
@pytest.mark.parametrize("outputs", [2, 3])
def test_the_indexed_form_of_a_vector_readout_has_the_value_of_the_claim(text: str, outputs: int) -> None:
    table = {"width": 2, "samples": 3, "dimension": 2, "outputs": outputs, "loss": "any"}
    statement = Statement(f"{text} == 0", network=table)
    problem = elaborate(statement)
    assert problem.network is not None
    draw = random.Random(text)
    point = {name: Fraction(draw.randint(1, 7)) for name in problem.network.variable_names()}
    (equality,) = Reader(statement, {}).equalities(statement.text)
    sizes = {"neurons": 2, "samples": 3, "dims": 2, "outputs": outputs}
    wanted = term_value(problem.claim.terms[0], point)
    assert form_value(equality.difference, {}, sizes, point, problem.network) == wanted != 0


SMALL = {  # a form for every size, and one that is right for two neurons, two samples and two dimensions only
    "n": ["2"],
    "m": ["2"],
    "sum(e[k] for k in samples)": ["(e[0] + e[1])", "sum(e[k] for k in samples if k != 1) + e[1]"],
    "sum(v[j] for j in neurons)": ["(v[0] + v[1])"],
    "dot(w[0], x[1])": ["(w[0][0]*x[1][0] + w[0][1]*x[1][1])"],
    "f[0]": ["(v[0]*gate[0,0]*dot(w[0], x[0]) + v[1]*gate[1,0]*dot(w[1], x[0]))"],
    "dot(gamma[0], u)": [
        "sum(gate[0,k]*e[k]*dot(x[k], u) for k in samples)/2",
        "sum(gate[0,k]*e[k]*dot(x[k], u) for k in samples)/n",
    ],
    "d(v[0])": ["dot(w[0], gate[0,0]*e[0]*x[0] + gate[0,1]*e[1]*x[1])/n", "-grad_v[0]"],
    "next(w[0][0])": ["(w[0][0] + eta*v[0]*(gate[0,0]*e[0]*x[0][0] + gate[0,1]*e[1]*x[1][0])/2)"],
    "sum(w[j][0]*e[k] for j in neurons for k in samples)": ["(w[0][0] + w[1][0])*sum(e[k] for k in samples)"],
}


def swapped(draw: random.Random) -> tuple[str, str]:
    """Return two sides that are equal at two of everything: products of forms, some written for that size."""
    left, right = [], []
    for _ in range(draw.randint(1, 2)):
        chosen = draw.sample(sorted(SMALL), draw.randint(1, 2))
        weight = draw.choice(["1", "-2", "eta", "1/n", "n/m"])
        left.append("*".join([weight, *(f"({form})" for form in chosen)]))
        forms = [draw.choice(SMALL[form]) if draw.random() < 0.4 else form for form in chosen]
        right.append("*".join([weight, *(f"({form})" for form in forms)]))
    return " + ".join(left), " + ".join(right)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_licensed_holds_for_larger_networks(seed: int) -> None:
    draw = random.Random(seed)
    left, right = swapped(draw)
    found = licence_of(f"{left} == {right}", variables="u = { vector = 2 }", general='vectors = { u = "dims" }')
    zero = True
    for width, samples, dims in [(3, 2, 2), (2, 3, 2), (2, 2, 3), (3, 4, 3)]:
        table = {"width": width, "samples": samples, "dimension": dims, "loss": "any"}
        problem = elaborate(Statement(f"{left} == {right}", {"u": {"vector": dims}}, network=table))
        for _ in range(3):
            names = {*problem.names, "eta", *(f"u[{i}]" for i in range(dims))}
            point = {name: Fraction(draw.randint(-3, 6)) for name in sorted(names)}
            zero = zero and term_value(problem.claim.terms[0], point) == term_value(problem.claim.terms[1], point)
    assert found.granted == zero, found.reason


def term_value(term: Term, point: dict[str, Fraction]) -> Fraction:
    """Return the value of a term of the claim language; exp is any function, here 1/(1 + u**2)."""
    args = [term_value(a, point) for a in term.args]
    if term.op == "num":
        return Fraction(term.value)  # type: ignore[arg-type]
    if term.op == "var":
        return point[str(term.value)]
    if term.op == "pow":
        return args[0] ** int(term.value)  # type: ignore[arg-type]
    rules: dict[str, Any] = {
        "add": lambda: args[0] + args[1],
        "sub": lambda: args[0] - args[1],
        "mul": lambda: args[0] * args[1],
        "div": lambda: args[0] / args[1],
        "neg": lambda: -args[0],
        "step": lambda: Fraction(args[0] > 0),
        "exp": lambda: 1 / (1 + args[0] ** 2),
        "also": lambda: args[0],
        "smooth": lambda: args[0],
    }
    return rules[term.op]()


def form_value(part: Any, at: dict[Any, int], sizes: dict[str, int], point: dict[str, Fraction], net: Any) -> Fraction:
    """Return the value of an indexed polynomial by writing its sums out."""

    def value(one: Any, where: dict[Any, int] = at) -> Fraction:
        return form_value(one, where, sizes, point, net)

    def number_of(place: Any, where: dict[Any, int] = at) -> int:
        return place.value if isinstance(place, Fixed) else where[place]

    if isinstance(part, indexed.Const):
        return part.value
    if isinstance(part, indexed.Size):
        return Fraction(sizes[part.axis]) ** part.power
    if isinstance(part, indexed.Parameter):
        values = {"c": point["c"], "exp(c)": 1 / (1 + point["c"] ** 2), "eta / 3 3": point["eta"] / 3}
        return values[part.text.strip()]
    if isinstance(part, indexed.Gate):
        j, k = map(number_of, part.places)
        return term_value(net.gate(j, k), point)
    if isinstance(part, indexed.Leaf):
        numbers = [number_of(place) for place in part.places]
        if part.letter == "e" and net.loss == "squared":
            return term_value(net.e(numbers[0])[0 if len(numbers) == 1 else numbers[1]], point)
        return point[f"{part.letter}[{','.join(map(str, numbers))}]" if numbers else part.letter]
    if isinstance(part, indexed.Add):
        return sum(map(value, part.parts), Fraction(0))
    if isinstance(part, indexed.Mul):
        return math.prod(map(value, part.parts), start=Fraction(1))
    if isinstance(part, indexed.Pow):
        return value(part.base) ** part.exponent
    total = Fraction(0)
    for i in range(sizes[part.index.axis]):
        inner = {**at, part.index: i}
        if all((number_of(a, inner) == number_of(b, inner)) == same for a, b, same in part.conditions):
            total += value(part.body, inner)
    return total
