"""What Hypothesis loads where raceproof is installed: ``st.from_type(Network)``; strategies come when first used."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

from numerics.flow.network import Network


def _networks(_: Any) -> st.SearchStrategy[Network]:
    from proofs_check.strategies import networks

    return networks()


st.register_type_strategy(Network, _networks)
