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
from sklearn.metrics import f1_score

from framing.classifier import MarkedArticle
from framing.tokens import Tokens, tokenize
from framing.voice import VOICES, assign_voices

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
    agreed : list of set of str
        For each sentence the words that BABE itself lists, those of several annotators.
    """

    sentences: pd.DataFrame
    words: list[dict[str, float]]
    alignment: dict[str, int]
    alpha: float
    agreed: list[set[str]]


def babe() -> Babe:
    """Read BABE and align what its annotators wrote down with the words of the sentences."""
    path = data_file("babe/annotators.csv")
    sentences = pd.read_csv(path.with_name("sentences.csv"))
    annotators = pd.read_csv(path)
    sentences["group"] = sentences["url"].fillna(sentences["id"])
    for column in ("outlet", "topic"):
        sentences[column] = sentences[column].fillna("unknown")
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
    agreed = [
        {word for phrase in json.loads(listed) for word in tokenize([phrase]).types}
        for listed in sentences["loaded_words"].fillna("[]")
    ]
    return Babe(sentences, words, alignment, alpha, agreed)


def annotator_agreement() -> pd.DataFrame:
    """How well one annotator of BABE predicts the majority of the others: macro-F1 for each."""
    frame = pd.read_csv(data_file("babe/annotators.csv"))
    wide = frame.assign(biased=frame["label"] == "Biased").pivot_table(
        index="id", columns="annotator", values="biased", aggfunc="first"
    )
    rows = []
    for name in wide.columns:
        others = wide.drop(columns=name).astype(float)
        share = others.mean(axis=1)
        use = wide[name].notna() & others.notna().sum(axis=1).ge(2) & share.ne(0.5)
        own, truth = wide.loc[use, name].astype(bool), share[use] > 0.5
        if use.sum() >= 100:
            score = f1_score(truth, own, average="macro")
            rows.append({"annotator": name, "sentences": int(use.sum()), "macro-F1": score})
    return pd.DataFrame(rows)


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
class Marks:
    """Openings of articles in which machine readers marked every loaded own-voice word.

    Attributes
    ----------
    articles : list of MarkedArticle
        What readers were not asked about (quoted and reported words) is ``unread``.
    scores : ndarray of float64
        Their mean score of each article, 0 to 10.
    lost : int
        Marks that do not stand in their text.
    left_out : int
        Articles that share text with BABE, BASIL or the ratings: those are for measuring.
    """

    articles: list[MarkedArticle]
    scores: npt.NDArray[np.float64]
    lost: int
    left_out: int


def marks() -> Marks:
    """Read the marks, without the articles that overlap with what is measured on."""
    frame = pd.read_csv(data_file("marks/articles.csv"))
    shared = _overlapping(frame)
    left_out = int(frame.loc[shared, "id"].nunique())
    frame = frame.loc[~shared]
    texts = frame.drop_duplicates("id").set_index("id")["text"]
    tokens = tokenize(list(texts))
    own = assign_voices(tokens).code == VOICES.index("own")
    readers = frame.groupby("id").size().reindex(texts.index).to_numpy()
    count = np.zeros(len(tokens))
    place = {name: i for i, name in enumerate(texts.index)}
    lost = 0
    for name, written in frame.loc[frame["words"].notna(), ["id", "words"]].itertuples(index=False):
        here = slice(tokens.first_token[place[name]], tokens.first_token[place[name] + 1])
        found, missing = _marked_in_order(tokens, here, own, written)
        count[found] += 1
        lost += missing
    articles = []
    for i, text in enumerate(texts):
        here = np.arange(tokens.first_token[i], tokens.first_token[i + 1])
        spans = [
            (int(tokens.start[j]), int(tokens.end[j]), min(float(count[j] / readers[i]), 1.0))
            for j in here[count[here] > 0]
        ]
        other = here[~own[here]]
        unread = [(int(tokens.start[j]), int(tokens.end[j])) for j in other]
        articles.append(MarkedArticle(text, tuple(spans), tuple(unread)))
    scores = frame.groupby("id")["score"].mean().reindex(texts.index).to_numpy(float)
    return Marks(articles, scores, lost, left_out)


def _overlapping(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which articles share eight words in a row with a set that is measured on."""

    def runs(text: str) -> set[str]:
        words = text.lower().split()
        return {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}

    sentences = pd.read_csv(data_file("babe/sentences.csv"))["text"]
    whole = [pd.read_csv(data_file(f"{n}/articles.csv"))["text"] for n in ("basil", "ratings")]
    exact = set().union(*map(runs, sentences))
    long = set().union(*map(runs, pd.concat(whole)))
    result = []
    for text in frame["text"]:
        own = runs(text)
        # Two articles may quote the same sentence; a twentieth in common is the same report.
        result.append(bool(own & exact) or len(own & long) > len(own) / 20)
    return np.array(result)


def _marked_in_order(
    tokens: Tokens, here: slice, own: npt.NDArray[np.bool_], written: str
) -> tuple[list[int], int]:
    """Find phrases that were written down in the text's order, rather in the own voice."""
    at = np.arange(here.start, here.stop)[tokens.word[here]]
    types = [tokens.types[i] for i in tokens.type[at]]
    found: list[int] = []
    lost = after = 0
    for phrase in written.split(";"):
        table = tokenize([phrase])
        wanted = [table.types[i] for i in table.type[table.word]]
        n = len(wanted)
        places = [i for i in range(len(types) - n + 1) if types[i : i + n] == wanted] if n else []
        if not places:
            lost += n > 0
            continue
        places = [i for i in places if own[at[i : i + n]].all()] or places
        first = next((i for i in places if i >= after), places[0])
        found += [int(i) for i in at[first : first + n]]
        after = first + 1
    return found, lost


@dataclass(frozen=True)
class Ratings:
    """Openings of articles of one story each, rated for loaded own-voice wording by two readers."""

    articles: pd.DataFrame

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """The readers' mean score, 0 to 10."""
        return self.articles[["reader_a", "reader_b"]].mean(axis=1).to_numpy(float)


def ratings() -> Ratings:
    """Read the ratings."""
    return Ratings(pd.read_csv(data_file("ratings/articles.csv")))


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
