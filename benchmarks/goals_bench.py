"""Sample goals of the field's lemmas, decided by raceproof and side by side by SymPy, Z3, cvc5 and certo-math alone.

Run: python -m benchmarks.goals_bench [--out FILE]

Every goal is tried by every tool in a process of its own, 10 seconds each. "decided" is what the tool itself says:
true or false, anything else is no answer. The solvers get our printed questions (denominators cleared, obligations
as goals of their own), which is more than they would get from the text; SymPy gets the expression as it reads it.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import math
import multiprocessing
import operator
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT = 10.0
RESULTS = Path(__file__).parent / "results" / "goals.json"
GOALS: dict[str, tuple[str, list[str]]] = {
    "L1 conservation": ("2*(p*v*g) - 2*v*(p*g) == 0", []),
    "L2 angle derivative": (
        "(v*g*r - v*g*p**2/r)/r**2 == v*g*(1 - (p/r)**2)/r", ["r > 0"],
    ),
    "L3 tanh closed form": ("d(tanh(G*t), t) == G*(1 - tanh(G*t)**2)", []),
    "L4 rational inequality on (0,1)": ("c*(1 - c**2)/(1 + c**2) < 1/3", ["0 < c", "c < 1"]),
    "L4 false: constant 3/10": ("c*(1 - c**2)/(1 + c**2) < 3/10", ["0 < c", "c < 1"]),
    "L5 ratio monotonicity": (
        "(1 + a)/(1 - a) < (1 + b)/(1 - b)", ["-1 < a", "a < b", "b < 1"],
    ),
    "L6 tanh above a cubic": ("tanh(x) >= x - x**3/3", ["x >= 0"]),
    "L6 false: a quarter": ("tanh(x) >= x - x**3/4", ["0 <= x", "x <= 1"]),
    "L6 tanh below a quotient": ("tanh(x) <= x*(15 + x**2)/(15 + 6*x**2)", ["x >= 0", "x <= 4"]),
    "L7 determinant": ("(a*d0 - b*c)**2 == (a**2 + c**2)*(b**2 + d0**2) - (a*b + c*d0)**2", []),
    "L8 Cauchy-Schwarz": (
        "(a*x + b*y + c*z)**2 <= (a**2 + b**2 + c**2)*(x**2 + y**2 + z**2)", [],
    ),
}  # fmt: skip


def ours(text: str, conditions: list[str]) -> str:
    """Ask raceproof as `prove` does."""
    from proofs_check.verify import decide

    return {"PROVED": "true", "REFUTED": "false"}.get(decide(text, conditions, 9).verdict, "")


def sympy_alone(text: str, conditions: list[str]) -> str:
    """Ask SymPy to simplify the difference, or the relation, over real symbols with what it can be told of them."""
    import sympy

    from proofs_check.language.elaborate import elaborate
    from proofs_check.language.statement import Statement
    from proofs_check.printers.to_sympy import to_sympy
    from proofs_check.verify import free_names

    problem = elaborate(Statement(text, dict.fromkeys(free_names(text), "real"), tuple(conditions)))
    a, b = (to_sympy(term, problem.domain) for term in problem.claim.terms)
    if problem.claim.op == "==":
        return "true" if sympy.simplify(a - b) == 0 else ""
    relation = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}[problem.claim.op](a, b)
    said = sympy.simplify(relation)
    if said in (sympy.true, sympy.false):
        return "true" if said == sympy.true else "false"
    symbols = sorted(relation.free_symbols, key=str)
    if len(symbols) == 1:
        region = sympy.And(*(_condition(c, symbols[0]) for c in problem.hypotheses))
        outside = sympy.simplify_logic(sympy.And(region, sympy.reduce_inequalities([sympy.Not(relation)], symbols[0])))
        return "true" if outside == sympy.false else ""
    return ""


def _condition(formula: Any, symbol: Any) -> Any:
    import sympy

    from proofs_check.printers.to_sympy import to_sympy

    kinds = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}
    if formula.op == "and":
        return sympy.And(*(_condition(part, symbol) for part in formula.args))
    return kinds[formula.op](*(to_sympy(term, ()) for term in formula.terms))


def z3_alone(text: str, conditions: list[str]) -> str:
    """Ask Z3."""
    return _solver("z3", text, conditions)


def cvc5_alone(text: str, conditions: list[str]) -> str:
    """Ask cvc5."""
    return _solver("cvc5", text, conditions)


def _solver(name: str, text: str, conditions: list[str]) -> str:
    from proofs_check.engines.smt import SOLVERS, ask_solvers
    from proofs_check.engines.subprocess_run import Limits
    from proofs_check.language.elaborate import elaborate
    from proofs_check.language.statement import Statement
    from proofs_check.verify import free_names

    problem = elaborate(Statement(text, dict.fromkeys(free_names(text), "real"), tuple(conditions)))
    one = [solver for solver in SOLVERS if solver.name == name]
    said = ask_solvers(problem, 0, Limits(LIMIT - 1), one, thorough=True)
    return "true" if said.proved else "false" if said.refuted and not said.abstracted else ""


def certo_alone(text: str, conditions: list[str]) -> str:
    """Ask certo-math's `prove`, which takes polynomial and rational statements over the reals."""
    import certo
    import z3

    from proofs_check.verify import free_names

    if any(word in text for word in ("tanh", "d(")):
        return ""  # its statements have no transcendental functions and no derivatives
    names = {name: z3.Real(name) for name in free_names(text)}
    spec = certo.Spec()
    for i, condition in enumerate(conditions):
        spec.assume(f"h{i}", _z3(condition, names))
    spec.claim(_z3(text, names))
    verdict = str(certo.api.run("prove", spec).verdict)
    return "true" if verdict.endswith("PROVED") else "false" if verdict.endswith("REFUTED") else ""


def _z3(text: str, names: dict[str, Any]) -> Any:
    """Return a claim text as a Z3 term, by its syntax tree."""
    import z3

    kinds = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
             ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
             ast.Eq: operator.eq}  # fmt: skip

    def term(node: Any) -> Any:
        match node:
            case ast.Constant():
                return z3.RealVal(node.value)
            case ast.Name():
                return names[node.id]
            case ast.UnaryOp(op=ast.USub()):
                return -term(node.operand)
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))):
                return math.prod([term(node.left)] * (power - 1), start=term(node.left))
            case ast.BinOp():
                return kinds[type(node.op)](term(node.left), term(node.right))
            case ast.Compare():
                sides = [term(side) for side in (node.left, *node.comparators)]
                pairs = zip(node.ops, sides, sides[1:], strict=False)
                return z3.And(*(kinds[type(op)](a, b) for op, a, b in pairs))
        raise ValueError(ast.dump(node))

    return term(ast.parse(text, mode="eval").body)


TOOLS: dict[str, tuple[Callable[[str, list[str]], str], str]] = {
    "raceproof": (ours, ""), "sympy": (sympy_alone, ""), "z3": (z3_alone, "z3"), "cvc5": (cvc5_alone, "cvc5"),
    "certo-math": (certo_alone, "certo"),
}  # fmt: skip


def _child(work: Callable[[str, list[str]], str], text: str, conditions: list[str], answers: Any) -> None:
    begun = time.perf_counter()
    try:
        answers.put((work(text, conditions), time.perf_counter() - begun))
    except Exception as error:  # a tool that fails has no answer, and why is shown
        answers.put((f"error: {str(error).splitlines()[0][:80] if str(error) else type(error).__name__}", 0.0))


def tried(work: Callable[[str, list[str]], str], text: str, conditions: list[str]) -> dict[str, Any]:
    """Run one tool on one goal in a process of its own; seconds do not count the start of the process."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_child, args=(work, text, conditions, answers))
    process.start()
    try:
        said, seconds = answers.get(timeout=LIMIT + 5)
    except Exception:  # nothing came in time
        said, seconds = "", LIMIT
    process.kill()
    process.join()
    return {"decided": said if said in ("true", "false") else "", "seconds": round(seconds, 3),
            **({"reason": said} if said.startswith("error") else {})}  # fmt: skip


def measure() -> dict[str, Any]:
    """Return for every goal what each installed tool decides, and in how many seconds."""
    tools = {name: work for name, (work, needs) in TOOLS.items() if not needs or importlib.util.find_spec(needs)}
    goals = {}
    for name, (text, conditions) in GOALS.items():
        answers = {tool: tried(work, text, conditions) for tool, work in tools.items()}
        goals[name] = {"claim": text, "for": conditions, "tools": answers}
    return {"limit_seconds": LIMIT, "goals": goals}


def main() -> None:
    """Measure, print a table and keep the numbers."""
    from benchmarks.race_bench import machine

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    found = {"machine": machine(), **measure()}
    for name, goal in found["goals"].items():
        cells = (f"{tool} {said['decided'] or '-':5} {said['seconds']:6.2f} s" for tool, said in goal["tools"].items())
        print(f"{name:34}", "  ".join(cells), flush=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
