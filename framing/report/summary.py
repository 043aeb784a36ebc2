"""What a report says: one dict made from a comparison, before any form is given to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from framing.comparison import MEASURES, Comparison, Measure

__all__ = ["SCHEMA", "summarise"]

SCHEMA = 1
_ALPHA = 0.05
_NAMES_SHOWN = 4
_WORDINGS = {
    "loaded_rate": "used {times} as many loaded words in its own voice as",
    "term_rate": "used {times} as many loaded terms (by weight) in its own voice as",
    "scare_rate": "put {times} as many phrases in scare quotes as",
    "quoted_share": "gave {times} as large a share of its words to quoted and reported speech as",
}
_METHOD = (
    "The outlet's own voice is what is left when words in quotation marks, reported speech "
    "(said that, according to), scare quotes and titles are set aside. Loaded wording is the "
    "expected number of words per 1,000 own-voice words that a trained annotator would mark as "
    "loaded; it has the scale of the annotators who made the training data, and is meant for "
    "comparing one outlet with another on the same stories.",
    "An interval is made on the scale of log((count + 1/2) / words) with a standard error from the "
    "jackknife that leaves out one story at a time, at least 1/sqrt(count + 1/2), and Student's t "
    "with one degree of freedom fewer than stories; for shares on the logit scale.",
    "Two outlets are compared on the stories that both covered. The p-value permutes whole "
    "outlet-and-story cells within stories, and is adjusted by Benjamini and Hochberg (1995) over "
    "the pairs of one measure. With fewer than 6 shared stories no p-value below 0.05 is possible: "
    "such a pair is called not testable.",
    "The log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008) orders "
    "names; it is not a test.",
    "Nothing here is a left-right score or a verdict that an outlet is biased. A loaded word can "
    "be the right word. The report says what was measured.",
)


def summarise(comparison: Comparison, *, title: str | None = None) -> dict[str, Any]:
    """Say what a comparison found, in a form that JSON can hold.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    title : str, optional
        The report's title.

    Returns
    -------
    dict
        ``schema``, ``title``, ``findings`` (sentences), ``groups``, ``design``, ``measures``,
        ``differences``, ``names``, ``evidence``, ``warnings``, ``method``, ``manifest``.
    """
    settings = comparison.manifest["comparison"]
    return {
        "schema": SCHEMA,
        "title": title or f"How {_listed(comparison.groups)} word the same events",
        "by": settings["by"],
        "level": settings["level"],
        "design": comparison.design,
        "groups": _groups(comparison),
        "findings": _findings(comparison),
        "measures": [_measure(comparison, m) for m in MEASURES],
        "categories": _categories(comparison),
        "names": _names(comparison),
        "evidence": _evidence(comparison),
        "warnings": [str(w) for w in comparison.warnings["warning"]],
        "method": list(_METHOD),
        "manifest": _clean(comparison.manifest),
    }


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    if len(names) > 4:
        return f"{len(names)} outlets"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _clean(value: Any) -> Any:
    """Turn what pandas and numpy hold into what JSON can hold; NaN and NaT into None."""
    if isinstance(value, dict):
        return {str(k): _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _records(table: pd.DataFrame, columns: Iterable[str]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = _clean(table[list(columns)].to_dict("records"))
    return records


def _groups(comparison: Comparison) -> list[dict[str, Any]]:
    table = comparison.estimates
    rows = table.loc[(table["measure"] == "loaded_rate") | (table["measure"] == "term_rate")]
    rows = rows.drop_duplicates(["group", "design"])
    found = []
    for group in comparison.groups:
        table = rows.loc[rows["group"] == group]
        mine = {r["design"]: r for r in table.to_dict("records")}
        found.append(
            {
                "group": group,
                "articles": int(mine["all"]["articles"]),
                "stories": int(mine["all"]["stories"]),
                "own_words": int(mine["all"]["words"]),
                "articles_matched": (
                    int(mine["matched"]["articles"]) if "matched" in mine else None
                ),
            }
        )
    return found


def _measure(comparison: Comparison, measure: Measure) -> dict[str, Any]:
    estimates = comparison.estimates.loc[comparison.estimates["measure"] == measure.name]
    differences = comparison.differences.loc[comparison.differences["measure"] == measure.name]
    columns = "group design estimate low high articles stories words".split()
    pair = (
        "group_a group_b design estimate_a estimate_b ratio low high p_value p_adjusted "
        "stories detectable testable"
    ).split()
    return {
        "name": measure.name,
        "label": measure.label,
        "unit": measure.unit,
        "kind": measure.kind,
        "estimates": _records(estimates, columns),
        "differences": _records(differences, pair),
    }


def _categories(comparison: Comparison) -> list[dict[str, Any]]:
    named = {m.name for m in MEASURES}
    table = comparison.estimates
    rows = table.loc[~table["measure"].isin(named) & (table["design"] == comparison.design)]
    rows = rows.loc[rows["measure"].str.contains("/", regex=False) & (rows["voice"] == "own")]
    return [
        {"name": name, "estimates": _records(part, "group estimate low high words".split())}
        for name, part in rows.groupby("measure", sort=True)
    ]


def _names(comparison: Comparison) -> list[dict[str, Any]]:
    found = []
    for referent, rows in comparison.names.groupby("referent", sort=True):
        columns = "group name stance count share low high p_adjusted quoted scare".split()
        total = int(rows["count"].sum())
        found.append(
            {
                "referent": referent,
                "total": total,
                "reading": _reading(rows),
                "rows": _records(rows, columns),
            }
        )
    return sorted(found, key=lambda r: (-int(r["total"]), str(r["referent"])))


def _reading(rows: pd.DataFrame) -> str:
    """*Herald calls it “the conflict” (71 %)*: each group's commonest name, from the numbers."""
    parts = []
    for group, own in rows.groupby("group", sort=True):
        top = own.sort_values(["count", "name"], ascending=[False, True]).iloc[0]
        if top["count"] < 1:
            continue
        text = f"{group}: “{top['name']}” ({top['share']:.0%} of {int(own['count'].sum())}"
        if top["scare"]:
            text += f"; {int(top['scare'])} more in scare quotes"
        parts.append(text + ")")
    return "; ".join(parts)


def _evidence(comparison: Comparison) -> list[dict[str, Any]]:
    columns = "group id outlet title date url sentence contribution parts".split()
    return _records(comparison.evidence, columns)


# ---------------------------------------------------------------------------- the findings


def _findings(comparison: Comparison) -> list[str]:
    """Three to six sentences made from the numbers, with their uncertainty."""
    found = [_scope(comparison)]
    for measure in MEASURES:
        sentence = _finding(comparison, measure)
        if sentence:
            found.append(sentence)
    names = _names(comparison)
    if names:
        top = names[0]
        found.append(f"What each calls {str(top['referent']).replace('-', ' ')}: {top['reading']}.")
    return found


def _scope(comparison: Comparison) -> str:
    rows = comparison.estimates.drop_duplicates(["group", "design"])
    used = rows.loc[rows["design"] == comparison.design]
    articles = int(used["articles"].sum())
    if comparison.design == "matched":
        stories = int(comparison.cells.loc[comparison.cells["matched"], "story"].nunique())
        what = f"{stories} stories that at least two of them covered"
    else:
        what = "articles that were not matched on stories"
    return f"{articles:,} articles of {len(comparison.groups)} outlets were compared, on {what}."


def _finding(comparison: Comparison, measure: Measure) -> str | None:
    table = comparison.differences
    rows = table.loc[(table["measure"] == measure.name) & (table["design"] == comparison.design)]
    rows = rows.loc[rows["ratio"].notna() & (rows["ratio"] > 0)]
    if not len(rows):
        return None
    level = f"{comparison.manifest['comparison']['level']:.0%}"
    # Both must say so: a difference whose own interval holds 1 would not be believed.
    apart = (rows["low"] > 1) | (rows["high"] < 1)
    sure = rows.loc[(rows["p_adjusted"] <= _ALPHA) & apart]
    if not len(sure):
        if comparison.design == "all":
            return f"{measure.label}: not testable, since the articles are not matched on stories."
        if not rows["testable"].any():
            most = int(rows["stories"].max())
            return f"{measure.label}: not testable with {most} shared stories; 6 are needed."
        least = rows["detectable"].min()
        limit = (
            f" (a ratio of {least:.1f} or more would probably have been found)"
            if math.isfinite(least)
            else ""
        )
        return f"{measure.label}: no pair of outlets differs beyond chance{limit}."
    top = max(sure.to_dict("records"), key=lambda r: abs(math.log(r["ratio"])))
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
        sentence += f"; {others} other pair{'s' if others > 1 else ''} of {len(rows)} also differ"
        sentence += "" if others > 1 else "s"
    return sentence + "."
