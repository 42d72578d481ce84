"""Numerics of the race: the early race from the initial weights, the flow itself, and finite-step gradient descent.

Names are imported when first used, so that ``import numerics`` loads neither numba nor scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.data import Problem, load_problem
    from numerics.descent import Descent, descend, descend_many
    from numerics.early_race.predict import predict
    from numerics.early_race.result import EarlyRace, RaceEvent
    from numerics.flow.integrate import integrate
    from numerics.flow.limits import Limits
    from numerics.flow.network import Network
    from numerics.flow.solution import FlowEvent, FlowResult
    from numerics.groups import find_groups
    from numerics.initial import initial_weights
    from numerics.race import RaceResult, run_race
    from numerics.save import save_race

_HOME = {
    "Problem": "numerics.data",
    "load_problem": "numerics.data",
    "Descent": "numerics.descent",
    "descend": "numerics.descent",
    "descend_many": "numerics.descent",
    "predict": "numerics.early_race.predict",
    "EarlyRace": "numerics.early_race.result",
    "RaceEvent": "numerics.early_race.result",
    "FlowEvent": "numerics.flow.solution",
    "FlowResult": "numerics.flow.solution",
    "Limits": "numerics.flow.limits",
    "Network": "numerics.flow.network",
    "integrate": "numerics.flow.integrate",
    "find_groups": "numerics.groups",
    "initial_weights": "numerics.initial",
    "RaceResult": "numerics.race",
    "run_race": "numerics.race",
    "save_race": "numerics.save",
}

__all__ = [
    "Descent",
    "EarlyRace",
    "FlowEvent",
    "FlowResult",
    "Limits",
    "Network",
    "Problem",
    "RaceEvent",
    "RaceResult",
    "descend",
    "descend_many",
    "find_groups",
    "initial_weights",
    "integrate",
    "load_problem",
    "predict",
    "run_race",
    "save_race",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'numerics' has no attribute {name!r}")
