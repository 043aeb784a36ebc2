"""Other tools beside which `benchmarks.speed` measures: each made ready once, then given texts.

What a peer imports, it imports when it is made, so that a peer that is not installed is skipped and
that the memory of one does not count against another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import framing
from benchmarks._data import data_file
from benchmarks.matching import spellings
from framing.lexicon import Lexicon

Work = Callable[[Sequence[str]], object]

# Words with their inner apostrophes and hyphens, as the floor has to find them.
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Task:
    """What every way is made for.

    Attributes
    ----------
    lexicons : tuple of Lexicon or None
        The terms to find; None for all that are bundled, which peers cannot use.
    articles : Path
        The texts as JSON lines, for the ways that read.
    """

    lexicons: tuple[Lexicon, ...] | None
    articles: Path


def records(texts: Sequence[str]) -> list[dict[str, str]]:
    """Give texts the form that `framing.score` takes."""
    return [{"id": str(i), "text": text} for i, text in enumerate(texts)]


def _full(task: Task) -> Work:
    return lambda texts: framing.score(records(texts), lexicons=task.lexicons)


def _without_classifier(task: Task) -> Work:
    return lambda texts: framing.score(records(texts), lexicons=task.lexicons, classifier=None)


def _read_full(task: Task) -> Work:
    return lambda _: framing.score(task.articles, lexicons=task.lexicons)


def _read_without_classifier(task: Task) -> Work:
    return lambda _: framing.score(task.articles, lexicons=task.lexicons, classifier=None)


def _splitter() -> Callable[[str], list[str]]:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    # Without trained parameters: nltk would download them.
    split: Callable[[str], list[str]] = PunktSentenceTokenizer().tokenize
    return split


def _punkt(_: Task) -> Work:
    split = _splitter()
    return lambda texts: [split(text) for text in texts]


def _vader(_: Task) -> Work:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    split, scores = _splitter(), SentimentIntensityAnalyzer().polarity_scores
    return lambda texts: [[scores(sentence) for sentence in split(text)] for text in texts]


def _empath(_: Task) -> Work:
    from empath import Empath

    analyze = Empath().analyze
    return lambda texts: [analyze(text, normalize=True) for text in texts]


def _textblob(_: Task) -> Work:
    from textblob import TextBlob

    return lambda texts: [TextBlob(text).sentiment for text in texts]


def _spacy(task: Task) -> Work:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    # Beyond a million characters spaCy refuses a text, for the sake of components not used here.
    nlp.max_length = 10**9
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("terms", list(nlp.pipe(_spellings(task))))
    return lambda texts: [matcher(doc) for doc in nlp.pipe(texts)]


def _counts(task: Task) -> Work:
    from sklearn.feature_extraction.text import CountVectorizer

    words = _spellings(task)
    longest = max(len(spelling.split()) for spelling in words)
    vectorizer = CountVectorizer(vocabulary=words, ngram_range=(1, longest))
    return lambda texts: vectorizer.transform(texts)


def _sentence_classifier(_: Task) -> Work:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    babe = pd.read_csv(data_file("babe/sentences.csv"))
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    model = make_pipeline(features, LogisticRegression(C=4.0, max_iter=1000))
    model.fit(babe["text"], babe["loaded"])
    split = _splitter()
    return lambda texts: model.predict_proba([s for text in texts for s in split(text)])


def _spellings(task: Task) -> list[str]:
    assert task.lexicons is not None
    return spellings(task.lexicons)


def _floor(task: Task) -> Work:
    from ahocorasick_rs import AhoCorasick, MatchKind

    finder = AhoCorasick(_spellings(task), matchkind=MatchKind.LeftmostLongest)

    def work(_: Sequence[str]) -> object:
        found: list[Any] = []
        with task.articles.open(encoding="utf-8") as file:
            for line in file:
                text = json.loads(line)["text"]
                words = [match.span() for match in _WORD.finditer(text)]
                found.append((words, finder.find_matches_as_indexes(text.lower())))
        return found

    return work


FULL = "full scoring"
WITHOUT = "without the classifier"
READ_FULL = "reading, and full scoring"
READ_WITHOUT = "reading, without the classifier"
VADER = "VADER by sentence"
EMPATH = "Empath"
SENTENCES = "TF-IDF sentence classifier"
FLOOR = "floor: read, words, Aho-Corasick"

WAYS: dict[str, Callable[[Task], Work]] = {
    FULL: _full,
    WITHOUT: _without_classifier,
    READ_FULL: _read_full,
    READ_WITHOUT: _read_without_classifier,
    VADER: _vader,
    "Punkt sentences alone": _punkt,
    EMPATH: _empath,
    "TextBlob": _textblob,
    "spaCy blank, PhraseMatcher": _spacy,
    "CountVectorizer, our terms": _counts,
    SENTENCES: _sentence_classifier,
    FLOOR: _floor,
}
"""Every way by its name in the table; the first four are ours."""

OURS = tuple(WAYS)[:4]
