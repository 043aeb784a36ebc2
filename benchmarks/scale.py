"""Memory of scoring to a folder and comparing from it, as the corpus grows.

``python -m benchmarks.scale [ARTICLES ...]`` writes articles (those of the example corpus, again
and again under new ids, in stories of five), scores each corpus in a process of its own, compares
it in another, and prints for each the highest resident memory and the time.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import framing

DEFAULT = (2_000, 8_000)


def write_articles(path: Path, number: int) -> None:
    """Write a corpus of a size, as JSON lines."""
    corpus = framing.read_corpus(framing.example_corpus_folder())
    records = corpus[["text", "outlet", "title", "story"]].to_dict("records")
    with path.open("w", encoding="utf-8") as file:
        for i in range(number):
            record = records[i % len(records)]
            again = i // len(records)
            story = f"{record['story']} {again}"
            date = f"{2014 + again // 365 % 10}-{1 + again // 28 % 12:02d}-{1 + again % 28:02d}"
            file.write(json.dumps({**record, "id": str(i), "story": story, "date": date}) + "\n")


def measure(step: str, articles: str, folder: str) -> None:
    """Do one step in this process and print what it took."""
    start = time.perf_counter()
    if step == "score":
        framing.score_files(articles, folder)
    else:
        framing.compare(folder)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def main(sizes: list[int]) -> None:
    print(f"{'articles':>9} {'step':>8} {'seconds':>8} {'peak MB':>8}")
    for number in sizes:
        with tempfile.TemporaryDirectory() as folder:
            articles = Path(folder, "articles.jsonl")
            write_articles(articles, number)
            for step in ("score", "compare"):
                words = [sys.executable, "-m", "benchmarks.scale", step, str(articles)]
                out = subprocess.run(
                    [*words, f"{folder}/scores"], check=True, capture_output=True, text=True
                )
                seconds, peak = json.loads(out.stdout.splitlines()[-1])
                print(f"{number:>9,} {step:>8} {seconds:>8.1f} {peak:>8.0f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] in (["score"], ["compare"]):
        measure(*sys.argv[1:4])
    else:
        main([int(n) for n in sys.argv[1:]] or list(DEFAULT))
