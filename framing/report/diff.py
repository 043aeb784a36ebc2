"""Two reports of the same question: what changed between the runs, and what can have caused it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from framing.repeat import manifest_difference
from framing.report.saved import read_report

__all__ = ["CAUSES", "ReportDiff", "diff_reports"]

CAUSES = ("data", "lexicon", "model", "setting", "version")
"""What a run depends on; two runs in which none of these differs give the same digits."""

_SHOWN = 5
_CHANGE_COLUMNS = ["table", "measure", "group", "column", "old", "new"]
_NUMBERS = {
    "estimates": "estimate low high articles stories words".split(),
    "differences": "ratio low high p_adjusted stories sure".split(),
}


@dataclass(frozen=True)
class ReportDiff:
    """What changed from one report to another.

    Attributes
    ----------
    causes : pandas.DataFrame
        What the runs were made from, where it differs: ``cause what old new``, the cause one of
        `CAUSES`.
    changes : pandas.DataFrame
        Every number that differs, one side missing where only one report has it: ``table measure
        group column old new``; `group` names the design too.
    findings : pandas.DataFrame
        Sentences that stand in one report only: ``report finding``.
    """

    causes: pd.DataFrame
    changes: pd.DataFrame
    findings: pd.DataFrame

    @property
    def verdict(self) -> str:
        """One sentence: is anything different, and what can have caused it."""
        found = [c for c in CAUSES if c in set(self.causes["cause"])]
        numbers = len(self.changes)
        if not numbers and not found:
            return "The two reports say the same, and were made from the same things."
        if not numbers:
            return f"No number differs, although the runs differ in: {', '.join(found)}."
        said = f"{numbers:,} number{'s' if numbers > 1 else ''} differ{'' if numbers > 1 else 's'}"
        if not found:
            return (
                f"{said}, although data, lexicons, models, settings and versions are the same: one "
                "of the reports was changed by hand, or the machines' libraries differ."
            )
        if len(found) == 1:
            return f"{said}; the cause is the {found[0]}, the only thing that the runs differ in."
        return (
            f"{said}; the runs differ in {', '.join(found)} at once, so no single cause can be "
            "named: change one at a time."
        )

    def __repr__(self) -> str:
        lines = [self.verdict]
        lines += [
            f"{row['cause']}: {row['what']}: {_short(row['old'])} -> {_short(row['new'])}"
            for row in self.causes.head(_SHOWN).to_dict("records")
        ]
        lines += _more(len(self.causes), "things that the runs differ in")
        sure = self.changes.loc[self.changes["column"] == "sure"]
        for said, side in (("newly found", "new"), ("no longer found", "old")):
            rows = sure.loc[sure[side].map(lambda value: value is True)]
            lines += [f"{said}: {_place(row)}" for row in rows.head(_SHOWN).to_dict("records")]
            lines += _more(len(rows), f"differences {said}")
        moved = _most_changed(self.changes)
        lines += [
            f"changed: {_place(row)}, {row['column']}: {row['old']:.3g} -> {row['new']:.3g}"
            for row in moved.head(_SHOWN).to_dict("records")
        ]
        lines += _more(len(moved), "estimates and ratios that changed less")
        lines += [
            f"only in the {row['report']} report: {row['finding']}"
            for row in self.findings.head(2 * _SHOWN).to_dict("records")
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head, *rest = repr(self).splitlines()
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        return f"<p><strong>{escape(head)}</strong></p><ul>{items}</ul>"


def _short(value: Any) -> str:
    """A value as a reader takes it in: of a hash the beginning."""
    text = str(value)
    return text[:12] + "..." if len(text) == 64 and text.isalnum() else text


def _place(row: Mapping[Any, Any]) -> str:
    return f"{row['measure']}, {row['group']}"


def _more(number: int, what: str) -> list[str]:
    return [f"and {number - _SHOWN:,} more {what}"] if number > _SHOWN else []


def _most_changed(changes: pd.DataFrame) -> pd.DataFrame:
    """Estimates and ratios that both reports have, those that changed most first."""
    rows = changes.loc[changes["column"].isin(["estimate", "ratio"])]
    both = [
        isinstance(a, float) and isinstance(b, float) and a > 0 and b > 0
        for a, b in zip(rows["old"], rows["new"], strict=True)
    ]
    rows = rows.loc[both]
    size = [abs(math.log(b / a)) for a, b in zip(rows["old"], rows["new"], strict=True)]
    return rows.assign(size=size).sort_values("size", ascending=False, kind="stable")


def diff_reports(
    old: str | Path | Mapping[str, Any], new: str | Path | Mapping[str, Any]
) -> ReportDiff:
    """Say what changed between two reports, and what can have caused it.

    Parameters
    ----------
    old, new : path or mapping
        Reports that `write_report` wrote with the suffix ``.json``, or their content.

    Returns
    -------
    ReportDiff
        Causes, numbers and findings that differ.

    Raises
    ------
    FramingError
        If a file is not there, is not JSON, is no report, or has another schema.

    Examples
    --------
    >>> import framing, tempfile
    >>> from pathlib import Path
    >>> scores = framing.score(framing.read_corpus(framing.example_corpus_folder()))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, two = Path(folder) / "one.json", Path(folder) / "two.json"
    ...     _ = framing.write_report(framing.compare(scores), one)
    ...     _ = framing.write_report(framing.compare(scores, level=0.9), two)
    ...     diff = framing.diff_reports(one, two)
    >>> sorted(set(diff.causes["cause"]))
    ['setting']
    """
    before = read_report(old, name="old report")
    after = read_report(new, name="new report")
    return ReportDiff(
        causes=manifest_difference(before["manifest"], after["manifest"]).rename(
            columns={"kind": "cause", "then": "old", "now": "new"}
        ),
        changes=pd.DataFrame(_changes(before, after), columns=_CHANGE_COLUMNS),
        findings=pd.DataFrame(_findings(before, after), columns=["report", "finding"]),
    )


# ---------------------------------------------------------------------------- numbers


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    for table, columns in _NUMBERS.items():
        before, after = _rows(old, table), _rows(new, table)
        for place in sorted({*before, *after}):
            one, two = before.get(place, {}), after.get(place, {})
            for column in columns:
                if not _alike(one.get(column), two.get(column)):
                    yield (table, *place, column, one.get(column), two.get(column))


def _rows(report: dict[str, Any], table: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for measure in report["measures"]:
        for row in measure[table]:
            names = (row.get("group"), row.get("group_a"), row.get("group_b"))
            who = " / ".join(n for n in names if n)
            found[measure["name"], f"{who} ({row['design']})"] = row
    return found


def _alike(one: Any, two: Any) -> bool:
    if isinstance(one, float) and isinstance(two, float):
        return one == two or (math.isnan(one) and math.isnan(two))
    return bool(one == two)


def _findings(old: dict[str, Any], new: dict[str, Any]) -> Iterable[tuple[str, str]]:
    before, after = ([f["text"] for f in r["findings"]] for r in (old, new))
    yield from (("old", text) for text in before if text not in after)
    yield from (("new", text) for text in after if text not in before)
