"""Rung 7: a claim compiled by coqc, and what the proof rests on.

The proposition is printed from the claim. A proof counts when coqc accepts the file and `Print Assumptions` lists
nothing beyond the axioms of the classical reals.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from proofs_check.engines.subprocess_run import Limits, Outcome, run
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Term, formula_terms, subterms
from proofs_check.printers.coq import NotPrintable
from proofs_check.printers.coq_file import CoqFile, coq_file

HOW_TO_GET = "install Coq 8.16 or later with Coquelicot and Interval: apt-get install coq libcoq-interval"
CLASSICAL_REALS = frozenset(
    {
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }
)
# interval arithmetic computes with the machine integers of Coq's kernel: their types, operations and specifications
MACHINE_INTEGERS = re.compile(r"(PrimInt63|Uint63)\.\w+")
CLOSED = "Closed under the global context"
AXIOM = re.compile(r"([A-Za-z_][\w.']*)(?:\s*:.*)?")
SMOOTH = frozenset({"num", "var", "add", "sub", "mul", "div", "neg", "pow", "also", "smooth"})


@dataclass(frozen=True)
class CoqResult:
    """What coqc found.

    Attributes
    ----------
    proved : coqc accepted the file, and it rests on the classical reals only.
    available : coqc is installed.
    axioms : what `Print Assumptions` lists.
    machine_integers : accepted, but resting also on the machine integers of Coq's kernel (`interval`): not `proved`.
    proposition : the theorem, as Coq reads it.
    scope : what the theorem does not say, such as that a term is a derivative.
    text : the file.
    reason : why it is not proved.
    """

    proved: bool = False
    available: bool = True
    axioms: tuple[str, ...] = ()
    machine_integers: bool = False
    proposition: str = ""
    scope: str = ""
    text: str = ""
    reason: str = ""
    seconds: float = 0.0


def compile_claim(
    problem: Problem,
    relu_at_zero: int = 0,
    hints: Sequence[Term] = (),
    limits: Limits | None = None,
    coqc: str = "coqc",
    intervals: bool = False,
) -> CoqResult:
    """Have coqc check a proof of the claim; with `intervals`, by interval arithmetic where nothing else proves it.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> result = compile_claim(elaborate(Statement("x == x", {"x": "real"})), coqc="no-such-program")
    >>> result.available, result.reason[:13]
    (False, 'not available')
    """
    program, started = shutil.which(coqc), time.monotonic()
    if program is None:
        return CoqResult(available=False, reason=f"not available: {HOW_TO_GET}")
    limits = limits or Limits(20.0)
    attempts = [False, True] if intervals and _transcendental(problem) else [False]
    result = CoqResult()
    for with_intervals in attempts:
        try:
            file = coq_file(problem, relu_at_zero, hints, with_intervals)
        except (NotPrintable, RecursionError) as error:
            return CoqResult(reason=str(error) or "nested too deeply", seconds=time.monotonic() - started)
        left = limits.seconds - (time.monotonic() - started)
        if left <= 0:
            break
        result = _judged(file, _compile(program, file, replace(limits, seconds=left)), time.monotonic() - started)
        if result.proved or result.machine_integers:
            break
    return result


def coq_version(coqc: str = "coqc") -> str:
    """Return the version that coqc names, or "absent".

    Examples
    --------
    >>> coq_version("no-such-program")
    'absent'
    """
    program = shutil.which(coqc)
    if program is None:
        return "absent"
    return " ".join(run([program, "--print-version"], limits=Limits(10.0)).output.split()) or "unknown"


def _transcendental(problem: Problem) -> bool:
    terms = [t for f in (*problem.domain, problem.claim) for t in formula_terms(f)]
    return any(node.op not in SMOOTH for node in subterms(*terms))


def _compile(program: str, file: CoqFile, limits: Limits) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="raceproof-coq-") as folder:
        Path(folder, "claim.v").write_text(file.text, encoding="utf-8")
        return run([program, "-q", "-w", "none", "claim.v"], limits=limits, folder=folder)


def _judged(file: CoqFile, outcome: Outcome, seconds: float) -> CoqResult:
    """Return the result; anything unexpected in what coqc writes is no proof."""
    base = CoqResult(proposition=file.proposition, scope=file.differentiation, text=file.text, seconds=seconds)
    if outcome.stopped or outcome.status != 0:
        reason = "no answer in time" if outcome.stopped == "time" else outcome.stopped or _error(outcome)
        return _replaced(base, reason=reason)
    axioms = assumptions(outcome.output)
    if axioms is None:
        return _replaced(base, reason="coqc did not say what the proof rests on")
    beyond = [a for a in axioms if a not in CLASSICAL_REALS]
    if not beyond:
        return _replaced(base, proved=True, axioms=axioms)
    if all(MACHINE_INTEGERS.fullmatch(a) for a in beyond):
        reason = "proved by interval arithmetic, which rests on the machine integers of Coq's kernel"
        return _replaced(base, axioms=axioms, machine_integers=True, reason=reason)
    return _replaced(base, axioms=axioms, reason=f"rests on {', '.join(beyond[:5])}")


def _replaced(base: CoqResult, **changes: object) -> CoqResult:
    return CoqResult(**{**base.__dict__, **changes})


def assumptions(output: str) -> tuple[str, ...] | None:
    """Return the axioms that `Print Assumptions` lists; None when the output does not end with its answer.

    Examples
    --------
    >>> assumptions("raceproof_claim : ...\\nClosed under the global context\\n")
    ()
    >>> assumptions("Axioms:\\nClassical_Prop.classic : forall P : Prop, P \\\\/ ~ P\\n")
    ('Classical_Prop.classic',)
    >>> assumptions("") is None
    True
    """
    if output.count("Axioms:") + output.count(CLOSED) != 1:
        return None
    if CLOSED in output:
        return ()
    lines = [line for line in output.split("Axioms:", 1)[1].splitlines() if line.strip() and not line[0].isspace()]
    found = [AXIOM.fullmatch(line) for line in lines]
    return tuple(sorted({m[1] for m in found if m})) if found and all(found) else None


def _error(outcome: Outcome) -> str:
    lines = [line for line in outcome.errors.splitlines() if line.strip()]
    where = next((i for i, line in enumerate(lines) if line.startswith("Error")), None)
    return "coqc: " + (" ".join(lines[where:])[:300] if where is not None else f"status {outcome.status}")


__all__ = ["CoqResult", "assumptions", "compile_claim", "coq_version"]
