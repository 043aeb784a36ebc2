"""Draw the four figures: outlets, names, time, and one article by voice."""

from __future__ import annotations

import sys
from pathlib import Path

import framing


def main(out: Path) -> None:
    scores = framing.score(framing.read_corpus(framing.example_corpus_folder()))
    comparison = framing.compare(scores)
    figures = {
        "outlets": framing.plots.outlets(comparison, measure="loaded_rate"),
        "names": framing.plots.names(comparison),
        "timeline": framing.plots.timeline(comparison, every="month"),
        "article": framing.plots.article(scores, id=scores.articles["id"].iloc[1]),
    }
    for name, ax in figures.items():
        path = out / f"{name}.png"
        ax.figure.savefig(path, dpi=150)
        print("written:", path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
