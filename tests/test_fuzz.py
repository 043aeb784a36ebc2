"""The quick part of the campaign ``python -m benchmarks.fuzz``, on our own prose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing
from benchmarks.fuzz import MUTATIONS, check, faults, mutated, report_faults, voice_faults

SEED = 20_311


@pytest.fixture(scope="module")
def sources() -> list[str]:
    corpus = framing.read_corpus(framing.example_corpus_folder())
    return [text[:600] for text in corpus["text"]]


@pytest.fixture(scope="module")
def texts(sources: list[str]) -> list[str]:
    return mutated(sources, range(50), seed=SEED)


@pytest.mark.filterwarnings("ignore::framing.FramingWarning")
def test_mutated_texts_score_and_report_without_a_fault(texts: list[str], tmp_path: Path) -> None:
    scores, found = check(texts)
    assert found == []
    assert (scores.articles["status"] == "scored").sum() > 15
    assert list(report_faults(scores, tmp_path)) == []


def test_voices_cover_mutated_texts_once(texts: list[str]) -> None:
    assert [(i, f) for i, text in enumerate(texts[:40]) for f in voice_faults(text)] == []


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_mutation_alone(mutation, sources: list[str]) -> None:
    text = mutation(sources[0], np.random.default_rng(SEED))
    assert text != sources[0]
    assert list(voice_faults(text)) == []


@pytest.mark.parametrize("word", ["x", "“", "a-", "\ud83d", "A.", "'"])
def test_a_word_of_a_megabyte(word: str) -> None:
    _, found = check(
        ["The brutal siege went on. " + word * (1_000_000 // len(word)) + " It ended."]
    )
    assert found == []


def test_half_a_surrogate_pair_stays_in_the_text_and_is_replaced_in_tables() -> None:
    text = (
        "Rebels led by Jo\ud83dn said the brutal\ud83d siege and the vile\ud83d plan went on. " * 5
    )
    scores = framing.score([{"id": "a", "text": text}, {"id": "b", "text": text}])
    assert set(scores.articles["status"]) == {"scored"}
    assert scores.corpus["text"].tolist() == [text, text]
    speakers = "".join(scores.voices["speaker"].dropna())
    assert "\ufffd" in speakers
    assert "\ud83d" not in speakers


def test_ids_stay_apart() -> None:
    text = "The brutal siege went on in the town. " * 6
    scores = framing.score([{"id": name, "text": text} for name in ("\ud83d", "\ud83e")])
    assert sorted(set(scores.hits["id"])) == [r"\ud83d", r"\ud83e"]


def test_a_text_depends_on_the_seed_and_its_number_alone(sources: list[str]) -> None:
    assert mutated(sources, [7], seed=1) == mutated(sources, range(8), seed=1)[7:]
    assert mutated(sources, [7], seed=1) != mutated(sources, [7], seed=2)


def test_faults_are_found() -> None:
    texts = ["The brutal siege of the town went on, and the people in it had nothing. " * 3] * 2
    scores, found = check(texts)
    assert found == []

    def with_value(table: str, column: str, value: object) -> framing.Scores:
        changed = getattr(scores, table).copy()
        changed[column] = changed[column].astype(object)
        changed.loc[0, column] = value
        changed[column] = changed[column].infer_objects()
        return replace(scores, **{table: changed})

    for table, column, value in [
        ("articles", "status", "error"),
        ("articles", "term_rate", np.inf),
        ("articles", "loaded_rate", np.nan),
        ("sentences", "loaded_probability", 1.5),
        ("sentences", "start", 9),
        ("hits", "text", "other"),
    ]:
        assert list(faults(texts, with_value(table, column, value))), (table, column)
    overlapping = pd.concat([scores.sentences, scores.sentences], ignore_index=True)
    assert list(faults(texts, replace(scores, sentences=overlapping)))
