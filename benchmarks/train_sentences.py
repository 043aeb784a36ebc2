"""Learn abbreviations and sentence starters from unlabelled news with nltk's Punkt trainer.

``python -m benchmarks.train_sentences`` prints what `framing.sentences` was made from: the words
that Punkt (Kiss and Strunk 2006) takes for abbreviations and for frequent beginnings of sentences,
marked with ``+`` where `framing.sentences` has them. A person reads the list and takes over what is
neither a name nor a typing error; nothing is written.
"""

from __future__ import annotations

import argparse

from benchmarks._data import allsides_articles
from framing.sentences import ABBREVIATIONS, STARTERS, TITLES


def main() -> None:
    """Train and print."""
    from nltk.tokenize.punkt import PunktTrainer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2500)
    options = parser.parse_args()
    trainer = PunktTrainer()
    for article in allsides_articles(options.articles, every=10):
        trainer.train(article["text"], finalize=False)
    trainer.finalize_training()
    found = trainer.get_params()
    for title, learned, kept in (
        ("abbreviations", found.abbrev_types, ABBREVIATIONS | TITLES),
        ("sentence starters", found.sent_starters, STARTERS),
    ):
        marked = (f"+{w}" if w in kept else w for w in sorted(learned))
        print(f"{title} ({len(learned)} learned, {len(kept)} kept or added):")
        print(" ".join(marked), end="\n\n")


if __name__ == "__main__":
    main()
