"""``framing classifier``: train, evaluate, vectors, card."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import framing
from framing.cli import main

LOADED, PLAIN = ["vile", "shameless", "cowardly", "grotesque"], ["new", "annual", "short", "third"]


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    rows = []
    for i in range(48):
        word = (LOADED if i % 2 else PLAIN)[i // 2 % 4]
        where = ["the board", "a union"][i % 3 % 2]
        rows.append(
            {
                "text": f"The {word} plan of {where} failed on day {i}.",
                "loaded": i % 2,
                "marked": word if i % 2 else "",
                "outlet": f"Courier {i // 12}",
            }
        )
    path = tmp_path / "sentences.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    corpus = framing.read_corpus(framing.example_corpus_folder())
    corpus.to_csv(folder / "articles.csv", index=False)
    code, out, _ = run(
        "classifier", "vectors", folder / "articles.csv", "--dimensions", 8, "--out", folder / "v"
    )
    assert code == 0
    assert "8 dimensions" in out
    return folder / "v"


def test_train_then_evaluate_then_card(sentences: Path, vectors: Path, tmp_path: Path) -> None:
    options = ("--words", "marked", "--group", "outlet", "--vectors", vectors, "--folds", 2)
    code, out, _ = run("classifier", "train", sentences, *options, "--out", tmp_path / "mine")
    assert code == 0
    assert "whole groups of 'outlet' left out" in out
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == [
        "CARD.md",
        "model.json",
        "weights.npz",
    ]
    code, out, _ = run(
        "classifier", "evaluate", sentences, "--model", tmp_path / "mine", "--group", "outlet"
    )
    assert code == 0
    assert out.splitlines()[0].split() == ["group", "sentences", "loaded", "auc", "macro_f1", "ece"]
    assert out.splitlines()[1].split()[:4] == ["all", "48", "0.500", "1.000"]
    assert sum("Courier" in line for line in out.splitlines()) == 4
    code, out, _ = run("classifier", "card", tmp_path / "mine")
    assert "Loaded wording: own" in out
    assert "| measured by | 2-fold cross-validation, whole groups of 'outlet' left out |" in out
    assert "| auc | 1.000 |" in out
    code, _, err = run("classifier", "train", sentences, *options, "--out", tmp_path / "mine")
    assert code == 2
    assert "--force" in err


def test_words_that_are_not_there_are_told_of_once(
    sentences: Path, vectors: Path, tmp_path: Path
) -> None:
    frame = pd.read_csv(sentences, keep_default_na=False)
    frame.loc[1, "marked"] = "vile; vanished"
    frame.to_csv(sentences, index=False)
    options = ("--words", "marked", "--group", "outlet", "--vectors", vectors, "--folds", 2)
    _, _, err = run("classifier", "train", sentences, *options, "--out", tmp_path / "mine")
    warnings = [line for line in err.splitlines() if "Warning" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("Warning: 1 of 25 marked words do not stand in their sentence")
    assert "'vanished' in sentence 1" in warnings[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--text", "body"), "has no column 'body'; it has: 'text', 'loaded'"),
        (("--label", "outlet"), "row 2: the label must be 0 or 1, found 'Courier 0'"),
        (("--group", "site"), "has no column 'site'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    sentences: Path, options: tuple[str, ...], message: str
) -> None:
    code, _, err = run("classifier", "evaluate", sentences, *options)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text("text,loaded\n", "utf-8")
    code, _, err = run("classifier", "evaluate", path)
    assert code == 2
    assert "holds no sentence" in err
