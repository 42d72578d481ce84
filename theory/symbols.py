"""Symbols and functions shared by every derivation, named exactly as in the claim language."""

from __future__ import annotations

from typing import Any, TypeAlias

import sympy

# SymPy ships no types, and those that a checker infers from its source are wrong (Basic, None, AppliedUndef).
Expr: TypeAlias = Any


def real(name: str) -> sympy.Symbol:
    """Return the real symbol called ``name``.

    Examples
    --------
    >>> real("p0").is_real
    True
    """
    return sympy.Symbol(name, real=True)


def positive(name: str) -> sympy.Symbol:
    """Return the positive symbol called ``name``.

    Examples
    --------
    >>> sympy.sqrt(positive("Gamma") ** 2)
    Gamma
    """
    return sympy.Symbol(name, positive=True)


def indexed(name: str, *indices: int) -> sympy.Symbol:
    """Return the real symbol ``name[i,j,...]``; brackets and commas keep (1, 11) and (11, 1) apart.

    Examples
    --------
    >>> indexed("w", 0, 1)
    w[0,1]
    """
    return real(f"{name}[{','.join(str(index) for index in indices)}]")


def vector(name: str, size: int, *indices: int) -> tuple[sympy.Symbol, ...]:
    """Return the ``size`` components of the vector ``name[indices]``.

    Examples
    --------
    >>> vector("w", 2, 0)
    (w[0,0], w[0,1])
    """
    return tuple(indexed(name, *indices, component) for component in range(size))


def dot(a, b) -> Expr:
    """Return the inner product of two sequences of equal length.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> dot(vector("w", 2, 0), vector("x", 2, 1))
    w[0,0]*x[1,0] + w[0,1]*x[1,1]
    """
    if len(a) != len(b):
        raise ValueError(f"dot: both sequences need the same length, got len(a)={len(a)} and len(b)={len(b)}")
    return sympy.Add(*(left * right for left, right in zip(a, b, strict=True)))


class step(sympy.Function):  # lower case like every SymPy function
    """The gate of a pre-activation: 1 above zero, 0 below; its derivative is 0 off the kink.

    Examples
    --------
    >>> sympy.diff(step(real("z")), real("z"))
    0
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return 0: claims that differentiate are made off the gate boundaries."""
        return sympy.S.Zero


class relu(sympy.Function):
    """The rectifier max(z, 0); its derivative off the kink is ``step(z)``.

    Examples
    --------
    >>> sympy.diff(relu(real("z")), real("z"))
    step(z)
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the gate."""
        return step(self.args[0])


class FlowDerivative(sympy.Function):
    """The unevaluated time derivative along a flow, written ``d(expr)`` in claims.

    Examples
    --------
    >>> FlowDerivative(real("v") ** 2)
    d(v**2)
    """

    nargs = 1

    def _sympystr(self, printer) -> str:
        return f"d({printer._print(self.args[0])})"

    def _latex(self, printer, exp=None) -> str:
        inner = printer._print(self.args[0])
        body = rf"\frac{{d}}{{dt}} {inner}" if self.args[0].is_Symbol else rf"\frac{{d}}{{dt}}\left({inner}\right)"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class NextValue(sympy.Function):
    """The unevaluated value after one descent step, written ``next(expr)`` in claims.

    Examples
    --------
    >>> NextValue(real("v"))
    next(v)
    """

    nargs = 1

    def _sympystr(self, printer) -> str:
        return f"next({printer._print(self.args[0])})"

    def _latex(self, printer, exp=None) -> str:
        body = rf"\left({printer._print(self.args[0])}\right)^{{\mathrm{{next}}}}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"
