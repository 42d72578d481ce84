"""Lemmas that ask for a licence, for the tests."""

from __future__ import annotations

import json
from pathlib import Path

from proofs_check.lemma import Lemma, from_text
from proofs_check.licence.examine import Licence, examine_licence

ALL = '["neurons", "samples", "dims"]'
PATH = Path("a.toml")


def lemma(
    *claims: str, sizes: str = ALL, network: str = "", head: str = "", variables: str = "", general: str = ""
) -> Lemma:
    """Return a lemma about a network of width 2 on 2 samples in dimension 2, general in `sizes`."""
    net = f"[network]\nwidth = 2\ndimension = 2\nsamples = 2\n{network}"
    texts = "\n".join(f"[[claim]]\ntext = {json.dumps(text)}" for text in claims)
    licence = f'[general]\nlicence = "finite support"\nsizes = {sizes}\n{general}'
    return from_text(f'name = "a"\n{head}\n{net}\n[variables]\n{variables}\n{licence}\n{texts}', PATH)


def licence_of(*claims: str, **more: str) -> Licence:
    """Return what is found of the licence of such a lemma."""
    found = examine_licence(lemma(*claims, **more))
    assert found is not None
    return found
