"""Reports: complete, escaped, neutralised, the same each time."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import framing
from framing.errors import FramingError
from framing.report import summarise, write_report
from framing.report.sections import SECTIONS
from framing.report.tables import neutralise, write_csv
from tests.hostile import FILLER, hostile_comparison


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def hostile() -> framing.Comparison:
    return hostile_comparison()


def test_the_page_is_whole_and_fetches_nothing(
    comparison: framing.Comparison, tmp_path: Path
) -> None:
    path = write_report(comparison, tmp_path / "r.html", title="A title")
    page = path.read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    for tag, attrs in tags.seen:
        assert tag not in {"link", "iframe", "object", "embed", "img", "form", "base"}
        assert "src" not in attrs and "srcset" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        if tag == "svg":
            assert attrs["role"] == "img" and attrs["aria-labelledby"]
    assert "default-src 'none'" in page
    assert "<h1>A title</h1>" in page
    assert len([t for t, _ in tags.seen if t == "svg"]) >= 4
    for group in comparison.groups:
        assert group in page
    ids = [a["id"] for _, a in tags.seen if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for t, a in tags.seen if str(a.get("href", "")).startswith("#")}
    assert targets <= set(ids)
    named = [str(a["aria-labelledby"]).split() for _, a in tags.seen if "aria-labelledby" in a]
    assert {name for names in named for name in names} <= set(ids)


def test_the_policy_lets_only_our_script_run(
    comparison: framing.Comparison, tmp_path: Path
) -> None:
    page = write_report(comparison, tmp_path / "r.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


def test_every_headline_number_leads_to_its_sentences_and_back(
    comparison: framing.Comparison, tmp_path: Path
) -> None:
    page = write_report(comparison, tmp_path / "r.html").read_text("utf-8")
    links = re.findall(r'id="(n-\d+)"><a href="#(e-\d+)">', page)
    assert len(links) >= 15
    for back, block in links:
        at = page.index(f'<section class="ev" id="{block}"')
        assert f'<a class="back" href="#{back}">' in page[at : page.index("</section>", at)]


def test_hostile_text_stays_text(hostile: framing.Comparison, tmp_path: Path) -> None:
    page = write_report(hostile, tmp_path / "r.html").read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    assert [t for t, _ in tags.seen].count("script") == 1
    assert {t for t, _ in tags.seen} & {"img", "iframe"} == set()
    assert all(not n.startswith("on") for _, a in tags.seen for n in a)
    assert "javascript:" not in page
    assert "49" not in re.findall(r"regime (\S+) fell", page)
    markdown = write_report(hostile, tmp_path / "r.md").read_text("utf-8")
    assert "<script" not in markdown and "<img" not in markdown
    assert json.loads(write_report(hostile, tmp_path / "r.json").read_text("utf-8"))
    latex = write_report(hostile, tmp_path / "r.tex").read_text("utf-8")
    assert "<script>" not in latex and "{{" not in latex


def test_no_cell_is_a_formula(hostile: framing.Comparison, tmp_path: Path) -> None:
    folder = write_report(hostile, tmp_path / "tables.csv")
    assert folder == tmp_path / "tables"
    files = sorted(p.name for p in folder.iterdir())
    assert files == [
        "agency.csv",
        "asymmetry.csv",
        "cells.csv",
        "differences.csv",
        "estimates.csv",
        "evidence.csv",
        "evidence_totals.csv",
        "manifest.json",
        "names.csv",
        "omissions.csv",
        "phrases.csv",
        "source_profile.csv",
        "sources.csv",
        "timeline.csv",
        "warnings.csv",
    ]
    seen = 0
    for path in folder.glob("*.csv"):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            for cell in row:
                seen += 1
                if cell.startswith(("=", "+", "@", "\t", "\r")):
                    raise AssertionError(f"{path.name}: {cell!r}")
                if cell.startswith("-"):
                    float(cell)
    assert seen > 100
    assert "'=HYPERLINK" in (folder / "estimates.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-a", "@a", "\t=1", "\r=1", " =1", "\x00=1", "＝1", "\ufeff=1", "\u200b+1"]
)
def test_dangerous_cells_are_neutralised(cell: str) -> None:
    assert neutralise(cell) == "'" + cell


def test_a_line_end_of_any_kind_stays_in_its_cell(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": ["one\r=two", "one\n-two", "one\r\n@two"], "b": ["x", "y", "z"]})
    with write_csv(table, tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == table.to_numpy().tolist()


@pytest.mark.parametrize("cell", ["a=1", "", 1, -1.5, None])
def test_other_cells_are_left_alone(cell: object) -> None:
    assert neutralise(cell) == cell


def test_json_is_the_summary_and_holds_no_nan(
    comparison: framing.Comparison, tmp_path: Path
) -> None:
    text = write_report(comparison, tmp_path / "r.json").read_text("utf-8")
    found = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert found == summarise(comparison)
    assert found["schema"] == 2
    assert len(found["findings"]) >= 3
    assert found["manifest"]["comparison"]["by"] == "outlet"


def test_the_same_comparison_is_the_same_report(
    comparison: framing.Comparison, tmp_path: Path
) -> None:
    for suffix in (".html", ".md", ".tex", ".json"):
        one = write_report(comparison, tmp_path / f"a{suffix}").read_bytes()
        two = write_report(comparison, tmp_path / f"b{suffix}").read_bytes()
        assert one == two


def test_findings_do_not_judge(comparison: framing.Comparison) -> None:
    text = " ".join(f["text"] for f in summarise(comparison)["findings"]).lower()
    assert "bias" not in text and "left" not in text
    assert "interval" in text or "no pair of outlets was found" in text


def test_nothing_found_is_not_called_the_same(comparison: framing.Comparison) -> None:
    texts = [f["text"] for f in summarise(comparison)["findings"]]
    for text in texts:
        if "no pair of outlets was found to differ" in text:
            assert "could well have been missed" in text
    found = [t for t in texts if "as many loaded words in its own voice as" in t]
    assert len(found) == 1
    assert "The speech that they quote" in found[0]
    assert "other choices of method" in found[0]


def test_every_source_shown_leads_to_its_sentences(comparison: framing.Comparison) -> None:
    summary = summarise(comparison)
    blocks = {(b["key"], b["group"]): b for b in summary["evidence"]["blocks"]}
    rows = summary["tables"]["sources"]
    assert len(rows) == 25
    for row in rows:
        block = blocks[f"source:{row['speaker']}", row["group"]]
        # One name of two kinds ("ministry", named here and unnamed there) shares its sentences.
        assert block["shown"] and block["contribution"] >= row["words"]


def test_markdown_holds_every_table_of_words(
    comparison: framing.Comparison, hostile: framing.Comparison, tmp_path: Path
) -> None:
    text = write_report(comparison, tmp_path / "r.md").read_text("utf-8")
    tables = summarise(comparison)["tables"]
    assert len(tables) >= 7
    for section in SECTIONS:
        if section.name in tables:
            part = text[text.index(f"## {section.title}") :].split("\n## ")[0]
            assert part.count("\n| ") == 1 + min(len(tables[section.name]), 48)
    for line in write_report(hostile, tmp_path / "h.md").read_text("utf-8").splitlines():
        if line.startswith("| "):
            # Every cell is closed, whatever a text holds.
            assert line.endswith(" |")


def test_thin_comparisons_say_so(tmp_path: Path) -> None:
    rows = [
        {"id": f"{g}{s}", "text": FILLER * 3, "outlet": g, "story": str(s)}
        for s in range(3)
        for g in "AB"
    ]
    page = write_report(framing.compare(framing.score(rows)), tmp_path / "r.html").read_text()
    assert "not testable" in page


def test_refusals(comparison: framing.Comparison, tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"there are: \.html, \.md, \.tex, \.json, \.csv"):
        write_report(comparison, tmp_path / "r.pdf")
    with pytest.raises(FramingError, match="make it first"):
        write_report(comparison, tmp_path / "nowhere" / "r.html")
