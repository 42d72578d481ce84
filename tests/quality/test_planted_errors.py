"""The toolkit's own errors: each engine is broken on purpose, and no false verdict may come of it."""

import pytest

from proofs_check.evidence import exponentials, obligations, signs
from proofs_check.evidence.interval import Interval
from proofs_check.examine import Effort, examine
from proofs_check.ladder import points as ladder
from proofs_check.language import calculus, network
from proofs_check.language.statement import Statement
from proofs_check.language.term import add, mul, neg, num, power
from proofs_check.verdict import Contradiction

QUICK = Effort(seconds=1.0, candidates=200, sympy=False)
NET = {"width": 1, "dimension": 2, "samples": 2}
FALSE = {
    "derivative": Statement("d(tanh(x), x) == 1 + tanh(x)**2", {"x": "real"}),
    "flow": Statement("d(v[0]) == -dot(w[0], gamma[0])", network=NET),
    "obligation": Statement("x/x == 1", {"x": "real"}),
    "sign": Statement("x**2 - 1 >= 0", {"x": "real"}),
    "exp": Statement("tanh(x) == (exp(x) - 1)/(exp(x) + 1)", {"x": "real"}),
}


def _verdict(statement: Statement) -> str:
    """Return the verdict, or "CONTRADICTION" when the toolkit notices its own error."""
    try:
        return examine(statement, effort=QUICK).verdict
    except Contradiction:
        return "CONTRADICTION"


@pytest.mark.parametrize("name", FALSE)
def test_the_planted_statements_are_false(name: str) -> None:
    assert _verdict(FALSE[name]) == "REFUTED"


def test_a_wrong_rule_of_differentiation_proves_nothing_false(monkeypatch) -> None:
    right = calculus._function_rule

    def wrong(node, du):
        return mul(add(num(1), power(node, 2)), du) if node.op == "tanh" else right(node, du)

    monkeypatch.setattr(calculus, "_function_rule", wrong)
    assert _verdict(FALSE["derivative"]) not in ("PROVED", "REFUTED")


def test_a_wrong_sign_in_the_flow_proves_nothing_false(monkeypatch) -> None:
    right = network.Network.minus_grad_v
    monkeypatch.setattr(network.Network, "minus_grad_v", lambda net, j: tuple(neg(t) for t in right(net, j)))
    assert _verdict(FALSE["flow"]) not in ("PROVED", "REFUTED")


def test_a_true_flow_statement_is_not_refuted_by_a_wrong_flow(monkeypatch) -> None:
    right = network.Network.minus_grad_v
    monkeypatch.setattr(network.Network, "minus_grad_v", lambda net, j: tuple(neg(t) for t in right(net, j)))
    assert _verdict(Statement("d(v[0]) == dot(w[0], gamma[0])", network=NET)) not in ("REFUTED", "PROVED")


def test_lost_obligations_prove_nothing_false(monkeypatch) -> None:
    monkeypatch.setattr(obligations, "_of_node", lambda node: [])
    assert _verdict(FALSE["obligation"]) != "PROVED"
    monkeypatch.setattr(ladder, "search", lambda *a, **k: ladder.Found(None, "", 5, 0))
    assert _verdict(FALSE["obligation"]) != "PROVED"


def test_a_wrong_sign_rule_proves_nothing_false(monkeypatch) -> None:
    monkeypatch.setattr(signs.Signs, "bounds", lambda self, root: Interval.of(">"))
    assert _verdict(FALSE["sign"]) != "PROVED"
    monkeypatch.setattr(ladder, "search", lambda *a, **k: ladder.Found(None, "", 5, 0))
    assert _verdict(FALSE["sign"]) != "PROVED"


def test_a_wrong_normal_form_proves_nothing_false(monkeypatch) -> None:
    def wrong(self, u):
        e = self._exp(u)
        one = self.ring.const(1)
        return self.ring.div(self.ring.sub(e, one), self.ring.add(e, one))

    monkeypatch.setattr(exponentials.Exponentials, "_tanh", wrong)
    assert _verdict(FALSE["exp"]) != "PROVED"
    monkeypatch.setattr(ladder, "search", lambda *a, **k: ladder.Found(None, "", 5, 0))
    assert _verdict(FALSE["exp"]) != "PROVED"


def test_a_wrong_counterexample_refutes_nothing(monkeypatch) -> None:
    from fractions import Fraction

    monkeypatch.setattr(ladder, "search", lambda *a, **k: ladder.Found({"x": Fraction(1)}, "false", 1, 0))
    result = examine(Statement("x**2 >= 0", {"x": "real"}), effort=QUICK)
    assert result.verdict == "OPEN"
    assert "did not replay" in result.reason
