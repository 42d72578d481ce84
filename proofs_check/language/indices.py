"""Indices: components of vectors, finite sums and conjunctions, what they run over."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Mapping

from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.names import Names, Value
from proofs_check.language.network import total
from proofs_check.language.numbers import stated_constant
from proofs_check.language.shapes import RELATIONS, same_length
from proofs_check.language.term import Formula, Term, conjunction


class Indices(Names):
    """Reads what has an index; `Elaboration` reads the expressions inside."""

    @abstractmethod
    def _value(self, node: ast.expr, bound: Mapping[str, int]) -> Value: ...

    @abstractmethod
    def _scalar(self, node: ast.expr, bound: Mapping[str, int]) -> Term: ...

    @abstractmethod
    def _formula(self, node: ast.expr, bound: Mapping[str, int]) -> Formula: ...

    def _index(self, node: ast.expr, bound: Mapping[str, int], size: int, what: str) -> int:
        value = stated_constant(self._scalar(node, bound))
        if value is None or value.denominator != 1:
            raise ClaimError(f"the index {shorten(ast.unparse(node), 20)} of {what} is not a whole number")
        if not 0 <= value < size:
            raise ClaimError(f"index {value} of {what} is outside 0..{size - 1}")
        return int(value)

    def _fold(self, name: str, args: list[ast.expr], bound: Mapping[str, int]) -> Value:
        if len(args) != 1 or not isinstance(args[0], ast.GeneratorExp):
            raise ClaimError(f"{name} needs the form {name}(... for k in samples)")
        body = args[0].elt
        cases = self._indices(args[0].generators, dict(bound))
        if name == "all":
            return conjunction([self._formula(body, case) for case in cases])
        values = [self._value(body, case) for case in cases]
        if any(isinstance(value, Formula) for value in values):
            raise ClaimError("sum of relations: use all(...)")
        if values and isinstance(values[0], tuple):
            for other in values[1:]:
                same_length(values[0], other)  # type: ignore[arg-type]
            return tuple(total(list(parts)) for parts in zip(*values, strict=True))  # type: ignore[arg-type]
        return total(values)  # type: ignore[arg-type]

    def _indices(self, generators: list[ast.comprehension], bound: dict[str, int]) -> list[dict[str, int]]:
        cases = [bound]
        for generator in generators:
            if not isinstance(generator.target, ast.Name) or generator.is_async:
                raise ClaimError("an index is one name: `for k in samples`")
            name = generator.target.id
            if name in bound or not self.is_free(name):
                raise ClaimError(f"the index {name!r} shadows another name: take another letter")
            bound = {**bound, name: 0}
            cases = [{**case, name: i} for case in cases for i in range(self._extent(generator.iter, case))]
            for condition in generator.ifs:
                cases = [case for case in cases if self._static(condition, case)]
            if len(cases) > 10_000:
                raise ClaimError("more than 10,000 terms in one sum")
        return cases

    def _extent(self, node: ast.expr, bound: Mapping[str, int]) -> int:
        if isinstance(node, ast.Name) and self.network:
            sizes = {
                "neurons": self.network.width,
                "samples": self.network.samples,
                "dims": self.network.dimension,
                "outputs": self.network.outputs,
            }
            if node.id in sizes:
                return sizes[node.id]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "range"
            and len(node.args) == 1
            and not node.keywords
        ):
            size = stated_constant(self._scalar(node.args[0], bound))
            if size is not None and size.denominator == 1 and 0 <= size <= 10_000:
                return int(size)
        raise ClaimError(
            f"{shorten(ast.unparse(node), 30)} is no range: use neurons, samples, dims, outputs or range(n)"
        )

    def _static(self, node: ast.expr, bound: Mapping[str, int]) -> bool:
        """Return the truth of comparisons of indices, joined by `and`, `or` and `not`; every one of them is read."""
        if isinstance(node, ast.BoolOp):
            parts = [self._static(part, bound) for part in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self._static(node.operand, bound)
        if not isinstance(node, ast.Compare):
            raise ClaimError("an `if` in a sum compares indices only")
        values = [stated_constant(self._scalar(side, bound)) for side in (node.left, *node.comparators)]
        truth = True
        for op, a, b in zip(node.ops, values, values[1:], strict=False):
            if a is None or b is None:
                raise ClaimError("an `if` in a sum compares indices only")
            sign = RELATIONS[type(op)]
            outcome = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]
            truth = truth and outcome
        return truth
