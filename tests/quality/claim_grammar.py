"""Random texts near the claim language: from its grammar, in odd spellings, and damaged by odd tokens."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from proofs_check.language.statement import Statement

PLAIN = Statement(
    "1 == 1",
    {"x": "real", "y": "positive", "u": {"vector": 2}, "v": {"vector": 2}, "s": {"values": [-1, 1]}},
    define=(
        ("two", "2"),
        ("odd", "two**2 - 1"),
        ("h", "x/2 + y"),
        ("c", "x < y"),
        ("z", "u - v/2"),
        ("total", "sum(u[k]*v[k] for k in range(2))"),
        ("rate", "d(x*y)"),
    ),
    flow={"x": "y", "y": "x*y", "u": "x*v"},
    step={"x": "x + 1", "u": "u - v"},
)
SIZES = {"width": 2, "dimension": 2, "samples": 2}
NETWORKS = [
    {**SIZES, "loss": "any"},
    {**SIZES, "loss": "any", "early": True},
    {**SIZES, "loss": "squared"},
    {**SIZES, "loss": "squared", "early": True},
    {**SIZES, "loss": "logistic", "samples": 1},
    {**SIZES, "loss": "any", "outputs": 2},
]
NUMBERS = ["0", "1", "2", "3", "0.5", "1e-1", "1.", ".5", "00", "1.5e+1", "2E0"]
ODD_NUMBERS = ["1_0", "0x1", "1j", "1e+0001", "1e1000", "1e1001", "007", "0.1.2", "True", "1e", "1e-0003", "9" * 1001]
CONSTANTS = [
    "2",
    "-1",
    "two",
    "odd",
    "10**3",
    "2**2",
    "4/2",
    "1/2",
    "1/0",
    "at(y, y=2)",
    "sum(1 for k in range(2))",
    "k",
]
CALLS = ["sqrt", "exp", "log", "sin", "tan", "tanh", "atan", "abs", "relu", "step", "sign", "asin", "acosh", "cosh"]
TOKENS = [
    *("+", "-", "*", "/", "**", "(", ")", "[", "]", ",", "=", "==", "!=", "<", ">", "<=", ".", " ", "\n", "\t", "\r\n"),
    *(
        "#",
        "\\",
        "\x0c",
        "\xa0",
        "_",
        ":",
        ";",
        "~",
        "%",
        "@",
        "^",
        "!",
        "'",
        "x",
        "K",
        "not ",
        " and ",
        " or ",
        " if ",
    ),
    *(
        " else ",
        " for ",
        " in ",
        " is ",
        "k",
        "u",
        "w",
        "1",
        "0",
        "1or ",
        "d",
        "range",
        "pi",
        "two",
        "rate",
        "**x",
        "*x",
    ),
    *(
        "lambda",
        "True",
        "...",
        "x.real",
        "(x,)",
        "(u, v)",
        "[0,]",
        "x=1",
        "e",
        "next",
        "samples",
        "0_0",
        "\u0445",
        "\u00b2",
    ),
]


def numbers() -> SearchStrategy[str]:
    """Return scalar expressions over the names of `PLAIN`."""
    leaves = st.sampled_from(["x", "y", "s", "h", "total", "rate", "two", "pi", "u[0]", "v[two - 1]", "z[1]", *NUMBERS])
    return st.recursive(leaves, _larger, max_leaves=8)


def _larger(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    vectors = st.sampled_from(
        ["u", "v", "z", "-u", "2*u - v", "d(u)", "next(u)", "at(z, u=v, x=y)", "u/y", "d(z, u[0])"]
    )
    signs = st.sampled_from(["+", "-", "*", "/", " + ", " - ", "*-", "- -", "/-"])
    return st.one_of(
        st.builds("({}{}{})".format, inner, signs, inner),
        st.builds("{}{}{}".format, inner, signs, inner),
        st.builds("{}**{}".format, inner, st.sampled_from(CONSTANTS)),
        st.builds("({})**({})".format, inner, st.one_of(st.sampled_from(CONSTANTS), inner)),
        st.builds("{}{}".format, st.sampled_from(["-", "+", "--", "-+", "- "]), inner),
        st.builds("{}({})".format, st.sampled_from(CALLS), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("dot({}, {})".format, vectors, vectors),
        st.builds("norm({})".format, vectors),
        st.builds("({})[{}]".format, vectors, st.sampled_from(["0", "1", "two/2", "2", "1 - 1", "-1", "x", "0.5"])),
        st.builds("d({})".format, inner),
        st.builds("d({}, {})".format, inner, st.sampled_from(["x", "y", "+x", "u[0]", "s", "at(y, y=x)", "h"])),
        st.builds("next({})".format, inner),
        st.builds("at({}, {}={})".format, inner, st.sampled_from("xys"), inner),
        st.builds("sum({}*k for k in range({}))".format, inner, st.sampled_from(["2", "0", "odd", "1/2", "two**1"])),
        st.builds("sum({} for k in range(3) if {})".format, inner, st.sampled_from(TESTS)),
    )


TESTS = [
    "k != 1",
    "0 < k < 2",
    "not k == 1",
    "k < 1 or k > 1",
    "k < two and k != 0",
    "k < x",
    "k*k == k**2",
    "k",
    "1 < 0 < x",
]


def claims(terms: SearchStrategy[str]) -> SearchStrategy[str]:
    """Return truth values over scalar expressions."""
    signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", " ==", "<\n"])
    relations = st.one_of(
        st.builds("{}{}{}".format, terms, signs, terms),
        st.builds("{}{}{}{}{}".format, terms, signs, terms, signs, terms),
        st.sampled_from(["c", "u == v", "u != v", "z != u", "u == 2*v == z", "all(u[k] > k for k in range(2))"]),
    )
    return st.recursive(
        relations,
        lambda inner: st.one_of(
            st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner),
            st.builds("({}) {} not {}".format, inner, st.sampled_from(["and", "or"]), inner),
            st.builds("not ({})".format, inner),
            st.builds("implies({}, {})".format, inner, inner),
        ),
        max_leaves=3,
    )


def network_terms() -> SearchStrategy[str]:
    """Return scalar expressions over the names of a network of `NETWORKS`, and some that only other networks have."""
    leaves = st.one_of(
        st.sampled_from(
            ["1", "2", "eta", "m", "n", "a", "r[0]", "w[0][1]", "x[0][n - 1]", "w[m - 1][0]", "drift", "row"]
        ),
        st.sampled_from(
            ["v[0]", "e[0]", "f[0]", "v[1][0]", "e[0][1]", "y[0]", "grad_v[0]", "gamma[0][0]", "C[0,0][1]"]
        ),
        st.sampled_from(
            ["gate[0,0]", "gate[1,n - 1]", "dot(w[0], x[0])", "norm(w[1])", "grad_w[1][0]", "dot(r, w[0])"]
        ),
        st.sampled_from(
            ["w[2][0]", "w[0,][0]", "gate[0][0]", "gate[(0, 0)]", "w[-1][0]", "w[k][0]", "neurons", "w[0]"]
        ),
    )
    bodies = st.sampled_from(
        ["x[k][0]", "gate[0,k]*x[k][1]", "dot(w[0], x[k])", "x[k][0]**k", "k", "w[k][0]", "v[k]", "e[k]"]
    )
    over = st.sampled_from(["samples", "samples", "neurons", "dims", "outputs", "range(n)", "range(m - 1)", "w"])
    tests = st.sampled_from(
        ["", "", " if k != 0", " if k < n - 1", " if not k > 0 or k == 0", " for k in dims", " if k < a"]
    )
    moved = st.sampled_from(["a", "eta", "w[0][1]", "v[1]", "e[0]", "x[0][0]", "r[1]", "drift"])
    return st.recursive(
        st.one_of(leaves, st.builds("sum({} for {} in {}{})".format, bodies, st.sampled_from("kkkkme"), over, tests)),
        lambda inner: st.one_of(
            st.builds("({}{}{})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
            st.builds("({})**{}".format, inner, st.sampled_from(["2", "m", "(n - 3)", "eta"])),
            st.builds("d({})".format, inner),
            st.builds("d({}, {})".format, inner, moved),
            st.builds("next({})".format, inner),
            st.builds("at({}, {}={})".format, inner, st.sampled_from(["a", "a", "r", "eta"]), inner),
            st.builds("{}({})".format, st.sampled_from(["relu", "abs", "exp", "-", "step"]), inner),
        ),
        max_leaves=4,
    )


@st.composite
def damaged(draw: st.DrawFn, texts: SearchStrategy[str]) -> str:
    """Return a text with one or two tokens put in, taken out or put in place of others."""
    text = draw(texts)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.sampled_from([0, 0, 1, 2]))
        text = text[:at] + draw(st.sampled_from([*TOKENS, *ODD_NUMBERS, *NUMBERS, ""])) + text[at + gone :]
    return text
