"""Voice, measured.

``python -m benchmarks.voice`` prints every figure that the project aims at: it trains the tagger of
reported speech and the model of quotations on PolNeAR's training part and measures them on the
development part, leaves out each of seven outlets in turn, cross-validates on short quotations,
and runs the passages of ``tests/`` through the bundled models. ``--only speed linearity`` runs some
of its parts. Every row is printed as it is measured; the outlets, which take longest, come last.

Word clusters are those of the bundled model: they were learned without labels.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from benchmarks._data import allsides_articles
from benchmarks.speakers import speaker_scores
from benchmarks.train_quotes import Material, basil_direct, cross_validate, figures, read
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
ROUNDS = 3
ARTICLES = 1000


def line(name: str, scores: dict[str, float]) -> str:
    """Write one row of the table."""
    return f"| {name} | " + " | ".join(f"{scores[key]:.3f}" for key in ORDER) + " |"


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


class Blind:
    """Articles and models that have not seen the development part, made when first asked for."""

    @cached_property
    def articles(self) -> dict[str, list[dict[str, Any]]]:
        """PolNeAR's articles by part."""
        return {part: polnear(part) for part in ("train", "dev")}

    @cached_property
    def dev(self) -> Labelled:
        """The development part with its labels."""
        return labelled(self.articles["dev"])

    @cached_property
    def clusters(self) -> dict[str, Any]:
        """Word clusters, learned without labels."""
        return load_tagger().clusters

    @cached_property
    def tagger(self) -> ReportedTagger:
        """The tagger of reported speech, trained on the training part and our own passages."""
        ours = practice() * PRACTICE_COPIES
        return train(labelled(self.articles["train"] + ours), self.clusters)

    @cached_property
    def material(self) -> Material:
        """Labelled quotations."""
        return read()

    @cached_property
    def quotes(self) -> QuoteModel:
        """The model of quotations."""
        return train_quotes(self.material, self.material.part != "dev")


def words(blind: Blind) -> None:
    """Print F1 by words on the development part."""
    print(
        "\nPolNeAR, F1 by words; trained on the training part, measured on the development part\n"
    )
    print("| | " + " | ".join(ORDER) + " |\n|---|" + "---|" * len(ORDER))
    dev = blind.dev
    print(line("marks alone", marks_alone(dev)), flush=True)
    print(line("marks and tagger", measure(dev, blind.tagger)), flush=True)
    undecoded = replace(blind.tagger, decoding=np.zeros(4))
    print(line("the same without decoding", measure(dev, undecoded)), flush=True)
    both = together(dev, blind.quotes, blind.tagger)
    print(line("marks, quotations and tagger", both), flush=True)
    agreement = cue_agreement(dev, blind.tagger)
    matched, given = agreement["right of matched"], agreement["right of given"]
    print(
        f"\nA span's cue is one of its attribution's cue words: {matched:.3f} of spans that touch "
        f"an attribution, {given:.3f} where one is given",
        flush=True,
    )


def outlets(blind: Blind) -> None:
    """Train without an outlet, measure on it, for each; print each and the mean."""
    print("\nPolNeAR's training part, F1 by words, an outlet left out of training\n")
    print("| | " + " | ".join(ORDER) + " |\n|---|" + "---|" * len(ORDER))
    articles, found = blind.articles["train"], []
    ours = practice() * PRACTICE_COPIES
    for outlet in sorted({article["outlet"] for article in articles}):
        rest = labelled([a for a in articles if a["outlet"] != outlet] + ours)
        one = labelled([a for a in articles if a["outlet"] == outlet])
        found.append(measure(one, train(rest, blind.clusters)))
        print(line(f"without {outlet}, on it", found[-1]), flush=True)
    mean = {key: float(np.mean([scores[key] for scores in found])) for key in ORDER}
    print(line(f"mean of {len(found)} outlets left out", mean), flush=True)


def speakers(blind: Blind) -> None:
    """Print what was found for sources that have a name."""
    shares = speaker_scores(blind.articles["dev"], blind.quotes, blind.tagger)
    print("\nPolNeAR dev, sources that have a name, end to end: what was found for them\n")
    print("| | share |\n|---|---|")
    for name, share in shares.items():
        print(f"| {name} | {share:.3f} |", flush=True)


def short_quotations(blind: Blind) -> None:
    """Print F1 by kind of short quotations, folds grouped by article."""
    print("\nShort quotations, F1 by cross-validation grouped by article\n")
    columns = ("own", "direct", "scare", "mention", "macro")
    print("| folds | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    rows = []
    for seed in range(SEEDS):
        rows.append(figures(*cross_validate(blind.material, seed=seed)))
        print(f"| {seed} | " + " | ".join(f"{rows[-1][c]:.3f}" for c in columns) + " |", flush=True)
    means = [float(np.mean([row[c] for row in rows])) for c in columns]
    print("| mean | " + " | ".join(f"{m:.3f}" for m in means) + " |", flush=True)


def basil_spans(blind: Blind) -> None:
    """Print F1 of direct or not on BASIL's spans."""
    scores = basil_direct(blind.quotes)["direct"]
    print(f"\nBASIL, spans, direct or not: F1 {scores:.3f}", flush=True)


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


def seconds(work: Callable[[], object]) -> float:
    """Time one run."""
    at = time.perf_counter()
    work()
    return time.perf_counter() - at


def best_of(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of some runs."""
    return min(seconds(work) for _ in range(repeats))


def voices_of(texts: Sequence[str]) -> None:
    """Read texts in batches, as scoring does."""
    for at in range(0, len(texts), BATCH):
        assign_voices(tokenize(texts[at : at + BATCH]))


def speed(articles: int) -> None:
    """Time the whole of it beside VADER by sentence, in turns, then its parts; one core."""
    texts = [article["text"] for article in allsides_articles(articles, every=10)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    voices_of(texts[:10])
    vader = vader_by_sentence(texts)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: voices_of(texts)))
        if vader is not None:
            theirs.append(seconds(vader))
    print(f"\n{len(texts)} articles, {size:.1f} MB, one core, the best of {ROUNDS} turns\n")
    print("| | MB/s | times VADER |\n|---|---|---|")
    if vader is None:
        print(f"| voices, text to spans | {size / min(ours):.1f} | VADER is not installed |")
    else:
        ratio = min(theirs) / min(ours)
        print(f"| voices, text to spans | {size / min(ours):.1f} | {ratio:.1f} |")
        print(f"| VADER by sentence | {size / min(theirs):.1f} | 1 |")
    print("\n| part | MB/s | ns a token |\n|---|---|---|")
    for name, (took, tokens) in parts(texts).items():
        print(f"| {name} | {size / took:.1f} | {took / tokens * 1e9:.0f} |", flush=True)


def vader_by_sentence(texts: Sequence[str]) -> Callable[[], object] | None:
    """Give what runs VADER on every sentence, already divided; None where it is not installed."""
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
    return lambda: [analyzer.polarity_scores(sentence) for sentence in sentences]


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


PARTS: dict[str, Callable[[Blind], None]] = {
    "passages": lambda _: own_passages(),
    "speed": lambda _: speed(ARTICLES),
    "linearity": lambda _: linearity(),
    "words": words,
    "speakers": speakers,
    "quotations": short_quotations,
    "basil": basil_spans,
    "outlets": outlets,
}
"""What is measured, in the order in which it is; all of it by default."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args(arguments)
    blind = Blind()
    for name, part in PARTS.items():
        if options.only is None or name in options.only:
            part(blind)


if __name__ == "__main__":
    main()
