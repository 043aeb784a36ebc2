"""Evidence: verbatim, complete, adding up to the numbers, the same from parts."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import framing
from framing.evidence import (
    FEW,
    HEADLINES,
    MOST,
    PER_ARTICLE,
    article_view,
    gather_evidence,
    merge_evidence,
)
from framing.passages import text_parts


def test_sentences_are_verbatim(scores: framing.Scores, comparison: framing.Comparison) -> None:
    texts = scores.corpus.set_index("id")["text"]
    sentences = comparison.evidence.sentences
    assert len(sentences) > 50
    for row in sentences.itertuples():
        assert "".join(p["text"] for p in row.parts) == texts[row.id][row.start : row.end]


@pytest.mark.parametrize("measure", ["loaded_rate", "term_rate", "scare_rate"])
def test_a_rate_is_made_of_its_evidence(comparison: framing.Comparison, measure: str) -> None:
    totals = comparison.evidence.totals.set_index(["key", "group"])["contribution"]
    table = comparison.estimates
    rows = table.loc[(table["measure"] == measure) & (table["design"] == comparison.design)]
    assert len(rows) == 5
    for row in rows.itertuples():
        count = totals.get((measure, row.group), 0.0)
        assert (count + 0.5) / row.words * 1000 == pytest.approx(row.estimate, rel=1e-8)


def test_counts_of_names_are_made_of_their_evidence(comparison: framing.Comparison) -> None:
    totals = comparison.evidence.totals.set_index(["key", "group"])["contribution"]
    assert len(comparison.names)
    for row in comparison.names.to_dict("records"):
        found = totals[f"name:{row['referent']}/{row['name']}", row["group"]]
        assert found >= row["count"] + row["quoted"] + row["scare"]


def test_the_sample_follows_its_rule(comparison: framing.Comparison) -> None:
    sample = comparison.evidence.sample
    for (key, _), rows in sample.groupby(["key", "group"]):
        assert len(rows) <= (MOST if key in HEADLINES else FEW)
        assert rows["contribution"].is_monotonic_decreasing
        assert rows["id"].value_counts().max() <= PER_ARTICLE
        assert rows["rank"].tolist() == list(range(len(rows)))


def test_parts_of_a_corpus_give_the_same_evidence(scores: framing.Scores) -> None:
    articles = scores.articles.loc[scores.articles["status"] == "scored"]
    whole = gather_evidence(scores, articles, by="outlet")
    halves = [gather_evidence(scores, articles.iloc[at::2], by="outlet") for at in (1, 0)]
    merged = merge_evidence(halves)
    assert_frame_equal(whole.totals, merged.totals, check_exact=True)
    assert_frame_equal(whole.sample, merged.sample, check_exact=True)
    assert whole.articles["id"].tolist() == merged.articles["id"].tolist()
    assert whole.sentences[["id", "sentence"]].equals(merged.sentences[["id", "sentence"]])


def test_an_article_adds_up(scores: framing.Scores) -> None:
    for row in scores.articles.head(20).itertuples():
        view = article_view(scores, id=row.id)
        total = sum(s["contribution"] for s in view["sentences"])
        assert total == pytest.approx(row.loaded_words, rel=1e-12)
        text = scores.corpus.set_index("id")["text"][row.id]
        shown = "".join(p["text"] for s in view["sentences"] for p in s["parts"])
        assert "".join(shown.split()) == "".join(text.split())


def test_overlapping_hits_are_cut_once() -> None:
    text = "the brutal regime fell"
    spans = pd.DataFrame({"start": [4], "end": [10], "voice": ["scare"], "speaker": [None]})
    hits = pd.DataFrame(
        {
            "start": [4, 4],
            "end": [10, 17],
            "term": ["brutal", "brutal regime"],
            "lexicon": ["a", "b"],
        }
    )
    parts = text_parts(text, spans, hits)
    assert [(p["text"], p["voice"], p["term"]) for p in parts] == [
        ("the ", "own", None),
        ("brutal", "scare", "brutal regime"),
        (" regime", "own", "brutal regime"),
        (" fell", "own", None),
    ]
