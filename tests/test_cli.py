"""The command line: what it prints, writes, refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import framing
from framing.cli import completion as completion_command
from framing.cli import main, shared
from framing.cli import score as score_command
from framing.cli import voices as voices_command
from framing.report.saved import BAD_FORM, NOT_A_REPORT, NOT_JSON


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
    assert status == 2
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
    assert status == 2 and "--force" in error


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
    assert status == 2 and "--force" in error


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
        (["voices", "nowhere.txt"], "nowhere.txt: no such file or directory; check the path"),
        (["compare", "nowhere.csv", "--out", "r.xyz"], "the suffix '.xyz' is none that a report"),
        (["compare", "nowhere.csv", "--out", "nowhere/r.md"], "the folder nowhere is not there"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], said: str) -> None:
    status, printed, error = run(*arguments)
    assert status == 2
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
    assert (status, error) == (2, f"Error: {expected}\n")
    status, out, _ = run("voices", path, "--encoding", "latin-1")
    assert (status, out) == (0, "caf\u00e9\n")
    status, _, error = run("voices", path, "--encoding", "klingon")
    expected = voices_command.UNKNOWN_ENCODING.format(encoding="klingon")
    assert (status, error) == (2, f"Error: {expected}\n")


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
    assert code == 2 and "not of the form COLUMN=VALUE" in err


def test_articles_come_through_a_pipe(articles: Path) -> None:
    frame = pd.read_csv(articles, dtype=str)
    lines = frame.to_json(orient="records", lines=True)
    expected = run("score", articles, *COLUMN, "--json")[1]
    for text in (lines, frame.to_json(orient="records"), frame.to_csv(index=False)):
        result = CliRunner().invoke(main, ["score", "-", *COLUMN, "--json"], input=text)
        assert (result.exit_code, result.stdout) == (0, expected)


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (["score", "-"], " \n", shared.EMPTY_STDIN),
        (["score", "-", "-"], "{}", shared.STDIN_ALONE),
        (["score", "-", "--out", "scores"], "{}", score_command.ONCE),
        (["score", "-"], '{"body": "a"', "standard input"),
        (["report", "-"], "{", NOT_JSON.split("{line}")[0].format(path="<standard input>")),
        (["report", "-"], "[]", NOT_A_REPORT.format(path="<standard input>")),
        (["report", "-"], '{"schema": 2}', NOT_A_REPORT.format(path="<standard input>")),
    ],
)
def test_a_pipe_that_holds_nothing_of_use_is_one_clear_line(
    arguments: list[str], text: str, said: str
) -> None:
    result = CliRunner().invoke(main, arguments, input=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr and "/tmp" not in result.stderr
    assert len(result.stderr.splitlines()) <= 2


@pytest.fixture(scope="module")
def saved(comparison: framing.Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "report.json"
    return framing.write_report(comparison, path, title="Five outlets")


def test_a_saved_report_gets_another_form(
    comparison: framing.Comparison, saved: Path, tmp_path: Path
) -> None:
    for suffix in (".md", ".tex"):
        expected = framing.write_report(comparison, tmp_path / f"e{suffix}", title="Five outlets")
        out = tmp_path / f"r{suffix}"
        status, printed, _ = run("report", saved, "--out", out)
        assert (status, printed) == (0, f"report: {out}\n")
        assert out.read_bytes() == expected.read_bytes()
        assert run("report", saved, "--out", out)[0] == 2
        assert run("report", saved, "--out", out, "--force")[0] == 0
    result = CliRunner().invoke(main, ["report", "-"], input=saved.read_text("utf-8"))
    assert result.stdout == (tmp_path / "r.md").read_text("utf-8")
    status, printed, _ = run("report", saved, "--to", "tex", "--title", "Other")
    assert status == 0 and printed.startswith((tmp_path / "r.tex").read_text("utf-8")[:1])


def test_a_form_that_needs_the_scores_is_refused(saved: Path, tmp_path: Path) -> None:
    status, _, error = run("report", saved, "--out", tmp_path / "r.html")
    assert status == 2
    assert BAD_FORM.format(valid=".md, .tex", value="html") in error
    status, _, error = run("report", tmp_path / "none.json")
    assert status == 2 and "there is no such file" in error


def test_compare_prints_the_report_alone_as_json(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    status, printed, error = run("compare", articles, *COLUMN, "--json", "--out", out)
    assert status == 0 and f"report: {out}" in error
    assert json.loads(printed) == json.loads(out.read_text("utf-8"))


def test_rerun_says_as_json_what_differs(articles: Path, saved: Path, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.csv"
    pd.read_csv(articles, dtype=str).iloc[1:].to_csv(fewer, index=False)
    status, printed, _ = run("rerun", saved, fewer, *COLUMN, "--json")
    found = json.loads(printed)
    assert status == 1 and found["same"] is False
    assert {"data"} <= {row["kind"] for row in found["differs"]}
    status, printed, _ = run("rerun", saved, fewer, *COLUMN, "--json", "--check")
    assert status == 0 and json.loads(printed)["same"] is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(shell: str) -> None:
    status, printed, error = run("completion", shell)
    assert (status, error) == (0, "")
    assert completion_command.VARIABLE in printed and f"{shell}_complete" in printed


def test_words_are_completed() -> None:
    def completed(line: str) -> set[str]:
        """Ask as the script of bash does: words so far in the environment, one answer a line."""
        code = (
            "from framing.cli import main; "
            f"main(prog_name={completion_command.PROGRAM!r}, "
            f"complete_var={completion_command.VARIABLE!r})"
        )
        count = str(len(line.split(" ")) - 1)
        asked = {completion_command.VARIABLE: "bash_complete", "COMP_WORDS": line}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env={**os.environ, **asked, "COMP_CWORD": count},
        )
        assert done.returncode == 0, done.stderr
        return {answer.partition(",")[2] for answer in done.stdout.split()}

    assert completed("framing comp") == {"compare", "completion"}
    assert completed("framing lexicon s") == {"show", "search", "seal"}
    assert {"--by", "--out"} <= completed("framing compare --")
    assert completed("framing voices --voices m") == {"marks"}


def test_no_word_of_a_program_s_output_is_progress(articles: Path) -> None:
    """Standard error that is no terminal gets no bar."""
    _, _, error = run("score", articles, *COLUMN)
    assert error == ""


def test_an_interruption_has_a_status_of_its_own(
    articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("framing.scores.score", stop)
    status, printed, error = run("score", articles, *COLUMN)
    assert (status, printed) == (130, "")
    assert error == f"Error: {shared.INTERRUPTED}\n"


def test_a_warning_is_one_line(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(*_: object, **__: object) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("a column is odd", framing.FramingWarning, stacklevel=1)
        raise framing.CorpusError("stopped")

    monkeypatch.setattr("framing.scores.score", warn)
    assert run("score", articles, *COLUMN)[2] == "Warning: a column is odd\nError: stopped\n"


def test_the_help_says_what_a_status_means() -> None:
    text = run("--help")[1]
    for status in (0, 1, shared.FAILED_STATUS, shared.INTERRUPTED_STATUS):
        assert re.search(rf"\b{status}\b", text)
