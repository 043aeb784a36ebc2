"""What stands between marks: the model's judgements, its files, and independence of the batch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing.quotes
from framing.errors import ModelError
from framing.marks import find_marks
from framing.quotes import (
    KINDS,
    UNEVEN,
    WRONG_LAYOUT,
    Quotes,
    judge_quotes,
    load_quote_model,
    locate,
)
from framing.tokens import tokenize

FOLDER = Path(framing.quotes.__file__).parent / "models" / "quotes"


def judged(texts: list[str]) -> Quotes:
    tokens = tokenize(texts)
    return judge_quotes(tokens, locate(tokens, [find_marks(text) for text in texts]))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“The bridge will never open to lorries again,” Ada Kerr said on Monday.", "direct"),
        ("The mayor called the new bridge “a disgrace.”", "direct"),
        ("The so-called “experts” sold hair tonic.", "scare"),
        ("Its “voluntary” tax is collected at gunpoint.", "scare"),
        ("The word “bridge” stands nowhere in the contract.", "mention"),
        ("He wrote a book titled “The Long Bridge.”", "mention"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    quotes = judged([text])
    assert [KINDS[k] for k in quotes.kind] == [kind]
    assert 0 < quotes.confidence[0] <= 1


def test_the_cue_is_named() -> None:
    quotes = judged(["The mayor called it “a disgrace.”", "A so-called “expert” came."])
    assert quotes.cue == ("called", "so-called")
    assert quotes.cue_token[1] == -1


def test_a_reopened_quotation_is_direct_throughout() -> None:
    quotes = judged(["Kerr read the letter:\n\n“We failed.\n\n“We failed you all.”"])
    assert [KINDS[k] for k in quotes.kind] == ["direct", "direct"]
    assert quotes.same_speaker.tolist() == [-1, 0]


def test_an_echo_of_a_longer_quotation_is_its_speakers() -> None:
    text = (
        "“We were promised a bridge and given a ribbon,” Kerr said.\n\n"
        "The “ribbon” is still there, faded and torn."
    )
    quotes = judged([text])
    assert [KINDS[k] for k in quotes.kind] == ["direct", "direct"]
    assert quotes.same_speaker[1] == 0


def test_marks_without_a_word_are_left_out() -> None:
    assert len(judged(["He drew “” and “...” on the wall."])) == 0


def test_one_list_of_marks_a_text() -> None:
    with pytest.raises(ValueError) as error:
        locate(tokenize(["a", "b"]), [[]])
    assert str(error.value) == UNEVEN.format(texts=2, marks=1)


def test_weights_of_another_layout_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    card = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps({**card, "layout": 99}), "utf-8")
    with pytest.raises(ModelError) as error:
        load_quote_model(folder)
    valid = framing.quotes.LAYOUT
    assert str(error.value) == WRONG_LAYOUT.format(path=folder, found=99, valid=valid)


QUOTED = st.lists(
    st.sampled_from(
        "“No,”|“Yes.”|\"maybe\"|'perhaps'|said|Ada Kerr|so-called|the word|and|, |. |\n\n|he".split(
            "|"
        )
    ),
    max_size=25,
).map(" ".join)


@given(st.lists(QUOTED, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_judgement_does_not_depend_on_the_batch(texts: list[str]) -> None:
    together = judged(texts)
    for i, text in enumerate(texts):
        alone = judged([text])
        here = together.article == i
        for name in ("start", "end", "kind", "confidence"):
            assert np.array_equal(getattr(together, name)[here], getattr(alone, name))
