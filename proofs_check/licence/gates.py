"""Hypotheses that fix gates: strict signs of pre-activations. They are all that a finite support licence may use."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from proofs_check.language.parse import number, parse
from proofs_check.licence.indexed import Refused
from proofs_check.licence.reading import RANGES


def gate_hypotheses(hypotheses: Sequence[str]) -> tuple[str, ...]:
    """Return those hypotheses that say only that some pre-activations are positive, or negative.

    Examples
    --------
    >>> gate_hypotheses(["all(dot(w[0], x[k]) < 0 for k in samples)", "v[0] > 0", "dot(w[0], x[0]) <= 0"])
    ('all(dot(w[0], x[k]) < 0 for k in samples)',)
    """
    return tuple(text for text in hypotheses if _fixes_gates(parse(text)))


def indices_of(hypotheses: Sequence[str]) -> dict[str, set[int]]:
    """Return the indices written as numbers in such hypotheses, by axis.

    Examples
    --------
    >>> indices_of(["all(dot(w[0], x[k]) < 0 for k in samples if k != 2)"])
    {'neurons': {0}, 'samples': {2}}
    """
    found: dict[str, set[int]] = {"neurons": set(), "samples": set()}
    for text in hypotheses:
        tree = parse(text)
        axes = _axes(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                _note(node.slice, "neurons" if node.value.id == "w" else "samples", found)
            elif isinstance(node, ast.Compare) and not isinstance(node.left, ast.Call):
                sides = [node.left, *node.comparators]
                axis = next(axes[s.id] for s in sides if isinstance(s, ast.Name))
                for side in sides:
                    _note(side, axis, found)
    return found


def _note(node: ast.expr, axis: str, found: dict[str, set[int]]) -> None:
    if isinstance(node, ast.Constant):
        found[axis].add(int(number(node)))


def _axes(tree: ast.expr) -> dict[str, str]:
    return {
        part.target.id: part.iter.id
        for node in ast.walk(tree)
        if isinstance(node, ast.GeneratorExp)
        for part in node.generators
        if isinstance(part.target, ast.Name) and isinstance(part.iter, ast.Name)
    }


def _fixes_gates(tree: ast.expr) -> bool:
    axes: dict[str, str] = {}
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "all" and tree.args:
        generator = tree.args[0]
        if not isinstance(generator, ast.GeneratorExp):
            return False
        for part in generator.generators:
            if not (isinstance(part.target, ast.Name) and isinstance(part.iter, ast.Name) and part.iter.id in RANGES):
                return False
            if part.target.id in axes:
                raise Refused("a hypothesis binds an index twice")
            axes[part.target.id] = part.iter.id
            if not all(_compares_indices(test, axes) for test in part.ifs):
                return False
        tree = generator.elt
    return _is_sign(tree, axes)


def _compares_indices(test: ast.expr, axes: dict[str, str]) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [test.left, test.comparators[0]]
    named = [axes[s.id] for s in sides if isinstance(s, ast.Name) and s.id in axes]
    written = [s for s in sides if isinstance(s, ast.Constant) and number(s).denominator == 1]
    return len(named) >= 1 and len(set(named)) == 1 and len(named) + len(written) == 2


def _is_sign(tree: ast.expr, axes: dict[str, str]) -> bool:
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or not isinstance(tree.ops[0], ast.Lt | ast.Gt):
        return False
    reach, zero = tree.left, tree.comparators[0]
    if not isinstance(zero, ast.Constant) or number(zero) != 0:
        return False
    if not (isinstance(reach, ast.Call) and isinstance(reach.func, ast.Name) and reach.func.id == "dot"):
        return False
    return len(reach.args) == 2 and all(
        _is_named(arg, letter, axis, axes)
        for arg, letter, axis in zip(reach.args, "wx", ("neurons", "samples"), strict=True)
    )


def _is_named(node: ast.expr, letter: str, axis: str, axes: dict[str, str]) -> bool:
    if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == letter):
        return False
    index = node.slice
    if isinstance(index, ast.Name):
        return axes.get(index.id) == axis
    return isinstance(index, ast.Constant) and number(index).denominator == 1


__all__ = ["gate_hypotheses", "indices_of"]
