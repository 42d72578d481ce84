"""What mkdocs calls while it builds: pages made from the code and the verifier's results, and formulas as MathML."""

from __future__ import annotations

from typing import Any

import assumptions
import commands
import derived
import fallen
from mathematics import with_mathml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from verified import verified

import examples
from theory import derivation_names

STEPS, FALLEN = "The theory, step by step", "Claims that fell"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages into the navigation."""
    derivations = [f"{derived.FOLDER}/index.md", *(f"{derived.FOLDER}/{name}.md" for name in derivation_names())]
    published, tempting = [], []
    for lemma in verified().fallen:
        group = tempting if lemma.source.get("key") == fallen.TEMPTING else published
        group.append({fallen.title(lemma): f"{fallen.FOLDER}/{lemma.name}.md"})
    groups = [f"{fallen.FOLDER}/index.md", {"From papers": published}, {"Tempting readings": tempting}]
    config.nav = _filled(config.nav, {STEPS: derivations, FALLEN: groups})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    known = verified()
    pages = {
        "reference/commands.md": commands.commands_page(),
        "how-to/examples.md": examples.examples_page(),
        "explanation/assumptions.md": assumptions.assumptions_page(known),
        f"{derived.FOLDER}/index.md": derived.index(known),
        f"{fallen.FOLDER}/index.md": fallen.index(known),
    }
    pages |= {f"{derived.FOLDER}/{name}.md": derived.page(name, known) for name in derivation_names()}
    pages |= {f"{fallen.FOLDER}/{lemma.name}.md": fallen.page(lemma, known) for lemma in known.fallen}
    for place, text in pages.items():
        files.append(File.generated(config, place, content=text))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Turn the formulas of a page into MathML."""
    return with_mathml(html)


def _filled(nav: Any, generated: dict[str, list[Any]]) -> Any:
    """Return the navigation with the empty entries of those names filled in."""
    if isinstance(nav, list):
        return [_filled(entry, generated) for entry in nav]
    if isinstance(nav, dict):
        return {name: generated.get(name) or _filled(entry, generated) for name, entry in nav.items()}
    return nav
