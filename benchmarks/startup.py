"""How long until something happens: importing the package, and the command's help.

``python -m benchmarks.startup`` starts fresh interpreters in turn and prints the best of some
rounds, in seconds, beside an interpreter that does nothing and one that imports pandas.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

WAYS = {
    "nothing": ["-c", ""],
    "import pandas": ["-c", "import pandas"],
    "import framing": ["-c", "import framing"],
    "import pandas, framing": ["-c", "import pandas, framing"],
    "framing --help": ["-m", "framing.cli", "--help"],
    "framing compare --help": ["-m", "framing.cli", "compare", "--help"],
    "framing lexicon list": ["-m", "framing.cli", "lexicon", "list"],
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    best = dict.fromkeys(WAYS, float("inf"))
    for _ in range(rounds):
        for name, arguments in WAYS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - start)
    print("| | seconds | beyond an interpreter that does nothing |\n|---|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds:.2f} | {seconds - best['nothing']:.2f} |")


if __name__ == "__main__":
    main()
