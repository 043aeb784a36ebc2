"""Measure again, and keep what each command printed for the page on validation.

``python -m docs.make_validation`` runs every command of `TABLES`, or those that are named, and
writes what each printed to ``docs/validation``, headed by the command, the commit, the day and the
versions. These files are kept in version control, as the research data that most of the commands
read is not part of the project; nothing on the page is typed by hand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "validation"

TABLES = {
    "statistics": "benchmarks.statistics --quick",
    "agency": "benchmarks.agency",
    "lexicons": "benchmarks.lexicons",
}
"""What each file holds: the command that prints it. The models' figures stand in their cards."""

NOTHING = "{command} printed no table; is FRAMING_DATA set to the folder of the research data?"
# What a command says where its data is not there.
_LEAST_LINES = 5
_PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.strip()


def heading(command: str) -> list[str]:
    """Say what was run, on what, and when."""
    changed = _git("status", "--porcelain", "--", "framing", "lexicons", "benchmarks")
    commit = _git("rev-parse", "--short=10", "HEAD") + (" with changes" if changed else "")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return [
        f"$ python -m {command}",
        f"# commit {commit}, {today}, Python {platform.python_version()}, {versions}",
        "",
    ]


def measure(name: str) -> Path:
    """Run one command and keep what it printed; one that printed no table is an error."""
    command = TABLES[name]
    head = heading(command)
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], capture_output=True, text=True, cwd=ROOT
    )
    lines = [line.rstrip() for line in done.stdout.strip().splitlines()]
    if done.returncode or len(lines) < _LEAST_LINES:
        raise SystemExit(done.stderr or NOTHING.format(command=command))
    path = FOLDER / f"{name}.txt"
    path.write_text("\n".join([*head, *lines]) + "\n", "utf-8")
    return path


def main() -> None:
    """Measure what is named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TABLES))
    FOLDER.mkdir(exist_ok=True)
    for name in parser.parse_args().names or TABLES:
        print(measure(name), flush=True)


if __name__ == "__main__":
    main()
