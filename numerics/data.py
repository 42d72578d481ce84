"""Two-class data sets as the race uses them: flattened, centred, of unit root mean square norm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

BUILT_IN = ("digits", "breast_cancer", "wine", "iris")


@dataclass(frozen=True)
class Problem:
    """A two-class problem: ``x`` (n, d) as used, ``y`` (n,) in {-1, +1}, the two class names (+1 first).

    ``left_out`` samples of a file belong to other classes than the first two, which nobody chose.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, str]
    center: bool = True
    left_out: int = 0


def load_problem(
    data: str | Path = "digits", classes: Sequence[Any] | None = None, center: bool = True
) -> Problem:
    """Load two classes of a data set and scale them.

    Parameters
    ----------
    data : a built-in name (digits, breast_cancer, wine, iris) or the path of an ``.npz`` file with ``x`` (n, ...)
        and ``y`` (n,), and optionally ``classes`` (names, indexed by ``y``).
    classes : two values of ``y`` or two class names; the first becomes +1. The first two present by default.
    center : subtract the mean input of the two classes.

    Returns
    -------
    The problem, its inputs divided by their root mean square norm.

    Raises
    ------
    ValueError
        When the data cannot be read or used; the message says what to do.

    Examples
    --------
    >>> problem = load_problem("iris", classes=["setosa", "virginica"])
    >>> problem.x.shape, problem.classes
    ((100, 4), ('setosa', 'virginica'))
    """
    name = str(data)
    x, y, names = _built_in(name) if name in BUILT_IN else _from_file(Path(data))
    flat = _checked_inputs(name, x, y)
    first, second = _pick(name, y, names, classes)
    chosen = (y == first) | (y == second)
    scaled = _scaled(name, flat[chosen], center)
    label = np.where(y[chosen] == first, 1.0, -1.0)
    left_out = int((~chosen).sum()) if classes is None and name not in BUILT_IN else 0
    return Problem(name, scaled, label, (_named(first, names), _named(second, names)), center, left_out)


def _built_in(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from sklearn import datasets

    bunch: Any = getattr(datasets, f"load_{name}")()
    return bunch.data, bunch.target, np.array([str(label) for label in bunch.target_names])


def _from_file(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    if path.is_dir():
        raise ValueError(f"data: {path} is a folder; give a .npz file in it")
    if not path.is_file():
        raise ValueError(f"data: no file {path}; give a .npz file or one of {', '.join(BUILT_IN)}")
    try:
        # from memory: numpy leaves a broken file open
        archive = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"data: {path} is not a .npz file of plain arrays; write it with numpy.savez(x=..., y=...)"
        ) from error
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise ValueError(f"data: {path} holds a single array; write it with numpy.savez(x=..., y=...)")
    with archive:
        missing = [key for key in ("x", "y") if key not in archive.files]
        if missing:
            raise ValueError(
                f"data: {path} has no array {missing[0]!r}, only {sorted(archive.files)}; name it so"
            )
        try:
            names = archive["classes"] if "classes" in archive.files else None
            return archive["x"], archive["y"], names
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"data: {path} holds pickled or broken arrays; store plain numbers instead"
            ) from error


def _checked_inputs(name: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if y.ndim != 1 or x.ndim < 2 or len(x) != len(y):
        raise ValueError(
            f"data: {name} needs x (n, ...) and y (n,) of one length; got x={x.shape}, y={y.shape}"
        )
    if x.size == 0:
        raise ValueError(f"data: {name} is empty, x={x.shape}; give at least one sample of each class")
    if x.dtype.kind not in "buif" or y.dtype.kind not in "buifUS":
        raise ValueError(f"data: {name} needs real numbers; got x={x.dtype}, y={y.dtype}; convert them")
    flat = x.reshape(len(x), -1).astype(float)
    if x.dtype == np.uint8:
        flat /= 255.0
    if not np.isfinite(flat).all() or (y.dtype.kind == "f" and not np.isfinite(y).all()):
        raise ValueError(f"data: {name} has a value that is not finite; remove or replace it")
    return flat


def _pick(
    name: str, y: np.ndarray, names: np.ndarray | None, classes: Sequence[Any] | None
) -> tuple[Any, Any]:
    _, where = np.unique(y, return_index=True)
    present = sorted(y[where].tolist()) if classes is None else y[np.sort(where)].tolist()
    if len(present) < 2:
        raise ValueError(f"data: {name} has one class only, y={present[0]}; two are needed")
    if classes is None:
        if len(present) > 2 and not all(float(value).is_integer() for value in present if isinstance(value, float)):
            label = f"y={present[0]:.4g}"
            raise ValueError(f"data: {name} has real numbers as labels, such as {label}; two classes are needed")
        return present[0], present[1]
    if len(classes) != 2:
        raise ValueError(f"data: classes={list(classes)} must name two classes")
    first, second = (_match(name, wanted, present, names) for wanted in classes)
    if first == second:
        raise ValueError(f"data: classes={list(classes)} are the same class; name two different ones")
    return first, second


def _match(name: str, wanted: Any, present: list[Any], names: np.ndarray | None) -> Any:
    for value in present:
        if wanted == value or str(wanted) in (str(value), _named(value, names)):
            return value
    known = ", ".join(_named(value, names) for value in sorted(present)[:12])
    raise ValueError(f"data: {name} has no class {wanted!r}; it has {known}")


def _named(value: Any, names: np.ndarray | None) -> str:
    if names is not None and isinstance(value, int) and 0 <= value < len(names):
        return str(names[value])
    return str(value)


def _scaled(name: str, x: np.ndarray, center: bool) -> np.ndarray:
    if center:
        x = x - x.mean(axis=0)
    size = np.sqrt((x * x).sum(axis=1).mean())
    if not size > 0.0:
        raise ValueError(
            f"data: {name} is zero{' once centred' if center else ''}; there is nothing to learn from"
        )
    return np.ascontiguousarray(x / size)
