"""The words of the report: what each verdict and each rung of evidence means, and the sign that goes with it."""

from __future__ import annotations

# Verdict, sign (so that colour is never the only difference), meaning. Strongest first.
VERDICTS = (
    ("PROVED", "✓", "decided by an exact procedure, for the sizes named in the scope"),
    ("CERTIFIED", "◆", "rigorously enclosed on a stated domain"),
    ("SUPPORTED", "≈", "sampled only: no counterexample was found, and nothing more is claimed"),
    ("OPEN", "?", "not decided"),
    ("VACUOUS", "∅", "no point that meets the hypotheses is known"),
    ("REFUTED", "✗", "an exact rational counterexample replays"),
)
SIGNS = {verdict: sign for verdict, sign, _ in VERDICTS}

RUNGS = (
    "typed; obligations listed; hypotheses satisfiable",
    "no counterexample among exact fractions, decided by balls",
    "a SymPy derivation, every step checked",
    "exact identity re-checked by python-flint",
    "two SMT solvers agree",
    "rigorous enclosure",
    "certificate re-checked by the small checker, which shares no code with the search",
    "compiled by Coq",
)
