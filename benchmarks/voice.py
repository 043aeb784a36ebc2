"""Voice, measured.

``python -m benchmarks.voice`` prints every figure that the project aims at: it trains the tagger of
reported speech and the model of quotations on PolNeAR's training part and measures them on the
development part, leaves out each of seven outlets in turn, cross-validates on short quotations,
and runs the passages of ``tests/`` through the bundled models. ``--quick`` leaves out what takes
longest (outlets, cross-validation); ``--speed`` only times.

Word clusters are those of the bundled model: they were learned without labels.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks._data import allsides_articles
from benchmarks.speakers import speaker_scores
from benchmarks.train_quotes import basil_direct, cross_validate, figures, read
from benchmarks.train_quotes import train as train_quotes
from benchmarks.train_voice import (
    PRACTICE_COPIES,
    Labelled,
    cue_agreement,
    f1_scores,
    labelled,
    measure,
    polnear,
    practice,
    train,
    voice_codes,
)
from framing.marks import find_marks
from framing.quotes import QuoteModel, judge_quotes, locate
from framing.reported import ReportedTagger, find_reported, load_tagger
from framing.tokens import Tokens, tokenize
from framing.voice import VOICES, assign_voices
from tests.test_voice_gold import count_pairs, f1_by_voice, macro_f1, read_gold, speaker_shared

ORDER = ("macro", "indirect", "own", "direct")
SEEDS = 3
BATCH = 256
REPEATS = 3


def line(name: str, scores: dict[str, float]) -> str:
    """Write one row of the table."""
    return f"| {name} | " + " | ".join(f"{scores[key]:.3f}" for key in ORDER) + " |"


def leave_out_outlets(articles: list[dict[str, Any]], clusters: dict[str, Any]) -> None:
    """Train without an outlet, measure on it, for each; print each and the mean."""
    found = []
    ours = practice() * PRACTICE_COPIES
    for outlet in sorted({article["outlet"] for article in articles}):
        rest = labelled([a for a in articles if a["outlet"] != outlet] + ours)
        one = labelled([a for a in articles if a["outlet"] == outlet])
        found.append(measure(one, train(rest, clusters)))
        print(line(f"without {outlet}, on it", found[-1]), flush=True)
    mean = {key: float(np.mean([scores[key] for scores in found])) for key in ORDER}
    print(line(f"mean of {len(found)} outlets left out", mean))


def marks_alone(data: Labelled) -> dict[str, float]:
    """Measure what marks tell without any tagger."""
    return f1_scores(*voice_codes(data, np.zeros(len(data.tokens), bool)))


def together(data: Labelled, quotes: QuoteModel, tagger: ReportedTagger) -> dict[str, float]:
    """Measure what `assign_voices` makes of it all: only direct marks count as direct."""
    code = assign_voices(data.tokens, quote_model=quotes, tagger=tagger).code[data.tokens.word]
    truth, _ = voice_codes(data, np.zeros(len(data.tokens), bool))
    direct, indirect = VOICES.index("direct"), VOICES.index("indirect")
    found = np.where(code == direct, 1, np.where(code == indirect, 2, 0))
    return f1_scores(truth, found)


def polnear_tables(*, quick: bool) -> None:
    """Print words by voice, speakers, and quotations, by models that have not seen them."""
    clusters = load_tagger().clusters
    articles = {part: polnear(part) for part in ("train", "dev")}
    dev = labelled(articles["dev"])
    print("PolNeAR, F1 by words; trained on the training part, measured on the development part\n")
    print("| | " + " | ".join(ORDER) + " |\n|---|" + "---|" * len(ORDER))
    print(line("marks alone", marks_alone(dev)), flush=True)
    ours = practice() * PRACTICE_COPIES
    tagger = train(labelled(articles["train"] + ours), clusters)
    print(line("marks and tagger", measure(dev, tagger)), flush=True)
    print(line("the same without decoding", measure(dev, replace(tagger, decoding=np.zeros(4)))))
    material = read()
    quotes = train_quotes(material, material.part != "dev")
    print(line("marks, quotations and tagger", together(dev, quotes, tagger)), flush=True)
    if not quick:
        leave_out_outlets(articles["train"], clusters)
    agreement = cue_agreement(dev, tagger)
    print(
        f"\nA span's cue is one of its attribution's cue words: {agreement['right of matched']:.3f}"
        f" of spans that touch an attribution, {agreement['right of given']:.3f} where one is given"
    )
    shares = speaker_scores(articles["dev"], quotes, tagger)
    print("\nSources that have a name, end to end: what was found for the attribution\n")
    print("| | share |\n|---|---|")
    for name, share in shares.items():
        print(f"| {name} | {share:.3f} |")
    if not quick:
        print("\nShort quotations, F1 by cross-validation grouped by article\n")
        columns = ("own", "direct", "scare", "mention", "macro")
        print("| folds | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
        rows = [figures(*cross_validate(material, seed=seed)) for seed in range(SEEDS)]
        for seed, row in enumerate(rows):
            print(f"| {seed} | " + " | ".join(f"{row[c]:.3f}" for c in columns) + " |")
        means = [float(np.mean([row[c] for row in rows])) for c in columns]
        print("| mean | " + " | ".join(f"{m:.3f}" for m in means) + " |", flush=True)
    print(f"\nBASIL, spans, direct or not: F1 {basil_direct(quotes)['direct']:.3f}")


def own_passages() -> None:
    """Print F1 by voice on the passages of the tests, by the bundled models."""
    passages = read_gold()
    pairs: Counter[tuple[str, str]] = Counter()
    named = spans = 0
    for passage in passages:
        voices = assign_voices(tokenize([passage.text])).spans
        pairs += count_pairs(passage, voices)
        for span in passage.spans:
            if span.speaker is not None:
                spans += 1
                named += speaker_shared(span, passage.text, voices)
    print(f"\n{len(passages)} passages of our own, bundled models: F1 by words\n")
    print("| voice | F1 |\n|---|---|")
    for voice, value in f1_by_voice(pairs).items():
        print(f"| {voice} | {value:.3f} |")
    print(f"| macro | {macro_f1(pairs):.3f} |")
    print(f"\nA speaker who shares a word with the given one: {named} of {spans} spans", flush=True)


# ---------------------------------------------------------------------------- speed


def best_of(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of some runs."""
    best = float("inf")
    for _ in range(repeats):
        at = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - at)
    return best


def voices_of(texts: Sequence[str]) -> None:
    """Read texts in batches, as scoring does."""
    for at in range(0, len(texts), BATCH):
        assign_voices(tokenize(texts[at : at + BATCH]))


def speed(articles: int) -> None:
    """Time the whole of it beside VADER by sentence, then its parts; one core."""
    texts = [article["text"] for article in allsides_articles(articles, every=10)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    voices_of(texts[:10])
    ours = best_of(lambda: voices_of(texts))
    print(f"\n{len(texts)} articles, {size:.1f} MB, one core, best of {REPEATS}\n")
    print("| | MB/s | times VADER |\n|---|---|---|")
    theirs = vader_seconds(texts)
    if theirs is None:
        print(f"| voices | {size / ours:.1f} | VADER is not installed |")
    else:
        print(f"| voices, text to spans | {size / ours:.1f} | {theirs / ours:.1f} |")
        print(f"| VADER by sentence | {size / theirs:.1f} | 1 |")
    print("\n| part | MB/s | ns a token |\n|---|---|---|")
    for name, (seconds, tokens) in parts(texts).items():
        print(f"| {name} | {size / seconds:.1f} | {seconds / tokens * 1e9:.0f} |", flush=True)


def vader_seconds(texts: Sequence[str]) -> float | None:
    """Time VADER on every sentence, already divided; None where it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    tokens = tokenize(texts)
    sentences = [
        texts[a][start:end]
        for a, start, end in zip(
            tokens.sentence_article, tokens.sentence_start, tokens.sentence_end, strict=True
        )
    ]
    analyzer = SentimentIntensityAnalyzer()
    return best_of(lambda: [analyzer.polarity_scores(s) for s in sentences], 1)


def parts(texts: Sequence[str]) -> dict[str, tuple[float, int]]:
    """Time each part on its own."""
    total: dict[str, float] = {}
    count = 0

    def timed(name: str, work: Callable[[], Any]) -> Any:
        at = time.perf_counter()
        result = work()
        total[name] = total.get(name, 0.0) + time.perf_counter() - at
        return result

    for at in range(0, len(texts), BATCH):
        batch = texts[at : at + BATCH]
        tokens: Tokens = timed("tokens", lambda batch=batch: tokenize(batch))
        count += len(tokens)
        marks = timed("marks", lambda batch=batch: [find_marks(text) for text in batch])
        spans = timed("marks over tokens", lambda t=tokens, m=marks: locate(t, m))
        found = timed(
            "reported speech", lambda t=tokens, s=spans: find_reported(t, s.number(len(t)))
        )
        heads = (found.cue_score, found.source_score)
        timed("quotations", lambda t=tokens, s=spans, h=heads: judge_quotes(t, s, heads=h))
    return {name: (seconds, count) for name, seconds in total.items()}


def linearity() -> None:
    """Print how much longer 64 texts in one take than one of them."""
    article = next(a["text"] for a in allsides_articles(every=100) if len(a["text"]) > 4000)
    kinds = {
        "a real article": article + "\n\n",
        "bare openers": "“ " * 1000,
        "straight marks": '" ' * 1000,
        "one line": " ".join(article.split()) + " ",
        "a line a word": "\n".join(article.split()) + "\n",
    }
    print("\n64 texts in one against one, ratio of times; 70 is the most allowed\n")
    print("| | ratio |\n|---|---|")
    for name, text in kinds.items():
        one = best_of(lambda text=text: assign_voices(tokenize([text])), 15)
        many = best_of(lambda text=text: assign_voices(tokenize([text * 64])), 3)
        print(f"| {name} | {many / one:.1f} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no outlets, no cross-validation")
    parser.add_argument("--speed", action="store_true", help="time the bundled models only")
    parser.add_argument("--articles", type=int, default=1000, help="how many to time")
    arguments = parser.parse_args()
    if not arguments.speed:
        polnear_tables(quick=arguments.quick)
    own_passages()
    speed(arguments.articles)
    linearity()


if __name__ == "__main__":
    main()
