"""Does every real article score, and is the time of the slowest linear in their length?

``python -m benchmarks.slowest`` scores all articles of the research data (29,328), prints what
became of them, and lists the ten that took longest for a character. Batches are timed first, then
the articles of the slowest batches alone, what any call costs taken off. Beside each stands how
many times as long it takes when the text stands four times in a row: a method that is not linear
shows here as more than 4.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import framing
from benchmarks._data import allsides_articles
from benchmarks._peers import records

BATCH = 16
AGAIN = 4
# Of shorter ones, what is measured is the call.
SHORTEST = 1000


def seconds(texts: Sequence[str], rounds: int) -> float:
    """Time scoring texts in one call: the least processor time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        framing.score(records(texts))
        best = min(best, time.process_time() - begin)
    return best


def main() -> None:
    """Print statuses, and the slowest articles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, help="the first so many; all by default")
    parser.add_argument("--batches", type=int, default=40, help="slow batches to look into")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    statuses: Counter[str] = Counter()
    slow: list[tuple[float, list[tuple[str, str]]]] = []
    framing.score(records(["A sentence."]))
    spent = 0.0
    characters = 0
    articles = allsides_articles(options.articles)
    while held := [(a["id"], a["text"]) for a in islice(articles, BATCH)]:
        begin = time.process_time()
        scores = framing.score([{"id": name, "text": text} for name, text in held])
        taken = time.process_time() - begin
        spent += taken
        size = sum(len(text) for _, text in held)
        characters += size
        statuses.update(scores.articles["status"])
        for row in scores.articles.loc[scores.articles["status"] == "error"].itertuples():
            print(f"error: {row.id}: {row.reason}", flush=True)
        slow.append((taken / max(size, 1), held))
        slow = sorted(slow, key=lambda pair: -pair[0])[: options.batches]
    print(
        f"{statuses.total():,} articles, {characters / 1e6:.0f} million characters, {spent:.0f} s "
        f"of one processor in batches of {BATCH}; "
        + "; ".join(f"{number:,} {status}" for status, number in statuses.most_common())
    )
    call = seconds(["A sentence."], options.rounds)
    mean = spent / characters
    found = []
    for _, batch in slow:
        for name, text in batch:
            if len(text) >= SHORTEST:
                taken = seconds([text], options.rounds) - call
                found.append((taken / len(text), name, text))
    print(f"a call costs {call * 1000:.1f} ms; a character {mean * 1e6:.2f} µs in the mean\n")
    print(f"{'article':>34} {'characters':>10} {'µs a character':>15} {'4 times the text':>17}")
    for rate, name, text in sorted(found, reverse=True)[:10]:
        more = seconds(["\n\n".join([text] * AGAIN)], options.rounds) - call
        print(
            f"{name[-34:]:>34} {len(text):>10,} {rate * 1e6:>15.2f} "
            f"{more / (rate * len(text)):>16.2f}x",
            flush=True,
        )


if __name__ == "__main__":
    main()
