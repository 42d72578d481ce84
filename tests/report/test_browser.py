"""The page in a real browser: no complaint, no request, folding, printing, dark mode, a phone, and axe-core."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proofs_check.cli.engine import suite_json
from proofs_check.report.build import html_report, standalone_graph
from proofs_check.report.model import report_model
from tests.report import examples

pytestmark = pytest.mark.slow
SERIOUS = ("serious", "critical")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report")
    old = examples.model()
    old["lemmas"][0]["verdict"] = "OPEN"
    found = {"changed": [{"name": "balance_const", "title": "A <b> title", "old": "OPEN", "new": "PROVED"}]}
    model = examples.model(races=1, differences={**found, "reworded": [], "new": [], "gone": []})
    true = {"change": "with eta <= 1", "text": "x <= 1", "conditions": ["eta <= 1"], "level": 6, "certificate": {}}
    least = {"point": {"x": "1/2"}, "how": "height 3; none is smaller", "certificate": {}}
    repair = {"smallest": least, "fails_on": ["1/3 < x < 2/3"], "true": [true], "not_proved": []}
    model["lemmas"][1]["claims"][0]["repair"] = repair
    (place / "index.html").write_text(html_report(model, examples.figures()), encoding="utf-8")
    (place / "graph.svg").write_text(standalone_graph(model), encoding="utf-8")
    (place / "long.html").write_text(html_report(long_words()), encoding="utf-8")
    return place


def long_words() -> dict[str, Any]:
    """Return a model of words that no line can break, and of names in broad letters."""
    word, name = "Unbroken" * 40, "m" * 30
    claim = examples.claim("x <= 1", name=word, reason=word, evidence=[])
    first = examples.lemma(
        name, word, word, [claim], [], statement=word, scope=word, assumes=[word], hypotheses=["x <= " + "1" * 300]
    )
    second = examples.lemma("W" * 12, word, word, [claim], [], uses=[name], source={"key": word, "locator": word})
    return report_model(suite_json([first, second]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not path:
        pytest.skip("no chromium here")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def show(browser: Any, folder: Path) -> Iterator[Open]:
    contexts, said = [], []

    def opened(width: int = 1200, scheme: str = "light", at: str = "", file: str = "index.html") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
        page.goto((folder / file).as_uri() + at)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []  # no message on the console, no error, no request


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Open, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = show(width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = axe.Axe().run(page).response["violations"]
    serious = [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in SERIOUS]
    assert serious == []


@pytest.mark.parametrize("file", ["index.html", "long.html"])
@pytest.mark.parametrize("width", [360, 800, 1200])
def test_page_does_not_scroll_sideways(show: Open, width: int, file: str) -> None:
    page = show(width, file=file)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_lie_within_their_boxes(show: Open) -> None:
    over = """[...document.querySelectorAll('.box')].map(box => {
        const text = box.parentNode.querySelector('text').getBBox(), frame = box.getBBox()
        return text.x + text.width - frame.x - frame.width })"""
    for file in ("index.html", "long.html"):
        beyond = show(file=file).evaluate(over)
        assert len(beyond) > 1 and max(beyond) < 0


def test_click_in_the_graph_opens_the_lemma(show: Open) -> None:
    page = show()
    inside = page.locator("#lemma-balance_const")
    assert not inside.is_visible()
    page.locator("#graph ~ .plan a", has_text="balance_const").first.click()
    assert inside.is_visible() and page.url.endswith("#lemma-balance_const")


def test_lemma_is_reached_with_the_keyboard_alone(show: Open) -> None:
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


def test_dark_mode_changes_the_page(show: Open) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    assert show(scheme="dark").evaluate(colour) != show().evaluate(colour)


def test_closed_sections_open_in_print(show: Open) -> None:
    page = show()
    shown = "document.querySelector('#lemma-balance_const').checkVisibility({contentVisibilityAuto: true})"
    height = "document.querySelector('#lemma-balance_const').getBoundingClientRect().height"
    assert not page.evaluate(shown)
    page.emulate_media(media="print")
    page.wait_for_function(shown)  # from the next frame on
    assert page.evaluate(height) > 50


def test_policy_lets_the_own_style_through_and_no_other(show: Open, folder: Path) -> None:
    page = show()
    assert page.evaluate("getComputedStyle(document.querySelector('.numbers')).display") == "grid"
    changed = (folder / "index.html").read_text(encoding="utf-8").replace("display: grid", "display: flex", 1)
    (folder / "changed.html").write_text(changed, encoding="utf-8")
    context = page.context.browser.new_context()
    other = context.new_page()
    other.goto((folder / "changed.html").as_uri())
    assert other.evaluate("getComputedStyle(document.querySelector('.numbers')).display") == "block"
    context.close()


def test_formulas_are_mathematics(show: Open) -> None:
    page = show(at="#lemma-alignment_closed_form")
    fraction = page.locator("#lemma-alignment_closed_form mfrac").first.bounding_box()
    assert fraction["height"] > 25  # a numerator above a denominator, not a line of text


def test_graph_file_opens_alone(show: Open) -> None:
    page = show(file="graph.svg")
    assert page.locator("a").count() == 5
