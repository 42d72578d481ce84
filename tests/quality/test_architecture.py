"""The direction of imports: theory <- numerics <- proofs_check; and nobody executes text."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "theory": {"theory"},
    "numerics": {"theory", "numerics"},
    "proofs_check": {"theory", "numerics", "proofs_check"},
}
OURS = set(ALLOWED) | {"tests", "benchmarks"}
FILES = [path for package in ALLOWED for path in sorted((ROOT / package).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_point_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        foreign = {name.split(".")[0] for name in _imports(path)} & (OURS - ALLOWED[package])
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_the_checker_and_the_prover_share_no_code() -> None:
    checker = [path for path in FILES if "checker" in path.relative_to(ROOT).parts[1]]
    assert checker
    for path in checker:
        ours = {name for name in _imports(path) if name.split(".")[0] in OURS}
        assert all(name.startswith("proofs_check.checker") for name in ours), path
    for folder in ("language", "evidence"):
        for path in (ROOT / "proofs_check" / folder).rglob("*.py"):
            assert not any("checker" in name for name in _imports(path)), path


EXECUTES_TEXT = {"eval", "exec", "compile", "__import__", "sympify", "S", "parse_expr", "lambdify"}
EXECUTING_METHODS = EXECUTES_TEXT - {"compile"}  # re.compile and the like do not run what they compile


def _executing(tree: ast.AST) -> set[str]:
    """Return the calls in a file that would execute text, by plain name or through a module."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = {f.id for f in calls if isinstance(f, ast.Name)} & EXECUTES_TEXT
    return plain | {f.attr for f in calls if isinstance(f, ast.Attribute)} & EXECUTING_METHODS


def test_nothing_executes_text() -> None:
    for planted in ("sympify(x)", "sympy.sympify(x)", "sympy.S(x)", "builtins.exec(x)"):
        assert _executing(ast.parse(planted)), planted
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not _executing(tree), path
        assert not {"pickle", "marshal", "shelve", "dill", "cloudpickle"} & _imports(path), path


def test_only_the_command_line_prints() -> None:
    for path in FILES:
        parts = path.relative_to(ROOT).parts
        if "cli" in parts or "checker" in parts[1]:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print" for n in ast.walk(tree)
        ), path
