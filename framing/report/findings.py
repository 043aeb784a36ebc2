"""The findings: three to six plain sentences, each made from the numbers, never a verdict."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from framing.comparison import MEASURES, Comparison, Measure

__all__ = ["ALPHA", "anchor_of", "find_findings", "is_sure"]

ALPHA = 0.05
_MOST = 6
_WORDINGS = {
    "loaded_rate": "used {times} as many loaded words in its own voice as",
    "term_rate": "used {times} as many loaded terms (by weight) in its own voice as",
    "scare_rate": "put {times} as many phrases in scare quotes as",
    "quoted_share": "gave {times} as large a share of its words to quoted and reported speech as",
}


def anchor_of(measure: str) -> str:
    """Return the id of a measure's section on the page."""
    return "m-" + measure.replace("_", "-")


def is_sure(differences: pd.DataFrame) -> pd.Series[bool]:
    """Tell which differences are named as found.

    Parameters
    ----------
    differences : pandas.DataFrame
        Rows of ``comparison.differences``.

    Returns
    -------
    pandas.Series of bool
        True where the adjusted p-value and the pair's own interval agree that there is one.
    """
    apart = (differences["low"] > 1) | (differences["high"] < 1)
    return (differences["p_adjusted"] <= ALPHA) & apart


def find_findings(
    comparison: Comparison, names: list[dict[str, Any]], sensitivity: pd.DataFrame | None = None
) -> list[dict[str, Any]]:
    """Say what was found.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    names : list of dict
        The summary's names, the most used referent first.
    sensitivity : pandas.DataFrame, optional
        How often the differences in the main measure hold under other choices.

    Returns
    -------
    list of dict
        ``text``, and ``section``: the id of the part of the page that holds the numbers.
    """
    found: list[dict[str, Any]] = [{"text": _scope(comparison), "section": "compared"}]
    for measure in MEASURES:
        sentence = _finding(comparison, measure, sensitivity)
        if sentence:
            found.append({"text": sentence, "section": anchor_of(measure.name)})
    read = [n for n in names if n["reading"]]
    sure = [n for n in read if n["p_adjusted"] is not None and n["p_adjusted"] <= ALPHA]
    if read and len(found) < _MOST:
        top = (sure or read)[0]
        about = str(top["referent"]).replace("-", " ")
        text = f"Names for {about}: {top['reading']}"
        text += "" if sure else "; these choices were not found to differ by more than chance"
        found.append({"text": f"{text}.", "section": top["anchor"]})
    return found


def _scope(comparison: Comparison) -> str:
    rows = comparison.estimates.drop_duplicates(["group", "design"])
    used = rows.loc[rows["design"] == comparison.design]
    articles = int(used["articles"].sum())
    if comparison.design == "matched":
        stories = int(comparison.cells.loc[comparison.cells["matched"], "story"].nunique())
        what = f"{stories:,} stories that at least two of them covered"
    else:
        what = "articles that were not matched on stories"
    return f"{articles:,} articles of {len(comparison.groups)} outlets were compared, on {what}."


def _finding(
    comparison: Comparison, measure: Measure, sensitivity: pd.DataFrame | None
) -> str | None:
    table = comparison.differences
    rows = table.loc[(table["measure"] == measure.name) & (table["design"] == comparison.design)]
    rows = rows.loc[rows["ratio"].notna() & (rows["ratio"] > 0)]
    if not len(rows):
        return None
    level = f"{comparison.manifest['comparison']['level']:.0%}"
    sure = rows.loc[is_sure(rows)]
    if not len(sure):
        return _nothing(comparison, measure, rows)
    records: list[Any] = sure.to_dict("records")
    top: dict[str, Any] = max(records, key=lambda r: abs(math.log(r["ratio"])))
    a, b = top["group_a"], top["group_b"]
    ratio, low, high = top["ratio"], top["low"], top["high"]
    if ratio < 1:
        a, b = b, a
        ratio, low, high = 1 / ratio, 1 / high, 1 / low
    wording = _WORDINGS[measure.name].format(times=f"{ratio:.1f} times")
    sentence = (
        f"On the {int(top['stories'])} stories that both covered, {a} {wording} {b} "
        f"({level} interval {low:.1f} to {high:.1f})"
    )
    others = len(sure) - 1
    if others:
        plural = others > 1
        sentence += f"; {others} other pair{'s' if plural else ''} of {len(rows)} "
        sentence += "also differ" if plural else "also differs"
    sentence += "." + _in_quotes(comparison, measure, top)
    if sensitivity is not None and measure.name == MEASURES[0].name:
        sentence += _robust(sensitivity, top)
    return sentence


def _in_quotes(comparison: Comparison, measure: Measure, pair: dict[str, Any]) -> str:
    """Say whether the words that the two outlets quote differ too."""
    table = comparison.differences
    same = (table["group_a"] == pair["group_a"]) & (table["group_b"] == pair["group_b"])
    twin = table.loc[
        same
        & (table["measure"] == f"quoted:{measure.name}")
        & (table["design"] == comparison.design)
        & table["ratio"].notna()
    ]
    if not len(twin):
        return ""
    if not twin["testable"].all():
        return " Whether the speech that they quote differs is not testable."
    if not is_sure(twin).all():
        return " The speech that they quote was not found to differ."
    ratio = float(twin["ratio"].iloc[0])
    if (ratio > 1) == (pair["ratio"] > 1):
        return f" The speech that they quote differs too, by {max(ratio, 1 / ratio):.1f} times."
    return " In the speech that they quote it is the other way round."


def _robust(sensitivity: pd.DataFrame, pair: dict[str, Any]) -> str:
    """Say how often other choices of method would have found the same."""
    rows = sensitivity.loc[
        (sensitivity["group_a"] == pair["group_a"]) & (sensitivity["group_b"] == pair["group_b"])
    ]
    if not len(rows) or not rows["specifications"].iloc[0]:
        return ""
    row = rows.iloc[0]
    return (
        f" Of {int(row['specifications'])} other choices of method {row['same_sign']:.0%} agree on "
        f"the direction, and {row['significant']:.0%} find the difference again."
    )


def _nothing(comparison: Comparison, measure: Measure, rows: pd.DataFrame) -> str:
    if comparison.design == "all":
        return f"{measure.label}: not testable, since the articles are not matched on stories."
    if not rows["testable"].any():
        most = int(rows["stories"].max())
        return (
            f"{measure.label}: not testable; no pair shares more than {most} stories, and 6 are "
            "needed."
        )
    limits = rows.loc[rows["testable"], "detectable"]
    limits = limits.loc[limits.map(math.isfinite)]
    text = f"{measure.label}: no pair of outlets was found to differ"
    if not len(limits):
        return f"{text}."
    low, high = f"{limits.min():.1f}", f"{limits.max():,.1f}"
    thinnest = "" if low == high else f" ({high} for the thinnest pair)"
    return f"{text}; a ratio below {low}{thinnest} could well have been missed."
