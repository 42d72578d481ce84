"""Symbolic derivations from f(x) = sum_j v_j relu(w_j.x): equations, conservation laws and closed forms.

SymPy and the derivations are imported when first used, so importing this package is cheap.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.derivation import Derivation


def derivation_names() -> list[str]:
    """Return the names of all derivations, found by scanning the folder ``derivations``.

    Examples
    --------
    >>> "balance_conservation" in derivation_names()
    True
    """
    folder = importlib.import_module("theory.derivations").__path__
    return sorted(entry.name for entry in pkgutil.iter_modules(folder))


def derivation_options(name: str) -> dict[str, Any]:
    """Return the options that a derivation takes, with their defaults.

    Raises
    ------
    ValueError
        If there is no such derivation.

    Examples
    --------
    >>> derivation_options("balance_conservation")
    {'readout': 'scalar'}
    """
    parameters = inspect.signature(_load(name)).parameters.values()
    return {parameter.name: parameter.default for parameter in parameters}


def derive(name: str, **options: Any) -> Derivation:
    """Derive by name; the options are those of `derivation_options`.

    Raises
    ------
    ValueError
        If there is no such derivation, or it does not take an option, or the value of one is not possible.

    Examples
    --------
    >>> derive("balance_conservation", readout="vector").name
    'balance_conservation'
    """
    build, known = _load(name), derivation_options(name)
    for option, value in options.items():
        if option not in known:
            takes = ", ".join(known) or "no options"
            raise ValueError(f"derive: {name} does not take {option}={value!r}; it takes {takes}")
    return build(**options)


def _load(name: str):
    if name not in derivation_names():
        raise ValueError(f"derive: no derivation name={name!r}; use one of {', '.join(derivation_names())}")
    return importlib.import_module(f"theory.derivations.{name}").derivation
