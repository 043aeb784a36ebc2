"""Train the models that come with the package.

``python -m benchmarks.train classifier`` learns from BABE, measures by cross-validation, and writes
``framing/models/default``. The same data and versions give the same weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sklearn

from benchmarks._data import babe, basil
from benchmarks.classifier import (
    FOLDS,
    basil_figures,
    folds_by,
    grouped_figures,
    outlet_figures,
    train_on,
    word_model_predictions,
)
from framing.wordmodel import save_word_model

MODELS = Path(__file__).resolve().parent.parent / "framing" / "models"
DATE = "2026-11-24"


def train_classifier(folder: Path, *, date: str) -> None:
    """Train, measure, write."""
    data = babe()
    figures, _ = grouped_figures(data)
    folds = folds_by(data, "outlet", folds=None)
    by_outlet = outlet_figures(data, word_model_predictions(data, folds), folds)
    model = train_on(data, name=folder.name).model_
    elsewhere = basil_figures(basil(), model)
    share = float(data.sentences["loaded"].mean())
    found, otherwise, lost = data.alignment.values()
    made = model.card
    card = {
        "title": "Loaded wording in news English: words in context",
        "date": date,
        "what_it_does": (
            "Gives each word of an English news text the probability that a trained annotator "
            "would mark it, there, as loaded wording, and each sentence the probability that most "
            "annotators would call it loaded. A linear model of the word, its affixes, its shape "
            "and its two neighbours; function words are never loaded."
        ),
        "data": (
            f"BABE (Spinde et al., Findings of EMNLP 2021): {len(data.sentences)} sentences of "
            "8 US outlets, each labelled by 5 trained annotators, who also wrote down the words "
            "that decided. A word's label is the share of annotators who marked it. Of the "
            f"{found + otherwise + lost} words and phrases written down, {found} stand in their "
            f"sentence as written, {otherwise} were matched in another ending or spelling, and "
            f"{lost} do not stand in it and were left out. Only human labels; no machine's."
        ),
        "licence": (
            "BABE's repository is under AGPL-3.0; a data card of the same data says CC BY-NC-SA "
            "4.0. The weights hold no sentence of it. Whoever uses them commercially should "
            "consider both."
        ),
        "figures": {
            "measured on": f"BABE, {FOLDS}-fold cross-validation, folds grouped by article",
            **{name: f"{value:.3f}" for name, value in figures.items()},
            "sentence AUC, outlets left out in turn": f"{by_outlet['AUC'].mean():.3f}",
        },
        "figures_on_whole_articles": {
            "measured on": "BASIL (Fan et al., EMNLP 2019), own-voice words; lexical spans that "
            "are not quoted are what is to be found",
            **{name: f"{value:.3f}" for name, value in elsewhere.items()},
        },
        "base_rate": (
            f"{share:.0%} of the training sentences are loaded, by design; of an ordinary "
            "newspaper's far fewer are. A sentence's probability is on the scale of the training "
            "data and too high for ordinary news, and so is a word's: on BASIL's articles it "
            f"expects {elsewhere['mean loaded_rate']:.1f} loaded words in 1,000 where that set's "
            f"annotators, who were sparing, marked {elsewhere['mean annotated rate']:.1f}. Compare "
            "outlets on the same stories; do not read the level as a share of loaded words."
        ),
        "limits": [
            "US news English of the years and on the topics that BABE covers.",
            "Its annotators agree moderately on sentences (Krippendorff's alpha "
            f"{data.alpha:.2f}), and so a model of their labels is no surer than they were.",
            "It knows words and their neighbours, no facts: it finds neither bias by omission nor "
            "irony in plain words.",
            "Whose voice a word is in is not its business: combine it with voices, as "
            "framing.score does.",
        ],
        "must_not_be_used_for": [
            "calling a person, an author or an outlet biased, or ranking them by one number;",
            "moderating, removing, down-ranking or refusing texts, or any decision about a person;",
            "telling true from false, or left from right;",
            "other languages, kinds of text or times without labels of one's own to check it.",
        ],
        "training_data": made["training_data"],
        "settings": {**made["settings"], "scikit-learn": sklearn.__version__},
    }
    save_word_model(replace(model, card=card), folder)
    size = sum(p.stat().st_size for p in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB")
    for name, value in card["figures"].items():
        print(f"  {name}: {value}")


COMMANDS: dict[str, tuple[str, Callable[..., None]]] = {"classifier": ("default", train_classifier)}


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
