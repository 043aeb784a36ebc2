"""Word models: probabilities, their independence of the batch, the safe file format."""

from __future__ import annotations

import json
import math
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing import catalog, model_files
from framing.errors import ModelError
from framing.features import FUNCTION_WORDS, content_words
from framing.tokens import tokenize
from framing.wordmodel import (
    LAYOUT,
    SENTENCE_FEATURES,
    WordModel,
    load_word_model,
    move_base_rate,
    save_word_model,
    sentence_features,
)

SENTENCES = [
    "The Harrow Courier called the vote a disgraceful betrayal.",
    "Council members met on Tuesday to vote on the library budget.",
    "Its so-called experts are shameless liars and corrupt cronies!",
    "“Why now?” asked nobody.",
    "12,000 tonnes of grain left Port Ellery at 9 a.m.",
    "LUNATIC MOB STORMS TOWN HALL",
    "—",
    "",
]


@pytest.fixture(scope="module")
def model() -> WordModel:
    return load_word_model("default")


@pytest.fixture
def folder(model: WordModel, tmp_path: Path) -> Path:
    return save_word_model(model, tmp_path / "saved")


def test_probabilities_are_of_words_and_in_range(model: WordModel) -> None:
    tokens = tokenize(SENTENCES)
    p = model.word_probabilities(tokens)
    content = content_words(tokens)
    assert p.shape == (len(tokens),)
    assert p.dtype == np.float64
    assert ((p[content] > 0) & (p[content] < 1)).all()
    assert (p[~content] == 0.0).all()


def test_loaded_words_stand_out(model: WordModel) -> None:
    tokens = tokenize(SENTENCES[:3])
    p = model.word_probabilities(tokens)
    by_word = {tokens.types[t]: p[i] for i, t in enumerate(tokens.type)}
    plain = max(by_word[w] for w in ("council", "tuesday", "library", "budget", "met"))
    assert min(by_word[w] for w in ("disgraceful", "shameless")) > 3 * plain
    whole = model.sentence_probabilities(tokens, p, mask=tokens.word)
    assert whole[1] < 0.5 < min(whole[0], whole[2])


def test_function_words_are_written_as_types_are() -> None:
    tokens = tokenize([" ".join(sorted(FUNCTION_WORDS))])
    assert set(tokens.types) == FUNCTION_WORDS
    assert not content_words(tokens).any()


@given(
    picked=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6),
    around=st.lists(st.sampled_from(SENTENCES), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_a_probability_does_not_depend_on_the_batch(picked: list[str], around: list[str]) -> None:
    model = load_word_model("default")
    alone = tokenize(picked)
    batch = tokenize([*around, *picked, *around])
    here = slice(batch.first_token[len(around)], batch.first_token[len(around) + len(picked)])
    p, q = model.word_probabilities(alone), model.word_probabilities(batch)
    assert (p == q[here]).all()
    one = model.sentence_probabilities(alone, p, mask=alone.word)
    other = model.sentence_probabilities(batch, q, mask=batch.word)
    first = batch.first_sentence[len(around)]
    np.testing.assert_array_equal(one, other[first : first + len(one)])


def test_an_empty_batch(model: WordModel) -> None:
    for texts in ([], [""], ["", "  "]):
        tokens = tokenize(texts)
        p = model.word_probabilities(tokens)
        assert p.shape == (0,)
        assert model.sentence_probabilities(tokens, p, mask=tokens.word).shape == (0,)


def test_lone_surrogates_and_rare_letters_pass(model: WordModel) -> None:
    tokens = tokenize(["A \ud800x shameless 𝒳word \x00 lie."])
    assert np.isfinite(model.word_probabilities(tokens)).all()


def test_words_outside_the_mask_do_not_matter(model: WordModel) -> None:
    tokens = tokenize(SENTENCES)
    p = model.word_probabilities(tokens)
    mask = tokens.word & (np.arange(len(tokens)) % 3 > 0)
    expected = model.sentence_probabilities(tokens, p, mask=mask)
    for other in (0.0, 0.99, np.nan):
        changed = np.where(mask, p, other)
        found = model.sentence_probabilities(tokens, changed, mask=mask)
        np.testing.assert_array_equal(found, expected)


def test_a_sentence_without_a_masked_word_has_no_probability(model: WordModel) -> None:
    tokens = tokenize(["A shameless lie. A quiet day."])
    p = model.word_probabilities(tokens)
    mask = tokens.word & (tokens.sentence == 1)
    found = model.sentence_probabilities(tokens, p, mask=mask)
    assert math.isnan(found[0])
    assert 0 < found[1] < 1


def test_a_more_loaded_word_makes_a_more_loaded_sentence(model: WordModel) -> None:
    tokens = tokenize(["The council met on Tuesday about the new budget for schools."])
    word = int(np.flatnonzero(content_words(tokens))[2])
    p = model.word_probabilities(tokens)
    found = []
    for value in (0.01, 0.05, 0.2, 0.5, 0.9):
        p[word] = value
        found.append(float(model.sentence_probabilities(tokens, p, mask=tokens.word)[0]))
    assert found == sorted(found)
    assert found[-1] > found[0] + 0.2


def test_sentence_features_by_hand() -> None:
    p = np.array([0.2, 0.7, 0.7, 0.9, 0.4, 0.1])
    unit = np.array([0, 0, 0, 0, 2, 3])
    mask = np.array([True, True, True, False, True, False])
    found = sentence_features(p, unit=unit, units=4, mask=mask)

    def row(*values: float) -> list[float]:
        ordered = [*sorted(values, reverse=True), 0.0]
        logits = [math.log((v + 1e-3) / (1 - v + 1e-3)) for v in ordered[:2]]
        total = sum(values)
        return [total, math.log(total + 1e-3), *logits, math.log(len(values) + 1)]

    assert found.shape == (4, len(SENTENCE_FEATURES))
    np.testing.assert_allclose(found[0], row(0.2, 0.7, 0.7))
    np.testing.assert_allclose(found[2], row(0.4))
    assert np.isnan(found[[1, 3]]).all()


def test_moving_the_base_rate_by_hand() -> None:
    p = np.array([0.0, 0.5, 0.8, 1.0])
    moved = move_base_rate(p, trained=0.5, prior=0.2)
    # odds of 1 and 4 become a quarter of that
    np.testing.assert_allclose(moved, [0, 0.2, 0.5, 1])
    np.testing.assert_allclose(move_base_rate(p, trained=0.3, prior=0.3), p)
    for prior in (0, 1, -0.1, "half", None, float("nan")):
        with pytest.raises(ModelError, match="prior must be a number above 0"):
            move_base_rate(p, trained=0.5, prior=prior)  # type: ignore[arg-type]


def test_a_stated_base_rate_lowers_sentences_and_keeps_their_order(model: WordModel) -> None:
    tokens = tokenize(SENTENCES[:3])
    p = model.word_probabilities(tokens)
    plain = model.sentence_probabilities(tokens, p, mask=tokens.word)
    rare = model.sentence_probabilities(tokens, p, mask=tokens.word, prior=0.05)
    assert (rare < plain).all()
    assert (np.argsort(rare) == np.argsort(plain)).all()


@pytest.mark.parametrize(
    "pair",
    [("Trump", "Obama"), ("Russia", "Canada"), ("CNN", "Reuters"), ("Muslims", "Christians")],
)
def test_a_name_counts_as_any_name(model: WordModel, pair: tuple[str, str]) -> None:
    pattern = "On Monday the shameless allies of {} spoke, and {} gave a quiet answer."
    found = [model.word_probabilities(tokenize([pattern.format(n, n)])) for n in pair]
    np.testing.assert_array_equal(*found)


def test_arrays_of_another_length_are_refused(model: WordModel) -> None:
    tokens = tokenize(SENTENCES)
    p = model.word_probabilities(tokens)
    with pytest.raises(ModelError, match="word_probs must have one item a token"):
        model.sentence_probabilities(tokens, p[:-1], mask=tokens.word)
    with pytest.raises(ModelError, match="mask must have one item a token"):
        model.sentence_probabilities(tokens, p, mask=tokens.word[:-1])


def test_the_bundled_model_is_small_and_has_its_card(model: WordModel) -> None:
    folder = catalog.model_folder("default")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 8_000_000
    text = (folder / "CARD.md").read_text("utf-8")
    for needed in (
        "BABE",
        "AGPL-3.0",
        "CC BY-NC-SA 4.0",
        "2026-11-25",
        "machine readers",
        "must not be used for",
    ):
        assert needed.lower() in text.lower()
    assert model.sha256 in text
    figures = model.card["figures"]
    assert float(figures["sentence AUC"]) >= 0.85
    assert float(figures["top word is marked by an annotator"]) >= 0.83


def test_saved_and_loaded_is_the_same(model: WordModel, folder: Path) -> None:
    again = load_word_model(folder)
    assert again.sha256 == model.sha256
    assert again.name == model.name
    assert again.card == model.card
    assert load_word_model(str(folder)).sha256 == model.sha256
    tokens = tokenize(SENTENCES)
    assert (again.word_probabilities(tokens) == model.word_probabilities(tokens)).all()
    other = save_word_model(again, folder.with_name("second"))
    for name in ("weights.npz", "model.json", "CARD.md"):
        assert (other / name).read_bytes() == (folder / name).read_bytes()


def test_a_model_can_be_sent_to_another_process(model: WordModel) -> None:
    again = pickle.loads(pickle.dumps(model))
    tokens = tokenize(SENTENCES)
    assert again.sha256 == model.sha256
    assert (again.word_probabilities(tokens) == model.word_probabilities(tokens)).all()


def test_the_hash_is_of_all_that_decides(model: WordModel) -> None:
    table = model.table
    units = table.units
    assert units is not None

    def shortened(what: object, name: str) -> object:
        return replace(what, **{name: getattr(what, name)[:-1]})  # type: ignore[type-var]

    others = [
        replace(model, table=replace(table, bias=table.bias + 1)),
        replace(model, table=replace(table, unseen=table.unseen + 1)),
        replace(model, table=replace(table, units=None)),
        replace(model, table=replace(table, weights=table.weights[::-1])),
        *(
            replace(model, table=shortened(table, name))
            for name in ("words", "names", "columns", "stems", "stem_columns")
        ),
        *(
            replace(model, table=replace(table, units=shortened(units, name)))
            for name in ("columns", "stem_columns", "unseen", "scale", "threshold", "outer")
        ),
        replace(model, base_rate=0.1),
        replace(model, score_knots=model.score_knots + 1),
        replace(model, probability_knots=model.probability_knots / 2),
        replace(model, sentence_weights=model.sentence_weights * 2),
    ]
    hashes = {model.sha256, *(m.sha256 for m in others)}
    assert len(hashes) == 1 + len(others)
    assert replace(model, card={}).sha256 == model.sha256


def test_weights_cannot_be_changed_by_accident(model: WordModel) -> None:
    with pytest.raises(ValueError, match="read-only"):
        model.table.weights[0] = 1


def test_no_such_model() -> None:
    with pytest.raises(ModelError, match="no bundled model is called 'nothing'; there are:"):
        load_word_model("nothing")


@pytest.mark.parametrize("name", ["weights.npz", "model.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is not there"):
        load_word_model(folder)


def test_truncated_weights_are_refused(folder: Path) -> None:
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="SHA-256"):
        load_word_model(folder)


def test_truncated_weights_are_refused_with_their_own_hash(folder: Path) -> None:
    import hashlib

    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-100])
    edit(folder, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ModelError, match="damaged or cut short"):
        load_word_model(folder)


def test_a_truncated_card_is_refused(folder: Path) -> None:
    path = folder / "model.json"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ModelError, match="damaged or cut short"):
        load_word_model(folder)


def test_tampered_weights_are_refused(folder: Path) -> None:
    path = folder / "weights.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match="SHA-256"):
        load_word_model(folder)


def edit(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, **changes}), "utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": model_files.FORMAT + 1}, "is not one that this version reads"),
        ({"format": None}, "is not one that this version reads"),
        ({"kind": "voices"}, "of kind 'voices'"),
        ({"layout": LAYOUT + 1}, "is not one that this version reads"),
        ({"layout": None}, "is not one that this version reads"),
        ({"content_sha256": "0"}, "not those that were saved"),
        ({"sentence_features": ["sum"]}, "'sentence_features' is missing or not valid"),
        ({"name": None}, "'name' is missing or not valid"),
        ({"card": []}, "'card' is missing or not valid"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    folder: Path, changes: dict[str, object], message: str
) -> None:
    edit(folder, **changes)
    with pytest.raises(ModelError, match=message):
        load_word_model(folder)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("weights", np.zeros(4, np.int8), "weights is int8"),
        ("weights", np.zeros(3, np.int16), "not a power of two"),
        ("weights", np.zeros((4, 2), np.int16), "not a power of two"),
        ("names", np.zeros(3, bool), "names is"),
        ("columns", np.zeros((40_000, 3), np.int16), "columns is"),
        ("stems", np.zeros(4), "stem"),
        ("unit_columns", np.zeros((2, 2), np.int8), "unit_columns is"),
        ("unit_outer", np.zeros(3), "unit_columns is"),
        ("bias", np.array(np.nan), "bias is not finite"),
        ("base_rate", np.array(1.0), "base_rate is not between"),
        ("words", None, "words do not ascend"),
        ("score_knots", np.array([1.0]), "score_knots is"),
        ("sentence_weights", np.zeros(2), "sentence_weights is"),
        ("probability_knots", None, "leave the range"),
        ("score_knots", None, "do not ascend"),
        ("stray", np.zeros(2), "arrays"),
    ],
)
def test_arrays_that_are_no_model_are_refused(
    model: WordModel, folder: Path, name: str, value: np.ndarray | None, message: str
) -> None:
    arrays = dict(model.arrays())
    if value is None:
        value = arrays[name][::-1] if name == "words" else -arrays[name]
    arrays[name] = value
    content = json.loads((folder / "model.json").read_text("utf-8"))
    model_files.write_arrays(folder, arrays=arrays, card=content)
    with pytest.raises(ModelError, match=message):
        load_word_model(folder)


def test_pickled_arrays_are_never_loaded(model: WordModel, folder: Path) -> None:
    import hashlib

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return pytest.fail, ("an array was unpickled",)

    path = folder / "weights.npz"
    arrays = {**model.arrays(), "bias": np.array([Trap()], object)}
    np.savez(path, **arrays)
    edit(folder, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ModelError, match="damaged"):
        load_word_model(folder)


def test_a_folder_next_door_is_not_taken_for_a_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, folder.with_name("mine"))
    monkeypatch.chdir(folder.parent)
    with pytest.raises(ModelError, match="no bundled model"):
        load_word_model("mine")
    assert load_word_model("./mine").name == load_word_model(Path("mine")).name == "default"


def test_scores_add_up_words_of_the_own_voice(model: WordModel) -> None:
    text = "The shameless council met. " + "It spoke of a quiet budget for all schools. " * 5
    scores = framing.score_text(text, classifier=model, voices="marks")
    tokens = tokenize([text])
    expected = model.word_probabilities(tokens).sum()
    row = scores.articles.iloc[0]
    assert row["quoted_share"] == 0
    assert row["loaded_rate"] == pytest.approx(1000 * expected / row["own_words"])
    assert scores.manifest["classifier"] == {"name": "default", "sha256": model.sha256}


def test_importing_it_loads_no_scikit_learn() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from framing.wordmodel import load_word_model; load_word_model('default');"
        "print([m for m in ('sklearn', 'nltk', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
