"""Cross-validation by group and the learning curve."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from framing import plots
from framing.classifier import LoadedWordingClassifier
from framing.errors import ModelError
from framing.validation import (
    calibration_error,
    cross_validate_by,
    learning_curve,
    sentence_quality,
)

matplotlib.use("Agg")

LOADED, PLAIN = ["vile", "shameless", "cowardly", "grotesque"], ["new", "annual", "short", "third"]


def invented(n: int = 48) -> tuple[list[str], np.ndarray, list[list[str]], list[str]]:
    draw = np.random.default_rng(0)
    sentences, words = [], []
    for i in range(n):
        word = str(draw.choice(LOADED if i % 2 else PLAIN))
        sentences.append(f"The {word} plan of the {draw.choice(['board', 'union'])} failed.")
        words.append([word] if i % 2 else [])
    return sentences, np.arange(n) % 2, words, [f"outlet {i // 8}" for i in range(n)]


def model() -> LoadedWordingClassifier:
    return LoadedWordingClassifier(vectors=None, cv=2, bits=12)


def test_every_sentence_is_predicted_once_by_a_model_without_its_group() -> None:
    sentences, y, words, groups = invented()
    seen: list[set[str]] = []

    class Watching(LoadedWordingClassifier):
        def fit(self, sentences, y, **rest):  # type: ignore[no-untyped-def]
            seen.append(set(sentences))
            return super().fit(sentences, y, **rest)

    unique = [f"{s[:-1]} in case {i}." for i, s in enumerate(sentences)]
    watched = Watching(vectors=None, cv=2, bits=12)
    table = cross_validate_by(groups, watched, unique, y, words=words, folds=None)
    assert sorted(table["groups"]) == ["all", *(f"outlet {i}" for i in range(6))]
    assert table["sentences"].tolist() == [8] * 6 + [48]
    assert len(seen) == 6
    for trained, name in zip(seen, table["groups"], strict=False):
        assert not trained & {s for s, g in zip(unique, groups, strict=True) if g == name}
    assert table["auc"].iloc[-1] == pytest.approx(table["auc"].iloc[:-1].mean())
    assert table["macro_f1"].iloc[-1] > 0.9


def test_single_sentences_with_alternating_labels_can_be_left_out() -> None:
    sentences, y, words, _ = invented()
    table = cross_validate_by(range(48), model(), sentences, y, words=words, folds=2)
    assert (table["loaded"] > 0.25).all()
    assert (table["loaded"] < 0.75).all()


def test_figures_by_hand() -> None:
    assert calibration_error([0.1, 0.1, 0.9, 0.9], [0, 1, 1, 1]) == pytest.approx(0.25)
    found = sentence_quality([0.9, 0.2, 0.6, 0.4], [1, 0, 0, 1])
    assert found["auc"] == 0.75
    assert found["macro_f1"] == pytest.approx(0.5)
    assert np.isnan(sentence_quality([0.9, 0.8], [1, 1])["auc"])


def test_a_curve_learns_from_more_and_more_groups() -> None:
    sentences, y, words, groups = invented()
    table = learning_curve(groups, model(), sentences, y, words=words, folds=3, shares=(1.0, 0.25))
    assert table["share"].tolist() == [0.25, 1.0]
    assert table["sentences"].tolist() == [8.0, 32.0]
    assert table["auc"].iloc[1] > table["auc"].iloc[0]
    assert (table["low"] <= table["auc"]).all()
    assert (table["auc"] <= table["high"]).all()
    ax = plots.learning_curve(table)
    assert ax.get_xlabel() == "sentences to learn from"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), table["auc"])
    matplotlib.pyplot.close(ax.figure)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": ["a", "b"]}, "groups must have one item a sentence: 48 sentences, 2 items"),
        ({"groups": ["a"] * 48}, "at least 2 groups, found 1"),
        ({"folds": 1}, "folds must be a whole number of at least 2, found 1"),
        ({"shares": (0.0,)}, "shares must be numbers above 0 and at most 1, found 0.0"),
    ],
)
def test_what_is_refused(arguments: dict[str, object], message: str) -> None:
    sentences, y, words, groups = invented()
    given = {"groups": groups, "folds": 3, **arguments}
    with pytest.raises(ModelError, match=message):
        learning_curve(model=model(), sentences=sentences, y=y, words=words, **given)  # type: ignore[arg-type]
    if "shares" not in arguments:
        with pytest.raises(ModelError, match=message):
            cross_validate_by(model=model(), sentences=sentences, y=y, words=words, **given)  # type: ignore[arg-type]
