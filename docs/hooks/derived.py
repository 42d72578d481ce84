"""A page for each derivation of `theory`: every step with its reason, and what the verifier says about it."""

from __future__ import annotations

from markupsafe import Markup
from parts import badge, lower_first, plain, statement_block
from verified import Verified

from proofs_check.derived import PREFIX
from proofs_check.report.derivations import derivation_json
from proofs_check.report.mathml import formula
from proofs_check.report.verdicts import SIGNS
from theory import derivation_names, derivation_options, derive

FOLDER = "derivations"
RELATIONS = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge"}
INDEX = """\
# The theory, step by step

SymPy derives these from the definition of the network, and is not believed: each step is a claim of its own, which the
verifier decided when these pages were built. `raceproof derive NAME` prints any of them, with other options or as
LaTeX; `raceproof verify derived_NAME` decides its steps again.
"""


def page(name: str, known: Verified) -> str:
    """Return the page of one derivation, in Markdown."""
    said = derivation_json(derive(name))
    result = known.results[PREFIX + name]
    options = ", ".join(f"`{key}={value}`" for key, value in derivation_options(name).items())
    parts = [f"# {plain(said['title'])}", badge(result), statement_block(said["statement"], {})]
    parts.append(
        f"Written for {plain(lower_first(said['sizes']))}. Indices in formulas count from 1, in claims from 0."
    )
    if said["hypotheses"]:
        parts.append("Where: " + ", ".join(f"`{text}`" for text in said["hypotheses"]) + ".")
    if said["assumes"]:
        parts.append("Assumed: " + "; ".join(plain(text) for text in said["assumes"]) + ".")
    verdicts = {claim["text"]: claim for claim in result["claims"]}
    steps = Markup("").join(_step(step, verdicts[step["text"]]["verdict"]) for step in said["steps"])
    parts += ["## Steps", f'<ol class="steps">{steps}</ol>']
    command = f"```console\n$ raceproof derive {name}\n$ raceproof verify {PREFIX}{name}\n```"
    parts += ["## From the shell", command]
    return "\n\n".join([*parts, f"Options with their defaults: {options}." if options else "No options."]) + "\n"


def index(known: Verified) -> str:
    """Return the page that lists all derivations with their verdicts."""
    rows = []
    for name in derivation_names():
        result = known.results[PREFIX + name]
        steps, verdict = len(result["claims"]), result["verdict"]
        row = f"| [{plain(known.lemmas[PREFIX + name].title)}]({name}.md) | {steps} | {SIGNS[verdict]} {verdict}"
        rows.append(f"{row} ({result['level']}) |")
    return INDEX + "\n" + "\n".join(["| derivation | steps | verdict (rung) |", "|---|---|---|", *rows]) + "\n"


def _step(step: dict[str, str], verdict: str) -> Markup:
    relation = RELATIONS.get(step["relation"], step["relation"])
    math = formula(f"{step['lhs']} {relation} {step['rhs']}", display=True)
    return Markup(
        '<li><span class="reason">{}</span> <b class="{}" title="{}">{}</b><div class="scroll" tabindex="0">{}</div>'
        "<code>{}</code></li>"
    ).format(step["reason"], verdict, verdict, SIGNS[verdict], math, step["text"])
