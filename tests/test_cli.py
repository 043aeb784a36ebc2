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
from framing.cli import voices as voices_command


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
    status, printed, _ = run("score", articles, "--column", "text=story_text", "--tables", out)
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
    status, _, error = run("score", articles, "--column", "text=story_text", "--tables", out)
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


STORY = 'Kerr said the bridge was safe. "It is not," Lind said. A so-called "expert" agreed.\n'


def test_voices_prints_an_article_with_tags(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(STORY, "utf-8")
    status, out, _ = run("voices", path)
    assert status == 0
    assert out == (
        "Kerr said [indirect, Kerr: the bridge was safe]. "
        '[direct, Lind: "It is not,"] Lind said. A so-called [scare: "expert"] agreed.\n'
    )


def test_voices_reads_standard_input_and_colours() -> None:
    result = CliRunner().invoke(main, ["voices", "-", "--color"], input=STORY, color=True)
    assert result.exit_code == 0
    assert click.style("the bridge was safe", fg="green") in result.stdout
    assert click.style('"expert"', fg="red", bold=True) in result.stdout


def test_voices_as_json_lines_are_the_spans() -> None:
    result = CliRunner().invoke(main, ["voices", "-", "--json"], input=STORY)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert "".join(row["text"] for row in rows) == STORY
    assert [(r["voice"], r["speaker"]) for r in rows if r["voice"] != "own"] == [
        ("indirect", "Kerr"),
        ("direct", "Lind"),
        ("scare", None),
    ]


def test_voices_of_marks_alone() -> None:
    result = CliRunner().invoke(main, ["voices", "-", "--voices", "marks"], input=STORY)
    assert "indirect" not in result.stdout
    assert "[direct" in result.stdout


def test_an_article_cannot_steer_the_terminal() -> None:
    text = "Kerr left.\x1b]0;owned\x07 \x1b[2J\u202eevil \x9b1m"
    result = CliRunner().invoke(main, ["voices", "-"], input=text)
    assert result.exit_code == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout)


def test_voices_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("caf\u00e9".encode("latin-1"))
    status, _, error = run("voices", path)
    expected = voices_command.NOT_TEXT.format(name=path, encoding="utf-8", place=3)
    assert (status, error) == (1, f"Error: {expected}\n")
    status, out, _ = run("voices", path, "--encoding", "latin-1")
    assert (status, out) == (0, "caf\u00e9\n")
    status, _, error = run("voices", path, "--encoding", "klingon")
    expected = voices_command.UNKNOWN_ENCODING.format(encoding="klingon")
    assert (status, error) == (1, f"Error: {expected}\n")


COLUMN = ("--column", "text=story_text")


def test_a_comparison_is_repeated_from_its_manifest(articles: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    code, out, _ = run(
        "compare", articles, *COLUMN, "--quiet", "--by", "outlet", "--against", "rest",
        "--family", "pair", "--manifest", manifest,
    )  # fmt: skip
    assert code == 0 and f"manifest: {manifest}" in out
    assert "Benjamini-Hochberg over the measures of one pair" in out
    code, out, _ = run("rerun", manifest, articles, *COLUMN, "--check")
    assert (code, out.splitlines()) == (
        0,
        ["Nothing differs: data, lexicons, models, versions and settings are as they were."],
    )
    code, out, _ = run("rerun", manifest, articles, *COLUMN)
    assert code == 0 and "The result is the same, bit by bit." in out
    fewer = tmp_path / "fewer.csv"
    pd.read_csv(articles, dtype=str).iloc[1:].to_csv(fewer, index=False)
    code, out, _ = run("rerun", manifest, fewer, *COLUMN, "--out", tmp_path / "again.md")
    assert code == 1 and "data: articles: 70 then, 69 now" in out
    assert (tmp_path / "again.md").is_file()


def test_sensitivity_is_written(articles: Path, tmp_path: Path) -> None:
    path = tmp_path / "sensitivity.csv"
    code, out, _ = run(
        "compare", articles, *COLUMN, "--quiet", "--opinion", "outlet=The Open Ledger",
        "--sensitivity", path,
    )  # fmt: skip
    assert code == 0 and "Sensitivity of loaded_rate" in out
    assert set(pd.read_csv(path)["opinion"]) == {"kept", "left out"}
    code, _, err = run("compare", articles, *COLUMN, "--quiet", "--opinion", "opinion")
    assert code == 1 and "not of the form COLUMN=VALUE" in err
