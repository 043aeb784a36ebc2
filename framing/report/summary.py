"""What a report says: one dict made from a comparison, before any form is given to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from framing.comparison import MEASURES, Comparison, Measure
from framing.evidence import Evidence
from framing.report.findings import ALPHA, anchor_of, find_findings, is_sure
from framing.report.method import METHOD, REFERENCES
from framing.report.sections import section_rows

__all__ = ["SCHEMA", "clean", "listed", "summarise"]

SCHEMA = 2
"""Version of the JSON form; raised when a key changes its meaning or goes."""

_NAMES_SHOWN = 4
_REFERENTS_SHOWN = 12
_READINGS = {
    "loaded_rate": "The sum of each own-voice word's probability that a trained annotator would "
    "mark it: compare outlets, not levels.",
    "term_rate": "Terms of the lexicons' loaded categories, weighted, none counted twice.",
    "scare_rate": "Marks in the outlet's own voice with nobody quoted: distance or irony.",
    "quoted_share": "Direct quotation and reported speech together.",
}
_RULE = (
    "For every number the sentences that add most to it, at most two an article; ties go by "
    "article and place. All that add to it are counted, whether shown or not."
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
        Described by ``framing/report/schema.json``: ``schema title subtitle by level alpha design
        groups coverage findings left_out measures categories names tables evidence method
        references manifest``. Only str, int, float, bool, None, list and dict; no NaN.
    """
    settings = comparison.manifest["comparison"]
    names = _names(comparison)
    measures = [_measure(comparison, m) for m in MEASURES]
    tables = section_rows(comparison)
    return {
        "schema": SCHEMA,
        "title": title or f"How {listed(comparison.groups)} word the same events",
        "subtitle": _subtitle(comparison),
        "by": comparison.by,
        "level": settings["level"],
        "alpha": ALPHA,
        "design": comparison.design,
        "groups": _groups(comparison),
        "coverage": _coverage(comparison),
        "findings": find_findings(comparison, names, tables.get("sensitivity")),
        "left_out": [str(w) for w in comparison.warnings["warning"]],
        "measures": measures,
        "categories": _categories(comparison),
        "names": names,
        "tables": {name: clean(table.to_dict("records")) for name, table in tables.items()},
        "evidence": _evidence(comparison),
        "method": list(METHOD),
        "references": list(REFERENCES),
        "manifest": clean(comparison.manifest),
    }


def listed(names: Iterable[str]) -> str:
    """Write names as a reader would list them, or how many they are."""
    names = list(names)
    if len(names) > 4:
        return f"{len(names)} outlets"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def clean(value: Any) -> Any:
    """Turn what pandas and numpy hold into what JSON can hold; NaN and NaT into None."""
    if isinstance(value, dict):
        return {str(k): clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v) for v in value]
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
    records: list[dict[str, Any]] = clean(table[list(columns)].to_dict("records"))
    return records


def _subtitle(comparison: Comparison) -> str:
    rows = comparison.estimates.drop_duplicates(["group", "design"])
    articles = int(rows.loc[rows["design"] == "all", "articles"].sum())
    parts = [
        f"{len(comparison.groups)} groups by {comparison.by}",
        f"{articles:,} articles",
    ]
    if comparison.design == "matched":
        parts.append(
            f"{comparison.cells.loc[comparison.cells['matched'], 'story'].nunique():,} stories"
        )
    dates = comparison.sums.keys["day"].dropna()
    if len(dates):
        parts.append(f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}")
    return " · ".join(parts)


def _groups(comparison: Comparison) -> list[dict[str, Any]]:
    table = comparison.estimates
    rows = table.loc[table["measure"] == table["measure"].iloc[0]]
    found = []
    for group in comparison.groups:
        own = rows.loc[rows["group"] == group]
        mine = {r["design"]: r for r in own.to_dict("records")}
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


def _coverage(comparison: Comparison) -> dict[str, Any]:
    """Count articles by story and group; for many stories, how many groups covered each."""
    cells = comparison.cells
    table = cells.pivot_table(
        index="story", columns="group", values="articles", aggfunc="sum", fill_value=0
    )
    groups = (table > 0).sum(axis=1).value_counts().sort_index()
    return {
        "stories": len(table),
        "covered_by": [
            {"groups": k, "stories": v}
            for k, v in zip(groups.index.tolist(), groups.tolist(), strict=True)
        ],
    }


def _measure(comparison: Comparison, measure: Measure) -> dict[str, Any]:
    estimates = comparison.estimates.loc[comparison.estimates["measure"] == measure.name]
    differences = comparison.differences.loc[comparison.differences["measure"] == measure.name]
    twin = comparison.estimates.loc[comparison.estimates["measure"] == f"quoted:{measure.name}"]
    beside = twin.set_index(["group", "design"])["estimate"]
    columns = "group design estimate low high articles stories words".split()
    rows = _records(estimates, columns)
    for row in rows:
        row["twin"] = clean(beside.get((row["group"], row["design"])))
    pair = (
        "group_a group_b design estimate_a estimate_b ratio low high p_value p_adjusted "
        "stories detectable testable sure"
    ).split()
    return {
        "name": measure.name,
        "anchor": anchor_of(measure.name),
        "label": measure.label,
        "unit": measure.unit,
        "kind": measure.kind,
        "reading": _READINGS[measure.name],
        "twin": bool(len(twin)),
        "estimates": rows,
        "differences": _records(differences.assign(sure=is_sure(differences)), pair),
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
    """Rival names by referent: first those for which the groups' first choices differ."""
    if comparison.wording is None:
        return []
    readings = comparison.wording.readings.set_index("referent")
    found = []
    referent: Any
    for referent, rows in comparison.names.groupby("referent", sort=True):
        columns = "group name stance count share low high p_adjusted quoted scare".split()
        records = _records(rows, columns)
        for record in records:
            record["key"] = f"name:{referent}/{record['name']}"
        known = referent in readings.index
        found.append(
            {
                "referent": referent,
                "anchor": f"name-{referent}",
                "total": int(rows["count"].sum()),
                "reading": str(readings.loc[referent, "reading"]) if known else "",
                "p_adjusted": clean(readings.loc[referent, "p_adjusted"]) if known else None,
                "rows": records,
            }
        )

    place = {referent: i for i, referent in enumerate(readings.index)}

    def order(part: dict[str, Any]) -> tuple[Any, ...]:
        return (place.get(part["referent"], len(place)), -part["total"], part["referent"])

    return sorted(found, key=order)


def _joined(comparison: Comparison) -> Evidence:
    """Give each speaker the evidence of all names that articles know them by."""
    evidence = comparison.evidence
    if comparison.wording is None or comparison.wording.speaker_aliases.empty:
        return evidence
    aliases = comparison.wording.speaker_aliases
    speaker = dict(
        zip(
            zip("source:" + aliases["name"].astype(str), aliases["group"], strict=True),
            "source:" + aliases["speaker"].astype(str),
            strict=True,
        )
    )

    def renamed(table: pd.DataFrame) -> pd.DataFrame:
        places = zip(table["key"], table["group"], strict=True)
        return table.assign(key=[speaker.get(place, place[0]) for place in places])

    totals = renamed(evidence.totals).groupby(["key", "group"], sort=True).sum().reset_index()
    sample = renamed(evidence.sample)
    several = sample.duplicated(["key", "group", "rank"], keep=False)
    if several.any():
        order = ["key", "group", "contribution", "id", "sentence"]
        sample = sample.sort_values(order, ascending=[True, True, False, True, True])
        sample = sample.drop_duplicates(["key", "group", "id", "sentence"])
        sample = sample.assign(rank=sample.groupby(["key", "group"]).cumcount())
    return replace(evidence, totals=totals, sample=sample)


def _evidence(comparison: Comparison) -> dict[str, Any]:
    """Sentences behind the numbers, each with the total that it is a part of."""
    evidence = _joined(comparison)
    place = evidence.sentences.set_index(["id", "sentence"])
    totals = evidence.totals.set_index(["key", "group"])
    blocks = []
    row: Any
    place_of: Any
    for place_of, rows in evidence.sample.groupby(["key", "group"], sort=True):
        key, group = place_of
        total = totals.loc[place_of]
        shown = []
        for row in rows.sort_values("rank").to_dict("records"):
            about = place.loc[(row["id"], row["sentence"])]
            shown.append(
                {
                    "id": str(row["id"]),
                    **{c: clean(about[c]) for c in ("outlet", "title", "date", "url")},
                    "sentence": int(row["sentence"]),
                    "contribution": float(row["contribution"]),
                    "parts": clean(about["parts"]),
                }
            )
        blocks.append(
            {
                "key": key,
                "group": group,
                "sentences": int(total["sentences"]),
                "contribution": float(total["contribution"]),
                "shown": shown,
            }
        )
    return {
        "rule": _RULE,
        "blocks": blocks,
        "articles": clean(evidence.articles.to_dict("records")),
    }
