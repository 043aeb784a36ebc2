"""The example scripts run, and are short enough to copy."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import framing

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_scripts_run(script: Path, tmp_path: Path) -> None:
    lines = script.read_text("utf-8").splitlines()
    assert sum(bool(line.strip()) and not line.startswith("#") for line in lines) < 50
    before = sorted(tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert sorted(tmp_path.iterdir()) == before  # an example leaves nothing behind


def test_the_article_that_is_read_line_by_line_has_what_the_page_says() -> None:
    """Own loaded words, scare quotes, reports and a quotation: if voices are found otherwise, the
    page must be written anew.
    """
    tree = ast.parse((EXAMPLES / "state_broadcaster.py").read_text("utf-8"))
    (article,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ARTICLE"
    )
    found = {article[s.start : s.end]: s.voice for s in framing.find_voices(article)}
    assert found['"humanitarian"'] == found['"volunteers"'] == "scare"
    assert found['"a barbaric occupation"'] == "direct"
    assert {"direct", "indirect", "scare"} == set(found.values()) - {"own"}


def test_the_corpus_is_as_promised() -> None:
    corpus = framing.read_corpus(framing.example_corpus_folder())
    assert len(corpus) == 70
    assert corpus.groupby("story")["outlet"].nunique().eq(5).all()
    assert corpus["title"].notna().all() and corpus["date"].notna().all()
    words = corpus["text"].str.split().str.len()
    assert words.between(150, 300).all(), corpus.loc[~words.between(150, 300), "id"].tolist()
