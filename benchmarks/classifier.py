"""How well does the classifier find loaded words, sentences and articles?

``python -m benchmarks.classifier`` prints it, with baselines side by side, each row once it is
measured; ``--only`` chooses parts, ``--encoder FOLDER`` sets a sentence encoder beside them. Every
figure is of sentences, words and articles that the model was not trained on: folds of BABE are
grouped by article, outlet or topic; BASIL and the ratings are never trained on.
"""

from __future__ import annotations

import argparse
import re
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, PoissonRegressor
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks._data import (
    Babe,
    Marks,
    allsides_articles,
    annotator_agreement,
    babe,
    basil,
    in_spans,
    marks,
    ratings,
)
from framing.classifier import LoadedWordingClassifier, MarkedArticle, WordClassifier
from framing.features import content_words
from framing.tokens import Tokens, tokenize
from framing.validation import calibration_error
from framing.voice import VOICES, assign_voices
from framing.wordmodel import ScoredWords

FOLDS = 5
LEAST = 30
ROUNDS = 5
CURVE = ("ratings, within stories", "BASIL words AUC", "BASIL articles, Spearman")
PAIRS = (("hpo", "nyt"), ("fox", "nyt"))
# Folds inside a fold, for calibration: figures hardly depend on it, time does.
INNER = 2
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

# What stands for what in the test of names: parties, countries, leaders, groups.
SWAPS = (
    {"Democrats": "Republicans", "Democrat": "Republican", "Democratic": "Republican"},
    {"Trump": "Obama", "Donald": "Barack", "Clinton": "McCain", "Hillary": "John"},
    {"Russia": "Canada", "China": "France", "Iran": "Brazil", "Israel": "Norway"},
    {"Muslim": "Christian", "Muslims": "Christians", "Mexican": "Danish", "Black": "Asian"},
    {"CNN": "Reuters", "Fox": "Bloomberg", "Breitbart": "Axios"},
)


# ------------------------------------------------------------------------------ what is compared


@dataclass(frozen=True)
class Contender:
    """A way to score text: trained on BABE (and on marks, if it takes them), or not at all.

    Attributes
    ----------
    fit : callable
        From BABE's sentences by number, and marked articles, to a model.
    words : bool
        Whether the model scores words (a `LoadedWordingClassifier`), or sentences alone.
    """

    fit: Callable[[Babe, npt.NDArray[np.intp], Sequence[MarkedArticle]], Any]
    words: bool


def fit_words(
    data: Babe,
    train: npt.NDArray[np.intp],
    articles: Sequence[MarkedArticle],
    *,
    use_marks: bool,
    make: Callable[..., WordClassifier] = LoadedWordingClassifier,
    **settings: Any,
) -> WordClassifier:
    """Train a model of words on some of BABE's sentences."""
    frame = data.sentences.iloc[train]
    return make(**{"cv": INNER, **settings}).fit(
        list(frame["text"]),
        frame["loaded"].to_numpy(),
        words=[data.words[i] for i in train],
        groups=frame["group"].to_numpy(),
        articles=articles if use_marks else None,
    )


def fit_sentences(
    data: Babe, train: npt.NDArray[np.intp], _: Sequence[MarkedArticle], *, make: Callable[[], Any]
) -> Any:
    """Train a model of sentences."""
    frame = data.sentences.iloc[train]
    return make().fit(list(frame["text"]), frame["loaded"].to_numpy())


def tfidf_model() -> Any:
    """Give the usual baseline: words and pairs of words, weighted, and logistic regression."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return make_pipeline(vectorizer, LogisticRegression(C=10, max_iter=1000))


class Vader:
    """VADER (Hutto and Gilbert 2014): how far from neutral its words are; nothing is learned."""

    def __init__(self) -> None:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        self.analyzer = SentimentIntensityAnalyzer()

    def fit(self, sentences: Sequence[str], y: Any) -> Vader:
        """Fit one number, so that the output is a probability."""
        self.scale = LogisticRegression().fit(self._strength(sentences), y)
        return self

    def _strength(self, sentences: Sequence[str]) -> Floats:
        scores = [self.analyzer.polarity_scores(s) for s in sentences]
        return np.array([[1 - s["neu"]] for s in scores])

    def predict_proba(self, sentences: Sequence[str]) -> Floats:
        """From the share of words that are not neutral."""
        result: Floats = self.scale.predict_proba(self._strength(sentences))
        return result


def contenders(encoder: Path | None = None) -> dict[str, Contender]:
    """Name everything that is compared, from the simplest on."""
    found = {
        "majority": Contender(
            partial(fit_sentences, make=partial(DummyClassifier, strategy="prior")), False
        ),
    }
    try:
        Vader()
        found["VADER"] = Contender(partial(fit_sentences, make=Vader), False)
    except ImportError:
        print("VADER is left out: vaderSentiment is not installed (extra 'dev')\n")
    found[SENTENCES] = Contender(partial(fit_sentences, make=tfidf_model), False)
    words = partial(fit_words, use_marks=False)
    found["words"] = Contender(partial(words, vectors=None), True)
    found["words, vectors"] = Contender(words, True)
    if encoder is not None:
        from framing.encoder import EncoderClassifier

        made = partial(fit_words, make=partial(EncoderClassifier, encoder))
        found["encoder"] = Contender(partial(made, use_marks=False), True)
        found["encoder, marks"] = Contender(partial(made, use_marks=True), True)
    found[BEST] = Contender(partial(fit_words, use_marks=True), True)
    return found


SENTENCES = "TF-IDF sentences"
BEST = "words, vectors, marks"

Report = Callable[[str, Mapping[str, float]], None]


def unseen(name: str, figures: Mapping[str, float]) -> None:
    """Report a row to nobody."""


class Rows:
    """A table that is printed row by row, as it is measured."""

    def __init__(self, title: str, *, first: int = 26, width: int = 10) -> None:
        self.title, self.first, self.width = title, first, width
        self.columns: list[str] = []

    def __call__(self, name: str, figures: Mapping[str, float]) -> None:
        """Print a row; the head comes before the first, again where there are other columns."""
        if not set(figures) <= set(self.columns):
            print(f"\n{self.title}" if not self.columns else "")
            self.columns = list(figures)
            wrapped = [textwrap.wrap(c, self.width - 1) for c in self.columns]
            for line in range(max(map(len, wrapped))):
                cells = [w[line] if line < len(w) else "" for w in wrapped]
                print(" " * self.first + "".join(c.rjust(self.width) for c in cells))
        cells = [f"{figures[c]:.3f}" if c in figures else "-" for c in self.columns]
        print(name.ljust(self.first) + "".join(c.rjust(self.width) for c in cells), flush=True)


# ---------------------------------------------------------------------------------------- BABE


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold predictions: BABE's sentences and tokens, and the tokens of marked articles."""

    sentence: Floats
    word: Floats | None
    marked: Floats | None


def folds_by(data: Babe, column: str, *, folds: int | None) -> list[Fold]:
    """Split BABE so that a group is never on both sides; one fold a group where `folds` is None."""
    groups = data.sentences[column].to_numpy()
    splitter = LeaveOneGroupOut() if folds is None else GroupKFold(folds)
    return list(splitter.split(groups, groups=groups))


def predictions(
    data: Babe, read: Marks, folds: Sequence[Fold], contender: Contender, *, split_marks: bool
) -> Predictions:
    """Train in every fold, calibration included, and predict what is left out."""
    texts = list(data.sentences["text"])
    sentence = np.full(len(texts), np.nan)
    tokens, articles = tokenize(texts), tokenize([a.text for a in read.articles])
    word, marked = np.zeros(len(tokens)), np.full(len(articles), np.nan)
    fold_of = np.random.default_rng(0).permutation(len(read.articles)) % len(folds)
    for number, (train, test) in enumerate(folds):
        held = fold_of == number if split_marks else np.zeros(len(fold_of), bool)
        kept = [a for a, out in zip(read.articles, held, strict=True) if not out]
        model = contender.fit(data, train, kept)
        sentence[test] = model.predict_proba([texts[i] for i in test])[:, 1]
        if contender.words:
            here, there = np.isin(tokens.article, test), held[articles.article]
            word[here] = model.model_.word_probabilities(tokenize([texts[i] for i in test]))
            left = [a.text for a, out in zip(read.articles, held, strict=True) if out]
            marked[there] = model.model_.word_probabilities(tokenize(left))
    return (
        Predictions(sentence, word, marked)
        if contender.words
        else Predictions(sentence, *[None] * 2)
    )


def sentence_figures(data: Babe, p: Floats, folds: Sequence[Fold]) -> dict[str, float]:
    """AUC (mean of folds), macro-F1 and calibration error of sentences."""
    y = data.sentences["loaded"].to_numpy()
    auc = [
        roc_auc_score(y[test], p[test])
        for _, test in folds
        if min(y[test].sum(), len(test) - y[test].sum()) > 0
    ]
    return {
        "sentence AUC": float(np.mean(auc)),
        "macro-F1": float(f1_score(y, p > 0.5, average="macro")),
        "ECE": calibration_error(p, y.astype(float)),
    }


def word_table(data: Babe, p: Floats) -> pd.DataFrame:
    """One row a content word of BABE: probability, share of annotators, marked by two or more."""
    tokens = tokenize(list(data.sentences["text"]))
    at = np.flatnonzero(content_words(tokens))
    of = tokens.article[at]
    types = [tokens.types[i] for i in tokens.type[at]]
    return pd.DataFrame(
        {
            "sentence": of,
            "probability": p[at],
            "share": [data.words[i].get(t, 0.0) for i, t in zip(of, types, strict=True)],
            "agreed": [t in data.agreed[i] for i, t in zip(of, types, strict=True)],
        }
    )


def word_figures(data: Babe, words: pd.DataFrame) -> dict[str, float]:
    """How well words are ordered: those that BABE lists, and those that any annotator marked."""
    top = words.loc[words.groupby("sentence")["probability"].idxmax()]
    loaded = data.sentences["loaded"].to_numpy()[top["sentence"]] == 1
    return {
        "listed words, average precision": float(
            average_precision_score(words["agreed"], words["probability"])
        ),
        "any annotator's words, average precision": float(
            average_precision_score(words["share"] > 0, words["probability"])
        ),
        "top word is marked by an annotator": float((top.loc[loaded, "share"] > 0).mean()),
        "word AUC": float(roc_auc_score(words["share"] > 0, words["probability"])),
    }


def mark_figures(read: Marks, p: Floats) -> dict[str, float]:
    """Marked articles that were held out: words, their calibration, the order of the articles."""
    tokens = tokenize([a.text for a in read.articles])
    own, share = read_words(tokens, read.articles)
    at = own & content_words(tokens)
    n = len(read.articles)
    rate = np.bincount(tokens.article[own], weights=p[own], minlength=n)
    rate /= np.maximum(np.bincount(tokens.article[own], minlength=n), 1)
    return {
        "marks: words, average precision": float(average_precision_score(share[at] > 0, p[at])),
        "marks: word ECE": calibration_error(p[at], share[at]),
        "marks: expected / marked": float(p[at].sum() / share[at].sum()),
        "marks: articles, Spearman with score": float(spearmanr(rate, read.scores).statistic),
    }


def read_words(tokens: Tokens, articles: Sequence[MarkedArticle]) -> tuple[Bools, Floats]:
    """Tell which words readers were asked about, and the share that marked each."""
    own, share = tokens.word.copy(), np.zeros(len(tokens))
    for i, article in enumerate(articles):
        here = slice(tokens.first_token[i], tokens.first_token[i + 1])
        own[here] &= ~np.isin(tokens.start[here], [start for start, _ in article.unread])
        shares = {start: value for start, _, value in article.marks}
        share[here] = [shares.get(int(s), 0.0) for s in tokens.start[here]]
    return own, share


def grouped_figures(
    data: Babe, read: Marks, chosen: Mapping[str, Contender], *, report: Report = unseen
) -> tuple[dict[str, dict[str, float]], dict[str, Predictions]]:
    """The main figures: folds grouped by article, marked articles divided over them as well."""
    folds = folds_by(data, "group", folds=FOLDS)
    table: dict[str, dict[str, float]] = {}
    every: dict[str, Predictions] = {}
    for name, contender in chosen.items():
        found = every[name] = predictions(data, read, folds, contender, split_marks=True)
        table[name] = sentence_figures(data, found.sentence, folds)
        if found.word is not None and found.marked is not None:
            table[name] |= word_figures(data, word_table(data, found.word))
            table[name] |= mark_figures(read, found.marked)
        report(name, table[name])
    return table, every


def outlet_prior(data: Babe, folds: Sequence[Fold]) -> Floats:
    """Predict each sentence by its outlet's share in the training folds: what outlets give away."""
    y, outlet = data.sentences["loaded"].to_numpy(float), data.sentences["outlet"]
    p = np.zeros(len(y))
    for train, test in folds:
        share = pd.Series(y[train]).groupby(outlet.iloc[train].to_numpy()).mean()
        p[test] = outlet.iloc[test].map(share).fillna(y[train].mean())
    return p


def reliability(words: pd.DataFrame) -> pd.DataFrame:
    """Mean probability against mean share of annotators, words in classes of probability."""
    edges = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0]
    bins = pd.cut(words["probability"], edges, include_lowest=True)
    table = words.groupby(bins, observed=True).agg(
        words=("share", "size"), probability=("probability", "mean"), marked=("share", "mean")
    )
    return table.reset_index(names="class")


def left_out_figures(
    data: Babe,
    read: Marks,
    chosen: Mapping[str, Contender],
    column: str,
    *,
    report: Report = unseen,
) -> dict[str, float]:
    """AUC on outlets or topics by a model that never saw them, the mean over all of enough size.

    Outlets are left out one at a time, topics a fifth of them at a time. A row is reported for each
    contender, with its AUC on each outlet, and for topics the mean alone.
    """
    y = data.sentences["loaded"].to_numpy()
    values = data.sentences[column]
    folds = folds_by(data, column, folds=None if column == "outlet" else FOLDS)
    number = values.value_counts()
    mixed = pd.Series(y).groupby(values.to_numpy()).nunique() == 2
    names = [name for name, n in number.items() if n >= LEAST and mixed[name]]
    folds = [(train, test) for train, test in folds if values.iloc[test].isin(names).any()]
    places = {name: np.flatnonzero(values == name) for name in names}
    means: dict[str, float] = {}
    for name, contender in chosen.items():
        p = predictions(data, read, folds, contender, split_marks=False).sentence
        auc = {str(n): float(roc_auc_score(y[places[n]], p[places[n]])) for n in names}
        means[name] = float(np.mean(list(auc.values())))
        report(name, {f"mean of {len(names)}": means[name], **(auc if len(names) < 12 else {})})
    return means


# ------------------------------------------------------------------- BASIL and ratings: articles


@dataclass(frozen=True)
class Read:
    """Articles with their voices."""

    tokens: Tokens
    own: Bools

    @classmethod
    def of(cls, texts: Sequence[str]) -> Read:
        """Tokenise and find the outlet's own voice."""
        tokens = tokenize(texts)
        own = tokens.word & (assign_voices(tokens).code == VOICES.index("own"))
        return cls(tokens, own)

    def rate(self, p: Floats, mask: Bools) -> Floats:
        """Sum of a value a token, per 1,000 words of the mask, for each article."""
        n = len(self.tokens.texts)
        total = np.bincount(self.tokens.article[mask], weights=p[mask], minlength=n)
        return total / np.bincount(self.tokens.article[mask], minlength=n) * 1000


def article_values(read: Read, model: Any, *, words: bool, mask: Bools) -> Floats:
    """Score each article: its loaded rate, or the mean probability of its sentences."""
    tokens = read.tokens
    if words:
        return read.rate(model.model_.word_probabilities(tokens), mask)
    has = np.flatnonzero(np.bincount(tokens.sentence[mask], minlength=len(tokens.sentence_start)))
    article = tokens.sentence_article[has]
    texts = [
        tokens.texts[a][tokens.sentence_start[i] : tokens.sentence_end[i]]
        for i, a in zip(has, article, strict=True)
    ]
    p = model.predict_proba(texts)[:, 1]
    n = len(tokens.texts)
    return np.bincount(article, weights=p, minlength=n) / np.bincount(article, minlength=n)


def within(values: Floats, truth: Floats, story: npt.NDArray[Any]) -> float:
    """Spearman's correlation of what is left when each story's mean is taken off both."""
    frame = pd.DataFrame({"values": values, "truth": truth})
    frame -= frame.groupby(story).transform("mean")
    return float(spearmanr(frame["values"], frame["truth"]).statistic)


def paired_t(values: Floats, outlet: pd.Series, story: pd.Series, pair: tuple[str, str]) -> float:
    """Student's t over stories of the difference of two outlets."""
    wide = pd.DataFrame({"v": values, "o": outlet, "s": story}).pivot(
        index="s", columns="o", values="v"
    )
    difference = (wide[pair[0]] - wide[pair[1]]).dropna()
    return float(difference.mean() / difference.sem())


def basil_figures(model: Any, *, words: bool = True) -> dict[str, float]:
    """BASIL: own-voice words of unquoted lexical spans; articles; outlets."""
    data = basil()
    read = Read.of(list(data.articles["text"]))
    chosen = (data.spans["kind"] == "lexical") & (data.spans["quoted"] == "no")
    truth = in_spans(read.tokens, list(data.articles["id"]), data.spans.loc[chosen])
    content = content_words(read.tokens)
    own = content & read.own
    annotated = read.rate((content & truth).astype(float), read.tokens.word)
    rate = article_values(read, model, words=words, mask=read.own)
    outlet, story = data.articles["outlet"], data.articles["story"]
    result: dict[str, float] = {}
    if words:
        p = model.model_.word_probabilities(read.tokens)
        sentence = model.model_.sentence_probabilities(read.tokens, p, mask=read.own)
        has = ~np.isnan(sentence)
        marked = np.bincount(read.tokens.sentence[own & truth], minlength=len(sentence)) > 0
        result = {
            "BASIL words AUC": float(roc_auc_score(truth[own], p[own])),
            "BASIL words average precision": float(average_precision_score(truth[own], p[own])),
            "BASIL sentence AUC": float(roc_auc_score(marked[has], sentence[has])),
            "BASIL mean rate": float(rate.mean()),
            "BASIL mean annotated rate": float(annotated.mean()),
        }
    result |= {
        "BASIL articles, Spearman": float(spearmanr(rate, annotated).statistic),
        "BASIL articles, within stories": within(rate, annotated, story.to_numpy()),
    }
    for a, b in PAIRS:
        result[f"t {a} - {b}"] = paired_t(rate, outlet, story, (a, b))
    return result


def contrast_figures(model: WordClassifier, *, report: Report = unseen) -> None:
    """How far BASIL's outlets are apart, in the annotators' marks and by the model.

    A rate falls with an article's length where the number marked grows more slowly than the words
    do: the elasticity says by what power of the words it grows (Poisson regression with an effect
    for each outlet), and so what "at equal length" must divide by.
    """
    data = basil()
    read = Read.of(list(data.articles["text"]))
    content = content_words(read.tokens)
    chosen = (data.spans["kind"] == "lexical") & (data.spans["quoted"] == "no")
    spans = data.spans.loc[chosen]
    truth = in_spans(read.tokens, list(data.articles["id"]), spans) & content
    n = len(data.articles)
    number = data.articles["id"].map(spans["id"].value_counts()).fillna(0).to_numpy(float)
    words, own = (
        np.bincount(read.tokens.article[mask], minlength=n).astype(float)
        for mask in (read.tokens.word, read.own)
    )
    marked = np.bincount(read.tokens.article[truth], minlength=n).astype(float)
    p = model.model_.word_probabilities(read.tokens)
    expected = np.bincount(read.tokens.article[read.own], weights=p[read.own], minlength=n)
    outlet, story = data.articles["outlet"], data.articles["story"]

    def row(name: str, values: Floats, power: float) -> None:
        found = {f"t {a} - {b}": paired_t(values, outlet, story, (a, b)) for a, b in PAIRS}
        report(name, {**found, "elasticity": power})

    for who, count, length in (
        ("annotators' spans", number, words),
        ("annotators' words", marked, own),
        ("expected words", expected, own),
    ):
        dummies = [outlet == name for name in ("fox", "hpo")]
        design = np.column_stack([np.log(length), *dummies]).astype(float)
        power = float(PoissonRegressor(alpha=0.0, max_iter=1000).fit(design, count).coef_[0])
        per = "a word" if length is words else "an own word"
        row(f"{who} {per}", count / length, 1.0)
        row(f"{who} an article", count, 0.0)
        row(f"{who} at equal length", count / length**power, power)


def rating_figures(model: Any, *, words: bool = True) -> dict[str, float]:
    """Ratings: the order of a story's articles, own voice and whole text."""
    data = ratings()
    read = Read.of(list(data.articles["text"]))
    story = data.articles["story"].to_numpy()
    a, b = (data.articles[f"reader_{r}"].to_numpy(float) for r in "ab")
    own = article_values(read, model, words=words, mask=read.own)
    whole = article_values(read, model, words=words, mask=read.tokens.word)
    return {
        "ratings, within stories": within(own, data.mean, story),
        "ratings, whole text": within(whole, data.mean, story),
        "ratings, the two readers": within(a, b, story),
    }


def elsewhere_figures(
    data: Babe, read: Marks, chosen: Mapping[str, Contender], *, report: Report = unseen
) -> dict[str, Any]:
    """Train on all of BABE (and the marks), measure on BASIL and the ratings; give the models."""
    everything = np.arange(len(data.sentences))
    models = {}
    for name, contender in chosen.items():
        model = models[name] = contender.fit(data, everything, read.articles)
        figures = basil_figures(model, words=contender.words)
        report(name, {**figures, **rating_figures(model, words=contender.words)})
    return models


# --------------------------------------------------------------------------- names, speed, curve


def swapped(text: str, swap: Mapping[str, str]) -> str:
    """Put one name for the other, either way, wherever it stands as a word."""
    both = {**{b: a for a, b in swap.items()}, **swap}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, both))})\b")
    return pattern.sub(lambda found: both[found[0]], text)


def swap_figures(model: ScoredWords, texts: Sequence[str], *, report: Report = unseen) -> None:
    """Swap names, and see by how much the scores of the texts with one of them move.

    The mean change of the sum of scores is what the aim is set for; the mean of the changes without
    their sign says how far single texts move.
    """

    def total(texts: Sequence[str]) -> Floats:
        tokens = tokenize(texts)
        p = model.word_probabilities(tokens)
        return np.bincount(tokens.article, weights=p, minlength=len(texts))

    for swap in SWAPS:
        pairs = [(t, swapped(t, swap)) for t in texts]
        pairs = [(t, other) for t, other in pairs if t != other]
        before, after = (total(side) for side in zip(*pairs, strict=True))
        report(
            ", ".join(f"{a}/{b}" for a, b in swap.items()),
            {
                "texts": len(pairs),
                "mean score moves by, %": 100 * (after.sum() / before.sum() - 1),
                "of it moved, any sign, %": 100 * np.abs(after - before).sum() / before.sum(),
            },
        )


def leak_figures(data: Babe, p: Floats) -> dict[str, float]:
    """What tells the outlet from a sentence's score alone, and from the label that it estimates."""
    outlet = data.sentences["outlet"].to_numpy()
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))

    def accuracy(feature: Floats) -> float:
        guess = cross_val_predict(probe, feature[:, None], outlet, cv=FOLDS)
        return float(f1_score(outlet, guess, average="macro"))

    y = data.sentences["loaded"].to_numpy(float)
    return {
        "the score": accuracy(p),
        "the annotators' label": accuracy(y),
        "nothing": accuracy(np.zeros(len(y))),
    }


def speed_figures(
    data: Babe, models: Mapping[str, WordClassifier], *, report: Report = unseen
) -> None:
    """Words a second on one core, from text to the probability of each sentence.

    Everything is timed in turn, five rounds, and set against the TF-IDF model in the same round.
    """
    texts = [a["text"] for a in allsides_articles(256, every=40)]
    tokens = tokenize(texts)
    words = int(tokens.word.sum())
    at = zip(tokens.sentence_article, tokens.sentence_start, tokens.sentence_end, strict=True)
    sentences = [texts[a][s:e] for a, s, e in at]
    tfidf = tfidf_model().fit(list(data.sentences["text"]), data.sentences["loaded"])

    def by_words(model: WordClassifier) -> None:
        found = tokenize(texts)
        p = model.model_.word_probabilities(found)
        model.model_.sentence_probabilities(found, p, mask=found.word)

    work: dict[str, Callable[[], Any]] = {
        f"{SENTENCES}, sentences given": lambda: tfidf.predict_proba(sentences)
    }
    for name, model in models.items():
        work[f"{name}, from text"] = partial(by_words, model)
        work[f"{name}, tokens given"] = partial(model.model_.word_probabilities, tokens)
    seconds = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, do in work.items():
            began = time.process_time()
            do()
            seconds[name].append(time.process_time() - began)
    first = np.array(next(iter(seconds.values())))
    for name, taken in seconds.items():
        ratio = float(np.median(first / np.array(taken)))
        report(name, {"words a second": words / min(taken), "times as fast": ratio})


def learning_curve(data: Babe, read: Marks, *, report: Report = unseen) -> None:
    """The best contender on parts of its data: more sentences, more marked articles."""
    rng = np.random.default_rng(0)
    train, test = folds_by(data, "group", folds=FOLDS)[0]
    y = data.sentences["loaded"].to_numpy()[test]
    texts = [data.sentences["text"].iloc[i] for i in test]
    order = rng.permutation(train)
    for sentences, articles in ((0.25, 1.0), (0.5, 1.0), (1.0, 0.0), (1.0, 0.25), (1.0, 1.0)):
        some = np.sort(order[: round(sentences * len(order))])
        kept = read.articles[: round(articles * len(read.articles))]
        model = fit_words(data, some, kept, use_marks=bool(kept))
        elsewhere = rating_figures(model) | basil_figures(model)
        report(
            f"{len(some)} sentences, {len(kept)} articles",
            {
                "sentence AUC": float(roc_auc_score(y, model.predict_proba(texts)[:, 1])),
                **{name: elsewhere[name] for name in CURVE},
            },
        )


# --------------------------------------------------------------------------------------- printing


def show(title: str, table: pd.DataFrame, *, index: bool = True) -> None:
    """Print a table."""
    print(f"{title}\n{table.round(3).to_string(na_rep='-', index=index)}\n", flush=True)


def main() -> None:
    """Measure and print."""
    parts = ("grouped", "left-out", "elsewhere", "names", "speed", "curve")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="all by default")
    parser.add_argument("--encoder", type=Path, help="folder of a sentence encoder")
    options = parser.parse_args()
    wanted = options.only
    data, read, chosen = babe(), marks(), contenders(options.encoder)
    pd.set_option("display.width", 160)
    print(f"BABE: {len(data.sentences)} sentences; marks of its annotators: {data.alignment}")
    print(f"Marks: {len(read.articles)} articles, {read.left_out} left out as too near to a test")
    folds = folds_by(data, "group", folds=FOLDS)
    best: Predictions | None = None
    if "grouped" in wanted:
        rows = Rows(f"BABE, {FOLDS} folds grouped by article")
        # What has most columns sets the head of the table.
        order = {BEST: chosen[BEST], **chosen}
        _, every = grouped_figures(data, read, order, report=rows)
        rows("outlet alone", sentence_figures(data, outlet_prior(data, folds), folds))
        best = every[BEST]
        assert best.word is not None
        table = reliability(word_table(data, best.word))
        show("Annotators: each against the others", annotator_agreement(), index=False)
        show("Words: probability against the share of annotators", table, index=False)
        print(f"Annotators' agreement on sentences, Krippendorff's alpha: {data.alpha:.3f}")
    if "left-out" in wanted:
        some = {n: c for n, c in chosen.items() if n not in ("majority", "words, vectors")}
        for column in ("outlet", "topic"):
            rows = Rows(f"BABE, AUC, {column}s left out")
            left_out_figures(data, read, some, column, report=rows)
    models: dict[str, Any] = {}
    if {"elsewhere", "names", "speed"} & set(wanted):
        some = chosen if "elsewhere" in wanted else {BEST: chosen[BEST]}
        order = {BEST: some[BEST], **{n: c for n, c in some.items() if n != "majority"}}
        rows = Rows("Trained on all of BABE: BASIL and the ratings")
        models = elsewhere_figures(data, read, order, report=rows)
    if "elsewhere" in wanted:
        rows = Rows("BASIL's outlets: t over stories of the difference", first=36)
        contrast_figures(models[BEST], report=rows)
    if "names" in wanted:
        rows = Rows("Names put for each other, either way", first=64, width=12)
        texts = list(data.sentences["text"]) + [a.text for a in read.articles]
        swap_figures(models[BEST].model_, texts, report=rows)
        if best is None:
            best = predictions(data, read, folds, chosen[BEST], split_marks=True)
        rows = Rows("Leaks: macro-F1 of telling the outlet from", first=36)
        for name, value in leak_figures(data, best.sentence).items():
            rows(name, {"macro-F1": value})
    if "speed" in wanted:
        some = {n: models[n] for n in (BEST, "encoder, marks") if n in models}
        rows = Rows("Speed on one core", first=48, width=16)
        speed_figures(data, some, report=rows)
    if "curve" in wanted:
        learning_curve(data, read, report=Rows("Learning curve, first fold", first=34))


if __name__ == "__main__":
    main()
