"""The commands of ``framing lexicon``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import framing
from framing.cli import main


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["lexicon", *(str(a) for a in arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def own(tmp_path: Path) -> Path:
    status, printed, _ = run("new", "own-terms", "--out", tmp_path / "own-terms")
    assert status == 0 and "framing lexicon check" in printed
    return tmp_path / "own-terms"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.csv"
    path.write_text("id,text\na,An example phrase.\nb,An example phrase again.\n", "utf-8")
    return path


def test_a_new_lexicon_is_valid_and_not_written_over(own: Path) -> None:
    assert run("check", own, "--strict") == (
        0,
        "Lexicon('own-terms' 0.1.0: 2 terms; charged, plain): valid\n"
        "0 errors, 0 warnings, 0 notes\n",
        "",
    )
    status, _, error = run("new", "own-terms", "--out", own)
    assert status == 2 and "is there already" in error
    status, _, error = run("new", "Own Terms")
    assert status == 2 and "must be lower-case" in error


def test_check_says_all_and_ends_with_a_status(own: Path) -> None:
    terms = own / "terms.csv"
    rows = terms.read_text("utf-8").replace(",0.75,", ",7,").replace(",own\n", ",\n")
    terms.write_text(rows, "utf-8")
    status, printed, error = run("check", own)
    assert status == 1 and error == ""
    assert f"{terms}:2: error: bad value: weight 7.0" in printed
    assert f"{terms}:3: warning: no source" in printed
    findings = json.loads(run("check", own, "--json")[1])
    assert {f["line"] for f in findings} == {0, 2, 3}
    assert set(findings[0]) == {"path", "line", "level", "rule", "message", "mend"}


def test_warnings_fail_only_when_strict(own: Path) -> None:
    terms = own / "terms.csv"
    terms.write_text(terms.read_text("utf-8").replace(",own\n", ",\n"), "utf-8")
    assert run("check", own)[0] == 0
    assert run("check", own, "--strict")[0] == 1


def test_check_of_a_folder_of_lexicons(own: Path, tmp_path: Path) -> None:
    framing.write_lexicon(
        framing.Lexicon.from_terms(["an example phrase"], name="two"), tmp_path / "two"
    )
    status, printed, _ = run("check", tmp_path)
    assert status == 0
    assert "overlap" in printed and "own-terms" in printed and "two" in printed


def test_check_with_a_corpus(own: Path, articles: Path) -> None:
    status, printed, _ = run("check", own, "--corpus", articles)
    assert status == 0
    assert "unseen: 'example phrase|phrases'" in printed
    assert "dominates: 'an example phrase' has 2 of 2 hits" in printed


def test_search(own: Path) -> None:
    status, printed, _ = run("search", "phrases", "--lexicon", own)
    assert status == 0
    assert printed.startswith("own-terms/charged: example phrase|phrases  [0.75]\n")
    (found,) = json.loads(run("search", "phrases", "--lexicon", own, "--json")[1])
    assert found["neutral"] == "an example phrase"
    status, printed, error = run("search", "zebra", "--lexicon", own)
    assert (status, printed) == (1, "") and "no term holds 'zebra'" in error
    assert run("search", "invasion")[0] == 0


def test_coverage(own: Path, articles: Path) -> None:
    status, printed, _ = run("coverage", articles, "--lexicon", own)
    assert status == 0 and "100%" in printed and "an example phrase (2)" in printed
    (row,) = json.loads(run("coverage", articles, "--lexicon", own, "--json")[1])
    assert row["hits"] == 2 and row["seen"] == 1


def test_diff(own: Path, tmp_path: Path) -> None:
    assert run("diff", own, own) == (0, "0 added, 0 removed, 0 changed\n", "")
    other = framing.write_lexicon(framing.load_lexicon("hedges"), tmp_path / "hedges")
    assert run("diff", "hedges", other)[0] == 0
    status, printed, _ = run("diff", own, other)
    assert status == 1
    assert "- an example phrase\n" in printed and "+ could\n" in printed
    rows = json.loads(run("diff", own, other, "--json")[1])
    assert {r["change"] for r in rows} == {"added", "removed", "changed"}


def test_seal(own: Path, tmp_path: Path) -> None:
    # a new one is there to be edited; sealed, a change is refused until it is sealed again
    assert run("seal", own) == (0, f"{own}\n", "")
    terms = own / "terms.csv"
    terms.write_text(terms.read_text("utf-8").replace(",0.75,", ",0.5,"), "utf-8")
    status, _, error = run("show", own)
    assert status == 2 and "framing lexicon seal FOLDER" in error
    status, printed, _ = run("check", own)
    assert status == 1 and f"{own}/lexicon.toml: error: hash: " in printed
    # a folder of lexicons
    assert run("seal", tmp_path)[0] == 0
    assert run("show", own)[0] == run("check", own)[0] == 0
    status, _, error = run("seal", tmp_path / "nowhere")
    assert status == 2 and "must hold lexicon.toml" in error


def test_convert(own: Path, tmp_path: Path) -> None:
    target = tmp_path / "own.dic"
    status, printed, error = run("convert", own, target)
    assert status == 0 and printed.endswith(f"{target}\n")
    assert error.startswith("Warning: ") and "alternatives" in error
    assert run("convert", own, target)[0] == 2
    assert run("convert", target, tmp_path / "back", "--name", "back")[0] == 0
    status, printed, _ = run("show", tmp_path / "back")
    assert status == 0 and "example phrases" in printed
    scored = tmp_path / "list.txt"
    scored.write_text("raid\t-3\n", "utf-8")
    assert run("convert", scored, tmp_path / "list", "--from", "afinn")[0] == 0
    status, _, error = run("convert", scored, tmp_path / "list2")
    assert status == 2 and "give format=" in error
