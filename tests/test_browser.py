"""The report in a real browser: opened, read, clicked, printed, and attacked."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import framing
from framing.cells import sum_cells
from framing.comparison import compare_cells
from framing.report import write_report
from tests.hostile import hostile_comparison

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        if (found := shutil.which(name))
    ),
    None,
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium on PATH: install one (on Debian: apt-get install chromium) to test the "
    "report in a browser",
)

WIDTHS = (360, 800, 1200)
PAPER = 688
"""CSS pixels that a page of A4 has between margins of 14 mm."""
ARTICLES = 100_000


@dataclass
class Opened:
    """A page, and all that it said and asked for while it was open."""

    page: Any
    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def quiet(self) -> None:
        """Nothing was said on the console, and nothing was fetched but the file."""
        assert self.said == []
        assert {address.split("#")[0] for address in self.asked} == {self.address}


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        # Chromium has no sandbox of its own for root, which is who runs in a container.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if root else []
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    contexts = []

    def open_page(path: Path, *, width: int = 1200, height: int = 900, **settings: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        found = Opened(page, path.as_uri())
        page.on("console", lambda message: found.said.append(message.text))
        page.on("pageerror", lambda error: found.said.append(str(error)))
        page.on("dialog", lambda dialog: (found.said.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: found.asked.append(request.url))
        page.goto(found.address)
        return found

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def report(comparison: framing.Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(comparison, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(hostile_comparison(), tmp_path_factory.mktemp("hostile") / "r.html")


@pytest.fixture(scope="session")
def large(scores: framing.Scores, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of many articles made up from numbers; its sentences are of a small sample."""
    rng = np.random.default_rng(0)
    groups = sorted(set(scores.articles["outlet"]))[:2]
    place = np.arange(ARTICLES)
    group, story = place % len(groups), place // len(groups)
    words = rng.integers(200, 900, ARTICLES)
    quoted = (words * rng.uniform(0.2, 0.6, ARTICLES)).astype(int)
    own = words - quoted
    table = pd.DataFrame(
        {
            "id": [f"n{i}" for i in place],
            "outlet": np.array(groups, object)[group],
            "story": [f"s{i}" for i in story],
            "date": pd.Timestamp("2031-01-01") + pd.to_timedelta(story // 100, "D"),
            "status": "scored",
            "words": words,
            "own_words": own,
            "quoted_words": quoted.astype(float),
            "direct_words": quoted,
            "indirect_words": 0,
            "loaded_words": np.round(own * rng.gamma(4, 0.002 + 0.001 * group) * 2**20) / 2**20,
            "quoted_loaded_words": 0.0,
            "term_weight": rng.poisson(own * 0.003).astype(float),
            "scare_phrases": rng.poisson(words * 0.0005).astype(float),
        }
    ).reindex(columns=scores.articles.columns)
    made = framing.Scores(
        articles=table,
        sentences=scores.sentences.iloc[:0],
        hits=scores.hits.iloc[:0],
        voices=scores.voices.iloc[:0],
        manifest=scores.manifest,
        corpus=table[["id"]].assign(text=""),
        lexicons=scores.lexicons,
    )
    sample = scores.articles["outlet"].isin(groups)
    comparison = compare_cells(
        sum_cells(made),
        scores=framing.Scores(
            articles=scores.articles.loc[sample],
            **{
                name: (t := getattr(scores, name)).loc[t["id"].isin(scores.articles["id"][sample])]
                for name in ("sentences", "hits", "voices", "corpus")
            },
            manifest=scores.manifest,
            lexicons=scores.lexicons,
        ),
        draws=199,
    )
    return write_report(comparison, tmp_path_factory.mktemp("large") / "report.html")


def sideways(page: Any) -> int:
    """By how many pixels the page can be scrolled sideways."""
    found: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


def cut(page: Any, width: int) -> list[str]:
    """What lies beyond the right edge and cannot be scrolled to."""
    found: list[str] = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(e => !e.closest(".vh, .skip, svg"))
            .filter(e => !e.closest(".scroll") || e.matches(".scroll, caption span"))
            .filter(e => e.getBoundingClientRect().right > width + 1)
            .map(e => e.outerHTML.slice(0, 80))""",
        width,
    )
    return found


def in_sight(locator: Any) -> bool:
    found: bool = locator.evaluate(
        """e => { const box = e.getBoundingClientRect();
                 return box.height > 0 && box.top >= -1 && box.top < innerHeight; }"""
    )
    return found


def test_it_opens_whole_and_asks_for_nothing(report: Path, opened: Open) -> None:
    found = opened(report)
    assert found.page.locator("h1").inner_text().startswith("How 5 outlets word")
    assert in_sight(found.page.locator(".finding li").nth(2))
    assert found.page.locator("svg.chart").count() > 10
    found.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    found.quiet()


def test_a_table_is_sorted_by_number_and_back(report: Path, opened: Open) -> None:
    found = opened(report)
    table = found.page.locator("section[aria-labelledby=m-loaded-rate] table").first
    head = table.locator("thead th", has_text="estimate")

    def values() -> list[float]:
        return [float(t) for t in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]

    before = values()
    head.get_by_role("button").click()
    assert values() == sorted(before) != before
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert values() == sorted(before, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    table.locator("thead th").first.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    names = table.locator("tbody th").all_inner_texts()
    assert names == sorted(names, key=str.lower)
    found.quiet()


def test_rows_are_filtered_and_come_back(report: Path, opened: Open) -> None:
    found = opened(report)
    area = found.page.locator("section[aria-labelledby=m-loaded-rate] [data-filter]")
    rows, box = area.locator("tbody tr"), area.get_by_label("Show only what contains")
    box.fill("clarion")
    shown = [row for row in rows.all() if row.is_visible()]
    assert len(shown) == 4
    assert all("Clarion" in row.inner_text() for row in shown)
    assert area.get_by_role("status").inner_text() == "4 of 10"
    box.fill("")
    assert all(row.is_visible() for row in rows.all())
    box.fill("no outlet has such a name")
    assert area.get_by_role("status").inner_text() == "0 of 10"
    found.quiet()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_number_leads_to_its_sentences_and_back(
    report: Path, opened: Open, scripts: bool
) -> None:
    found = opened(report, java_script_enabled=scripts)
    page = found.page
    for section in ("m-loaded-rate", "names", "sources"):
        link = page.locator(f"section[aria-labelledby={section}] td a").first
        number, target = link.inner_text(), link.get_attribute("href")[1:]
        assert page.locator(f"[id='{target}'] blockquote").count() >= 1
        if section == "names":
            page.locator("section[aria-labelledby=names] details summary").first.click()
        link.click()
        block = page.locator(f"[id='{target}']")
        assert in_sight(block)
        if section == "m-loaded-rate":
            assert block.locator("h3").inner_text().endswith(f": {number}")
            assert block.locator("blockquote mark").count() >= 1
        page.go_back()
        assert in_sight(link)
        page.go_forward()
        assert in_sight(block)
        if section == "names":
            # Closed again: the way back opens what it leads into.
            page.locator("section[aria-labelledby=names] details summary").first.evaluate(
                "e => { e.parentElement.open = false; }"
            )
        block.locator("a.back").click()
        assert in_sight(link)
    found.quiet()


def test_whole_articles_are_reached_and_left(report: Path, opened: Open) -> None:
    page = opened(report).page
    link = page.locator(".ev cite a", has_text="whole article").first
    target = page.locator(link.get_attribute("href"))
    link.click()
    assert in_sight(target)
    page.go_back()
    assert in_sight(link)


def test_the_keyboard_is_enough(report: Path, opened: Open) -> None:
    found = opened(report)
    page = found.page

    def focused() -> str:
        text: str = page.evaluate("document.activeElement.textContent.trim()")
        return text

    page.keyboard.press("Tab")
    assert focused() == "To the findings"
    assert in_sight(page.locator(".skip"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "found"
    page.keyboard.press("Tab")
    assert focused().startswith("What was compared")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#m-loaded-rate"
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused() == "estimate":
            break
    page.keyboard.press("Enter")
    head = page.locator("section[aria-labelledby=m-loaded-rate] th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending"
    for _ in range(12):
        page.keyboard.press("Tab")
        if re.fullmatch(r"[\d.]+", focused()):
            break
    number = focused()
    page.keyboard.press("Enter")
    block = page.locator(page.evaluate("location.hash"))
    assert block.locator("h3").inner_text().endswith(f": {number}")
    assert page.evaluate("document.activeElement.className") == "ev"
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused() == "Back to the number":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused() == number
    found.quiet()


def test_nothing_is_a_stop_for_the_keyboard_that_does_nothing(report: Path, opened: Open) -> None:
    wide = opened(report, width=1200).page.locator(".scroll[tabindex]").count()
    narrow = opened(report, width=360).page
    assert narrow.locator(".scroll[tabindex]").count() > wide
    area = narrow.locator(".scroll[tabindex] table").first
    area.locator("..").focus()
    narrow.keyboard.press("ArrowRight")
    narrow.wait_for_timeout(300)
    assert narrow.evaluate("document.activeElement.scrollLeft") > 0


def test_without_scripts_all_can_be_read(report: Path, opened: Open) -> None:
    found = opened(report, java_script_enabled=False)
    page = found.page
    assert page.locator("thead button, .filter").count() == 0
    assert page.locator(".scroll:not([tabindex])").count() == 0
    summary = page.locator("#names ~ details summary").first
    summary.click()
    assert page.locator("#names ~ details td").first.is_visible()
    assert sideways(page) == 0
    found.quiet()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_never_wider_than_the_window(
    report: Path, hostile: Path, opened: Open, width: int
) -> None:
    for path in (report, hostile):
        page = opened(path, width=width).page
        assert sideways(page) == 0
        assert cut(page, width) == []


def test_at_twice_the_size_nothing_is_lost(report: Path, opened: Open) -> None:
    # A window of 1280 pixels at 200 % is one of 640 with two dots a pixel.
    page = opened(report, width=640, device_scale_factor=2).page
    assert sideways(page) == 0 and cut(page, 640) == []
    # And the text alone, as a reader's own setting makes it.
    page = opened(report, width=1280).page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == 0 and cut(page, 1280) == []


def test_charts_can_be_read_on_a_telephone(report: Path, opened: Open) -> None:
    page = opened(report, width=360).page
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart text")].map(
            e => parseFloat(e.style.fontSize)
                * Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b))"""
    )
    assert len(sizes) > 100
    assert min(sizes) > 6


def test_paper_holds_everything(report: Path, hostile: Path, opened: Open) -> None:
    for path in (report, hostile):
        page = opened(path, width=PAPER).page
        pdf = page.pdf(format="A4")
        assert pdf.startswith(b"%PDF-") and pdf.count(b"/Type /Page\n") > 3
        page.emulate_media(media="print")
        assert sideways(page) == 0
        beyond = page.evaluate(
            """width => [...document.querySelectorAll("body *")]
                .filter(e => !e.closest(".vh, .skip, svg *"))
                .filter(e => getComputedStyle(e).display !== "inline")
                .filter(e => e.getBoundingClientRect().right > width + 1)
                .map(e => e.outerHTML.slice(0, 80))""",
            PAPER,
        )
        assert beyond == []
        hidden = page.locator("nav, .filter, .back, summary").all()
        assert not any(e.is_visible() for e in hidden)
        # What is folded on the screen is printed.
        for table in page.locator("details table").all():
            assert table.evaluate("e => e.getBoundingClientRect().height") > 10


def test_it_is_dark_where_the_reader_wants_it(report: Path, opened: Open) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = opened(report, color_scheme=scheme).page
        shades[scheme] = page.evaluate(
            """() => [document.body, document.querySelector("svg.chart text")].map(e => {
                const style = getComputedStyle(e);
                const color = e === document.body ? style.backgroundColor : style.fill;
                return color.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 765;
            })"""
        )
    assert shades["light"][0] > 0.9 > 0.3 > shades["light"][1]
    assert shades["dark"][0] < 0.2 < 0.8 < shades["dark"][1]


def test_a_hostile_corpus_runs_nothing_and_calls_nobody(hostile: Path, opened: Open) -> None:
    found = opened(hostile)
    page = found.page
    for element in page.locator("thead button, summary").all():
        element.click()
    page.locator("input[type=search]").first.fill("<script>")
    assert page.evaluate("window.hit === undefined")
    assert page.locator("a[href^='javascript:'], img, iframe, object, form").count() == 0
    assert "<script>window.hit" in page.locator("body").inner_text()
    found.quiet()


def test_the_policy_stops_what_a_hole_would_let_in(report: Path, opened: Open) -> None:
    found = opened(report)
    page = found.page
    page.evaluate(
        """() => { const script = document.createElement("script");
            script.textContent = "window.hit = 1"; document.body.append(script);
            const picture = document.createElement("img");
            picture.src = "http://127.0.0.1:9/x.png"; document.body.append(picture);
            document.body.insertAdjacentHTML("beforeend", "<p onclick='window.hit = 2'>x</p>");
            document.body.lastElementChild.click(); }"""
    )
    assert page.evaluate("window.hit === undefined")
    assert len([s for s in found.said if "Content Security Policy" in s]) >= 3


def test_many_articles_make_no_large_page(large: Path, opened: Open) -> None:
    assert large.stat().st_size < 5_000_000
    found = opened(large)
    page = found.page
    assert f"{ARTICLES:,} articles" in page.locator("header .meta").inner_text()
    assert in_sight(page.locator(".finding li").first)
    page.locator("section[aria-labelledby=m-loaded-rate] thead button").nth(1).click()
    assert page.locator("*").count() < 60_000
    found.quiet()


CONTRAST = ["color-contrast"]
# Each kind of thing on the page; contrast is slow to measure, and the rest are more of the same.
KINDS = (
    "header", "#found", "nav", "section[aria-labelledby=compared]",
    "section[aria-labelledby=m-loaded-rate]", "#phrases ~ *", "#e-0", "#e-10", ".key",
    "section[aria-labelledby=articles] > .text", "section[aria-labelledby=method]",
    "section[aria-labelledby=manifest]",
)  # fmt: skip


def violations(page: Any, **settings: Any) -> list[tuple[str, str]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    response = axe.run(page, **settings).response
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in response["violations"]]


def test_axe_finds_nothing(report: Path, opened: Open) -> None:
    page = opened(report).page
    rules = {"color-contrast": {"enabled": False}}
    assert violations(page, options={"rules": rules, "resultTypes": ["violations"]}) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_enough_contrast(report: Path, opened: Open, scheme: str) -> None:
    page = opened(report, color_scheme=scheme).page
    page.evaluate(
        """() => {
            document.querySelectorAll("details").forEach(e => { e.open = true; });
            document.querySelectorAll(".ev:nth-of-type(n + 12)").forEach(e => e.remove());
            document.querySelectorAll("svg:not(#compared ~ * svg)").forEach(e => e.remove());
        }"""
    )
    here = {"include": [[kind] for kind in KINDS if page.locator(kind).count()]}
    assert len(here["include"]) >= 10
    assert violations(page, context=here, options={"runOnly": CONTRAST}) == []
