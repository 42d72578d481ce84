"""One SMT solver as a filter: `smt_runner SOLVER LOGIC SECONDS` reads scripts from stdin, writes one answer a line.

Scripts are separated by lines `;;; next`; in each, what follows a line `;;; ask` is run only after the answer sat.
A line of the answer is a JSON list [answer, what was asked].
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

NEXT, ASK = "\n;;; next\n", "\n;;; ask\n"


def main(arguments: list[str], source: str) -> None:
    """Answer every script of the source, in order."""
    solver, logic, seconds = arguments[0], arguments[1], float(arguments[2])
    session = {"z3": _z3, "cvc5": _cvc5}[solver]
    for script in source.split(NEXT):
        text, _, asked = script.partition(ASK)
        answer = _answer(session(int(seconds * 1000)), f"(set-logic {logic})\n{text}\n(check-sat)\n", asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(evaluate: Callable[[str], str], text: str, asked: str) -> list[str]:
    try:
        first = evaluate(text).strip()
        return [first, evaluate(asked).strip() if first == "sat" and asked else ""]
    except Exception as error:
        return ["error", f"{type(error).__name__}: {error}"[:500]]


def _z3(milliseconds: int) -> Callable[[str], str]:
    import z3  # type: ignore[import-not-found]

    context = z3.Context()

    def evaluate(text: str) -> str:
        return z3.Z3_eval_smtlib2_string(context.ref(), text)

    evaluate(f"(set-option :timeout {milliseconds})")
    return evaluate


def _cvc5(milliseconds: int) -> Callable[[str], str]:
    from typing import Any

    import cvc5 as package  # type: ignore[import-not-found]

    cvc5: Any = package  # its type stubs leave out what it is made of
    solver = cvc5.Solver()
    solver.setOption("produce-models", "true")
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)

    def evaluate(text: str) -> str:
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "script")
        written = []
        while True:
            command = parser.nextCommand()
            if command.isNull():
                return "".join(written)
            written.append(command.invoke(solver, parser.getSymbolManager()))

    return evaluate


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdin.read())
