"""Train the models that come with the package.

``python -m benchmarks.train vectors`` learns word vectors from unlabelled news and writes
``framing/models/vectors``; ``python -m benchmarks.train classifier`` learns from BABE and the
marks, measures, and writes ``framing/models/default``. The same data and versions give the same
weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import sklearn

from benchmarks._data import allsides_articles, babe, marks
from benchmarks.classifier import (
    BEST,
    FOLDS,
    PAIRS,
    basil_figures,
    contenders,
    contrast_figures,
    fit_words,
    grouped_figures,
    left_out_figures,
    rating_figures,
)
from framing.vectors import save_vectors, train_vectors
from framing.wordmodel import save_word_model

MODELS = Path(__file__).resolve().parent.parent / "framing" / "models"
DATE = "2026-11-25"


def train_word_vectors(folder: Path, *, date: str) -> None:
    """Learn word vectors and write them."""
    articles = pd.DataFrame(allsides_articles())[["id", "text"]]
    vectors = train_vectors(articles, name=folder.name)
    card = {
        "title": "Word vectors of news English",
        "date": date,
        "data": (
            "Unlabelled articles of 455 sources, most of them US outlets, 2012 to 2020, as "
            "collected by Baly et al. (EMNLP 2020). No labels and no sentence of them is held."
        ),
        "licence": "The collection's repository is under Apache-2.0; the texts are their "
        "publishers'. The vectors are counts of words, reduced.",
        **vectors.card,
    }
    save_vectors(replace(vectors, card=card), folder)
    _say(folder)


def train_classifier(folder: Path, *, date: str) -> None:
    """Train, measure, write."""
    data, read = babe(), marks()
    best = {BEST: contenders()[BEST]}
    figures = grouped_figures(data, read, best)[0][BEST]
    for column in ("outlet", "topic"):
        mean = left_out_figures(data, read, best, column)[BEST]
        figures[f"sentence AUC, {column}s left out in turn"] = mean
    everything = range(len(data.sentences))
    trained = fit_words(
        data, list(everything), read.articles, use_marks=True, name=folder.name, cv=FOLDS
    )
    elsewhere = rating_figures(trained) | basil_figures(trained)
    contrasts: dict[str, str] = {}

    def contrast(name: str, found: Mapping[str, float]) -> None:
        values = (f"{found[f't {a} - {b}']:.2f}" for a, b in PAIRS)
        contrasts[f"{name} (to the power {found['elasticity']:.2f} of the words)"] = "; ".join(
            values
        )

    contrast_figures(trained, report=contrast)
    model = trained.model_
    share = float(data.sentences["loaded"].mean())
    found, otherwise, lost = data.alignment.values()
    marked = sum(len(a.marks) for a in read.articles)
    card = {
        "title": "Loaded wording in news English: words in context",
        "date": date,
        "what_it_does": (
            "Gives each word of an English news text the probability that a trained reader "
            "would mark it, there, as loaded wording, and each sentence the probability that most "
            "annotators would call it loaded. A linear model of the word's vector and spelling, "
            "its two neighbours and its sentence's mean vector, averaged with a small network on "
            "the vectors. Function words are never loaded; a name counts as any name."
        ),
        "data_by_people": (
            f"BABE (Spinde et al., Findings of EMNLP 2021): {len(data.sentences)} sentences of "
            "8 US outlets, each labelled by 5 trained annotators, who also wrote down the words "
            "that decided. A word's label is the share of annotators who marked it. Of the "
            f"{found + otherwise + lost} words and phrases written down, {found} stand in their "
            f"sentence as written, {otherwise} were matched in another ending or spelling, and "
            f"{lost} do not stand in it and were left out."
        ),
        "data_by_machine_readers": (
            f"Openings of {len(read.articles)} US news articles (Baly et al., EMNLP 2020) in which "
            f"large language models, reading to a written guide, marked every loaded word of the "
            f"outlet's own voice: {marked} words. These are not human judgements. They say what is "
            "not loaded in ordinary news, which BABE cannot, being half loaded by design; a word "
            "of them counts "
            f"{model.card['settings']['article_weight']} of one of BABE's. "
            f"{read.left_out} articles that share text with what is measured on were left out."
        ),
        "how_much_rests_on_whom": (
            "The order of words within BABE's kind of sentence rests on people first: without the "
            "marks it is as good. How rare loaded words are, the scale of loaded_rate, and much of "
            "the order of whole articles rest on machine readers. The ratings below were made by "
            "machine readers too, to a guide of the same definition, and so flatter a model "
            "trained on their like; BASIL was annotated by people."
        ),
        "licence": (
            "BABE's repository is under AGPL-3.0; a data card of the same data says CC BY-NC-SA "
            "4.0. The weights hold no sentence of it. Whoever uses them commercially should "
            "consider both. The articles' collection is under Apache-2.0, the texts are their "
            "publishers'."
        ),
        "figures": {
            "measured on": f"BABE and marks, {FOLDS}-fold cross-validation, grouped by article",
            **{name: f"{value:.3f}" for name, value in figures.items()},
        },
        "figures_on_whole_articles": {
            "measured on": "ratings of the order of a story's articles, by machine readers; BASIL "
            "(Fan et al., EMNLP 2019), by people: lexical spans that are not quoted",
            **{name: f"{value:.3f}" for name, value in elsewhere.items()},
        },
        "contrasts_of_outlets": {
            "BASIL, t over stories of the differences": "; ".join(f"{a} - {b}" for a, b in PAIRS),
            **contrasts,
        },
        "base_rate": (
            f"{share:.0%} of BABE's sentences are loaded, by design; of an ordinary newspaper's "
            "far fewer are. A sentence's probability is on BABE's scale: give prior= to move it. "
            "A word's probability is calibrated on whole articles as the machine readers marked "
            "them, who mark more than people: on BASIL's articles it expects "
            f"{elsewhere['BASIL mean rate']:.1f} loaded words in 1,000 where that set's "
            f"annotators, who were sparing, marked {elsewhere['BASIL mean annotated rate']:.1f}. "
            "Compare outlets on the same stories; do not read the level as a share of loaded words."
        ),
        "limits": [
            "US news English of the years and on the topics of its data.",
            "BABE's annotators agree moderately on sentences (Krippendorff's alpha "
            f"{data.alpha:.2f}), and so a model of their labels is no surer than they were.",
            "It knows words and their neighbours, no facts: it finds neither bias by omission nor "
            "irony in plain words.",
            "Where people mark a few words in an article however long it is (a power far below 1 "
            "above), their rate a word compares the lengths of articles as much as their wording; "
            "the number that the model expects grows with the words.",
            "Vivid wording counts as loaded whomever it is about; annotators of BASIL marked what "
            "leans towards or against somebody.",
            "Whose voice a word is in is not its business: combine it with voices, as "
            "framing.score does.",
        ],
        "must_not_be_used_for": [
            "calling a person, an author or an outlet biased, or ranking them by one number;",
            "moderating, removing, down-ranking or refusing texts, or any decision about a person;",
            "telling true from false, or left from right;",
            "other languages, kinds of text or times without labels of one's own to check it.",
        ],
        "training_data": model.card["training_data"],
        "settings": {**model.card["settings"], "scikit-learn": sklearn.__version__},
    }
    save_word_model(replace(model, card=card), folder)
    _say(folder)
    for name, value in (card["figures"] | card["figures_on_whole_articles"]).items():
        print(f"  {name}: {value}")


def _say(folder: Path) -> None:
    size = sum(p.stat().st_size for p in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB")


COMMANDS: dict[str, tuple[str, Callable[..., None]]] = {
    "vectors": ("vectors", train_word_vectors),
    "classifier": ("default", train_classifier),
}


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (folder, function) in COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__)
        command.add_argument("--folder", type=Path, default=MODELS / folder)
        command.add_argument("--date", default=DATE)
    options = parser.parse_args()
    COMMANDS[options.command][1](options.folder, date=options.date)


if __name__ == "__main__":
    main()
