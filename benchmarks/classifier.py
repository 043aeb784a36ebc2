"""How well does the classifier find loaded words and sentences?

``python -m benchmarks.classifier`` prints it, with baselines side by side. Every figure is of
sentences and words that the model was not trained on: folds are grouped by article, then by outlet;
BASIL's articles are of another time and other annotators.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut
from sklearn.pipeline import make_pipeline

from benchmarks._data import Babe, Basil, babe, basil, in_spans
from framing.classifier import LoadedWordingClassifier
from framing.tokens import tokenize
from framing.voice import VOICES, assign_voices
from framing.wordmodel import WordModel, content_words

FOLDS = 5
LEAST = 30
Floats = npt.NDArray[np.float64]
Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold predictions for BABE, in its order."""

    sentence: Floats
    word: list[dict[tuple[int, int], float]] | None


def folds_by(data: Babe, column: str, *, folds: int | None) -> list[Fold]:
    """Split BABE so that a group is never on both sides; one fold a group where `folds` is None."""
    groups = data.sentences[column].to_numpy()
    splitter = LeaveOneGroupOut() if folds is None else GroupKFold(folds)
    return list(splitter.split(groups, groups=groups))


def word_model_predictions(
    data: Babe, folds: Sequence[Fold], *, make: Callable[[], Any] = LoadedWordingClassifier
) -> Predictions:
    """Train the word model in every fold, calibration included, and predict what is left out."""
    texts = list(data.sentences["text"])
    y = data.sentences["loaded"].to_numpy()
    groups = data.sentences["group"].to_numpy()
    sentence = np.full(len(texts), np.nan)
    word: list[dict[tuple[int, int], float]] = [{} for _ in texts]
    for train, test in folds:
        model = make().fit(
            [texts[i] for i in train],
            y[train],
            words=[data.words[i] for i in train],
            groups=groups[train],
        )
        sentence[test] = model.predict_proba([texts[i] for i in test])[:, 1]
        for i in test:
            word[i] = {(start, end): p for start, end, p in model.explain(texts[i])}
    return Predictions(sentence, word)


def sentence_model_predictions(data: Babe, folds: Sequence[Fold], model: Any) -> Predictions:
    """The same for a model of sentences."""
    texts = data.sentences["text"].to_numpy(object)
    y = data.sentences["loaded"].to_numpy()
    sentence = np.full(len(texts), np.nan)
    for train, test in folds:
        model.fit(list(texts[train]), y[train])
        sentence[test] = model.predict_proba(list(texts[test]))[:, 1]
    return Predictions(sentence, None)


def calibration_error(probability: Floats, truth: Floats, *, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    at = np.minimum((probability * bins).astype(int), bins - 1)
    gap = np.bincount(at, weights=probability - truth, minlength=bins)
    return float(np.abs(gap).sum() / len(probability))


def sentence_figures(
    data: Babe, predictions: Predictions, folds: Sequence[Fold]
) -> dict[str, float]:
    """AUC (mean of folds), macro-F1 and calibration error of sentences."""
    y = data.sentences["loaded"].to_numpy()
    p = predictions.sentence
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


def word_table(data: Babe, predictions: Predictions) -> pd.DataFrame:
    """One row a content word of BABE: sentence, probability, share of annotators who marked it."""
    assert predictions.word is not None
    tokens = tokenize(list(data.sentences["text"]))
    at = np.flatnonzero(content_words(tokens))
    of = tokens.article[at]
    spans = zip(of, tokens.start[at], tokens.end[at], strict=True)
    types = [tokens.types[i] for i in tokens.type[at]]
    return pd.DataFrame(
        {
            "sentence": of,
            "probability": [predictions.word[i][int(s), int(e)] for i, s, e in spans],
            "share": [data.words[i].get(t, 0.0) for i, t in zip(of, types, strict=True)],
        }
    )


def word_figures(data: Babe, words: pd.DataFrame) -> dict[str, float]:
    """How well words are ordered and how well their probabilities hold."""
    marked = words["share"] > 0
    top = words.loc[words.groupby("sentence")["probability"].idxmax()]
    loaded = data.sentences["loaded"].to_numpy()[top["sentence"]] == 1
    return {
        "top word is a marked one": float((top.loc[loaded, "share"] > 0).mean()),
        "word average precision": float(average_precision_score(marked, words["probability"])),
        "word AUC": float(roc_auc_score(marked, words["probability"])),
        "word ECE": calibration_error(
            words["probability"].to_numpy(), words["share"].to_numpy(float)
        ),
        "expected / marked words": float(words["probability"].sum() / words["share"].sum()),
    }


def reliability(words: pd.DataFrame) -> pd.DataFrame:
    """Mean probability against mean share of annotators, words in classes of probability."""
    edges = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0]
    bins = pd.cut(words["probability"], edges, include_lowest=True)
    table = words.groupby(bins, observed=True).agg(
        words=("share", "size"), probability=("probability", "mean"), marked=("share", "mean")
    )
    return table.reset_index(names="class")


def basil_figures(data: Basil, model: WordModel) -> dict[str, float]:
    """Whether the own-voice words of BASIL's unquoted lexical spans stand out in its articles."""
    ids = list(data.articles["id"])
    tokens = tokenize(list(data.articles["text"]))
    mask = tokens.word & (assign_voices(tokens).code == VOICES.index("own"))
    own = content_words(tokens) & mask
    chosen = (data.spans["kind"] == "lexical") & (data.spans["quoted"] == "no")
    truth = in_spans(tokens, ids, data.spans.loc[chosen])
    p = model.word_probabilities(tokens)
    sentence = model.sentence_probabilities(tokens, p, mask=mask)
    has = ~np.isnan(sentence)
    marked = np.bincount(tokens.sentence[own & truth], minlength=len(sentence)) > 0
    n = len(ids)
    words = np.bincount(tokens.article[mask], minlength=n)
    rate = np.bincount(tokens.article[mask], weights=p[mask], minlength=n) / words * 1000
    annotated = np.bincount(tokens.article[own & truth], minlength=n) / words * 1000
    return {
        "words": float(own.sum()),
        "in spans": float((own & truth).sum()),
        "word AUC": float(roc_auc_score(truth[own], p[own])),
        "word average precision": float(average_precision_score(truth[own], p[own])),
        "sentence AUC": float(roc_auc_score(marked[has], sentence[has])),
        "mean loaded_rate": float(rate.mean()),
        "mean annotated rate": float(annotated.mean()),
        "articles, Spearman": float(pd.Series(rate).corr(pd.Series(annotated), method="spearman")),
    }


def tfidf_model() -> Any:
    """Give the usual baseline: words and pairs of words, weighted, and logistic regression."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return make_pipeline(vectorizer, LogisticRegression(C=10, max_iter=1000))


def train_on(data: Babe, *, name: str = "own") -> LoadedWordingClassifier:
    """Train the word model on all of BABE."""
    return LoadedWordingClassifier(name=name).fit(
        list(data.sentences["text"]),
        data.sentences["loaded"].to_numpy(),
        words=data.words,
        groups=data.sentences["group"].to_numpy(),
    )


def grouped_figures(data: Babe) -> tuple[dict[str, float], pd.DataFrame]:
    """The main figures: five folds grouped by article; and the words they come from."""
    folds = folds_by(data, "group", folds=FOLDS)
    predictions = word_model_predictions(data, folds)
    words = word_table(data, predictions)
    return {**sentence_figures(data, predictions, folds), **word_figures(data, words)}, words


def outlet_figures(data: Babe, predictions: Predictions, folds: Sequence[Fold]) -> pd.DataFrame:
    """AUC on each outlet by a model that never saw it; outlets of a few sentences left out."""
    y = data.sentences["loaded"].to_numpy()
    rows = []
    for _, test in folds:
        if len(test) >= LEAST and 0 < y[test].sum() < len(test):
            outlet = data.sentences["outlet"].iloc[test[0]]
            auc = roc_auc_score(y[test], predictions.sentence[test])
            rows.append((outlet, len(test), float(y[test].mean()), float(auc)))
    return pd.DataFrame(rows, columns=["outlet", "sentences", "loaded", "AUC"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    data, articles = babe(), basil()
    pd.set_option("display.width", 120)
    print(f"BABE: {len(data.sentences)} sentences; marks of its annotators: {data.alignment}\n")

    began = time.perf_counter()
    figures, words = grouped_figures(data)
    took = time.perf_counter() - began
    folds = folds_by(data, "group", folds=FOLDS)
    table = {"words in context": figures}
    for name, model in (
        ("majority", DummyClassifier(strategy="prior")),
        ("TF-IDF sentences", tfidf_model()),
    ):
        table[name] = sentence_figures(data, sentence_model_predictions(data, folds, model), folds)
    print(f"BABE, {FOLDS} folds grouped by article (word model: {took:.0f} s)")
    print(pd.DataFrame(table).round(3).to_string(na_rep="-"), "\n")
    print("Words: probability against the share of annotators who marked them")
    print(reliability(words).round(3).to_string(index=False), "\n")

    folds = folds_by(data, "outlet", folds=None)
    print("BABE, outlets left out in turn")
    left_out = outlet_figures(data, word_model_predictions(data, folds), folds)
    tfidf = outlet_figures(data, sentence_model_predictions(data, folds, tfidf_model()), folds)
    left_out["AUC, TF-IDF"] = tfidf["AUC"]
    print(left_out.round(3).to_string(index=False))
    print(f"mean {left_out['AUC'].mean():.3f}, TF-IDF {tfidf['AUC'].mean():.3f}\n")

    print("BASIL, own-voice words, unquoted lexical spans")
    print(pd.Series(basil_figures(articles, train_on(data).model_)).round(3).to_string())


if __name__ == "__main__":
    main()
