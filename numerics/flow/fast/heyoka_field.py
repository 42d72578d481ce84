"""The flow of networks of one shape, in any mode, as expressions of heyoka."""

from __future__ import annotations

from typing import Any, NamedTuple


class FieldExpressions(NamedTuple):
    """Pairs (variable, rate) of ``w`` (m*d), place ``j*d + i``, and of ``v`` (c*m), place ``a*m + j``; the residuals
    ``e`` (c, n).

    Parameters of heyoka: the gated inputs (n, m*d), place ``k*m*d + j*d + i``; then the labels (c, n); then, when asked
    for, the square of the unit of the weights.
    """

    w: list[tuple[Any, Any]]
    v: list[tuple[Any, Any]]
    e: list[list[Any]]


def import_heyoka(who: str, other: str) -> Any:
    """Return the module.

    Parameters
    ----------
    who : the name of the caller.    other : the engine to use instead.

    Raises
    ------
    ValueError
        When heyoka is not installed.

    Examples
    --------
    >>> import_heyoka.__name__
    'import_heyoka'
    """
    try:
        import heyoka
    except ImportError:
        raise ValueError(
            f"{who}: engine='heyoka' needs heyoka; install raceproof[fast] or use engine={other!r}"
        ) from None
    return heyoka


def field_expressions(hy: Any, m: int, d: int, n: int, c: int, loss: str, scaled: bool = False) -> FieldExpressions:
    """Return the field of networks with m neurons, d inputs, n samples and c outputs.

    A gated input of a sliding neuron is projected off the kinks; then the same rates hold in every mode.

    Parameters
    ----------
    scaled : whether weights are given in a unit of their own, the square of which is the last parameter.

    Examples
    --------
    >>> field_expressions.__name__
    'field_expressions'
    """
    w, v = ([hy.expression(f"{name}{i}") for i in range(size)] for name, size in (("w", m * d), ("v", c * m)))
    gate = [[hy.par[k * m * d + i] for i in range(m * d)] for k in range(n)]
    label = [[hy.par[n * m * d + a * n + k] for k in range(n)] for a in range(c)]
    part = [[v[a * m + i // d] * w[i] for i in range(m * d)] for a in range(c)]
    f = [[hy.sum([g * p for g, p in zip(gate[k], part[a], strict=True)]) for k in range(n)] for a in range(c)]
    if scaled:
        f = [[hy.par[n * m * d + c * n] * value for value in row] for row in f]
    e = _residuals(hy, f, label, loss)
    drive = [[hy.sum([gate[k][i] * e[a][k] for k in range(n)]) * (1.0 / n) for i in range(m * d)] for a in range(c)]
    w_rate = [hy.sum([v[a * m + i // d] * drive[a][i] for a in range(c)]) for i in range(m * d)]
    v_rate = [hy.sum([w[j * d + i] * drive[a][j * d + i] for i in range(d)]) for a in range(c) for j in range(m)]
    return FieldExpressions(list(zip(w, w_rate, strict=True)), list(zip(v, v_rate, strict=True)), e)


def _residuals(hy: Any, f: list[list[Any]], y: list[list[Any]], loss: str) -> list[list[Any]]:
    if loss == "squared":
        return [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(y, f, strict=True)]
    if loss == "logistic":
        return [[b * hy.sigmoid(-b * a) for a, b in zip(*rows, strict=True)] for rows in zip(f, y, strict=True)]
    if loss == "exponential":
        return [[b * hy.exp(-b * a) for a, b in zip(*rows, strict=True)] for rows in zip(f, y, strict=True)]
    outputs, samples = range(len(f)), range(len(f[0]))
    # differences keep the exponentials in range
    return [[y[a][k] - 1.0 / hy.sum([hy.exp(f[b][k] - f[a][k]) for b in outputs]) for k in samples] for a in outputs]
