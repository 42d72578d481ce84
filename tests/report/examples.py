"""Small but complete inputs of the report: a verified suite with every kind of verdict, and a race of 40 neurons."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from proofs_check.cli.engine import suite_json
from proofs_check.registry import sources
from proofs_check.report.figures import race_figures
from proofs_check.report.model import report_model
from proofs_check.report.race_arrays import RaceArrays
from proofs_check.report.race_record import RaceRecord

CERTIFICATE = {
    "format": "raceproof-certificate/1",
    "statement": {
        "text": "tanh(x) >= x - x**3/4",
        "variables": {"x": "real"},
        "hypotheses": ["0 <= x", "x <= 1"],
        "define": [],
        "flow": {},
        "step": {},
        "network": None,
        "relu_at_zero": 0,
    },
    "kind": "counterexample",
    "point": {"x": "1/2"},
    "why": "false",
}


def claim(text: str, verdict: str = "PROVED", level: int = 6, **changes: Any) -> dict[str, Any]:
    """Return one claim as `verify --json` gives it."""
    base: dict[str, Any] = {
        "name": "",
        "text": text,
        "expect": "PROVED",
        "expected": True,
        "verdict": verdict,
        "level": level,
        "reason": "",
        "obligations": [],
        "steps": [],
        "counterexample": None,
        "evidence": [
            {"rung": 1, "engine": "hypothesis", "outcome": "no counterexample", "detail": "200 points"},
            {"rung": level, "engine": "checker", "outcome": "accepted", "detail": "identity"},
        ],
        "certificate": None,
    }
    return {**base, **changes}


def twin(text: str, point: dict[str, Any]) -> dict[str, Any]:
    """Return a refuted false twin."""
    return claim(text, "REFUTED", expect="REFUTED", counterexample=point, certificate=CERTIFICATE, reason="false")


def lemma(name: str, title: str, locator: str, claims: list, twins: list, **changes: Any) -> dict[str, Any]:
    """Return one lemma as `verify --json` gives it."""
    base: dict[str, Any] = {
        "name": name,
        "title": title,
        "source": {"key": "pinson2026", "locator": locator},
        "statement": "",
        "scope": "every real value of the variables",
        "assumes": [],
        "uses": [],
        "hypotheses": [],
        "variables": {"x": "real"},
        "network": None,
        "define": [],
        "has_twins": bool(twins),
        "verdict": claims[0]["verdict"],
        "level": claims[0]["level"],
        "expected": True,
        "seconds": 0.42,
        "cached": False,
        "certificate": None,
        "claims": claims,
        "twins": twins,
    }
    return {**base, **changes}


ALIGNMENT = lemma(
    "alignment_closed_form",
    "The angle to the target closes as a hyperbolic tangent",
    "mutual alignment",
    [
        claim(
            "d(c, t) == s*Gamma*(1 - c**2)",
            name="solves the alignment equation",
            obligations=[{"text": "abs(c0) < 1", "verdict": "PROVED"}],
            steps=[
                {"text": "d(c, t)", "reason": "definition", "verdict": "PROVED", "level": 6},
                {
                    "text": "s*Gamma*(1 - tanh(atanh(c0) + s*Gamma*t)**2)",
                    "reason": "chain rule",
                    "verdict": "PROVED",
                    "level": 6,
                },
                {"text": "s*Gamma*(1 - c**2)", "reason": "definition", "verdict": "PROVED", "level": 6},
            ],
        ),
        claim("at(c, t=0) == c0", name="starts at the initial angle"),
    ],
    [twin("d(c, t) == s*Gamma*(1 + c**2)", {"t": "0", "Gamma": "1", "s": "1", "c0": "1/2"})],
    statement=r"For a balanced neuron with fixed gates, "
    r"$\cos\delta(t)=\tanh(\operatorname{artanh}\cos\delta_0+s\Gamma t)$.",
    uses=["alignment_ode"],
    assumes=["gates and residuals are constant", "gradient flow has a solution"],
    hypotheses=["-1 < c0", "c0 < 1"],
    variables={"t": "real", "Gamma": "positive", "s": {"values": [-1, 1]}, "c0": "real"},
    define=[["c", "tanh(atanh(c0) + s*Gamma*t)"]],
)
BALANCE = lemma(
    "balance_const",
    "Gradient flow conserves the balance of every neuron",
    "conservation",
    [claim("d(dot(w[0], w[0]) - v[0]**2) == 0", name="the balance is constant")],
    [
        twin(
            "d(dot(w[0], w[0]) + v[0]**2) == 0",
            {"w": [["1", "0"]], "v": ["1"], "x": [["1", "0"]], "y": ["2"]},
        )
    ],
    statement=r"$\frac{d}{dt}\left(|w_j|^2-v_j^2\right)=0$ for any loss, any gates and any width.",
    scope="width 1 to 3, dimension 1 to 3, 1 to 3 samples, every admissible gate pattern",
    cached=True,
)
FALSE_DESCENT = lemma(
    "balance_const_of_descent",
    "“Gradient descent conserves the balance of every neuron” <b>is false</b>",
    "conservation",
    [
        claim(
            "next(dot(w[0], w[0]) - v[0]**2) == dot(w[0], w[0]) - v[0]**2",
            "REFUTED",
            expect="REFUTED",
            counterexample={"w": [["1", "0"]], "v": ["1"], "x": [["1", "0"]], "y": ["2"], "eta": "1/2"},
            certificate=CERTIFICATE,
        )
    ],
    [],
    statement=r"$|w_j|^2-v_j^2$ is the same after one step of size $\eta$.",
    verdict="REFUTED",
)
SUPPORTED = lemma(
    "direction_law_cauchy",
    "Pushed uniform directions are spherical Cauchy",
    "mutual alignment",
    [claim("x**2 >= 0", "SUPPORTED", 1, reason="sampled only; no exact procedure applies", expect="SUPPORTED")],
    [],
    statement=r"density $\propto\left(\frac{1-r^2}{1+r^2-2r\,x\cdot\mu}\right)^{d-1}$, $r=\tanh(\Gamma t/2)$",
)
UNEXPECTED = lemma(
    "a_claim_that_fails",
    "Expected proved, found undefined at 0",
    "racing",
    [claim("x/x == 1", "REFUTED", counterexample={"x": "0"}, reason="undefined", certificate=CERTIFICATE)],
    [],
    statement=r"\href{javascript:alert(1)}{x} $\text{<script>alert(1)</script>}$ <script>alert(2)</script>",
    expected=False,
)


def suite(with_unexpected: bool = True) -> dict[str, Any]:
    """Return a verified suite with every verdict a reader may meet."""
    lemmas = [BALANCE, FALSE_DESCENT, ALIGNMENT, SUPPORTED]
    return copy.deepcopy(suite_json([*lemmas, UNEXPECTED] if with_unexpected else lemmas))


def race_arrays(neurons: int = 40, events: int = 300) -> RaceArrays:
    """Return the arrays of an invented race: two large groups, a small one and a neuron of its own."""
    random = np.random.default_rng(5)
    group = np.where(np.arange(neurons) < neurons // 2, 0, 1)
    group[-4:] = [2, 2, 2, -1]
    angle = np.abs(random.normal(0.4, 0.2, neurons))
    early = np.exp(random.normal(-8, 1, neurons))
    predicted = early * np.cos(angle / 2) ** 4
    direction = random.normal(size=(4, 6))[group] + 0.02 * random.normal(size=(neurons, 6))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    time = np.linspace(0, 80, 60)
    return RaceArrays(
        loss_time=time,
        loss=0.69 / (1 + np.exp((time - 60) / 2)) + 0.03,
        horizon=np.array([52.0]),
        angle=angle,
        early=early,
        predicted=predicted,
        final=5000 * predicted,
        group=group,
        cosine=direction @ direction.T,
        event_time=np.sort(random.uniform(0, 52, events)),
        event_neuron=random.integers(0, neurons, events),
        event_kind=random.integers(0, 4, events),
        growth_time=time,
        growth_neuron=np.array([0, 1, 2, 10, 20, 21, 22]),
        growth_predicted=np.where(time < 52, 1e-4 * np.exp(time / 10), np.nan)[:, None] / np.arange(1, 8),
        growth_descent=(1e-4 * np.exp(np.minimum(time, 60) / 10))[:, None] / np.arange(1, 8),
    )


def group_json(size: int, **changes: Any) -> dict[str, Any]:
    """Return one group as `race --json` gives it."""
    base = {
        "sign": 1, "size": size, "spearman": 0.9999, "spearman_cos0": 0.3, "spearman_norm0": 0.5,
        "predicted_winner": 7, "predicted_margin": 0.04, "descent_winner": 7, "top10_overlap": 1.0,
    }  # fmt: skip
    return {**base, **changes}


def race(**changes: Any) -> RaceRecord:
    """Return a race whose second group was won by another neuron than predicted."""
    summary = {
        "schema": "raceproof.race/1", "data": "<b>digits</b>", "classes": ["0", "1"], "n": 360, "d": 64, "center": True,
        "width": 40, "scale": 0.001, "loss": "logistic", "eta": 0.1, "seed": 0, "init": "normal", "level": 0.1,
        "horizon": 52.0, "ranking_time": 52.0, "note": "", "predict_seconds": 0.04, "descent_seconds": 2.5,
        "descent_steps": 623, "descent_reason": "loss reached", "first_loss": 0.69, "final_loss": 0.07,
        "drop_step": 600,
        "events_total": 300, "slides_total": 3, "ambiguous_total": 0, "inconsistent_total": 0, "unresolved_total": 0,
        "failures": [],
        "groups": [group_json(20), group_json(16, descent_winner=9, sign=-1), group_json(3), group_json(1)],
    }  # fmt: skip
    return RaceRecord({**summary, **changes}, race_arrays(), False)


def model(with_unexpected: bool = True, races: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the model of a report of the example suite."""
    records = [race() for _ in range(races)]
    return report_model(suite(with_unexpected), records, "0.1.0", sources(), **changes)


def figures() -> dict[str, str]:
    """Return the figures of the example race by the names that its model gives."""
    return {f"race1-{name}": svg for name, svg in race_figures(race_arrays(), "race1-").items()}
