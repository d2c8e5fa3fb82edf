"""The page of `--output-format html` in headless Chromium, as a person uses it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_main import WRONG
from tests.report.html_pages import BRANCHES, LARGE, page, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.xdist_group("chromium"),
]
WIDTHS = (400, 1400)
SIZE = "[document.documentElement.scrollWidth, window.innerWidth]"
TALLEST = """Math.max(
    ...[...document.querySelectorAll(".source tbody tr")].map((row) => row.offsetHeight)
)"""
DRAW_ALL = "window.dispatchEvent(new Event('beforeprint'))"
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
BOXES = ".graphs figure:first-child svg .box"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Chromium's own sandbox does not start for root.
    arguments = ["--no-sandbox"] * (hasattr(os, "geteuid") and os.geteuid() == 0)
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with pages: one model, branches, a large model, several files."""
    folder = tmp_path_factory.mktemp("pages")
    programs = {"plain": WRONG, "branches": "# above\n" * 99 + BRANCHES, "large": LARGE}
    for name, text in programs.items():
        written(folder, text, f"{name}.py")
        report = page(folder / f"{name}.py", "--target", "10", "--dry-run")
        written(folder, report, f"{name}.html")
    written(folder, page(folder, "--check"), "folder.html")
    return folder


class Opened:
    """A page, and what went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._asked)
        page.route("http*://**", lambda route: route.abort())

    def _asked(self, request: Any) -> None:
        if not request.url.startswith("file:"):
            self.troubles.append(request.url)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    found = Opened(context.new_page())
    yield found
    context.close()
    assert found.troubles == []


def show(opened: Opened, path: Path, width: int = 1400) -> Page:
    """Open a page, with all its graphs drawn."""
    page = opened.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    page.evaluate(DRAW_ALL)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["plain", "branches", "large", "folder"])
def test_nothing_is_wider_than_the_window(
    name: str, width: int, opened: Opened, pages: Path, tmp_path: Path
) -> None:
    page = show(opened, pages / f"{name}.html", width)
    found, room = page.evaluate(SIZE)
    assert found <= room
    assert page.locator("svg .box").count() > 3
    assert page.evaluate(TALLEST) < 40
    assert len(page.screenshot(path=tmp_path / "page.png", full_page=True)) > 10_000


def test_alternatives_are_compared_by_clicks(opened: Opened, pages: Path) -> None:
    page = show(opened, pages / "plain.html")
    assert page.locator("svg .fault").count() == 1
    after = page.locator("figure").nth(1)
    assert after.locator(".added .title").all_text_contents() == ["Flatten"]
    page.get_by_role("tab").nth(1).click()
    assert after.locator(".added .title").all_text_contents() == ["GlobalAveragePooling2D"]
    panel = page.get_by_role("tabpanel")
    assert panel.count() == 1
    assert "+    layers.GlobalAveragePooling2D()," in panel.inner_text()
    assert "no new parameters" in panel.inner_text()


def test_the_keyboard_reaches_and_does_everything(opened: Opened, pages: Path) -> None:
    page = show(opened, pages / "plain.html")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the models"
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", selected=True).inner_text().startswith("--pick 2")
    assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", selected=True).inner_text().startswith("would fix")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    stops: list[str] = []
    while "KFX101" not in (stops or [""])[-1] or "Dense(" not in stops[-1]:
        assert len(stops) < 20, stops
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    page.keyboard.press("ArrowUp")
    assert "MaxPooling2D" in page.evaluate(FOCUSED) or "Conv2D" in page.evaluate(FOCUSED)
    assert page.evaluate(FOCUSED) in page.locator(".status").first.inner_text()


def test_blocks_of_a_large_model_open_and_close(opened: Opened, pages: Path) -> None:
    page = show(opened, pages / "large.html")
    boxes = page.locator(BOXES)
    folded = boxes.count()
    assert folded < 20
    folds = page.locator(".graphs figure:first-child svg .fold")
    titles = folds.locator(".title").all_text_contents()
    assert any("×3" in title for title in titles)
    assert "(None, 56, 56, 256)" in (folds.nth(1).text_content() or "")
    folds.nth(1).click()
    assert boxes.count() > folded + 15
    opener = page.locator(".graphs figure:first-child svg .open")
    assert opener.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Enter")
    assert boxes.count() == folded
    page.keyboard.press("Enter")
    assert boxes.count() > folded
    found, room = page.evaluate(SIZE)
    assert found <= room
    labels = page.locator(".graphs figure:first-child svg .shape")
    left = opener.locator(".frame").evaluate("node => node.getBBox().x")
    assert left < min(label.evaluate("node => node.getBBox().x") for label in labels.all())


def test_the_theme_can_be_chosen(opened: Opened, pages: Path) -> None:
    opened.page.emulate_media(color_scheme="light")
    page = show(opened, pages / "plain.html")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_role("radio", name="Dark").check()
    assert page.evaluate(colour) != light
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(colour) == light


def test_several_files_are_listed_beside(opened: Opened, pages: Path) -> None:
    page = show(opened, pages / "folder.html")
    links = page.locator("nav a")
    assert links.count() == page.locator("section.model").count() == 3
    links.last.click()
    assert page.url.endswith("#model3")
    assert page.locator("#model3").evaluate("node => node.getBoundingClientRect().top") < 900


def test_a_print_has_all_repairs_and_no_controls(opened: Opened, pages: Path) -> None:
    page = show(opened, pages / "plain.html")
    page.emulate_media(media="print")
    assert not page.locator(".theme").is_visible()
    assert not page.locator("nav").is_visible()
    panels = page.locator(".panel")
    assert panels.count() > 1
    assert all(panels.nth(number).is_visible() for number in range(panels.count()))
    assert page.locator(".paper").all_inner_texts()[:2] == ["would fix", "--pick 2"]
    row = page.locator(".source tbody tr").first
    assert row.evaluate("node => node.getBoundingClientRect().height") < 40
    assert page.pdf().startswith(b"%PDF")


def test_a_name_of_the_program_runs_nothing(opened: Opened, tmp_path: Path) -> None:
    name = "</script><img src=x onerror=alert(1)><script>document.title='x'</script>"
    path = written(tmp_path, WRONG.replace("layers.Dense(10)", f'layers.Dense(10, "{name}")'))
    written(tmp_path, page(path, "--dry-run"), "page.html")
    shown = show(opened, tmp_path / "page.html")
    assert shown.title() == "kfix report"
    assert shown.locator("img").count() == 0
    assert shown.locator("svg").get_by_text("onerror").count() > 0
