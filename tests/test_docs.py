"""The documentation is whole: what it lists is there, and what is there is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import framing
from docs.make_validation import FOLDER, TABLES
from framing.cli import main

DOCS = Path(__file__).resolve().parents[1] / "docs"
ROOT = DOCS.parent


def test_every_public_name_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "index.rst").read_text("utf-8")
    listed = re.findall(r"^   ([\w.]+)$", text, re.MULTILINE)
    assert len(listed) == len(set(listed))
    plots = {f"plots.{name}" for name in framing.plots.__all__ if name.islower()}
    public = {name for name in framing.__all__ if not name.startswith("__")} - {"plots"}
    assert set(listed) == public | plots
    assert ".. automodule:: framing.plots" in text


def test_the_build_needs_no_network() -> None:
    text = (DOCS / "conf.py").read_text("utf-8")
    for word in ("intersphinx", "mathjax", "http:", "https:"):
        assert word not in text


def test_pages_made_from_the_code_name_all_there_is() -> None:
    pytest.importorskip("sphinx", reason="needs the extra docs")
    from docs.build import _ORDER, CARDS, card_part, commands_page, schema_page

    commands = commands_page()
    for name in main.commands:
        assert f"framing {name}\n" in commands
    assert "framing lexicon check\n" in commands
    fields = schema_page()
    for name in ("own_words", "p_adjusted", "detectable", "scare_share"):
        assert f"``{name}``" in fields
    shown = re.findall(r"include:: made/(\w+)\.inc", (DOCS / "validation.rst").read_text("utf-8"))
    made = {f"{n}_{t.lower().replace(' ', '_')}" for n, titles in CARDS.items() for t in titles}
    assert sorted(shown) == sorted(made)
    card = "## Figures\n\nOn *all*.\n\n| a | b |\n|---|---|\n| x_ | 0.5 |\n\n## Limits\n\n- few\n"
    assert "On \\*all\\*." in card_part(card, "Figures") and "     - 0.5" in card_part(
        card, "Figures"
    )
    assert card_part(card, "Limits") == "- few\n\n"
    scripts = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert set(_ORDER) == scripts


def test_every_table_of_the_validation_says_what_made_it() -> None:
    page = (DOCS / "validation.rst").read_text("utf-8")
    shown = re.findall(r"literalinclude:: validation/(\w+)\.txt", page)
    assert sorted(shown) == sorted(TABLES) == sorted(p.stem for p in FOLDER.glob("*.txt"))
    for name, command in TABLES.items():
        first, second, *rest = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
        assert first == f"$ python -m {command}"
        assert re.match(r"# commit [0-9a-f]{10}( with changes)?, \d{4}-\d\d-\d\d, Python ", second)
        assert any(re.search(r"\d\.\d", line) for line in rest), name


def test_the_code_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: framing.Scores
) -> None:
    """As it stands, one block after the other, on articles with the columns that it names."""
    monkeypatch.chdir(tmp_path)
    corpus = scores.corpus.rename(columns={"text": "body", "outlet": "site"})
    corpus.to_csv("articles.csv", index=False)
    Path("article.txt").write_text(scores.corpus["text"].iloc[0], "utf-8")
    harm = framing.Lexicon.from_terms(["raid", "siege*"], name="harm")
    framing.write_lexicon(harm, "harm.dic")
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len(blocks) >= 3
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # the project's own page
    assert Path("report.html").is_file()


def test_the_picture_of_the_readme_is_there_and_small() -> None:
    (path,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    picture = (ROOT / path).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) < 200_000
