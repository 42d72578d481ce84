"""The LaTeX reader: what it reads means what the LaTeX says (SymPy's printer is the oracle), the rest is marked."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import ball, evaluate, precision
from proofs_check.language.elaborate import Elaboration
from proofs_check.language.statement import Statement
from proofs_check.latex_reader.draft import draft_lemma
from proofs_check.latex_reader.statement import read_statement
from proofs_check.latex_reader.tokens import MAX_LENGTH, NotRead
from proofs_check.lemma import from_text
from proofs_check.verify import decide, verify_lemmas

READ = [
    (r"\tanh(x) \ge x - \frac{x^3}{3}", [], ["tanh(x) >= x - x**3/3"]),
    (r"\frac{x}{x}=1", [], ["x/x == 1"]),
    (r"\frac xy + \frac1{2} > -x^2", [], ["x/y + 1/2 > -x**2"]),
    (r"0 \le x < 1", [], ["0 <= x < 1"]),
    (r"e^{-2s\Gamma t} \leq 1", [], ["exp(-2*s*Gamma*t) <= 1"]),
    (r"2 \sin x \cos x = \sin 2x", [], ["2*sin(x)*cos(x) == sin(2*x)"]),
    (r"\tan^2(\delta/2) = \left|y\right|^3", [], ["tan(delta/2)**2 == abs(y)**3"]),
    (r"{\mathrm{fall}}^{2} \ge \mathrm{ratio}_{1}\,x", [], ["fall**2 >= ratio_1*x"]),
    (r"|x-|y|| \le |x| + |y|", [], ["abs(x - abs(y)) <= abs(x) + abs(y)"]),
    (r"|a||b| = |ab|", [], ["abs(a)*abs(b) == abs(a*b)"]),
    (r"\|u + v\|^2 \ge 2\langle u, v\rangle", [], ["dot(u + v, u + v) >= 2*dot(u, v)"]),
    (r"w^\top x \le \lVert w \rVert \lVert x \rVert", [], ["dot(w, x) <= norm(w)*norm(x)"]),
    (r"\sum_{k=1}^{4} k x_k^2 \ge 0", [], ["sum((k + 1)*x[k]**2 for k in range(4)) >= 0"]),
    (r"\max(a, b) \geq \min\{a, b\}", [], ["max(a, b) >= min(a, b)"]),
    (r"\frac{\partial}{\partial x} x^3 = 3x^2", [], ["d(x**3, x) == 3*x**2"]),
    (r"For $x > 0$, $\log(x) \le x - 1$.", ["x > 0"], ["log(x) <= x - 1"]),
    (r"$\log(x) \le x - 1$ for all $x > 0$", ["x > 0"], ["log(x) <= x - 1"]),
    (r"\log x \le x - 1 \quad \text{for } x > 0", ["x > 0"], ["log(x) <= x - 1"]),
    (r"\forall x \in (0,1): \log x \le x - 1", ["0 < x < 1"], ["log(x) <= x - 1"]),
    (r"x > 0 \Rightarrow \sqrt[3]{x} > 0", ["x > 0"], ["x**(1/3) > 0"]),
    (r"Let $x, y \in \mathbb{R}_{>0}$. Then $\sqrt{xy} \le \frac{x+y}{2}$.", [], ["sqrt(x*y) <= (x + y)/2"]),
]


@pytest.mark.parametrize(("latex", "hypotheses", "claims"), READ, ids=[latex for latex, _, _ in READ])
def test_statement_is_read_as_it_is_meant(latex: str, hypotheses: list[str], claims: list[str]) -> None:
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims, draft.missed) == (hypotheses, claims, [])


def test_flow_is_read_from_its_equations() -> None:
    draft = read_statement(
        r"Along $\dot p = \Gamma v$, $\frac{dv}{dt} = \Gamma p$ we have $\frac{d}{dt}(p^2 - v^2) = 0$."
    )
    assert draft.flow == {"p": "Gamma*v", "v": "Gamma*p"}
    assert draft.claims == ["d(p**2 - v**2) == 0"] and "t" not in draft.kinds


def test_derivative_of_what_is_fixed_is_a_doubt() -> None:
    assert any("is 0" in note for note in read_statement(r"\frac{d}{dt}(w^2 - v^2) = 0").notes)
    assert not any("is 0" in note for note in read_statement(r"\frac{d}{dt} t^2 = 2t").notes)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\int_0^1 x\,dx = 1/2", r"\int is not known"),
        (r"f'(x) = 0", "a prime"),
        (r"n! \ge 1", "a factorial"),
        (r"x \approx y", r"\approx is not known"),
        (r"\sin^{-1}(x) > 0", "the inverse by its name"),
        (r"\sum_i x_i > 0 + ", "the end"),
        (r"(x + 1 > 0", ") is missing"),
        (r"\frac{x", "never closed"),
        (r"\input{/etc/passwd} > 0", r"\input is not known"),
        (r"\write18{rm} = 1", r"\write is not known"),
        (r"x; __import__('os') > 0", "'_'"),
        (r"\operatorname{eval}(x) > 0", "'eval' is not known"),
        (r"x + y", "no relation"),
        (r"n \in \mathbb{N}", "a set other than"),
        (r"\|x\|_1 \ge 0", "the subscript 1: only the Euclidean norm"),
        (r"\mathbb{E}[x] \ge 0", "an expectation"),
        (r"f(x - \nabla f) \ge 0", r"\nabla is not known"),
        (r"$x \ge 0$, with equality iff $x = 0$", "an equivalence"),
        ("(" * 200 + "x" + ")" * 200 + " > 0", "nested deeper"),
        ("{" * 4000 + " > 0", "nested deeper"),
        ("x^" * 3000 + "2 > 0", "two superscripts"),
        ("x" * 9000 + " > 0", "more than 250 factors"),
        ("x+" * 4000 + "x > 0", "more than 250 factors"),
        ("α > 0", "'α' is not known"),
    ],
)
def test_what_is_not_read_is_marked(latex: str, reason: str) -> None:
    text, doubts = draft_lemma(latex, "mine")
    assert any(reason in doubt for doubt in doubts), doubts
    assert "# TODO not read: " in text
    tomllib.loads(text)


@pytest.mark.parametrize(
    ("latex", "hypotheses", "claims"),
    [
        (
            r"Let $a,b>0$. Then $\sqrt{ab} \le \frac{a+b}{2}$, with equality iff $a=b$.",
            ["a > 0", "b > 0"],
            ["sqrt(a*b) <= (a + b)/2"],
        ),
        (r"For $x, 0 < y < 1$ we have $x y < x$", ["0 < y < 1"], ["x*y < x"]),
        (r"For all $x, y$, $x^2 + y^2 \ge 2xy$", [], ["x**2 + y**2 >= 2*x*y"]),
        (
            r"For $x, y \in \mathbb{R}^3$, $|\langle x, y\rangle| \le \|x\|_2 \|y\|_2$",
            [],
            ["abs(dot(x, y)) <= norm(x)*norm(y)"],
        ),
        (
            r"\begin{align} (a+b)^2 &= a^2 + 2ab + b^2 \\ &\le 2a^2 + 2b^2 \end{align}",
            [],
            ["(a + b)**2 == a**2 + 2*a*b + b**2 <= 2*a**2 + 2*b**2"],
        ),
        (r"\begin{align} x^2 &\ge 0 \\ |y| &\le 1 \end{align}", [], ["x**2 >= 0", "abs(y) <= 1"]),
    ],
)
def test_layout_of_papers_is_read_as_it_is_meant(latex: str, hypotheses: list[str], claims: list[str]) -> None:
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims) == (hypotheses, claims)


def test_conserved_quantity_is_a_claim_along_the_flow() -> None:
    draft = read_statement(r"Let $\dot p = \Gamma v$, $\dot v = \Gamma p$. Then $p^2 - v^2$ is conserved.")
    assert (draft.flow, draft.claims) == ({"p": "Gamma*v", "v": "Gamma*p"}, ["d(p**2 - v**2) == 0"])
    assert "'is conserved.' was read as d(...) == 0" in draft.notes


def test_condition_does_not_stand_in_for_a_claim_that_was_not_read() -> None:
    draft = read_statement(r"If $\eta \le \frac{2}{L}$ then $f(x - \eta \nabla f(x)) \le f(x)$.")
    assert (draft.hypotheses, draft.claims) == (["eta <= 2/L"], [])
    equation = read_statement(r"Let $\dot p = v$, $\dot v = p$. Then $\int p$ is small.")
    assert (equation.flow, equation.claims) == ({"p": "v", "v": "p"}, [])


@pytest.mark.parametrize(
    ("latex", "what"),
    [
        (r"With probability at least $1/2$, $x \ge 0$", "a probability"),
        (r"There exists $c > 0$ such that $x^2 \ge c$", "that something exists"),
        (r"For $n$ sufficiently large, $n > 5$", "a limit without a number"),
    ],
)
def test_words_that_no_claim_can_say_are_noted(latex: str, what: str) -> None:
    assert f"{what} is not part of the claim language" in read_statement(latex).notes


def test_part_that_is_not_read_leaves_the_others() -> None:
    text, doubts = draft_lemma(r"x^2 \ge 0, \quad \int f = 1", "mine")
    assert 'text = "x**2 >= 0"' in text and r"# TODO not read: \int f = 1" in text and len(doubts) == 1


@pytest.mark.parametrize(
    "latex", ["", "  ", "$ $", "$x > 0$ and $y", "a\x1b[2J > 0", "a\x00 > 0", "\udcff", "x" * (MAX_LENGTH + 1)]
)
def test_statement_that_is_no_text_is_refused(latex: str) -> None:
    with pytest.raises(NotRead):
        draft_lemma(latex, "mine")


def test_draft_is_not_trusted_before_its_author_has_read_it() -> None:
    text, _ = draft_lemma(r"x^2 + y^2 \ge 2xy", "mine")
    text = "\n".join(text.split("\n"))
    (result,) = verify_lemmas([from_text(text, Path("mine.toml"))], use_cache=False)
    assert result.verdict == "OPEN" and not result.expected
    assert "not yet reviewed" in result.data["claims"][0]["reason"]
    reviewed = text.replace("reviewed = false\n", "", 1)
    assert reviewed != text
    (result,) = verify_lemmas([from_text(reviewed, Path("mine.toml"))], use_cache=False)
    assert result.verdict == "PROVED"


def test_draft_of_which_nothing_was_read_cannot_be_verified() -> None:
    text, doubts = draft_lemma(r"\int f", "mine")
    assert "no claim could be read: write it by hand" in doubts
    with pytest.raises(ValueError, match=r"mine\.toml:\d+:\d+: claim 1: no claim written yet"):
        verify_lemmas([from_text(text, Path("mine.toml"))], use_cache=False)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(st.sampled_from("\\{}^_$&|()[]'\"\n#=<>+-*/ ,;x1éd") | st.characters(), max_size=60))
def test_any_text_gives_a_file_that_says_it_is_not_reviewed(latex: str) -> None:
    try:
        text, _ = draft_lemma(latex, "mine")
    except NotRead as error:
        assert "\n" not in str(error)
        return
    table = tomllib.loads(text)
    assert table["reviewed"] is False
    assert " ".join(table["statement"].split()) == " ".join(latex.split())


X, Y = sympy.symbols("x y", positive=True)
NUMBERS = st.fractions(-5, 5, max_denominator=6).map(lambda q: sympy.Rational(q.numerator, q.denominator))
EXPRESSIONS = st.recursive(
    st.one_of(st.sampled_from([X, Y]), NUMBERS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, st.sampled_from([X, Y, X + 1, X * Y + 2])).map(lambda p: p[0] / p[1]),
        st.tuples(inner, st.integers(2, 4)).map(lambda p: p[0] ** p[1]),
        st.tuples(st.sampled_from([sympy.sin, sympy.cos, sympy.tanh, sympy.atan, sympy.exp, sympy.Abs]), inner).map(
            lambda p: p[0](p[1])
        ),
        inner.map(lambda e: sympy.sqrt(1 + e**2)),
        inner.map(lambda e: sympy.log(2 + e**2)),
    ),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(EXPRESSIONS)
def test_what_sympy_prints_is_read_with_its_value(expression: sympy.Expr) -> None:
    draft = read_statement(f"{sympy.latex(expression)} = z")
    assert len(draft.claims) == 1, draft.missed
    text, sign, _ = draft.claims[0].rpartition(" == z")
    assert sign
    term = Elaboration(Statement("x == y", {"x": "real", "y": "real"})).term(text)
    exact = sympy.N(expression.subs({X: sympy.Rational(7, 5), Y: sympy.Rational(2, 3)}), 40)
    with precision(200):
        found = ball(evaluate(term, {"x": Fraction(7, 5), "y": Fraction(2, 3)}))
        assert abs(found - arb(str(exact))) < arb("1e-25") * (1 + abs(found)), (text, exact)


def test_claims_of_a_draft_are_decided_like_any_claim() -> None:
    draft = read_statement(r"For $0 \le x \le 1$, $\tanh(x) \ge x - x^3/4$")
    assert decide(draft.claims[0], draft.hypotheses).verdict == "REFUTED"
