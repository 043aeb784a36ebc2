"""Scoring: tables, statuses, evidence that adds up, the same result however it is computed."""

from __future__ import annotations

import os
import signal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing import Lexicon
from framing import scores as scores_module
from framing.errors import CorpusError, FramingError, LexiconError, ModelError
from framing.scores import STATUSES
from framing.voice import VOICES
from framing.wordmodel import ScoredWords

FILLER = "Nothing else was decided in the town on Monday, and the rest of it will be told. "
PIECES = st.lists(
    st.sampled_from(
        [
            "The brutal regime began a proxy war. ",
            'Vance said the "massacre" was a barbaric crime. ',
            'They spoke of a "special operation" in the east. ',
            "According to Roth, migrants were flooding the camp. ",
            "“It is an invasion,” Lund said. ",
            "No massacre was seen by anyone who was there. ",
            "\n\n",
            FILLER,
        ]
    ),
    min_size=4,
    max_size=14,
).map("".join)


def one(text: object, **settings: object) -> pd.Series:
    frame = framing.score([{"id": "a", "text": text}], **settings).articles  # type: ignore[arg-type]
    return frame.iloc[0]


@given(PIECES)
@settings(max_examples=60, deadline=None)
def test_a_score_is_the_sum_of_its_evidence(text: str) -> None:
    scores = framing.score_text(text)
    row = scores.articles.iloc[0]
    if row["status"] != "scored":
        return
    own = scores.hits.loc[scores.hits["counted"] & (scores.hits["voice"] == "own")]
    assert row["term_weight"] == own["weight"].sum()
    assert row["loaded_words"] == pytest.approx(
        scores.sentences["loaded_words"].sum(), rel=1e-12, abs=1e-15
    )
    assert row["hits"] == len(scores.hits)
    assert row["words"] == scores.sentences["words"].sum()
    assert row["own_words"] == scores.sentences["own_words"].sum()
    assert row["words"] - row["own_words"] == scores.voices["words"].sum()
    if row["own_words"]:
        assert row["term_rate"] == row["term_weight"] / row["own_words"] * 1000
        assert row["loaded_rate"] == row["loaded_words"] / row["own_words"] * 1000
    else:
        assert np.isnan(row["loaded_rate"]) and np.isnan(row["term_rate"])
    for hit in scores.hits.itertuples():
        assert text[hit.start : hit.end] == hit.text


def test_the_words_probabilities_are_the_rate() -> None:
    """`explain` lists what `loaded_rate` adds up, word by word."""
    text = "The brutal regime fell, and a vile mob cheered. " + FILLER
    row = framing.score_text(text, voices="marks").articles.iloc[0]
    words = framing.load_classifier().explain(text)
    assert row["own_words"] == row["words"]
    assert row["loaded_words"] == pytest.approx(sum(p for _, _, p in words), rel=1e-12)


def test_no_word_is_counted_twice_across_lexicons() -> None:
    one = Lexicon.from_terms(["proxy war"], name="one")
    two = Lexicon.from_terms(["war", "regime"], name="two")
    scores = framing.score_text("A proxy war of the regime. " + FILLER, lexicons=[one, two])
    assert len(scores.hits) == 3
    assert scores.hits.loc[scores.hits["counted"], "text"].tolist() == ["proxy war", "regime"]
    assert scores.articles["term_weight"].iloc[0] == 2.0


def test_categories_that_are_not_loaded_do_not_enter_the_rate() -> None:
    plain = Lexicon.from_terms(["conflict"], name="plain", loaded=False)
    scores = framing.score_text("The conflict went on. " + FILLER, lexicons=[plain])
    assert len(scores.hits) == 1
    assert scores.articles["term_rate"].iloc[0] == 0.0
    assert scores.rates(by="category")["own"].iloc[0] > 0


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (None, "empty", "no text"),
        (float("nan"), "empty", "no text"),
        (" \n\t", "empty", "no text"),
        (17, "empty", "no text"),
        ("Too short.", "too_short", "2 words, fewer than 30"),
        (
            "Der Minister sagte am Montag, die Lage sei ernst und niemand wisse, wie lange der "
            "Krieg noch dauern werde, aber die Hilfe komme bald in der Stadt an, sagte er weiter.",
            "not_english",
            "of 31 words are common English function words",
        ),
        (FILLER * 3, "scored", None),
    ],
)
def test_statuses(text: object, status: str, reason: str | None) -> None:
    row = one(text)
    assert row["status"] == status
    assert status in STATUSES
    if reason is None:
        assert row["reason"] is None
    else:
        assert reason in row["reason"]
    rates = row[["loaded_rate", "term_rate", "scare_rate", "quoted_share"]].astype(float)
    assert rates.isna().all() == (status != "scored")


def test_one_bad_article_never_stops_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    real = scores_module.assign_voices

    def fails(tokens: object, **options: object) -> object:
        if any("poison" in t for t in tokens.texts):  # type: ignore[attr-defined]
            raise RuntimeError("unforeseen")
        return real(tokens, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(scores_module, "assign_voices", fails)
    rows = [{"id": str(i), "text": FILLER * 3} for i in range(4)]
    rows[2]["text"] += "poison"
    articles = framing.score(rows).articles
    assert articles["status"].tolist() == ["scored", "scored", "error", "scored"]
    assert articles["reason"].iloc[2] == "RuntimeError: unforeseen"
    assert np.isnan(articles["loaded_rate"].iloc[2])
    assert articles["id"].tolist() == ["0", "1", "2", "3"]


def test_workers_and_batches_do_not_change_a_digit(
    corpus: pd.DataFrame, scores: framing.Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scores_module, "_BATCH", 7)
    two = framing.score(corpus, n_jobs=2)
    for name in ("articles", "sentences", "hits", "voices"):
        pd.testing.assert_frame_equal(
            getattr(two, name), getattr(scores, name), check_exact=True, check_dtype=False
        )
    assert two.manifest == scores.manifest


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing kills like it there")
def test_a_worker_that_is_killed_is_one_clear_error(
    corpus: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scores_module, "_BATCH", 7)
    parent = os.getpid()

    class Killer(ScoredWords):
        sha256 = "none"

        def own_arrays(self):
            return {}

        def word_scores(self, tokens):
            assert os.getpid() != parent
            os.kill(os.getpid(), signal.SIGKILL)

    knots = np.array([0.0, 1.0])
    killer = Killer("killer", knots, knots, np.zeros(6), 0.1, {})
    with pytest.raises(FramingError) as error:
        framing.score(corpus, n_jobs=2, classifier=killer)
    assert str(error.value) == scores_module.WORKER_GONE


def test_order_does_not_change_a_digit(corpus: pd.DataFrame, scores: framing.Scores) -> None:
    back = framing.score(corpus.iloc[::-1].reset_index(drop=True))
    a = scores.articles.set_index("id").sort_index()
    b = back.articles.set_index("id").sort_index()
    pd.testing.assert_frame_equal(a, b, check_exact=True)


def test_the_tables_have_the_columns_that_may_be_relied_on(scores: framing.Scores) -> None:
    relied = {
        "articles": "id outlet story title date url status reason words sentences own_words "
        "own_sentences loaded_rate term_rate scare_rate quoted_share hits",
        "sentences": "id sentence start end words own_words loaded_probability",
        "hits": "id sentence start end text term lexicon category referent weight voice speaker "
        "cue negated",
        "voices": "id start end voice speaker cue words",
    }
    for name, columns in relied.items():
        table = getattr(scores, name)
        wanted = columns.split()
        assert list(table.columns)[: len(wanted)] == wanted


def test_every_voice_occurs_in_the_example_corpus(scores: framing.Scores) -> None:
    assert set(scores.voices["voice"]) == set(VOICES) - {"own"}
    assert (scores.articles["status"] == "scored").all()


def test_rates_by_voice_stand_side_by_side(scores: framing.Scores) -> None:
    by_voice = scores.rates(by="voice").set_index("id")
    rate = scores.articles.set_index("id")["term_rate"]
    pd.testing.assert_series_equal(by_voice["own"], rate, check_names=False, rtol=1e-12)
    by_category = scores.rates(by="category")
    assert list(by_category.columns) == ["id", "lexicon", "category", *VOICES]
    by_lexicon = scores.rates(by="lexicon").groupby("id")["own"].sum()
    total = by_category.groupby("id")["own"].sum()
    pd.testing.assert_series_equal(by_lexicon, total, rtol=1e-9)
    with pytest.raises(FramingError, match="must be one of category, lexicon, voice"):
        scores.rates(by="outlet")


def test_without_a_classifier_its_figures_are_missing_and_not_zero() -> None:
    scores = framing.score_text(FILLER * 2, classifier=None)
    assert np.isnan(scores.articles["loaded_rate"].iloc[0])
    assert scores.sentences["loaded_probability"].isna().all()
    assert scores.manifest["classifier"] is None
    assert "not scored" in repr(scores)


def test_the_manifest_says_what_made_the_scores(scores: framing.Scores) -> None:
    manifest = scores.manifest
    assert manifest["framing"] == framing.__version__
    assert {x["name"] for x in manifest["lexicons"]} == set(framing.list_lexicons()["name"])
    assert all(len(x["sha256"]) == 64 for x in manifest["lexicons"])
    assert len(manifest["classifier"]["sha256"]) == 64
    assert manifest["corpus"]["articles"] == len(scores.articles)


def test_bad_settings_are_named() -> None:
    corpus = [{"id": "a", "text": FILLER}]
    with pytest.raises(CorpusError, match="min_words must be a whole number"):
        framing.score(corpus, min_words=-1)
    with pytest.raises(FramingError, match="n_jobs must be a whole number"):
        framing.score(corpus, n_jobs=0)
    with pytest.raises(LexiconError, match=r"there are: .*conflict"):
        framing.score(corpus, lexicons=["nothing"])
    with pytest.raises(ModelError):
        framing.score(corpus, classifier="nothing")
    with pytest.raises(ModelError, match="found 3"):
        framing.score(corpus, classifier=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="one article as a str"):
        framing.score_text(["a"])  # type: ignore[arg-type]


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    framing.score([{"id": "a", "text": FILLER}], progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "batch" in captured.err


def test_repr_tells_the_story(scores: framing.Scores) -> None:
    text = repr(scores)
    assert "articles" in text and "per 1,000 own-voice words" in text
    assert len(text.splitlines()) <= 10
    html = framing.score([{"id": "<b>", "text": "The <i>brutal</i> one. " + FILLER}])._repr_html_()
    assert "<b>" not in html.replace("<b>", "", 0) or "&lt;b&gt;" in html
    assert "&lt;b&gt;" in html


def test_the_corpus_is_not_changed(corpus: pd.DataFrame) -> None:
    before = corpus.copy(deep=True)
    framing.score(corpus)
    pd.testing.assert_frame_equal(corpus, before)
