"""Word vectors: what they learn, what they refuse, how they are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing
from framing import model_files
from framing.errors import CorpusError, ModelError
from framing.tokens import tokenize
from framing.vectors import WordVectors, load_vectors, save_vectors, train_vectors

BOATS, MEALS = ["ferry", "trawler", "barge", "tug"], ["soup", "bread", "cheese", "stew"]


def articles(n: int = 240, *, seed: int = 0) -> list[dict[str, str]]:
    """Reports in which boats stand in one company, and meals in another."""
    draw = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        boat, other = draw.choice(BOATS, 2)
        meal, second = draw.choice(MEALS, 2)
        where = draw.choice(["Ellery", "Marsh End", "Tollen"])
        texts = (
            f"A {boat} left the harbour of {where} with its crew. The {other} sailed after it.",
            f"The kitchen of {where} served hot {meal} at noon. A cook salted the {second}.",
        )
        rows.append({"id": str(i), "text": texts[i % 2]})
    return rows


@pytest.fixture(scope="module")
def trained() -> WordVectors:
    return train_vectors(articles(), dimensions=12, name="harbour")


@pytest.fixture
def saved(trained: WordVectors, tmp_path: Path) -> Path:
    return save_vectors(trained, tmp_path / "vectors")


def test_words_in_like_company_lie_together(trained: WordVectors) -> None:
    for word, group in (("ferry", BOATS), ("soup", MEALS)):
        nearest = [other for other, _ in trained.nearest(word, count=3)]
        assert set(nearest) == set(group) - {word}


def test_the_most_frequent_come_first_with_length_one(trained: WordVectors) -> None:
    assert trained.words[0] == "the"
    assert (np.diff(trained.frequency) <= 0).all()
    assert trained.frequency.sum() == pytest.approx(1e6, rel=0.05)
    np.testing.assert_allclose(np.linalg.norm(trained.matrix, axis=1), 1, atol=0.05)
    assert np.abs(trained.codes).max() == 63
    assert trained.card["training_data"]["articles"] == 240


def test_names_are_told_by_capitals_inside_sentences(trained: WordVectors) -> None:
    names = {w for w, name in zip(trained.words, trained.is_name, strict=True) if name}
    assert names == {"ellery", "marsh", "end", "tollen"}


def test_a_frame_gives_what_its_records_give_in_any_order(trained: WordVectors) -> None:
    frame = pd.DataFrame(articles())
    assert train_vectors(frame, dimensions=12, name="harbour").sha256 == trained.sha256
    turned = train_vectors(frame.iloc[::-1], dimensions=12, name="harbour")
    assert turned.words == trained.words
    np.testing.assert_array_equal(turned.frequency, trained.frequency)


def test_the_seed_decides_and_is_kept(trained: WordVectors) -> None:
    other = train_vectors(articles(), dimensions=12, name="harbour", random_state=1)
    assert other.sha256 != trained.sha256
    assert other.card["settings"]["random_state"] == 1


def test_texts_that_are_missing_are_passed_over() -> None:
    rows = [*articles(), {"id": "none", "text": None}]
    assert train_vectors(rows, dimensions=4).card["training_data"]["articles"] == 240


def test_a_word_is_found_by_its_type(trained: WordVectors) -> None:
    tokens = tokenize(["The Ferry, unheard-of."])
    rows = trained.rows(tokens)
    by_type = dict(zip(tokens.types, rows, strict=True))
    assert trained.words[by_type["ferry"]] == "ferry"
    assert by_type["unheard-of"] == by_type[","] == -1
    for word in ("unheard-of", "two words", ""):
        with pytest.raises(ModelError, match=f"{word!r} has no vector"):
            trained.nearest(word)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dimensions": 3}, "dimensions must be a whole number from 4 to 1000, found 3"),
        ({"words": 1.5}, "words must be a whole number from 2 to 1000000, found 1.5"),
        ({"window": 0}, "window must be a whole number from 1 to 50, found 0"),
        ({"smoothing": 0}, "smoothing must be a number above 0 and at most 1, found 0"),
        ({"random_state": -1}, "random_state must be a whole number from 0"),
        ({"name": ""}, "name must be a str, found ''"),
        ({"dimensions": 100}, "at least 5 times, too few for 100 dimensions"),
    ],
)
def test_what_cannot_be_trained_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        train_vectors(articles(24), **settings)  # type: ignore[arg-type]


def test_what_is_no_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        train_vectors(tmp_path / "none.csv")
    with pytest.raises(ModelError, match="the corpus has 0 words"):
        train_vectors([{"id": "a", "text": ""}])


def test_they_are_saved_and_loaded(trained: WordVectors, saved: Path) -> None:
    again = load_vectors(saved)
    assert again.sha256 == trained.sha256
    assert again.words == trained.words
    np.testing.assert_array_equal(again.matrix, trained.matrix)
    assert again.card == trained.card
    assert repr(again) == f"WordVectors('harbour', {len(trained)} words, 12 dimensions)"


def test_the_hash_covers_everything(trained: WordVectors) -> None:
    others = [
        replace(trained, words=tuple(reversed(trained.words))),
        replace(trained, codes=-trained.codes),
        replace(trained, scale=trained.scale * 2),
        replace(trained, frequency=trained.frequency * 2),
        replace(trained, capitals=trained.capitals / 2),
    ]
    assert len({trained.sha256, *(v.sha256 for v in others)}) == 1 + len(others)


def test_truncated_and_tampered_files_are_refused(saved: Path) -> None:
    path = saved / "weights.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-50])
    with pytest.raises(ModelError, match="SHA-256"):
        load_vectors(saved)
    path.write_bytes(whole[:500] + bytes([whole[500] ^ 1]) + whole[501:])
    with pytest.raises(ModelError, match="SHA-256"):
        load_vectors(saved)
    path.unlink()
    with pytest.raises(ModelError, match=r"weights\.npz is not there"):
        load_vectors(saved)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "is not one that this version reads"),
        ({"kind": "words in context"}, "of kind 'words in context', not 'word vectors'"),
        ({"content_sha256": "0"}, "not those that were saved"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    saved: Path, changes: dict[str, object], message: str
) -> None:
    path = saved / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")
    with pytest.raises(ModelError, match=message):
        load_vectors(saved)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("codes", np.zeros((2, 12), np.int8)),
        ("scale", np.full(12, np.nan, np.float32)),
        ("words", np.zeros(3)),
        ("stray", np.zeros(3)),
    ],
)
def test_arrays_that_are_no_vectors_are_refused(
    trained: WordVectors, saved: Path, name: str, value: np.ndarray
) -> None:
    content = json.loads((saved / "model.json").read_text("utf-8"))
    model_files.write_arrays(saved, arrays=trained._arrays() | {name: value}, card=content)
    with pytest.raises(ModelError, match="does not hold word vectors"):
        load_vectors(saved)


def test_a_model_is_no_vectors() -> None:
    with pytest.raises(ModelError, match="of kind 'words in context', not 'word vectors'"):
        load_vectors("default")
    with pytest.raises(ModelError, match="no bundled model is called 'nothing'"):
        load_vectors("nothing")


def test_a_classifier_learns_with_ones_own(trained: WordVectors) -> None:
    sentences = [f"The {word} left the harbour." for word in (*BOATS, *MEALS)] * 2
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0] * 2)
    words = [[s.split()[1]] if loaded else [] for s, loaded in zip(sentences, y, strict=True)]
    model = framing.LoadedWordingClassifier(vectors=trained, cv=2, hidden=4)
    assert (model.fit(sentences, y, words=words).predict(sentences) == y).all()
    assert model.model_.card["training_data"]["word vectors"] == "harbour"
