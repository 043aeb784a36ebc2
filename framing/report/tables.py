"""A comparison's tables as CSV files that a spreadsheet can open without running anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from framing.comparison import Comparison

__all__ = ["neutralise", "write_csv", "write_tables"]

_TABLES = ("estimates", "differences", "names", "warnings", "cells", "timeline")
_OF_WORDS = ("phrases", "sources", "source_profile", "asymmetry", "agency")
# A cell that begins so is run as a formula by spreadsheet programs.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What a spreadsheet, or whoever pastes into one, may drop from the beginning of a cell.
_SKIPPED = " \x00\u00a0\u200b\u2060\ufeff"


def neutralise(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    Parameters
    ----------
    value : object
        A cell; what is no str is returned as it is.

    Returns
    -------
    object
        The cell.

    Examples
    --------
    >>> neutralise("=HYPERLINK(0)")
    "'=HYPERLINK(0)"
    """
    if isinstance(value, str) and value.lstrip(_SKIPPED).startswith(_DANGEROUS):
        return "'" + value
    return value


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write one table, texts neutralised, floats in full."""
    safe = table.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]) and not pd.api.types.is_datetime64_dtype(
            safe[column]
        ):
            safe[column] = safe[column].astype(object).map(neutralise, na_action="ignore")
    safe.columns = [neutralise(str(c)) for c in safe.columns]
    # With another end of line, a lone \r inside a cell would stay bare, and begin a new row.
    safe.to_csv(path, index=False, encoding="utf-8", errors="replace", lineterminator="\r\n")
    return path


def write_tables(comparison: Comparison, folder: Path) -> Path:
    """Write the tables of a comparison into a folder, one CSV file each, and ``manifest.json``.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    folder : pathlib.Path
        Made if it is not there.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    folder.mkdir(exist_ok=True)
    for name in _TABLES:
        write_csv(getattr(comparison, name), folder / f"{name}.csv")
    if comparison.wording is not None:
        for name in _OF_WORDS:
            write_csv(getattr(comparison, name), folder / f"{name}.csv")
        write_csv(comparison.wording.omissions(), folder / "omissions.csv")
    evidence = comparison.evidence
    write_csv(evidence.totals, folder / "evidence_totals.csv")
    sentences = evidence.sentences.drop(columns="parts")
    sentences["text"] = ["".join(p["text"] for p in row) for row in evidence.sentences["parts"]]
    shown = evidence.sample.merge(sentences, on=["id", "sentence"], how="left")
    write_csv(shown, folder / "evidence.csv")
    manifest = json.dumps(comparison.manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(manifest, "utf-8", errors="replace")
    return folder
