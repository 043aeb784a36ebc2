"""The command that finds stories, and what follows from its file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import framing
from framing.cli import main
from framing.cli.stories import BAD_OUT
from framing.stories import THRESHOLD, WINDOW_DAYS


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A corpus without stories, one text of which a spreadsheet would run."""
    frame = framing.read_corpus(framing.example_corpus_folder()).drop(columns="story")
    path = tmp_path / "articles.jsonl"
    rows = json.loads(frame.to_json(orient="records", date_format="iso"))
    rows[0]["text"] = "=1+1 \ud800 " + rows[0]["text"]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("name", ["found.jsonl", "found.jsonl.gz"])
def test_stories_are_those_of_the_library_and_texts_are_untouched(
    articles: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    status, printed, _ = run("stories", articles, "--out", out)
    assert status == 0
    expected = framing.find_stories(articles)
    found = framing.read_corpus(out)
    for column in ("id", "text", "outlet", "date", "story", "duplicate_of"):
        pd.testing.assert_series_equal(
            found[column].astype(object), expected[column].astype(object), check_dtype=False
        )
    assert f"{expected['story'].nunique():,} stories" in printed
    first = out.read_bytes()
    assert run("stories", articles, "--out", out)[0] == 2
    assert run("stories", articles, "--out", out, "--force")[0] == 0
    assert out.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_settings_reach_the_library(articles: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    options = ("--window-days", WINDOW_DAYS, "--threshold", THRESHOLD)
    assert run("stories", articles, "--out", one)[0] == 0
    assert run("stories", articles, "--out", two, *options)[0] == 0
    assert one.read_bytes() == two.read_bytes()
    assert run("stories", articles, "--out", two, "--threshold", 0.9, "--force")[0] == 0
    assert one.read_bytes() != two.read_bytes()
    help_text = run("stories", "--help")[1]
    assert f"({WINDOW_DAYS})" in help_text and f"({THRESHOLD})" in help_text


def test_a_csv_file_is_refused(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    status, _, error = run("stories", articles, "--out", out)
    assert status == 2
    assert BAD_OUT.format(path=out) in error
    assert not out.exists()


def test_what_compare_asks_for_can_be_done(articles: Path, tmp_path: Path) -> None:
    scoring = ("--no-classifier", "--lexicon", "conflict", "--quiet")
    status, _, error = run("compare", articles, *scoring)
    assert status == 2
    assert "framing stories FILES --out found.jsonl" in error
    out = tmp_path / "found.jsonl"
    assert run("stories", articles, "--out", out)[0] == 0
    status, printed, _ = run("compare", out, *scoring)
    assert status == 0
    assert "design 'matched'" in printed
