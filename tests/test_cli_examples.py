"""Every example in a command's help does what it shows."""

from __future__ import annotations

import gzip
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import framing
from framing.cli import main
from framing.lexicon import Lexicon

# The answer of these is no, which is status 1: the article breaks a rule, the lexicons differ.
NO = ("framing style", "framing lexicon diff")


def examples(command: click.Command) -> Iterator[str]:
    """The lines under Example in the help of a command and of those below it."""
    text = command.help or ""
    assert "Example:" in text, command.name
    yield from (line.strip() for line in text.split("Example:")[1].splitlines() if line.strip())
    if isinstance(command, click.Group):
        for part in command.commands.values():
            yield from examples(part)


# `framing demo` takes long, and test_cli.py runs it.
LINES = sorted(set(examples(main)) - {"framing demo --out demo/"})


@pytest.fixture(scope="module")
def prepared(corpus: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    # few articles where many would only take longer
    few = corpus.loc[corpus["story"].isin(sorted(set(corpus["story"]))[:3])]
    few.to_csv(folder / "articles.csv", index=False)
    corpus.to_csv(folder / "newspapers.csv", index=False)
    lines = few.to_json(orient="records", lines=True, date_format="iso")
    (folder / "articles.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "found.jsonl").write_text(lines, "utf-8")
    scores = framing.score(few)
    framing.score_files([folder / "articles.csv"], folder / "scores")
    comparison = framing.compare(scores)
    for name in ("report", "january", "february", "manifest"):
        framing.write_report(comparison, folder / f"{name}.json")
    (folder / "article.txt").write_text(
        "The terrorists fired on a market. Kerr said they had fled.\n", "utf-8"
    )
    rows = [
        {"text": f"The {word} plan passed on day {i}.", "loaded": i % 2, "marked": word * (i % 2)}
        for i, word in enumerate(["short", "shameful"] * 12)
    ]
    sentences = pd.DataFrame(rows).assign(
        url=[i // 4 for i in range(24)], outlet=["a", "b", "c"] * 8
    )
    sentences.to_csv(folder / "sentences.csv", index=False)
    for place in ("my-lexicons/conflict", "lexicons/conflict"):
        framing.write_lexicon(
            Lexicon.from_terms(["raid", "siege"], name="conflict"), folder / place
        )
    framing.write_lexicon(Lexicon.from_terms(["raid"], name="harm"), folder / "harm.dic")
    model = framing.LoadedWordingClassifier(vectors=None, hidden=0, cv=2)
    marked = [[w] if w else [] for w in sentences["marked"]]
    model.fit(list(sentences["text"]), list(sentences["loaded"]), words=marked)
    framing.save_classifier(model, folder / "mine")
    return folder


@pytest.mark.parametrize("line", LINES)
def test_an_example_runs(
    line: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(prepared, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    words = shlex.split(line)
    assert words[0] in ("framing", "zcat")
    for option in ("--out", "--tables"):
        # what it writes is not there yet
        if option in words:
            path = Path(words[words.index(option) + 1])
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    expected = 1 if line.startswith(NO) else 0
    if {"|", ">"} & set(words) or "*" in line:
        status, out = in_shell(line, tmp_path)
    else:
        result = CliRunner().invoke(main, words[1:])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        status, out = result.exit_code, result.output
    assert status == expected, out
    target = words[words.index(">") + 1] if ">" in words else ""
    if "--out" in words:
        target = words[words.index("--out") + 1]
    if target:
        assert Path(os.path.expandvars(target.replace("~", str(tmp_path)))).exists(), out
    else:
        assert out.strip()


def in_shell(line: str, home: Path) -> tuple[int, str]:
    (home / ".local/share/bash-completion/completions").mkdir(parents=True)
    script = f'set -o pipefail; framing() {{ {shlex.quote(sys.executable)} -m framing.cli "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", f"{script}; {line}"],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(home), "PYTHONPATH": str(Path(framing.__file__).parents[1])},
    )
    return done.returncode, done.stdout + done.stderr


def test_every_group_of_commands_has_examples() -> None:
    named = {line.split("|")[0].split()[1] for line in LINES if line.startswith("framing")}
    assert named == set(main.commands) - {"demo"}
