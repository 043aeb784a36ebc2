"""Sentence boundaries: ours beside nltk's Punkt and sentencex, on whole news articles.

``python -m benchmarks.sentences`` prints the speed of the three side by side, where they disagree,
and who is right there: samples of sixty disagreements with each were read (by a large language
model, not by a person; unclear ones were left out) and are stored as article, offset and verdict in
``sentence_labels.csv``. Punkt is given our abbreviations and one paragraph at a time.
``--sample N`` prints new disagreements to judge.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks._data import allsides_articles
from framing.sentences import ABBREVIATIONS, STARTERS, TITLES
from framing.tokens import tokenize

LABELS = Path(__file__).parent / "sentence_labels.csv"
ROUNDS = 3

Splitter = Callable[[Sequence[str]], list[set[int]]]


def ours(texts: Sequence[str]) -> list[set[int]]:
    """Starts of sentences by `framing.sentences`, one set a text."""
    tokens = tokenize(list(texts))
    cuts = np.searchsorted(tokens.sentence_article, np.arange(len(texts) + 1))
    return [set(tokens.sentence_start[a:b].tolist()) for a, b in pairwise(cuts)]


def punkt() -> Splitter:
    """Make nltk's tokenizer with our parameters, one paragraph at a time."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    known = PunktParameters()
    # Ours are known by a rule, since words with a full stop inside are one token here.
    dotted = set("u.s u.n u.k e.u d.c l.a n.y n.c s.c n.j n.h a.m p.m i.e e.g a.d b.c ph.d".split())
    known.abbrev_types = set(
        ABBREVIATIONS | TITLES | dotted | {f"{p}-{s}" for p in "rd" for s in dotted}
    )
    known.sent_starters = set(STARTERS)
    tokenizer = PunktSentenceTokenizer(known)

    def split(texts: Sequence[str]) -> list[set[int]]:
        return [
            {
                paragraph.start() + start
                for paragraph in re.finditer(r"[^\n]+", text)
                for start, _ in tokenizer.span_tokenize(paragraph.group())
            }
            for text in texts
        ]

    return split


def sentencex() -> Splitter | None:
    """Make Wikimedia's splitter; None where it is not installed."""
    try:
        from sentencex import get_sentence_boundaries
    except ImportError:
        print('sentencex is left out: pip install "framing-analysis[bench]" brings it\n')
        return None

    def split(texts: Sequence[str]) -> list[set[int]]:
        return [{s["start_index"] for s in get_sentence_boundaries("en", t)} for t in texts]

    return split


def snapped(found: list[set[int]], texts: Sequence[str]) -> list[set[int]]:
    """Move each start to the first token at or after it, so that spaces do not count."""
    tokens = tokenize(list(texts))
    result = []
    for i, starts in enumerate(found):
        begin = tokens.start[tokens.first_token[i] : tokens.first_token[i + 1]]
        k = np.searchsorted(begin, sorted(starts))
        result.append(set(begin[k[k < len(begin)]].tolist()))
    return result


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    articles = list(allsides_articles(options.articles, every=40))
    texts = [a["text"] for a in articles]
    size = sum(len(t.encode("utf-8", "surrogatepass")) for t in texts) / 1e6
    splitters: dict[str, Splitter] = {"ours, with all tokens": ours, "Punkt (nltk)": punkt()}
    if (other := sentencex()) is not None:
        splitters["sentencex"] = other
    best = dict.fromkeys(splitters, float("inf"))
    found = {}
    for _ in range(ROUNDS):
        for name, split in splitters.items():
            began = time.perf_counter()
            found[name] = split(texts)
            best[name] = min(best[name], time.perf_counter() - began)
    found = {name: snapped(starts, texts) for name, starts in found.items()}
    mine = found["ours, with all tokens"]
    verdicts: dict[str, dict[int, bool]] = {}
    if LABELS.exists():
        with LABELS.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                verdicts.setdefault(row["id"], {})[int(row["start"])] = row["begins"] == "1"

    slowest = best["Punkt (nltk)"]
    print(f"{len(texts)} articles, {size:.1f} MB, best of {ROUNDS}\n")
    print("| splitter | MB/s | times Punkt | begins | not ours | only ours | judged | ours right |")
    print("|---|---|---|---|---|---|---|---|")
    for name, starts in found.items():
        apart = [
            (a["id"], s, s in m)
            for a, m, o in zip(articles, mine, starts, strict=True)
            for s in sorted(m ^ o)
        ]
        judged = [(verdicts[i][s], own) for i, s, own in apart if s in verdicts.get(i, {})]
        right = sum(truth == own for truth, own in judged)
        extra, missing = (sum(own is flag for *_, own in apart) for flag in (False, True))
        share = f"{right / len(judged):.2f}" if judged else "-"
        print(
            f"| {name} | {size / best[name]:.1f} | {slowest / best[name]:.1f} "
            f"| {sum(map(len, starts)):,} | {extra:,} | {missing:,} | {len(judged)} | {share} |"
        )
        if options.sample and apart:
            where = {a["id"]: a["text"] for a in articles}
            chosen = np.random.default_rng(0).permutation(len(apart))[: options.sample]
            for k in chosen:
                i, s, _ = apart[k]
                before, after = where[i][max(0, s - 60) : s], where[i][s : s + 45]
                print(f"{i},{s},\t{before!r} | {after!r}")


if __name__ == "__main__":
    main()
