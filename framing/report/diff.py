"""Two reports of the same question: what changed between the runs, and what can have caused it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from framing.errors import FramingError
from framing.report.summary import SCHEMA

__all__ = ["CAUSES", "ReportDiff", "diff_reports"]

NOT_THERE = "{path}: there is no such file; give a report that write_report wrote with suffix .json"
NOT_JSON = "{path}, line {line}: this is not valid JSON ({why}); write the report again"
NOT_A_REPORT = "{path}: this is not a report of framing; write one with write_report(..., '.json')"
OTHER_SCHEMA = (
    "{path}: this report has schema {found!r}, this version reads {valid}; write it again with "
    "this version"
)

CAUSES = ("data", "lexicons", "model", "voices", "settings", "version")
"""What a run depends on; two runs in which none of these differs give the same digits."""

_CAUSE_COLUMNS = ["cause", "what", "old", "new"]
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
                f"{said}, although data, lexicons, model, settings and version are the same: one "
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
        for row in self.causes.head(6).to_dict("records"):
            lines.append(f"{row['cause']}: {row['what']}: {row['old']} -> {row['new']}")
        for row in self.findings.head(6).to_dict("records"):
            lines.append(f"only in the {row['report']} report: {row['finding']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head, *rest = repr(self).splitlines()
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        return f"<p><strong>{escape(head)}</strong></p><ul>{items}</ul>"


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
    ['settings']
    """
    before, after = _read(old, "old"), _read(new, "new")
    return ReportDiff(
        causes=pd.DataFrame(_causes(before, after), columns=_CAUSE_COLUMNS),
        changes=pd.DataFrame(_changes(before, after), columns=_CHANGE_COLUMNS),
        findings=pd.DataFrame(_findings(before, after), columns=["report", "finding"]),
    )


def _read(report: str | Path | Mapping[str, Any], which: str) -> dict[str, Any]:
    if isinstance(report, Mapping):
        content, path = dict(report), Path(f"<{which} report>")
    else:
        path = Path(report)
        if not path.is_file():
            raise FramingError(NOT_THERE.format(path=path))
        try:
            content = json.loads(path.read_text("utf-8"))
        except json.JSONDecodeError as error:
            raise FramingError(
                NOT_JSON.format(path=path, line=error.lineno, why=error.msg)
            ) from None
        except UnicodeDecodeError as error:
            raise FramingError(NOT_JSON.format(path=path, line=1, why=error.reason)) from None
    if not isinstance(content, dict) or "schema" not in content:
        raise FramingError(NOT_A_REPORT.format(path=path))
    if content["schema"] != SCHEMA:
        raise FramingError(OTHER_SCHEMA.format(path=path, found=content["schema"], valid=SCHEMA))
    if not isinstance(content.get("manifest"), dict) or "measures" not in content:
        raise FramingError(NOT_A_REPORT.format(path=path))
    return content


# ---------------------------------------------------------------------------- causes


def _causes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    one, two = old["manifest"], new["manifest"]
    found: list[tuple[str, str, str, str]] = []
    for what in ("articles", "sha256"):
        found += _unlike("data", f"corpus {what}", one, two, "corpus", what)
    before = {x["name"]: x for x in one.get("lexicons") or []}
    after = {x["name"]: x for x in two.get("lexicons") or []}
    for name in sorted({*before, *after}):
        found += _row("lexicons", name, _stamp(before.get(name)), _stamp(after.get(name)))
    found += _row(
        "model", "classifier", _stamp(one.get("classifier")), _stamp(two.get("classifier"))
    )
    found += _row("voices", "models of voice", _flat(one.get("voices")), _flat(two.get("voices")))
    for part in ("settings", "comparison"):
        first, second = one.get(part) or {}, two.get(part) or {}
        # Measures that nobody chose follow from lexicons and data: an effect, not a cause.
        made = set() if first.get("chosen") or second.get("chosen") else {"measures"}
        for name in sorted({*first, *second} - made):
            cause = "voices" if name == "voices" else "settings"
            found += _row(cause, name, _flat(first.get(name)), _flat(second.get(name)))
    found += _row("version", "framing", _flat(one.get("framing")), _flat(two.get("framing")))
    packages = one.get("packages") or {}, two.get("packages") or {}
    for name in sorted({*packages[0], *packages[1]}):
        found += _row("version", name, _flat(packages[0].get(name)), _flat(packages[1].get(name)))
    return found


def _unlike(
    cause: str, what: str, one: dict[str, Any], two: dict[str, Any], part: str, key: str
) -> list[tuple[str, str, str, str]]:
    return _row(
        cause, what, _flat((one.get(part) or {}).get(key)), _flat((two.get(part) or {}).get(key))
    )


def _row(cause: str, what: str, old: str, new: str) -> list[tuple[str, str, str, str]]:
    return [] if old == new else [(cause, what, old, new)]


def _stamp(item: Any) -> str:
    if not item:
        return "none"
    if not isinstance(item, Mapping) or "sha256" not in item:
        return _flat(item)
    version = f" {item['version']}" if "version" in item else ""
    return f"{item.get('name')}{version} ({str(item.get('sha256'))[:12]})"


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


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
