"""Voice, measured on PolNeAR.

``python -m benchmarks.voice`` trains the tagger of reported speech on PolNeAR's training part and
measures it on the development part, by words; ``--outlets`` also leaves out each of the seven
outlets in turn (twenty minutes). ``--speed`` measures the model that comes with the package.

Word clusters are those of the bundled model: they were learned without labels.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import fields, replace
from typing import Any

import numpy as np

from benchmarks._data import allsides_articles
from benchmarks.train_voice import (
    Labelled,
    cue_agreement,
    f1_scores,
    inside_marks,
    labelled,
    measure,
    polnear,
    train,
    voice_codes,
)
from framing.reported import find_reported, load_tagger
from framing.tokens import tokenize

ORDER = ("macro", "indirect", "own", "direct")


def line(name: str, scores: dict[str, float]) -> str:
    """Write one row of the table."""
    return f"| {name} | " + " | ".join(f"{scores[key]:.3f}" for key in ORDER) + " |"


def leave_out_outlets(articles: list[dict[str, Any]], clusters: dict[str, Any]) -> None:
    """Train without an outlet, measure on it, for each; print each and the mean."""
    found = []
    for outlet in sorted({article["outlet"] for article in articles}):
        rest = labelled([a for a in articles if a["outlet"] != outlet])
        one = labelled([a for a in articles if a["outlet"] == outlet])
        found.append(measure(one, train(rest, clusters)))
        print(line(f"without {outlet}, on it", found[-1]), flush=True)
    mean = {key: float(np.mean([scores[key] for scores in found])) for key in ORDER}
    print(line(f"mean of {len(found)} outlets left out", mean))


def marks_alone(data: Labelled) -> dict[str, float]:
    """Measure what marks tell without any tagger."""
    return f1_scores(*voice_codes(data, np.zeros(len(data.tokens), bool)))


def speed(articles: int) -> None:
    """Time the tagger alone and with its tokens, on whole articles, one core."""
    texts = [article["text"] for article in allsides_articles(articles, every=10)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    tagger = load_tagger()
    best = [float("inf")] * 3
    for _ in range(3):
        at = [time.perf_counter()]
        tokens = tokenize(texts)
        at.append(time.perf_counter())
        inside = inside_marks(tokens)
        at.append(time.perf_counter())
        find_reported(tokens, inside, tagger=tagger)
        at.append(time.perf_counter())
        best = [min(b, t) for b, t in zip(best, np.diff(at), strict=True)]
    print(f"\n{len(texts)} articles, {size / 1e6:.1f} MB, {len(tokens):,} tokens, best of 3")
    for name, seconds in zip(("tokens", "marks", "tagger"), best, strict=True):
        each = seconds / len(tokens) * 1e9
        print(f"{name:8} {size / seconds / 1e6:6.1f} MB/s {each:6.0f} ns a token")
    print(f"{'together':8} {size / sum(best) / 1e6:6.1f} MB/s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", action="store_true", help="leave out each outlet in turn")
    parser.add_argument("--speed", action="store_true", help="time the bundled model only")
    parser.add_argument("--articles", type=int, default=2000, help="how many to time")
    arguments = parser.parse_args()
    if arguments.speed:
        speed(arguments.articles)
        return
    clusters = load_tagger().clusters
    training, dev = polnear("train"), labelled(polnear("dev"))
    print("PolNeAR, F1 by words; trained on the training part, measured on the development part\n")
    print("| | " + " | ".join(ORDER) + " |\n|---|" + "---|" * len(ORDER))
    print(line("marks alone", marks_alone(dev)), flush=True)
    tagger = train(labelled(training), clusters)
    print(line("marks and tagger", measure(dev, tagger)), flush=True)
    print(line("the same without decoding", measure(dev, undecoded(tagger))), flush=True)
    if arguments.outlets:
        leave_out_outlets(training, clusters)
    agreement = cue_agreement(dev, tagger)
    print(
        f"\nA span's cue is one of its attribution's cue words: {agreement['right of matched']:.3f}"
        f" of spans that touch an attribution, {agreement['right of given']:.3f} where one is given"
    )


def undecoded(tagger: Any) -> Any:
    """Make entering and leaving free, so that every word is decided on its own."""
    known = {field.name for field in fields(tagger)}
    assert "decoding" in known
    return replace(tagger, decoding=np.zeros(4))


if __name__ == "__main__":
    main()
