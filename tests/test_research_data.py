"""Real articles, where the research data is at hand."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import numpy as np
import pytest

import framing


@pytest.fixture(scope="module")
def article(data: Path) -> str:
    folder = data.parent / "seed"
    if not folder.is_dir():
        pytest.skip(f"the seed article is not at {folder}")
    return next(folder.glob("*.txt")).read_text("utf-8")


@pytest.fixture(scope="module")
def page(article: str) -> framing.Scores:
    return framing.score_text(article)


def test_the_same_words_in_two_voices(page: framing.Scores) -> None:
    hits = page.hits.loc[page.hits["text"].str.lower() == "proxy war"]
    hits = hits.drop_duplicates("start")
    assert hits["voice"].tolist() == ["own", "direct"]
    hits = page.hits.loc[page.hits["text"] == "special military operation"]
    hits = hits.drop_duplicates("start")
    assert hits["voice"].tolist() == ["scare", "direct"]
    assert hits["speaker"].iloc[1] == "Kim"


@pytest.mark.parametrize(
    ("phrase", "voice", "speaker"),
    [
        ("Specific measures will be revealed later", "direct", "Chang"),
        ("it violates United Nations sanctions", "indirect", "Seoul"),
    ],
)
def test_who_says_what(article: str, phrase: str, voice: str, speaker: str) -> None:
    at = article.index(phrase)
    span = next(s for s in framing.find_voices(article) if s.start <= at < s.end)
    assert span.voice == voice
    assert span.speaker is not None and speaker in span.speaker


def test_real_articles_score_without_an_error(data: Path) -> None:
    rows = []
    with lzma.open(data / "allsides" / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == 300:
                break
    articles = framing.score(rows).articles
    assert len(articles) == 300
    assert not (articles["status"] == "error").any()
    rates = articles.loc[articles["status"] == "scored", ["loaded_rate", "term_rate"]]
    assert np.isfinite(rates.to_numpy()).all()


def test_real_stories_compare_without_an_error(data: Path) -> None:
    with gzip.open(data / "allsides" / "stories.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:120]
    for number, row in enumerate(rows):
        row["id"] = str(number)
        row["date"] = None
    comparison = framing.compare(framing.score(rows))
    assert len(comparison.estimates)
    assert comparison.differences["p_value"].dropna().between(0, 1).all()
