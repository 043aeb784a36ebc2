"""What changed between two reports, and what caused it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import framing
from framing.errors import FramingError
from framing.report import summarise
from framing.report.diff import CAUSES
from framing.report.saved import NOT_A_REPORT


@pytest.fixture(scope="module")
def base(comparison: framing.Comparison) -> dict[str, Any]:
    return summarise(comparison)


def again(report: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(report))
    return copied


def test_a_report_and_itself(base: dict[str, Any]) -> None:
    diff = framing.diff_reports(base, again(base))
    assert not len(diff.causes) and not len(diff.changes) and not len(diff.findings)
    assert "say the same" in diff.verdict


def test_one_lexicon_less_is_the_cause(corpus: Any, base: dict[str, Any]) -> None:
    names = [n for n in framing.list_lexicons()["name"] if n != "loaded"]
    other = summarise(framing.compare(framing.score(corpus, lexicons=names)))
    diff = framing.diff_reports(base, other)
    assert set(diff.causes["cause"]) == {"lexicon"}
    assert "loaded sha256" in set(diff.causes["what"])
    changed = set(diff.changes["measure"])
    assert "term_rate" in changed and "loaded_rate" not in changed


def test_fewer_articles_are_a_cause_of_data(corpus: Any, base: dict[str, Any]) -> None:
    other = summarise(framing.compare(framing.score(corpus.iloc[5:])))
    diff = framing.diff_reports(base, other)
    assert set(diff.causes["cause"]) == {"data"}
    assert "the cause is the data" in diff.verdict
    assert len(diff.changes) > 10


def test_several_causes_are_not_told_apart(base: dict[str, Any]) -> None:
    other = again(base)
    other["manifest"]["framing"] = "9.9"
    other["manifest"]["corpus"]["sha256"] = "0"
    other["measures"][0]["estimates"][0]["estimate"] = 1.0
    diff = framing.diff_reports(base, other)
    assert "no single cause" in diff.verdict
    assert set(diff.causes["cause"]) <= set(CAUSES)


def test_a_number_without_a_cause_is_said(base: dict[str, Any]) -> None:
    other = again(base)
    other["measures"][0]["estimates"][0]["estimate"] = 1.0
    diff = framing.diff_reports(base, other)
    assert "changed by hand" in diff.verdict
    assert diff.changes["new"].tolist() == [1.0]
    assert "&lt;" not in repr(diff)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1"),
        ("[]", "not a report"),
        ("{}", "not a report"),
        ('{"schema": 99}', "schema 99"),
        ('{"schema": 2}', "not a report"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(content)
    with pytest.raises(FramingError, match=message):
        framing.diff_reports(path, path)
    assert "write_report" in NOT_A_REPORT


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match="no such file"):
        framing.diff_reports(tmp_path / "a.json", tmp_path / "b.json")


def test_a_reader_is_told_what_changed_most(base: dict[str, Any]) -> None:
    other = again(base)
    rows = other["measures"][0]["estimates"]
    rows[0]["estimate"] *= 3
    rows[1]["estimate"] *= 1.1
    pairs = other["measures"][0]["differences"]
    found = next(r for r in pairs if r["sure"])
    found["sure"] = False
    other["manifest"]["comparison"]["level"] = 0.9
    other["manifest"]["corpus"]["sha256"] = "f" * 64
    lines = repr(framing.diff_reports(base, other)).splitlines()
    assert "setting: level: 0.95 -> 0.9" in lines
    assert any(line.startswith("data: sha256: ") and len(line) < 60 for line in lines)
    place = f"{found['group_a']} / {found['group_b']} ({found['design']})"
    assert f"no longer found: loaded_rate, {place}" in lines
    changed = [line for line in lines if line.startswith("changed: loaded_rate, ")]
    assert len(changed) == 2
    assert f"{rows[0]['estimate'] / 3:.3g} -> {rows[0]['estimate']:.3g}" in changed[0]
