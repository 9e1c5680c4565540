"""The pages in a real browser: no error, nothing from elsewhere, no sideways scroll, accessible, usable by keyboard and without scripts."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browsing import ARGUMENTS, WIDTHS, find_chromium, violations, watched

from catalog.kinds import all_kinds
from catalog.site.queries import load_queries
from catalog.site.sections import all_sections

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path(sys.executable).with_name("catalog")
FIXED = ["/", "/api", "/search", "/search?q=mnist", "/search?q=zzzzqqq", "/catalog", "/catalog/datasets", "/catalog/claims", "/catalog/timeline", "/none",
         "/catalog/dataset_splits", "/catalog?sql=select+kind%2C+count(*)+from+records+group+by+kind", "/catalog?sql=selec"]
# Pages on which every colour of the dark scheme is in use; the others would take their time for nothing new.
DARK = {"/", "/api", "/search?q=mnist", "/catalog", "/catalog/datasets", "/none", "/timeline", "/people-and-machines", "/learn", "/curate"}
STATUS = {"/none": "404", "/catalog?sql=selec": "400"}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole catalog, built anew."""
    folder = tmp_path_factory.mktemp("browser")
    subprocess.run([CATALOG, "build", "--data", ROOT / "data", "--build", folder], check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def base(build: Path) -> Iterator[str]:
    """The address of a server on that catalog."""
    server = subprocess.Popen([CATALOG, "serve", "--build", build, "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=build)
    try:
        line = server.stdout.readline()
        assert "http://" in line, line
        yield "http://" + line.partition("http://")[2].split("/")[0]
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def refs(build: Path) -> dict[str, str]:
    """The record of each kind that has most claims: its page shows most."""
    sql = "SELECT r.kind, r.ref FROM records r LEFT JOIN claims c ON c.record = r.ref GROUP BY r.ref ORDER BY count(c.id), r.ref DESC"
    with closing(sqlite3.connect(build / "current" / "catalog.db")) as db:
        return dict(db.execute(sql).fetchall())


def check_page(browser: Any, base: str, path: str, is_dark: bool = False) -> None:
    """Look at a page at both widths, and at some in the dark colours too; fail with all that is wrong."""
    with watched(browser, base) as at:
        at.open(path, STATUS.get(path, ""))
        problems = [f"axe: {line}" for line in violations(at.page)]
        for width in WIDTHS:
            at.page.set_viewport_size({"width": width, "height": 900})
            at.screenshot(f"{path}-{width}")
            overflow = at.overflow()
            if overflow:
                problems.append(f"scrolls sideways at {width} px: {overflow}")
        if path in DARK or is_dark:
            at.page.emulate_media(color_scheme="dark")
            problems += [f"axe, dark: {line}" for line in violations(at.page, ["color-contrast"])]
        problems += at.problems
    assert not problems, f"{path}\n" + "\n".join(problems)


@pytest.mark.parametrize("path", FIXED)
def test_page_is_sound(path: str, browser: Any, base: str):
    check_page(browser, base, path)


@pytest.mark.parametrize("name", all_sections())
def test_section_is_sound(name: str, browser: Any, base: str):
    check_page(browser, base, f"/{name}")


@pytest.mark.parametrize("kind", all_kinds())
def test_record_is_sound(kind: str, browser: Any, base: str, refs: dict[str, str]):
    check_page(browser, base, f"/catalog/{refs[kind]}", is_dark=kind in ("datasets", "benchmarks"))


def test_search_is_typed_and_followed(browser: Any, base: str):
    with watched(browser, base) as at:
        at.open("/")
        at.page.fill("header.site input[name=q]", "mnist")
        at.page.press("header.site input[name=q]", "Enter")
        at.page.wait_for_url("**/search?q=mnist")
        at.page.click("ol.hits h2 a >> nth=0")
        assert at.page.text_content("h1").strip() == "MNIST"
        assert at.problems == []


def test_suggestion_is_chosen_with_the_arrows(browser: Any, base: str):
    with watched(browser, base) as at:
        at.open("/")
        field = at.page.locator("header.site input[name=q]")
        field.press_sequentially("fashion-m", delay=20)
        options = at.page.locator("header.site [role=listbox] [role=option]")
        options.first.wait_for()
        assert field.get_attribute("aria-expanded") == "true" and violations(at.page) == []
        at.screenshot("suggestions")
        field.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id") and options.first.get_attribute("aria-selected") == "true"
        field.press("Escape")
        assert field.get_attribute("aria-expanded") == "false" and field.input_value() == "fashion-m"
        field.press_sequentially("n")
        options.first.wait_for()
        field.press("ArrowDown")
        field.press("Enter")
        at.page.wait_for_url("**/catalog/datasets/fashion-mnist")
        assert at.problems == []


def test_keyboard_alone_searches_and_opens_a_record(browser: Any, base: str):
    with watched(browser, base) as at:
        at.open("/")
        at.page.keyboard.press("Tab")
        assert at.page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        for _ in range(10):
            at.page.keyboard.press("Tab")
            if at.page.evaluate("document.activeElement.name") == "q":
                break
        at.page.keyboard.type("трансформер")
        at.page.keyboard.press("Enter")
        at.page.wait_for_url("**/search?q=*")
        for _ in range(40):
            at.page.keyboard.press("Tab")
            if at.page.evaluate("document.activeElement.closest('ol.hits') !== null"):
                break
        at.page.keyboard.press("Enter")
        at.page.wait_for_url("**/catalog/*/*")
        assert at.problems == []


def test_mark_of_a_chart_leads_to_its_record(browser: Any, base: str):
    with watched(browser, base) as at:
        at.open("/timeline")
        mark = at.page.locator("figure.chart svg a[href*='/catalog/']").first
        assert mark.get_attribute("href").startswith("/catalog/")
        mark.focus()
        at.page.keyboard.press("Enter")
        at.page.wait_for_url("**/catalog/*/*")
        assert at.page.locator("h1").count() == 1 and at.problems == []


def test_canned_query_is_filled_in_and_its_csv_downloaded(browser: Any, base: str):
    query = load_queries()["splits_of_a_dataset"]
    name = next(iter(query.parameters))
    with watched(browser, base) as at:
        at.open("/questions")
        form = at.page.locator(f"form[action='/catalog/{query.name}']")
        form.locator(f"input[name={name}]").fill("svhn")
        form.locator("button").click()
        at.page.wait_for_url(f"**/catalog/{query.name}?*{name}=svhn*")
        rows = at.page.locator("table tbody tr").count()
        assert rows >= 3
        link = at.page.locator("a[href*='.csv']").first.get_attribute("href")
        csv = at.page.request.get(base + link)
        assert csv.status == 200 and len(csv.text().strip().splitlines()) == rows + 1
        assert at.problems == []


def test_pages_work_without_scripts(browser: Any, base: str):
    with watched(browser, base, java_script_enabled=False) as at:
        at.open("/")
        at.page.fill("header.site input[name=q]", "mnist")
        at.page.press("header.site input[name=q]", "Enter")
        at.page.wait_for_url("**/search?q=mnist")
        at.page.click("ol.hits h2 a >> nth=0")
        assert at.page.text_content("h1").strip() == "MNIST"


def test_linked_data_in_a_page_does_not_trouble_the_policy(browser: Any, base: str, refs: dict[str, str]):
    with watched(browser, base) as at:
        at.open(f"/catalog/{refs['datasets']}")
        data = at.page.locator("script[type='application/ld+json']").all_text_contents()
        assert len(data) == 1 and '"Dataset"' in data[0] and at.problems == []
