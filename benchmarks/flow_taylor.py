"""Problem "nn" at high precision: our Taylor method, mpmath.odefun and heyoka's `real`, in one run.

Run: python -m benchmarks.flow_taylor [--odefun 30 50]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, log2, log10
from pathlib import Path
from typing import Any

import mpmath
import numpy as np

from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.taylor.solve import solve

TIMES = tuple(Fraction(t) for t in range(1, 21))
DIGITS = (30, 50, 100, 300)
MEMORY = """
import sys
from pathlib import Path
from benchmarks.flow_taylor import TIMES, problem, solve
# not ru_maxrss, which a child process inherits from its parent
peak = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
imported = peak()
program, start = problem()
solve(program, start, TIMES[:1], 15)
compiled = peak()
solve(program, start, TIMES, int(sys.argv[1]))
print(imported, compiled, peak())
"""
State = Sequence[Fraction]


def linear_cell(seed: int = 1) -> Network:
    """Return a network with 4 neurons, 3 inputs, 6 samples and all gates on."""
    source = random.Random(seed)

    def rows(count: int, size: int, scale: int) -> tuple[tuple[Fraction, ...], ...]:
        numbers = range(size)
        return tuple(
            tuple(Fraction(source.randint(-9, 9), source.choice((4, 5, 8, 10)) * scale) for _ in numbers)
            for _ in range(count)
        )

    return Network(rows(6, 3, 1), rows(6, 1, 1), rows(4, 3, 4), rows(4, 1, 4), "squared", "on")


def problem(seed: int = 1) -> tuple[Program, State]:
    """Return the flow of the linear cell: 16 cubic equations, 36 products."""
    network = linear_cell(seed)
    return network_program(network, Mode(((),) * 4, (0,) * 4)), network.state()


def best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the least wall time, and the last result."""
    least, result = float("inf"), None
    for _ in range(repeats):
        begin = time.perf_counter()
        result = work()
        least = min(least, time.perf_counter() - begin)
    return least, result


def delivered(states: Sequence[State], truth: Sequence[State]) -> dict[str, float]:
    """Return the digits at the worst time, of the norm of the state and of the worst component."""
    norms, parts = [], []
    for found, exact in zip(states, truth, strict=True):
        off = [abs(a - b) for a, b in zip(found, exact, strict=True)]
        norms.append(_digits(max(off), max(abs(b) for b in exact)))
        parts += [_digits(a, abs(b)) for a, b in zip(off, exact, strict=True)]
    return {"norm": round(min(norms), 1), "component": round(min(parts), 1)}


def _digits(off: Fraction, size: Fraction) -> float:
    return float("inf") if off == 0 else 0.30103 * (_log2(size) - _log2(off))


def _log2(value: Fraction) -> float:
    return log2(value.numerator) - log2(value.denominator)


def odefun(program: Program, start: State, digits: int) -> list[State]:
    """Return mpmath's solution at the output times."""
    with mpmath.workdps(digits + 2):

        def number(q: Fraction) -> Any:
            return mpmath.mpf(q.numerator) / q.denominator

        def field(_: Any, state: Any) -> list[Any]:
            values = program.values(list(state), number)
            return [values[place] for place in program.velocity]

        flow = mpmath.odefun(field, 0, [number(value) for value in start])
        return [[_fraction(value) for value in flow(int(t))] for t in TIMES]


def _fraction(value: Any) -> Fraction:
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def heyoka_runner(program: Program, start: State, digits: int) -> tuple[Callable[[], list[State]], float] | None:
    """Return a compiled heyoka integration and the seconds it took to compile, or None without heyoka."""
    try:
        import heyoka as hy
    except ImportError:
        return None
    bits = ceil((digits + 4) / log10(2))

    def number(q: Fraction) -> Any:
        return hy.real(q.numerator, bits) / hy.real(q.denominator, bits)  # expr / 6 would stop at a double

    names = hy.make_vars(*(f"y{i}" for i in range(len(program.states))))
    values = program.values(list(names), lambda q: hy.expression(number(q)))
    system = [(name, values[place]) for name, place in zip(names, program.velocity, strict=True)]
    state = np.array([number(value) for value in start])
    tolerance = hy.real(10, bits) ** (-digits - 3)
    begin = time.perf_counter()
    integrator = hy.taylor_adaptive(system, state, tol=tolerance, fp_type=hy.real, prec=bits)
    seconds = time.perf_counter() - begin

    def run() -> list[State]:
        integrator.time = hy.real(0, bits)
        integrator.state[:] = state
        grid = np.array([hy.real(0, bits), *(hy.real(int(t), bits) for t in TIMES)])
        rows = integrator.propagate_grid(grid)[-1][1:]
        with mpmath.workprec(bits + 20):
            return [[_fraction(mpmath.mpf(str(value))) for value in row] for row in rows]

    return run, seconds


def memory(digits: int) -> dict[str, int]:
    """Return the peak memory in MB of a fresh process: after imports, after a first small flow, and in all (Linux)."""
    if not Path("/proc/self/status").exists():
        return {}
    out = subprocess.run([sys.executable, "-c", MEMORY, str(digits)], capture_output=True, text=True, check=True)
    imported, compiled, peak = (round(float(part)) for part in out.stdout.split())
    return {"imported": imported, "with_kernel": compiled, "peak": peak}


def measure(digits: Sequence[int] = DIGITS, odefun_digits: Sequence[int] = (30,)) -> dict[str, Any]:
    """Return seconds, digits delivered against an independent run with 40 digits more, and peak memory.

    The truth is our plain-integer implementation, which shares no arithmetic with the kernel and is itself compared
    with odefun and heyoka in the tests; odefun and heyoka are measured against it too.
    """
    program, start = problem()
    solve(program, start, TIMES, 15)  # loads the compiled kernel
    found: dict[str, Any] = {}
    for wanted in digits:
        truth = solve(program, start, TIMES, wanted + 40, path="integers").states
        seconds, result = best(lambda wanted=wanted: solve(program, start, TIMES, wanted), 5 if wanted <= 100 else 2)
        entry: dict[str, Any] = {
            "ours": {"seconds": seconds, "digits": delivered(result.states, truth), "memory_mb": memory(wanted)}
        }
        runner = heyoka_runner(program, start, wanted)
        if runner is not None:
            seconds, states = best(runner[0], 3 if wanted <= 100 else 1)
            entry["heyoka"] = {
                "seconds": seconds,
                "compile_seconds": runner[1],
                "digits": delivered(states, truth),
                "ours_over_heyoka": entry["ours"]["seconds"] / seconds,
            }
        if wanted in odefun_digits:
            seconds, states = best(lambda wanted=wanted: odefun(program, start, wanted), 1)
            entry["odefun"] = {
                "seconds": seconds,
                "digits": delivered(states, truth),
                "times_faster": seconds / entry["ours"]["seconds"],
            }
        found[str(wanted)] = entry
    return found


def main() -> None:
    """Print the measurements as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digits", type=int, nargs="*", default=DIGITS)
    parser.add_argument("--odefun", type=int, nargs="*", default=[30], help="odefun takes minutes at 100 digits")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.digits, arguments.odefun), indent=1))


if __name__ == "__main__":
    main()
