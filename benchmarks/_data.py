"""The research data: where it lies, and loaders for its parts.

It is not part of the project. The environment variable FRAMING_DATA names its folder; without it,
a folder ``shared/data`` beside the checkout is tried. A command that needs data which is not there
says so and ends with status 0.
"""

from __future__ import annotations

import json
import lzma
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.tokens import Tokens, tokenize

VARIABLE = "FRAMING_DATA"
ABSENT = (
    "skipped: {path} is not there. This needs the research data, which is not part of the "
    f"project; name its folder in the environment variable {VARIABLE}."
)
_BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

# What annotators put between marked words.
_DIVIDERS = re.compile(r"[,;/\n]|\s+-\s+|(?<=\w)\.\s")
_CLOSE = 0.8
_ENDING = 4


class DataAbsent(SystemExit):
    """The research data is not there: a command that does not catch this ends with status 0."""

    def __init__(self, path: Path) -> None:
        super().__init__(0)
        self.message = ABSENT.format(path=path)


def data_folder() -> Path:
    """Return the folder of the research data, whether or not it exists."""
    return Path(os.environ.get(VARIABLE) or _BESIDE)


def data_file(name: str) -> Path:
    """Return the path of a file of the research data; where it is absent, say so and skip."""
    path = data_folder() / name
    if not path.exists():
        absent = DataAbsent(path)
        print(absent.message)
        raise absent
    return path


@dataclass(frozen=True)
class Babe:
    """BABE: sentences, and the share of annotators who marked each of their words.

    Attributes
    ----------
    sentences : pandas.DataFrame
        As in ``babe/sentences.csv``; ``group`` is the article (its URL, or the sentence itself).
    words : list of dict of str to float
        For each sentence the words marked in it, each with the share of its annotators.
    alignment : dict of str to int
        How many marks stand in the text as written, how many were found otherwise, how many not.
    alpha : float
        The annotators' agreement on sentences, `krippendorff`.
    """

    sentences: pd.DataFrame
    words: list[dict[str, float]]
    alignment: dict[str, int]
    alpha: float


def babe() -> Babe:
    """Read BABE and align what its annotators wrote down with the words of the sentences."""
    path = data_file("babe/annotators.csv")
    sentences = pd.read_csv(path.with_name("sentences.csv"))
    annotators = pd.read_csv(path)
    sentences["group"] = sentences["url"].fillna(sentences["id"])
    sentences["outlet"] = sentences["outlet"].fillna("unknown")
    tokens = tokenize(list(sentences["text"]))
    marks = np.zeros(len(tokens))
    counts: Counter[str] = Counter()
    place = {name: i for i, name in enumerate(sentences["id"])}
    written = annotators.loc[annotators["words"].notna(), ["id", "words"]]
    for name, text in written.itertuples(index=False):
        at = place[name]
        first, last = tokens.first_token[at], tokens.first_token[at + 1]
        found, how = align([tokens.types[i] for i in tokens.type[first:last]], text)
        counts.update(how)
        marks[first + np.array(sorted(found), int)] += 1
    readers = annotators.groupby("id")["annotator"].nunique()
    share = marks / readers.reindex(sentences["id"]).to_numpy()[tokens.article]
    words: list[dict[str, float]] = [{} for _ in range(len(sentences))]
    for i in np.flatnonzero((share > 0) & tokens.word):
        here, word = words[tokens.article[i]], tokens.types[tokens.type[i]]
        here[word] = max(here.get(word, 0.0), float(share[i]))
    alignment = {how: counts[how] for how in ("as written", "otherwise", "lost")}
    biased = annotators.assign(biased=annotators["label"] == "Biased").groupby("id")["biased"]
    alpha = krippendorff(biased.sum().to_numpy(float), biased.size().to_numpy(float))
    return Babe(sentences, words, alignment, alpha)


def krippendorff(positive: npt.NDArray[np.float64], readers: npt.NDArray[np.float64]) -> float:
    """Compute Krippendorff's alpha for yes or no, from each unit's number of yes and of readers."""
    positive, readers = positive[readers > 1], readers[readers > 1]
    total = readers.sum()
    observed = (positive * (readers - positive) / (readers - 1)).sum() / total
    expected = positive.sum() * (total - positive.sum()) / (total * (total - 1))
    return float(1 - observed / expected)


def align(types: Sequence[str], written: str) -> tuple[set[int], Counter[str]]:
    """Find the words that an annotator wrote down, misspelt or not, among a sentence's tokens.

    Parameters
    ----------
    types : sequence of str
        The sentence's tokens, lower-cased.
    written : str
        Words and phrases, divided by commas or similar.

    Returns
    -------
    places : set of int
        Tokens that are meant.
    how : Counter
        Phrases found ``as written``, ``otherwise`` (another ending, a slip of spelling, words that
        stand apart), and ``lost``.
    """
    places: set[int] = set()
    how: Counter[str] = Counter()
    for phrase in _DIVIDERS.split(written):
        table = tokenize([phrase])
        wanted = [table.types[i] for i in table.type[table.word]]
        if not wanted:
            continue
        n = len(wanted)
        exact = [i for i in range(len(types) - n + 1) if list(types[i : i + n]) == wanted]
        if exact:
            how["as written"] += 1
            places.update(i + k for i in exact for k in range(n))
            continue
        each = [_similar(types, word) for word in wanted]
        if all(each):
            how["otherwise"] += 1
            places.update(i for found in each for i in found)
        else:
            how["lost"] += 1
    return places, how


def _similar(types: Sequence[str], word: str) -> list[int]:
    exact = [i for i, t in enumerate(types) if t == word]
    if exact or len(word) < _ENDING:
        return exact
    # An annotator's "claim" for the sentence's "claims", "claimed", "claiming".
    stem = word.removesuffix("e")
    inflected = {t for t in types if t.startswith(stem) and len(t) - len(stem) < _ENDING}
    if len(inflected) == 1:
        return [i for i, t in enumerate(types) if t in inflected]
    close = get_close_matches(word, sorted({t for t in types if len(t) >= _ENDING}), 1, _CLOSE)
    return [i for i, t in enumerate(types) if t in close]


@dataclass(frozen=True)
class Basil:
    """BASIL: whole articles, and the spans that its annotators marked."""

    articles: pd.DataFrame
    spans: pd.DataFrame


def basil() -> Basil:
    """Read BASIL."""
    path = data_file("basil/articles.csv")
    return Basil(pd.read_csv(path), pd.read_csv(path.with_name("spans.csv")))


def in_spans(tokens: Tokens, ids: Sequence[str], spans: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which tokens lie in one of the spans (columns ``id start end``) of their article."""
    inside = np.zeros(len(tokens), bool)
    place = {name: i for i, name in enumerate(ids)}
    for name, start, end in spans[["id", "start", "end"]].itertuples(index=False):
        at = place[name]
        here = slice(tokens.first_token[at], tokens.first_token[at + 1])
        inside[here] |= (tokens.start[here] < end) & (tokens.end[here] > start)
    return inside


def allsides_articles(limit: int | None = None, *, every: int = 1) -> Iterator[dict[str, Any]]:
    """Read unlabelled news, in the file's order: at most `limit` articles, each `every`-th one."""
    given = 0
    with lzma.open(data_file("allsides/articles.jsonl.xz"), "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % every:
                continue
            if limit is not None and given >= limit:
                return
            yield json.loads(line)
            given += 1
