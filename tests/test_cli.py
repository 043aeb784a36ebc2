"""The command line: what it prints, writes, refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import framing
from framing.cli import main


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "articles.csv"
    frame = framing.read_corpus(framing.example_corpus_folder())
    frame.rename(columns={"text": "story_text"}).to_csv(path, index=False)
    return path


def commands(group: click.Group, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found.append((*prefix, name))
        if isinstance(command, click.Group):
            found += commands(command, (*prefix, name))
    return found


def test_every_command_shows_an_example() -> None:
    names = commands(main)
    assert {"score", "compare", "demo"} <= {n[0] for n in names}
    for name in [(), *names]:
        status, out, _ = run(*name, "--help")
        assert status == 0
        assert re.search(r"Example:\n +framing ", out)


def test_score_writes_tables(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores"
    status, printed, _ = run("score", articles, "--column", "text=story_text", "--out", out)
    assert status == 0
    assert "70 articles, 70 scored" in printed
    assert sorted(p.name for p in out.iterdir()) == [
        "articles.csv",
        "hits.csv",
        "manifest.json",
        "sentences.csv",
        "voices.csv",
    ]
    assert len(pd.read_csv(out / "articles.csv")) == 70
    assert json.loads((out / "manifest.json").read_text())["corpus"]["articles"] == 70
    status, _, error = run("score", articles, "--column", "text=story_text", "--out", out)
    assert status == 1
    assert "is there already; give --force" in error


def test_score_prints_json(articles: Path) -> None:
    status, printed, _ = run("score", articles, "--column", "text=story_text", "--json")
    assert status == 0
    rows = [json.loads(line) for line in printed.splitlines()]
    assert len(rows) == 70 and rows[0]["status"] == "scored"


def test_compare_writes_a_report(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    status, printed, _ = run("compare", articles, "--column", "text=story_text", "--out", out)
    assert status == 0
    assert printed.startswith("Comparison of 5 groups by outlet")
    assert out.is_file()
    status, _, error = run("compare", articles, "--column", "text=story_text", "--out", out)
    assert status == 1 and "--force" in error


def test_several_files_are_one_corpus(articles: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(articles)
    frame.iloc[:30].to_csv(tmp_path / "a.csv", index=False)
    frame.iloc[30:].to_csv(tmp_path / "b.csv", index=False)
    status, printed, _ = run(
        "score", tmp_path / "a.csv", tmp_path / "b.csv", "--column", "text=story_text"
    )
    assert status == 0 and "70 articles" in printed


def test_demo_makes_what_the_readme_says(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    status, printed, _ = run("demo", "--out", out)
    assert status == 0
    names = {p.name for p in out.iterdir()}
    assert {"report.html", "report.md", "report.json", "tables"} <= names
    assert len([n for n in names if n.endswith(".png")]) >= 3
    for name in names:
        assert str(out / name) in printed
    assert "Meridian Press Agency" in printed
    status, _, error = run("demo", "--out", out)
    assert status == 1 and "--force" in error


def test_lexicons(tmp_path: Path) -> None:
    status, printed, _ = run("lexicon", "list")
    assert status == 0 and "conflict" in printed
    assert {r["name"] for r in json.loads(run("lexicon", "list", "--json")[1])} >= {"hedges"}
    status, printed, _ = run("lexicon", "show", "conflict")
    assert status == 0 and "proxy war" in printed
    assert json.loads(run("lexicon", "show", "hedges", "--json")[1])
    folder = framing.write_lexicon(framing.Lexicon.from_terms(["war"]), tmp_path / "own")
    status, printed, _ = run("lexicon", "check", folder)
    assert status == 0 and "Lexicon('own' 0: 1 terms; terms): valid\n" in printed
    (folder / "terms.csv").write_text("term\nwar\n", "utf-8")
    status, printed, error = run("lexicon", "check", folder)
    assert status == 1 and error == ""
    assert "error: bad file: columns are ['term']" in printed


def test_the_card_is_shown() -> None:
    status, printed, _ = run("classifier", "card")
    assert status == 0 and "BABE" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score", "nowhere.csv"], "nowhere.csv"),
        (["lexicon", "show", "nothing"], "no bundled lexicon is called 'nothing'; there are: "),
        (["classifier", "card", "nothing"], "there are: default"),
        (["score", "x.csv", "--column", "text"], "not of the form NAME=COLUMN"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], said: str) -> None:
    status, printed, error = run(*arguments)
    assert status == 1
    assert printed == ""
    assert said in error and error.startswith("Error: ")
    assert len(error.splitlines()) <= 2


def test_bad_usage_is_status_2() -> None:
    assert run("score")[0] == 2
    assert run("compare", "x.csv", "--nothing")[0] == 2
    assert run("nothing")[0] == 2


def test_the_module_runs() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "framing.cli", "--version"], capture_output=True, text=True
    )
    assert result.returncode == 0 and framing.__version__ in result.stdout
