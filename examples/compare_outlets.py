"""Compare outlets on the stories that they share, and write a report."""

from __future__ import annotations

import sys
from pathlib import Path

import framing


def main(out: Path) -> None:
    corpus = framing.read_corpus(framing.example_corpus_folder())
    comparison = framing.compare(framing.score(corpus), by="outlet", match="story")
    print(comparison)
    found = comparison.differences.query("design == 'matched' and p_adjusted <= 0.05")
    print(found[["measure", "group_a", "group_b", "ratio", "low", "high", "p_adjusted"]])
    for suffix in (".html", ".csv"):
        print("written:", framing.write_report(comparison, out / f"outlets{suffix}"))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
