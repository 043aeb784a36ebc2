"""The report as one HTML page that fetches nothing."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from framing import plots
from framing.comparison import Comparison
from framing.report.figures import STYLE, Figure, inline_svg
from framing.report.sections import SECTIONS, Section, section_cells, time_step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["render_html"]

_REFERENTS = 12
_MOST_BLOCKS = 1500
_VIEW_CHARACTERS = 12_000
# An interval from a number to its thousandfold says that nothing is known; its ends say no more.
_WIDEST = 1000
_ADDS = {
    "loaded_rate": ("adds % expected loaded words", 2),
    "term_rate": ("adds % of term weight", 2),
    "scare_rate": ("% in scare quotes", 0),
    "quoted_share": ("% words quoted or reported", 0),
    "source": ("% words", 0),
}


def render_html(comparison: Comparison, summary: dict[str, Any]) -> str:
    """Render a summary as an HTML page, with figures drawn from the comparison.

    Parameters
    ----------
    comparison : Comparison
        What the figures show.
    summary : dict
        What the text says.

    Returns
    -------
    str
        The page; autoescape is on, and the content-security policy allows nothing from outside
        and no script but the page's own, by its hash.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("framing.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = _number
    environment.filters["pvalue"] = _p_value
    script = _template_file("script.js")
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    page = _with_anchors(summary)
    figures = _figures(comparison, page)
    return environment.get_template("report.html").render(
        report=page,
        contents=_contents(page, figures),
        figures=figures,
        anchors=page["anchors"],
        backs=page["backs"],
        level=f"{summary['level']:.0%}",
        widest=_WIDEST,
        voices={v: label for v, (_, label) in plots.VOICE_STYLES.items()},
        manifest=json.dumps(summary["manifest"], indent=1, ensure_ascii=False),
        safe_url=_safe_url,
        style=Markup(_template_file("style.css")),  # nosec B704  # our own file
        script=Markup(script),  # nosec B704  # our own file
        script_hash=f"sha256-{digest}",
    )


def _template_file(name: str) -> str:
    return files("framing.report").joinpath("templates", name).read_text("utf-8")


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _p_value(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _safe_url(url: Any) -> str | None:
    """Give a link back if it leads to the web: an article could name ``javascript:``."""
    if isinstance(url, str) and url.strip().lower().startswith(("https://", "http://")):
        return url.strip()
    return None


def _contents(page: dict[str, Any], figures: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("compared", "What was compared")]
    found += [
        (m["anchor"], m["label"]) for m in page["measures"] if m["name"] in figures["measures"]
    ]
    if page["names"]:
        found.append(("names", "Who calls it what"))
    found += [(s["anchor"], s["title"]) for s in page["sections"]]
    if page["evidence"]["blocks"]:
        found.append(("evidence", "Evidence"))
    if page["evidence"]["articles"]:
        found.append(("articles", "Whole articles"))
    return [*found, ("method", "Method"), ("manifest", "Manifest")]


# ---------------------------------------------------------------------------- numbers and evidence


def _with_anchors(summary: dict[str, Any]) -> dict[str, Any]:
    """Join each number that the page shows with the block of sentences behind it."""
    names = summary["names"][:_REFERENTS]
    shown: dict[tuple[str, str], dict[str, Any]] = {}
    for measure in summary["measures"]:
        for row in measure["estimates"]:
            if row["design"] == summary["design"]:
                shown[measure["name"], row["group"]] = {"measure": measure, "row": row}
    for part in names:
        for row in part["rows"]:
            shown[row["key"], row["group"]] = {"referent": part["referent"], "row": row}
    for number, row in enumerate(summary["tables"].get("sources", ())):
        shown[f"source:{row['speaker']}", row["group"]] = {"source": number, "row": row}
    views = {v["id"]: f"a-{i}" for i, v in enumerate(summary["evidence"]["articles"])}
    found = {(b["key"], b["group"]): b for b in summary["evidence"]["blocks"]}
    anchors, backs = {}, {}
    blocks: list[dict[str, Any]] = []
    for number, (place, about) in enumerate(shown.items()):
        if place not in found or len(blocks) >= _MOST_BLOCKS:
            continue
        anchors[place], backs[place] = f"e-{number}", f"n-{number}"
        block = found[place]
        rows = [{**r, "group": place[1], "article": views.get(r["id"])} for r in block["shown"]]
        kind = "source" if "source" in about else place[0]
        adds, digits = _ADDS.get(kind, ("% times", 0))
        blocks.append(
            {
                **block,
                "shown": rows,
                "anchor": f"e-{number}",
                "back": f"n-{number}",
                "adds": adds,
                "digits": digits,
                "heading": _heading(place, about),
                "sum": _sum(block, about, digits),
            }
        )
    articles = [
        {**_cut(view), "anchor": views[view["id"]], "sum": _view_sum(view)}
        for view in summary["evidence"]["articles"]
    ]
    return {
        **summary,
        "names": names,
        "sections": [
            _section(section, summary["tables"][section.name])
            for section in SECTIONS
            if section.name in summary["tables"]
        ],
        "anchors": anchors,
        "backs": backs,
        "evidence": {**summary["evidence"], "blocks": blocks, "articles": articles},
    }


def _section(section: Section, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Lay out a table of words: its heads, cells, and how much of it is shown."""
    numbers = ("number", "interval", "p")
    left = len(rows) - section.most
    return {
        "anchor": section.name,
        "title": section.title,
        "lead": section.lead,
        "caption": section.caption,
        "heads": [(c.head, c.kind in numbers) for c in section.columns],
        "readings": [],
        "rows": [
            {
                "group": row.get("group"),
                "key": f"source:{row.get('speaker')}",
                "cells": section_cells(section, row),
            }
            for row in rows[: section.most]
        ],
        "more": f"{left:,} more rows are in the tables of this comparison." if left > 0 else "",
    }


def _heading(place: tuple[str, str], about: dict[str, Any]) -> str:
    group = place[1]
    if "measure" in about:
        value = about["row"]["estimate"]
        return f"{about['measure']['label']}, {group}: {_number(value)}"
    row = about["row"]
    if "source" in about:
        return f"{row['speaker']}, as heard in {group}"
    return f"{about['referent'].replace('-', ' ').capitalize()} as “{row['name']}”, {group}"


def _sum(block: dict[str, Any], about: dict[str, Any], digits: int) -> str:
    """Say how the sentences add up to the number, in full."""
    total, shown = block["contribution"], sum(r["contribution"] for r in block["shown"])
    rest = block["sentences"] - len(block["shown"])
    text = f"Shown: {_number(shown, digits)}."
    if rest:
        text = (
            f"Shown {_number(shown, digits)}, the other {rest:,} sentences "
            f"{_number(total - shown, digits)}, together {_number(total, digits)}."
        )
    if "source" in about:
        return text
    if "measure" not in about:
        row = about["row"]
        return f"{text} Of these {row['count']} in the own voice."
    words, kind = about["row"]["words"], about["measure"]["kind"]
    if kind == "rate":
        made = f"({_number(total, digits)} + ½) ÷ {words:,} words × 1,000"
        return f"{text} {made} = {_number((total + 0.5) / words * 1000)}."
    made = f"({_number(total, digits)} + ½) ÷ ({words:,} words + 1)"
    return f"{text} {made} = {_number((total + 0.5) / (words + 1))}."


def _view_sum(view: dict[str, Any]) -> str:
    if view["loaded_words"] is None:
        return f"{view['own_words']:,} of {view['words']:,} words in the own voice."
    rate = view["loaded_words"] / view["own_words"] * 1000 if view["own_words"] else None
    return (
        f"{view['own_words']:,} of {view['words']:,} words in the own voice; its sentences add up "
        f"to {_number(view['loaded_words'])} expected loaded words, {_number(rate, 1)} per 1,000."
    )


def _cut(view: dict[str, Any]) -> dict[str, Any]:
    """Shorten a very long article at a sentence; what is left out is said."""
    length, kept = 0, []
    for sentence in view["sentences"]:
        length += sum(len(p["text"]) for p in sentence["parts"])
        if length > _VIEW_CHARACTERS:
            break
        kept.append(sentence)
    left = view["sentences"][len(kept) :]
    if not left:
        return view
    rest = sum(s["contribution"] for s in left)
    note = f"[{len(left):,} more sentences, which add {_number(rest)}]"
    plain = {"text": note, "voice": "own", "speaker": None, "term": None, "lexicon": None}
    return {**view, "sentences": [*kept, {"gap": True, "contribution": 0.0, "parts": [plain]}]}


# ---------------------------------------------------------------------------- figures


def _figures(comparison: Comparison, page: dict[str, Any]) -> dict[str, Any]:
    import matplotlib as mpl

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        return _drawn(comparison, page)


def _drawn(comparison: Comparison, page: dict[str, Any]) -> dict[str, Any]:
    design = page["design"]
    number = iter(range(10_000))

    def draw(make: Callable[[], Axes], title: str, description: str) -> Figure:
        return inline_svg(make(), prefix=f"f{next(number)}", title=title, description=description)

    measures = {}
    for m in page["measures"]:
        rows = [r for r in m["estimates"] if r["design"] == design and r["estimate"] is not None]
        if rows:
            measures[m["name"]] = draw(
                lambda name=m["name"]: plots.outlets(comparison, measure=name),  # type: ignore[misc]
                f"{m['label']} by group, with intervals",
                _said(rows),
            )
    names = {
        part["referent"]: draw(
            lambda referent=part["referent"]: plots.names(comparison, referent=referent),  # type: ignore[misc]
            f"Names for {part['referent'].replace('-', ' ')} by group",
            part["reading"],
        )
        for part in page["names"]
        if part["total"]
    }
    differences = {
        m["name"]: draw(
            lambda name=m["name"]: plots.differences(comparison, measure=name),  # type: ignore[misc]
            f"{m['label']}: ratios of pairs, with intervals",
            "Each pair's ratio on a log scale; the table that follows holds the numbers.",
        )
        for m in page["measures"]
        if 1 < sum(r["design"] == design and r["ratio"] is not None for r in m["differences"]) <= 28
    }
    present = {s["anchor"] for s in page["sections"]}
    charts: dict[str, tuple[Callable[..., Axes], str]] = {
        "asymmetry": (plots.asymmetry, "Terms in scare quotes, by group"),
        "source_profile": (plots.sources, "Kinds of sources, by group"),
        "timeline": (
            lambda made: plots.timeline(made, every=time_step(made) or "month"),
            "Loaded wording by period and group",
        ),
        "sensitivity": (
            lambda made: plots.sensitivity(made.sensitivity()),
            "The ratio of one pair under every choice of method",
        ),
    }
    sections = {
        name: draw(
            lambda make=make: make(comparison),  # type: ignore[misc]
            title,
            "The table that follows holds the numbers.",
        )
        for name, (make, title) in charts.items()
        if name in present
    }
    return {
        "measures": measures,
        "names": names,
        "coverage": draw(
            lambda: plots.coverage(comparison),
            "Articles by story and group",
            f"{page['coverage']['stories']:,} stories; "
            + "; ".join(
                f"{c['stories']:,} covered by {c['groups']}" for c in page["coverage"]["covered_by"]
            )
            + " of the groups.",
        ),
        "differences": differences,
        "sections": sections,
    }


def _said(rows: list[dict[str, Any]]) -> str:
    """Say a figure in words."""
    parts = [
        f"{r['group']} {_number(r['estimate'])} ({_number(r['low'])} to {_number(r['high'])})"
        for r in sorted(rows, key=lambda r: float(r["estimate"]))
    ]
    return "; ".join(parts) + ". The table that follows holds the numbers."
