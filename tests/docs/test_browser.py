"""The pages in a real browser: no complaint, no request to elsewhere, readable on a phone, search, dark mode."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SOME = (
    "index.html",
    "tutorial.html",
    "verdicts.html",
    "fallen/readout_sign_never_changes.html",
    "explanation/theory.html",
)
# what sticks out of the screen and does not scroll in a box of its own
WIDER = """() => [...document.querySelectorAll('main *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .filter(e => !e.closest('pre, .scroll, .md-typeset__scrollwrap, .math, .claim, .statement, .md-sidebar'))
  .map(e => e.outerHTML.slice(0, 120))"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves the pages without a word."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), "")
    if not path:
        pytest.skip("no chromium here")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def show(browser: Any, said: list[str]) -> Iterator[Any]:
    """Return a function that opens a page; what it complains of, or asks of another place, is in ``said``."""
    contexts = []

    def opened(base: str, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(base) else said.append(request.url))
        return page

    yield opened
    for context in contexts:
        context.close()


def test_every_page_opens_on_a_phone_without_a_complaint(show: Any, said: list[str], site: Path, address: str) -> None:
    page = show(address, width=360)
    wide = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        page.goto(address + name, wait_until="load")
        if page.evaluate("document.documentElement.scrollWidth") > 360 or page.evaluate(WIDER):
            wide.append((name, page.evaluate(WIDER)[:3]))
    assert not said and not wide


@pytest.mark.parametrize("name", SOME)
def test_page_opens_from_the_disk(show: Any, said: list[str], site: Path, name: str) -> None:
    page = show("file:")
    page.goto((site / name).as_uri(), wait_until="load")
    assert page.locator("h1").count() == 1 and not said


def test_links_of_the_navigation_lead_to_pages(show: Any, said: list[str], address: str) -> None:
    page = show(address)
    page.goto(address + "index.html")
    page.get_by_role("link", name="Claims that fell").first.click()
    page.get_by_role("link", name="The sign of a read-out never changes").first.click()
    assert page.locator("h1").inner_text().startswith("The sign of a read-out never changes")
    assert "REFUTED" in page.locator("p.verdict").first.inner_text() and not said


def test_search_finds_a_page_without_the_network(show: Any, said: list[str], address: str) -> None:
    page = show(address)
    page.goto(address + "index.html")
    page.locator("input.md-search__input").click()
    page.keyboard.type("saltation")
    page.locator(".md-search-result__item").first.wait_for(timeout=10_000)
    assert not said


def test_selected_shell_block_is_its_commands(show: Any, site: Path) -> None:
    page = show("file:")
    page.goto((site / "index.html").as_uri())
    assert page.locator(".language-console .md-code__button:visible").count() == 0
    select = "() => { getSelection().selectAllChildren(document.querySelector('.language-console code')); }"
    page.evaluate(select)
    said = page.evaluate("getSelection().toString()")
    assert said.strip() == 'raceproof refute "tanh(x) >= x - x**3/4" --for "0 <= x <= 1"'


def test_dark_mode_follows_the_system(show: Any, said: list[str], site: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = show("file:", scheme=scheme)
        page.goto((site / "verdicts.html").as_uri())
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(int(part) for part in colour[4:-1].split(",")) for colour in colours)
    assert light > 600 and dark < 200 and not said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SOME)
def test_axe_finds_nothing_serious(show: Any, site: Path, name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = show("file:", scheme=scheme)
    page.goto((site / name).as_uri())
    found = axe.Axe().run(page).response["violations"]
    assert not [
        (problem["id"], [node["html"][:150] for node in problem["nodes"][:3]])
        for problem in found
        if problem["impact"] in ("serious", "critical")
    ]
