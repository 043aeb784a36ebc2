"""Speech reported without marks: spans and cues, the batch, the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import ModelError
from framing.reported import (
    MODEL_FOLDER,
    WRONG_KIND,
    WRONG_LENGTH,
    Reported,
    _decode,
    find_reported,
    load_tagger,
    save_tagger,
)
from framing.tokens import Tokens, tokenize


def tagged(texts: list[str]) -> tuple[Tokens, Reported]:
    tokens = tokenize(texts)
    return tokens, find_reported(tokens, np.full(len(tokens), -1))


def phrases(text: str) -> list[tuple[str, str | None]]:
    tokens, found = tagged([text])
    return [
        (
            text[tokens.start[a] : tokens.end[b - 1]],
            None if c < 0 else text[tokens.start[c] : tokens.end[c]],
        )
        for a, b, c in zip(found.start, found.end, found.cue, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The minister said that the bridge would reopen.",
            ("that the bridge would reopen", "said"),
        ),
        ("Officials say the bridge is unsafe.", ("the bridge is unsafe", "say")),
        (
            "The bridge is unsafe, according to the fire service.",
            ("The bridge is unsafe", "according"),
        ),
        (
            "At least nine people were hurt, officials said.",
            ("At least nine people were hurt", "said"),
        ),
    ],
)
def test_spans_and_their_cues(text: str, expected: tuple[str, str]) -> None:
    assert phrases(text) == [expected]


def test_plain_news_is_the_outlets_own() -> None:
    assert phrases("The road was open by noon. The bridge was built in 1926.") == []


def test_nothing_in_marks_is_reported() -> None:
    tokens = tokenize(['He said "the bridge is unsafe" on Monday.'])
    inside = np.full(len(tokens), -1)
    inside[2:8] = 0
    found = find_reported(tokens, inside)
    assert not found.inside[2:8].any()
    assert np.isnan(found.score[2:8]).all() and np.isnan(found.cue_score[2:8]).all()
    assert np.isnan(found.probability[2:8]).all()


def test_one_value_a_token() -> None:
    with pytest.raises(ValueError) as error:
        find_reported(tokenize(["one two"]), np.zeros(3))
    assert str(error.value) == WRONG_LENGTH.format(tokens=2, found=3)


PIECES = st.lists(
    st.sampled_from(
        "Kerr|said|that|it rained|according to|, |. |\n\n|who|told|the court|“|\ud800".split("|")
    ),
    max_size=30,
).map(" ".join)


@given(st.lists(PIECES, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_text_has_the_same_scores_alone_and_in_a_batch(texts: list[str]) -> None:
    tokens, together = tagged(texts)
    for i, text in enumerate(texts):
        here = tokens.article == i
        _, alone = tagged([text])
        for name in ("score", "inside", "source_score", "cue_score"):
            assert np.array_equal(
                getattr(together, name)[here], getattr(alone, name), equal_nan=True
            )


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_spans_are_sorted_and_disjoint(text: str) -> None:
    tokens, found = tagged([text])
    assert (found.start < found.end).all()
    assert (found.end[:-1] <= found.start[1:]).all()
    assert tokens.word[found.start].all() and tokens.word[found.end - 1].all()
    assert (tokens.sentence[found.start] == tokens.sentence[found.end - 1]).all()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_decoding_finds_the_best_sequence(data: st.DataObject) -> None:
    """Against trying every sequence."""
    n = data.draw(st.integers(2, 7))
    numbers = st.lists(st.integers(-50, 50), min_size=n, max_size=n)
    score = np.array(data.draw(numbers), np.int32)
    enter = -np.abs(np.array(data.draw(numbers), np.int32))
    leave = np.minimum(np.array(data.draw(numbers), np.int32), -enter)
    reset = np.zeros(n, bool)
    reset[0] = True

    def worth(states: tuple[int, ...]) -> int:
        total = 0
        for i in range(1, n):
            total += int(score[i]) * states[i]
            if states[i] > states[i - 1]:
                total += int(enter[i])
            if states[i] < states[i - 1]:
                total += int(leave[i])
        return total

    every = [(0, *(k >> j & 1 for j in range(n - 1))) for k in range(1 << (n - 1))]
    found = tuple(int(s) for s in _decode(score, enter, leave, reset))
    assert worth(found) == max(map(worth, every))


def test_a_saved_tagger_is_the_same(tmp_path: Path) -> None:
    tagger = load_tagger()
    again = load_tagger(save_tagger(tagger, tmp_path / "model"))
    tokens = tokenize(["Kerr said the road was open."])
    inside = np.full(len(tokens), -1)
    one, two = (find_reported(tokens, inside, tagger=t) for t in (tagger, again))
    assert np.array_equal(one.score, two.score)


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    card = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps({**card, "kind": "kettle"}), "utf-8")
    with pytest.raises(ModelError) as error:
        load_tagger(folder)
    assert str(error.value) == WRONG_KIND.format(
        path=folder, found="kettle", valid="reported speech"
    )
