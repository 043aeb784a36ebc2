"""The report as Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from framing.report.sections import SECTIONS, Section, section_cells

__all__ = ["render_markdown"]

_ROWS = 48


def _text(value: Any) -> str:
    """Make a text inert: no markup, no HTML, no link, no table cell of its own."""
    flat = re.sub(r"\s+", " ", str(value)).strip()
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", flat)


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _p(row: dict[str, Any]) -> str:
    if not row["testable"]:
        return "not testable"
    return _cell("p", row["p_adjusted"], 3)


def _section(section: Section, rows: list[dict[str, Any]]) -> list[str]:
    """Lay out a table of words; a Markdown report is short, so of a long one the beginning."""
    if not rows:
        return []
    lines = [f"## {section.title}", "", section.lead, ""]
    body = []
    for row in rows[:_ROWS]:
        cells = section_cells(section, row)
        body.append([_cell(cell["kind"], cell["value"], cell["digits"]) for cell in cells])
    lines += _table([column.head for column in section.columns], body)
    left = len(rows) - _ROWS
    if left > 0:
        lines += [f"{left:,} more rows are in the other forms of this report.", ""]
    return lines


def _cell(kind: str, value: Any, digits: int) -> str:
    if kind == "text":
        return "" if value is None else _text(value)
    if kind == "interval":
        low, high = value
        return "–" if low is None or high is None else f"{low:,.{digits}f} to {high:,.{digits}f}"
    if value is None:
        return "–"
    if kind == "p":
        return "&lt;0.001" if value < 0.001 else f"{value:.3f}"
    return f"{value:,.{digits}f}"


def render_markdown(summary: dict[str, Any]) -> str:
    """Render a summary as Markdown.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.

    Returns
    -------
    str
        The report; every text of an article or an outlet is escaped.
    """
    design, level = summary["design"], f"{summary['level']:.0%}"
    lines = [f"# {_text(summary['title'])}", "", "## What was found", ""]
    lines += [f"- {_text(finding['text'])}" for finding in summary["findings"]]
    lines += ["", "## What was compared", ""]
    lines += _table(
        ["outlet", "articles", "stories", "own-voice words"],
        (
            [_text(g["group"]), f"{g['articles']:,}", f"{g['stories']:,}", f"{g['own_words']:,}"]
            for g in summary["groups"]
        ),
    )
    for measure in summary["measures"]:
        rows = [r for r in measure["estimates"] if r["design"] == design]
        lines += [f"## {measure['label']}", "", f"In {measure['unit']}, design *{design}*.", ""]
        lines += _table(
            ["outlet", "estimate", f"{level} interval", "stories", "words"],
            (
                [
                    _text(r["group"]),
                    _number(r["estimate"]),
                    f"{_number(r['low'])} to {_number(r['high'])}",
                    str(r["stories"]),
                    f"{r['words']:,}",
                ]
                for r in rows
            ),
        )
        pairs = [r for r in measure["differences"] if r["design"] == design]
        lines += _table(
            ["pair", "ratio", f"{level} interval", "BH-adjusted p", "shared stories", "detectable"],
            (
                [
                    f"{_text(r['group_a'])} / {_text(r['group_b'])}",
                    _number(r["ratio"]),
                    f"{_number(r['low'])} to {_number(r['high'])}",
                    _p(r),
                    str(r["stories"]),
                    _number(r["detectable"], 1),
                ]
                for r in pairs
            ),
        )
    lines += ["## Who calls it what", "", "Names in the outlet's own voice.", ""]
    for part in [n for n in summary["names"] if n["reading"]][:8]:
        lines.append(f"- **{_text(part['referent'].replace('-', ' '))}**: {_text(part['reading'])}")
    lines.append("")
    for section in SECTIONS:
        lines += _section(section, summary["tables"].get(section.name, []))
    lines += ["## The sentences that weigh most", ""]
    for block in summary["evidence"]["blocks"]:
        if block["key"] != "loaded_rate":
            continue
        for row in block["shown"]:
            text = _text("".join(p["text"] for p in row["parts"]))
            about = (block["group"], row["title"], row["date"])
            source = ", ".join(_text(part) for part in about if part)
            lines.append(f"- {text} ({source}; {row['contribution']:.2f})")
    lines += ["", "## What was left out, and what is thin", ""]
    lines += [f"- {_text(w)}" for w in summary["left_out"]] or ["Nothing."]
    lines += ["", "## Method", ""]
    for part in summary["method"]:
        lines += [f"**{part['heading']}.** {part['text']}", ""]
        if part["formula"]:
            lines += [f"    {part['formula']}", ""]
    manifest = json.dumps(summary["manifest"], indent=1, ensure_ascii=False)
    lines += ["## Manifest", "", "```json", manifest.replace("```", "'''"), "```", ""]
    return "\n".join(lines)
