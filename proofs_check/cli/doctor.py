"""`raceproof doctor`: is everything here that the other commands need?"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from typing import Any

from proofs_check.cli import exits
from proofs_check.cli.output import print_json, table, ticking

SUMMARY = "check the installation"
EXAMPLE = "raceproof doctor --json"
OPTIONAL = "extra =="
EXTRAS = (
    ("heyoka", "fast", "faster ensembles of flows"),
    ("gmpy2", "fast", "faster integers at high precision"),
    ("z3-solver", "smt", "rung 4, the first of two solvers"),
    ("cvc5", "smt", "rung 4, the second of two solvers"),
    ("cvxpy", "sos", "searching sums of squares"),
    ("clarabel", "sos", "searching sums of squares"),
)
IMPORTED_AS = {"python-flint": "flint", "scikit-learn": "sklearn", "z3-solver": "z3", "pillow": "PIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `doctor`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Import every dependency, say which versions are here, and exit 1 when one is missing."""
    checks = [_machine()]
    with ticking("importing") as say:
        for name in _dependencies():
            say(name)
            checks.append(_dependency(name))
        for extra in EXTRAS:
            say(extra[0])
            checks.append(_optional(*extra))
    checks.append(_coq())
    if arguments.json:
        print_json({"schema": "raceproof-doctor/1", "checks": checks})
    else:
        rows = [["ok" if check["ok"] else "MISSING", check["name"], check["detail"]] for check in checks]
        print(table(["", "what", "version"], rows))
    return exits.AS_EXPECTED if all(check["ok"] for check in checks) else exits.UNEXPECTED


def _machine() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {cores} cores"
    return {"name": "python", "ok": sys.version_info >= (3, 11), "detail": detail}


def _dependencies() -> list[str]:
    """Return the names of the core dependencies, read from the installed package itself."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires("raceproof") or []
    except PackageNotFoundError as error:
        raise exits.UsageError("raceproof is not installed here; run `pip install .`") from error
    names = [line for line in lines if OPTIONAL not in line]
    for mark in " ;<>=!~[(":
        names = [name.split(mark)[0] for name in names]
    return list(dict.fromkeys(names))


def _optional(name: str, extra: str, purpose: str) -> dict[str, Any]:
    """Say whether an optional package is here; without it everything works."""
    found = _dependency(name)
    if not found["ok"]:
        found |= {"ok": True, "detail": f"optional, for {purpose}: `pip install 'raceproof[{extra}]'`"}
    return found


def _coq() -> dict[str, Any]:
    """Say whether Coq is here, which is optional too."""
    from proofs_check.engines.coq import HOW_TO_GET, coq_version

    found = coq_version()
    detail = f"optional, for rung 7: {HOW_TO_GET}" if found == "absent" else found
    return {"name": "coqc", "ok": True, "detail": detail}


def _dependency(name: str) -> dict[str, Any]:
    """Import one dependency: a wheel for another machine is installed, but does not import."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        detail = version(name)
        importlib.import_module(IMPORTED_AS.get(name, name))
    except PackageNotFoundError:
        return {"name": name, "ok": False, "detail": f"not installed: `pip install {name}`"}
    except Exception as error:  # whatever a broken binary raises
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return {"name": name, "ok": False, "detail": f"installed, but does not import: {reason}"}
    return {"name": name, "ok": True, "detail": detail}
