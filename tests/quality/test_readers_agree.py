"""The two readers of the claim language agree: what one refuses the other refuses, and what both read is the same.

The toolkit's reader (`proofs_check/language`) and the checker's (`proofs_check/checker`) share no code. A text
that they read differently would let a proof of one claim pass for a proof of another.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofs_check.checker.reading import Reader
from proofs_check.evidence.balls import decide
from proofs_check.language import elaborate as toolkit
from proofs_check.language import motions
from proofs_check.language.network import inner
from proofs_check.language.numbers import raised
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term, div, num, sub
from tests.quality.both_readers import difference, points, refusals
from tests.quality.claim_grammar import NETWORKS, PLAIN, claims, damaged, network_terms, numbers

fuzz = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@fuzz
@given(claims(numbers()))
def test_claims_are_read_alike(text: str) -> None:
    assert difference(replace(PLAIN, text=text)) == ""


@fuzz
@given(damaged(claims(numbers())))
def test_damaged_claims_are_refused_or_read_alike(text: str) -> None:
    assert difference(replace(PLAIN, text=text)) == ""


@fuzz
@given(st.sampled_from(NETWORKS), network_terms(), network_terms())
def test_network_claims_are_read_alike(network: dict, left: str, right: str) -> None:
    variables = {"a": "real", "r": {"vector": 2}}
    define = (("drift", "d(v[0])"), ("row", "sum(x[k][0] for k in samples)"))
    assert difference(Statement(f"{left} == {right}", variables, define=define, network=network), count=3) == ""


REFUSED = [
    "x == 1_0", "x == 0x10", "x == 1e+00003", "x == 1e1001", "x == " + "9" * 1001, "x == 1 # one",
    "x == 1 # one\n or x == 2",
    "x ==\x0c1", "x ==\xa01", "x == 1\\", "x == 1 \\\n", "1or x == 1", "\u0445 == 1", "x\u00b2 == 1",
    "(x, x) == (x, x)",
    "u == (x, x)", "u[0,] == x", "u[-1] == x", "u[x] == 0", "u[1/2] == x", "u[(9**1000)**1000] == x",
    "x**1001 == 1", "x**(9**9**9) == 1", "x**(((9**1000)**1000)**1000) == 1",
    "sum(k for k in range(2) for k in range(2)) == 1", "sum(1 for k in range(0) for k in range(2)) == 0",
    "sum(dims for dims in range(2)) == 1", "sum(two for two in range(2)) == 1", "sum(x for x in range(2)) == 1",
    "sum(k for k in range(2, x=1)) == 1", "sum(k for k in range(2) if k < 0 < x) == 0",
    "sum(k for k in range(2) if k) == 1",
    "sum(x.real for k in range(0)) == 0", "sum([k] for k in range(0)) == 0", "at(x, x=1, x=2) == 1",
    "at(x, two=1) == 1",
    "at(x, **u) == 1", "x" + "+x" * 200 + " == 0", "x > 0" + " and not x < 0" * 501, "x**k == 1", "(x < y) + 1 == 2",
    "x < y == (x < y)", "x <> y", "x if c else y", "x == 1 if c", "not x", "u < v", "u*v == 1", "u**2 == 1", "1/u == u",
]  # fmt: skip
READ = [
    ("x**(10**3) == x**1000", "x"), ("x**two == x*x", "a definition"), ("x**odd == x**3", "a definition of one"),
    ("x**sum(1 for k in range(2)) == x*x", "a sum"), ("x**at(y, y=2) == x*x", "a substitution"),
    ("x**(4/2) == x*x", "a quotient"), ("x**-(-two) == x*x", "signs"), ("-x**2 == -(x*x)", "a power before a sign"),
    ("u[two - 1] == u[1]", "an index"), ("sum(x**k for k in range(3)) == 1 + x + x**2", "a bound index"),
    ("sum(total for k in range(2)) == 2*total", "an index within a definition"), ("x - - x == x + x", "two signs"),
    ("sum(k for k in range(4) if not k == 1 and (k < 1 or k > 2)) == 3", "conditions"),
    (" x\t==\r\n x\n", "white space"),
    ("01.50e+1 == 15 and .5 == 1/2 and 1. == 00 + 1 and 2E0 == 2", "numbers"), ("2 > 1 < 3 != 2", "a chain"),
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=[ascii(text[:30]) for text in REFUSED])
def test_what_is_not_in_the_language_is_refused_by_both(text: str) -> None:
    ours, theirs = refusals(replace(PLAIN, text=text))
    assert ours and theirs
    assert "\n" not in ours + theirs


@pytest.mark.parametrize(("text", "what"), READ, ids=[what for _, what in READ])
def test_a_true_claim_in_an_odd_spelling_is_true_for_both(text: str, what: str) -> None:
    statement = replace(PLAIN, text=text)
    assert refusals(statement) == ("", "")
    assert difference(statement) == ""
    problem = toolkit.elaborate(statement)
    assert {decide(problem.claim, point) for point in points(problem, statement, 0, 6)} == {"true"}


@pytest.mark.parametrize("text", ["C[0,0] == w[0]", "d(e[0], w[0][0]) == 0", "d(e[0]*e[1], e[0]) == 1", "w[0,] == w[0]",
                                  "sum(k for m in neurons) == 1", "sum(1 for e in samples) == 2"])  # fmt: skip
def test_what_a_network_does_not_say_is_refused_by_both(text: str) -> None:
    ours, theirs = refusals(Statement(text, network=NETWORKS[0]))
    assert ours and theirs


STATEMENTS = {
    "a definition that is wrong and not used": Statement("x == x", {"x": "real"}, define=(("a", "zz + 1"),)),
    "a definition that knows no index": Statement("sum(a for k in range(2)) == 1", {"x": "real"}, define=(("a", "k"),)),
    "a definition that comes too late": Statement("b == x", {"x": "real"}, define=(("b", "a"), ("a", "x"))),
    "a name with two underscores": Statement("x == x", {"x": "real", "__y": "real"}),
    "a name of a range": Statement("x == x", {"x": "real", "dims": "real"}),
    "a name of a hundred letters and one": Statement("x == x", {"x": "real", "y" * 101: "real"}),
    "a motion by a derivative": Statement("d(x) == 1", {"x": "real"}, flow={"x": "d(x)"}),
    "a motion by a step": Statement("d(x) == 1", {"x": "real"}, flow={"x": "next(x)"}, step={"x": "x + 1"}),
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_cannot_be_read_is_refused_by_both(statement: Statement) -> None:
    ours, theirs = refusals(statement)
    assert ours and theirs
    assert "\n" not in ours + theirs


def test_definitions_and_conditions_are_read_alike() -> None:
    variables = {"a": {"real": "a < half"}, "b": "positive", "s": {"values": ["0.5", "-1/2", 2]}}
    statement = Statement("a < b**two*s", variables, ("a > -b",), define=(("half", "b/2"), ("two", "2")))
    assert refusals(statement) == ("", "")
    assert difference(statement, count=40) == ""


@pytest.mark.parametrize("loss", ["any", "squared"])
def test_a_definition_narrows_the_domain_where_it_is_used(loss: str) -> None:
    network = {"width": 1, "dimension": 1, "samples": 2, "loss": loss}
    define = (("rate", "d(v[0])"), ("twice", "2*rate"))
    for text, used in (("v[0] == v[0]", 0), ("twice == twice", 2)):
        statement = Statement(text, network=network, define=define)
        assert len(toolkit.elaborate(statement).hypotheses) == used
        assert difference(statement, count=30) == ""


def other_power(base: Term, exponent: Term) -> Term:
    """Read x**(10**3) as exp(10**3*log(x)): what one reader did, and the other did not."""
    whole = exponent.op == "num" and exponent.value is not None and Fraction(exponent.value).denominator == 1
    return raised(base, exponent) if whole else Term("rpow", (base, exponent))


PLANTED = {
    "a power": ("raised", other_power, "x**(10**3) == 1"),
    "a difference": ("sub", lambda a, b: sub(b, a), "x - y == 2"),
    "a quotient": ("div", lambda a, b: div(b, a), "x/y == 1"),
    "an inner product": ("inner", lambda u, v: inner(u[:1], v[:1]), "dot(u, v) == 0"),
    "a chain": ("conjunction", lambda parts: parts[0], "x < y < 1"),
    "a derivative": ("towards", lambda name: lambda other: num(2 * (other == name)), "d(x**2, x) == 1"),
}


@pytest.mark.parametrize(("name", "wrong", "text"), PLANTED.values(), ids=PLANTED)
def test_a_misreading_of_the_toolkit_is_seen(name: str, wrong: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert difference(replace(PLAIN, text=text), count=12) == ""
    monkeypatch.setattr(motions if name == "towards" else toolkit, name, wrong)
    assert difference(replace(PLAIN, text=text), count=12) != ""


def test_a_misreading_of_the_checker_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "exact", lambda self, term: term.data if term.op == "num" else None)
    assert difference(replace(PLAIN, text="x**(10**3) == 1")) != ""
    assert difference(replace(PLAIN, text="u[2 - 1] == 1")) != ""
    assert difference(replace(PLAIN, text="x**3 == 1")) == ""
