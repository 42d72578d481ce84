"""The built pages: complete, without dead links, and each counterexample on them accepted by the checker."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from proofs_check.checker import replay
from proofs_check.derived import PREFIX
from proofs_check.registry import suite
from proofs_check.verdict import REFUTED
from tests.docs.console import Command, File, environment, follow

pytestmark = pytest.mark.slow
CERTIFICATE = re.compile(r"<summary>certificate</summary><pre><code>(.*?)</code></pre>", re.DOTALL)
LOADING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """What a page links to, what it loads, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := known.get(name))}
        if tag == "a" and (link := known.get("href")):
            self.links.append(link)
        elif tag in LOADING and (link := known.get(LOADING[tag])) and known.get("rel") not in ("next", "prev"):
            self.loads.append(link)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def dead_links(pages: dict[Path, Page]) -> list[str]:
    """Return the links inside the site whose page or anchor is not there."""
    dead = []
    for path, page in pages.items():
        for link in page.links if path.name != "404.html" else []:  # its links are from the root of the site
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            fragment = unquote(parts.fragment)
            known = target in pages and (fragment in pages[target].anchors or fragment.startswith("__"))
            dead += [f"{path.name} -> {link}"] if not target.is_file() or (fragment and not known) else []
    return dead


def test_every_link_and_anchor_inside_the_site_is_there(pages: dict[Path, Page]) -> None:
    assert len(pages) > 60 and not dead_links(pages)


@pytest.mark.parametrize("link", ["lost.html", "other.html#lost", "#lost"])
def test_dead_link_is_found(link: str, tmp_path: Path) -> None:
    texts = {"a.html": f'<a href="other.html#here">good</a><a href="{link}">bad</a>', "other.html": '<p id="here">'}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert dead_links({tmp_path / name: Page(text) for name, text in texts.items()}) == [f"a.html -> {link}"]


def test_pages_load_nothing_from_elsewhere(pages: dict[Path, Page]) -> None:
    loaded = {link for page in pages.values() for link in page.loads}
    assert loaded and not [link for link in loaded if urlsplit(link).netloc or urlsplit(link).scheme == "http"]


def test_styles_load_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?https?:", path.read_text(encoding="utf-8")), path


def test_each_claim_that_fell_has_its_page_and_an_accepted_counterexample(site: Path) -> None:
    fallen = [lemma for lemma in suite() if any(claim.expect == REFUTED for claim in lemma.claims)]
    assert len(fallen) >= 28
    for lemma in fallen:
        page = (site / "fallen" / f"{lemma.name}.html").read_text(encoding="utf-8")
        found = CERTIFICATE.search(page)
        assert found, lemma.name
        certificate = json.loads(html.unescape(found[1]))
        assert certificate["statement"]["text"] in {claim.statement.text for claim in lemma.claims}
        assert certificate["kind"] == "counterexample" and replay(certificate).accepted, lemma.name
        shown = " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())
        assert lemma.source["key"] == "folklore" or lemma.source["locator"] in shown, lemma.name


def test_each_derivation_has_its_page(site: Path) -> None:
    names = [lemma.name.removeprefix(PREFIX) for lemma in suite() if lemma.name.startswith(PREFIX)]
    assert len(names) >= 23
    for name in names:
        page = (site / "derivations" / f"{name}.html").read_text(encoding="utf-8")
        steps = re.search(r'<ol class="steps">(.*?)</ol>', page, re.DOTALL)
        assert steps and steps[1].count("<li>") == steps[1].count('class="PROVED"') > 0, name


@pytest.mark.parametrize(
    ("page", "last"),
    [
        ("fallen/separability_condition_at_three_classes.html", "$ raceproof replay result.json"),
        ("fallen/gd_loss_never_rises.html", "$ raceproof replay result.json"),
        ("derivations/alignment_ode.html", "$ raceproof verify derived_alignment_ode"),
    ],
)
def test_commands_of_generated_pages_run(site: Path, tmp_path: Path, page: str, last: str) -> None:
    text = html.unescape(re.sub("<[^>]+>", "", (site / page).read_text(encoding="utf-8")))
    lines = [line.strip() for line in text.splitlines() if line.startswith("$ raceproof ")]
    assert len(lines) == 2 and lines[1] == last
    steps: list[File | Command] = [Command(line.removeprefix("$ "), None) for line in lines]
    assert follow(steps, tmp_path, environment(tmp_path / "bin")) == 2


def test_formulas_are_mathml_and_no_latex_is_left(site: Path) -> None:
    theory = (site / "explanation" / "theory.html").read_text(encoding="utf-8")
    assert theory.count("<math") > 15
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "arithmatex" not in text and 'class="tex"' not in text, path


def test_assumptions_of_the_suite_are_all_listed(site: Path) -> None:
    page = html.unescape((site / "explanation" / "assumptions.html").read_text(encoding="utf-8"))
    for lemma in suite():
        for assumption in lemma.assumes:
            assert assumption[1:] in page, assumption
