"""Comparison or Scores -> matplotlib Axes: figures that are read in greyscale too.

Every function takes ``ax=`` and returns it, respects rcParams, and never shows a window. Groups
are told apart by their place and marker, voices by their pattern: no colour alone carries meaning.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from framing.comparison import Comparison, Measure
from framing.contrasts import ALPHA
from framing.errors import FramingError
from framing.measures import known_measures, near
from framing.passages import text_parts
from framing.scores import Scores
from framing.sensitivity import CHOICES, Sensitivity
from framing.voice import VOICES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "PALETTE",
    "VOICE_STYLES",
    "article",
    "asymmetry",
    "coverage",
    "differences",
    "learning_curve",
    "names",
    "outlets",
    "sensitivity",
    "sources",
    "timeline",
]

# Okabe and Ito (2008): told apart by readers with any of the common kinds of colour blindness.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_MARKERS = "osD^vP*X"
# Lines only: a hatch of dots is thousands of curves in an SVG.
_HATCHES = ("", "///", "\\\\\\", "xx", "--", "||", "++", "//")
VOICE_STYLES = {
    "own": ("#ffffff", "plain"),
    "direct": ("#cfe3f3", "direct quotation"),
    "indirect": ("#e8eef2", "reported speech"),
    "scare": ("#fbd9a6", "scare quotes"),
    "mention": ("#e3d3e8", "mention"),
}

# Beside the shade: the voices are told apart in greyscale too.
_VOICE_LINES: dict[str, Literal[":", "--"]] = {"indirect": ":", "scare": "--"}

NO_MEASURE = "unknown measure {value!r}{near}; this comparison has: {valid}"
NO_REFERENT = "unknown referent {value!r}{near}; this comparison has names for: {valid}"
NO_NAMES = "no two rival names for one thing were found in these articles, so there is no figure"
NO_ASYMMETRY = (
    "no term was found that one group uses bare and another puts in scare quotes on the same "
    "story, so there is no figure"
)
NO_SOURCES = "nobody is quoted or reported in these articles, so there is no figure"
NO_ARTICLE = "there is no article {value!r} in these scores; the first are: {valid}"
NO_DESIGN = "unknown design {value!r}{near}; this comparison has: {valid}"
NO_PAIR = "unknown pair {value!r}; a pair is two groups in the order of the table: {valid}"
NO_RATIO = "no ratio of {measure!r} could be computed under the design {design!r}; see the warnings"


def outlets(
    comparison: Comparison,
    *,
    measure: str = "loaded_rate",
    design: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each group's estimate with its interval.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    measure : str
        A measure of ``comparison.estimates``.
    design : str, optional
        ``"matched"`` or ``"all"``; by default the matched one where there is one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Groups from the lowest to the highest estimate, each with its number of articles.

    Raises
    ------
    FramingError
        If there is no such measure or design.
    """
    table = comparison.estimates
    design = comparison.design if design is None else design
    _known(measure, table["measure"], NO_MEASURE)
    _known(design, table["design"], NO_DESIGN)
    rows = table.loc[(table["measure"] == measure) & (table["design"] == design)]
    rows = rows.sort_values(["estimate", "group"], na_position="first").reset_index(drop=True)
    ax = _axes(ax, height=1.2 + 0.45 * len(rows))
    at = np.arange(len(rows))
    error = np.vstack([rows["estimate"] - rows["low"], rows["high"] - rows["estimate"]])
    ax.errorbar(
        rows["estimate"],
        at,
        xerr=np.nan_to_num(error),
        fmt="none",
        ecolor=_ink(),
        elinewidth=1.6,
        capsize=3,
    )
    for i, row in enumerate(rows.to_dict("records")):
        k = comparison.groups.index(row["group"])
        ax.plot(
            row["estimate"],
            i,
            marker=_MARKERS[k % len(_MARKERS)],
            color=PALETTE[k % len(PALETTE)],
            markersize=7,
            linestyle="none",
            zorder=3,
        )
    labels = [f"{r.group}\n{r.articles} articles, {r.stories} stories" for r in rows.itertuples()]
    ax.set_yticks(at, labels)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    known = _measure(measure, comparison)
    level = comparison.manifest["comparison"]["level"]
    ax.set_xlabel(f"{known.unit if known else measure}\n(point and {level:.0%} interval)")
    ax.set_title(known.label if known else measure, loc="left")
    _rules(ax, "x")
    _plain(ax)
    return ax


def names(
    comparison: Comparison,
    *,
    referent: str | None = None,
    most: int = 6,
    ax: Axes | None = None,
) -> Axes:
    """Draw who calls it what: the share of each name that a group uses in its own voice.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    referent : str, optional
        A referent of ``comparison.names``; by default the one with the most hits.
    most : int
        Names shown; the rarer ones are added up as *other names*.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One bar a group, cut into the shares of the names.

    Raises
    ------
    FramingError
        If there is no such referent, or no rival names were found.
    """
    table = comparison.names
    if not len(table):
        raise FramingError(NO_NAMES)
    if referent is None:
        referent = str(table.groupby("referent")["count"].sum().idxmax())
    _known(referent, table["referent"], NO_REFERENT)
    rows = table.loc[(table["referent"] == referent) & (table["count"] > 0)]
    total = rows.groupby("name")["count"].sum().sort_values(ascending=False, kind="stable")
    shown = list(total.index[:most])
    counts = rows.pivot_table(index="group", columns="name", values="count", aggfunc="sum")
    counts = counts.fillna(0.0)
    parts = {str(name): counts[name] for name in shown}
    if len(total) > most:
        parts["other names"] = counts[list(total.index[most:])].sum(axis=1)
    size = counts.sum(axis=1)
    groups = sorted(counts.index, reverse=True)
    ax = _axes(ax, height=1.6 + 0.45 * len(groups))
    left = np.zeros(len(groups))
    for k, (name, column) in enumerate(parts.items()):
        share = (column[groups] / size[groups]).to_numpy(float)
        ax.barh(
            range(len(groups)),
            share,
            left=left,
            height=0.66,
            color="0.85" if name == "other names" else PALETTE[k % len(PALETTE)],
            alpha=0.75,
            hatch=_HATCHES[k % len(_HATCHES)],
            edgecolor="white",
            label=name,
        )
        for i, value in enumerate(share):
            if value >= 0.12:
                ax.text(
                    left[i] + value / 2,
                    i,
                    f"{value:.0%}",
                    ha="center",
                    va="center",
                    fontsize="small",
                    color="black",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
                )
        left += share
    ax.set_yticks(range(len(groups)), [f"{g}\n{int(size[g])} times" for g in groups])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(_percent())
    ax.set_xlabel("share of the names used in the outlet's own voice")
    _titled(ax, f"Who calls it what: {referent.replace('-', ' ')}", list(parts))
    _plain(ax)
    return ax


def asymmetry(comparison: Comparison, *, most: int = 8, ax: Axes | None = None) -> Axes:
    """Draw which terms one group puts in scare quotes where another uses them as its own.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    most : int
        Terms shown: those contested in most stories and most often.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        For each term and group two bars from the middle: to the left uses in scare quotes,
        hatched, to the right bare ones, both in the group's own voice and on the stories in which
        the term is contested.

    Raises
    ------
    FramingError
        If no term is used both ways.
    """
    table = comparison.asymmetry
    table = table.loc[table["bare"] + table["scare"] > 0]
    if not len(table):
        raise FramingError(NO_ASYMMETRY)
    terms = list(dict.fromkeys(table["term"]))
    rows = table.loc[table["term"].isin(terms[:most])].reset_index(drop=True)
    ax = _axes(ax, height=1.6 + 0.3 * len(rows) + 0.15 * len(terms[:most]))
    # A gap stands between terms, and the first is on top.
    at = -(np.arange(len(rows)) + 0.6 * pd.factorize(rows["term"])[0])
    for column, side, color, hatch, label in (
        ("scare", -1, PALETTE[1], "///", "in scare quotes"),
        ("bare", 1, PALETTE[0], "", "bare"),
    ):
        ax.barh(
            at,
            side * rows[column].to_numpy(float),
            height=0.72,
            color=color,
            alpha=0.75,
            hatch=hatch,
            edgecolor="white",
            label=label,
        )
    span = float(rows[["bare", "scare"]].to_numpy().max())
    for place, row in zip(at, rows.to_dict("records"), strict=True):
        for column, side in (("scare", -1), ("bare", 1)):
            if row[column]:
                ax.text(
                    side * (row[column] + 0.02 * span),
                    place,
                    f"{row[column]}",
                    ha="right" if side < 0 else "left",
                    va="center",
                    fontsize="small",
                )
    ax.axvline(0, color=_ink(), linewidth=0.8)
    ax.set_yticks(at, [f"{r['term']}: {r['group']}" for r in rows.to_dict("records")])
    ax.set_xlim(-1.15 * span, 1.15 * span)
    ax.locator_params(axis="x", integer=True)
    ax.xaxis.set_major_formatter(_without_sign())
    ax.set_xlabel("times in own voice: in scare quotes to the left, bare to the right")
    left_out = len(terms) - min(most, len(terms))
    more = f"; {left_out} more terms not shown" if left_out else ""
    title = f"At arm's length here, bare there ({len(terms)} terms{more})"
    _titled(ax, title, ["in scare quotes", "bare"])
    _plain(ax)
    return ax


_KINDS = {
    "named": "named",
    "unnamed": "unnamed",
    "document": "documents",
    "unknown": "speaker not known",
}
_OFFICE = "of which officials"


def sources(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """Draw whom each group lets speak: the kinds of its sources.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One bar a group, cut into the shares of quoted and reported words by kind of source; a
        diamond with its interval for the share of sources described by an office. The labels give
        the number of quotations and of stories and the effective number of sources in a story.

    Raises
    ------
    FramingError
        If nobody is quoted.
    """
    table = comparison.source_profile
    if not len(table):
        raise FramingError(NO_SOURCES)
    wide = {m: rows.set_index("group") for m, rows in table.groupby("measure")}
    groups = sorted(wide["named_share"].index, reverse=True)
    ax = _axes(ax, height=1.8 + 0.6 * len(groups))
    left = np.zeros(len(groups))
    for k, (kind, label) in enumerate(_KINDS.items()):
        share = wide[f"{kind}_share"].loc[groups, "estimate"].fillna(0.0).to_numpy(float)
        ax.barh(
            range(len(groups)),
            share,
            left=left,
            height=0.62,
            color="0.85" if kind == "unknown" else PALETTE[k],
            alpha=0.75,
            hatch=_HATCHES[k],
            edgecolor="white",
            label=label,
        )
        for i, value in enumerate(share):
            if value >= 0.08:
                ax.text(
                    left[i] + value / 2,
                    i - 0.17,
                    f"{value:.0%}",
                    ha="center",
                    va="center",
                    fontsize="small",
                    color="black",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
                )
        left += share
    office = wide["official_share"].loc[groups]
    error = np.vstack([office["estimate"] - office["low"], office["high"] - office["estimate"]])
    ax.errorbar(
        office["estimate"],
        np.arange(len(groups)) + 0.15,
        # The interval is of a share that allows for few quotations, and may lie beside a plain 0.
        xerr=np.maximum(np.nan_to_num(error), 0.0),
        fmt="D",
        color=_ink(),
        markersize=5,
        capsize=3,
        label=_OFFICE,
    )
    effective = wide["effective_sources"]
    ax.set_yticks(range(len(groups)), [_source_label(g, effective.loc[g]) for g in groups])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(_percent())
    level = comparison.manifest["comparison"]["level"]
    ax.set_xlabel(f"share of quoted and reported words (diamond: {level:.0%} interval)")
    _titled(ax, "Whom they let speak", [*_KINDS.values(), _OFFICE])
    _plain(ax)
    return ax


def _source_label(group: str, row: pd.Series[Any]) -> str:
    number = f"{row['estimate']:.1f} sources a story" if row["stories"] else "no known source"
    return f"{group}\n{row['spans']:,} quotations, {row['stories']} stories\n{number}"


def differences(
    comparison: Comparison,
    *,
    measure: str = "loaded_rate",
    design: str | None = None,
    most: int = 40,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ratio of every two groups with its interval: a forest plot.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    measure : str
        A measure of ``comparison.differences``.
    design : str, optional
        ``"matched"`` or ``"all"``; by default the matched one where there is one.
    most : int
        Pairs shown, those with the smallest p-values, then the largest ratios; a line below says
        how many are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Ratios on a logarithmic axis, from the smallest to the largest. Filled points are found
        after the Benjamini-Hochberg step, hollow ones are not, and crosses were not tested.

    Raises
    ------
    FramingError
        If there is no such measure or design, or no ratio could be computed.
    """
    table = comparison.differences
    design = comparison.design if design is None else design
    _known(measure, table["measure"], NO_MEASURE)
    _known(design, table["design"], NO_DESIGN)
    rows = table.loc[(table["measure"] == measure) & (table["design"] == design)]
    rows = rows.loc[rows["ratio"].notna()]
    if not len(rows):
        raise FramingError(NO_RATIO.format(measure=measure, design=design))
    size = np.abs(np.log(rows["ratio"]))
    kept = rows.assign(size=-size).sort_values(["p_adjusted", "size"], kind="stable").head(most)
    left_out = len(rows) - len(kept)
    rows = kept.sort_values(["ratio", "group_a", "group_b"]).reset_index(drop=True)
    ax = _axes(ax, height=1.5 + 0.42 * len(rows))
    ax.axvline(1.0, color=_ink(), linewidth=0.8)
    for i, row in enumerate(rows.to_dict("records")):
        found = row["p_adjusted"] <= ALPHA
        tested = not np.isnan(row["p_value"])
        ax.plot([row["low"], row["high"]], [i, i], color=_ink(), linewidth=1.4)
        ax.plot(
            row["ratio"],
            i,
            marker="o" if tested else "x",
            color=PALETTE[0],
            markerfacecolor=PALETTE[0] if found else _paper(),
            markersize=6,
            linestyle="none",
            zorder=3,
        )
    labels = [
        f"{r.group_a} /\n{r.group_b} ({r.stories} {'story' if r.stories == 1 else 'stories'})"
        for r in rows.itertuples()
    ]
    ax.set_yticks(range(len(rows)), labels, fontsize="small")
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xscale("log")
    _ratio_ticks(ax.xaxis, rows[["low", "high", "ratio"]].to_numpy(float))
    known = _measure(measure, comparison)
    level = comparison.manifest["comparison"]["level"]
    said = f"ratio and {level:.0%} interval\nfilled: p \u2264 {ALPHA} after Benjamini-Hochberg"
    if left_out:
        said += f"\n{left_out} more pairs with larger p-values are not shown"
    ax.set_xlabel(said)
    ax.set_title(f"{known.label if known else measure}: differences", loc="left")
    _rules(ax, "x")
    _plain(ax)
    return ax


def sensitivity(
    found: Sensitivity, *, pair: tuple[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a specification curve: one pair's ratio under every combination of choices.

    Parameters
    ----------
    found : Sensitivity
        What `Comparison.sensitivity` returned.
    pair : (str, str), optional
        Two groups, in the order of the table; by default the first with the smallest p-value.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The ratios with their intervals, from the smallest to the largest, the main specification
        marked by a diamond, those that are significant filled; in axes inset below, which choices
        each of them made.

    Raises
    ------
    FramingError
        If there is no such pair, or it has no ratio.
    """
    pairs = list(zip(found.summary["group_a"], found.summary["group_b"], strict=True))
    if pair is None:
        order = found.summary["p_adjusted"].fillna(2.0).to_numpy(float)
        pair = pairs[int(order.argmin())]
    if tuple(pair) not in pairs:
        valid = "; ".join(f"{a}, {b}" for a, b in pairs[:8])
        raise FramingError(NO_PAIR.format(value=tuple(pair), valid=valid))
    table = found.table
    rows = table.loc[(table["group_a"] == pair[0]) & (table["group_b"] == pair[1])]
    rows = rows.loc[rows["ratio"].notna()].sort_values("ratio", kind="stable", ignore_index=True)
    if not len(rows):
        raise FramingError(NO_RATIO.format(measure=found.measure, design="matched"))
    marks = _choice_rows(rows)
    if ax is None:
        ax = _curve_axes(len(marks))
    at = np.arange(len(rows))
    ax.axhline(1.0, color=_ink(), linewidth=0.8)
    ax.vlines(at, rows["low"], rows["high"], color="0.6", linewidth=0.8)
    main, sure = rows["is_main"].to_numpy(bool), rows["significant"].to_numpy(bool)
    for chosen, marker, size, color in (
        (~main, "o", 14.0, PALETTE[0]),
        (main, "D", 60.0, PALETTE[1]),
    ):
        ax.scatter(
            at[chosen],
            rows["ratio"][chosen],
            s=size,
            marker=marker,
            facecolors=[color if s else _paper() for s in sure[chosen]],
            edgecolors=color,
            linewidths=0.8,
            zorder=3,
        )
    ax.set_yscale("log")
    ax.set_ylabel("\n".join(["ratio", *textwrap.wrap(f"{pair[0]} / {pair[1]}", 26)]))
    ax.set_xticks([])
    ax.set_title(
        f"{len(rows)} specifications; filled: significant; diamond: the main one", loc="left"
    )
    _ratio_ticks(ax.yaxis, rows[["low", "high", "ratio"]].to_numpy(float))
    below = ax.inset_axes((0, -0.06 - 0.075 * len(marks), 1, 0.075 * len(marks)), sharex=ax)
    for i, (_, chosen) in enumerate(marks):
        below.plot(at[chosen], np.full(int(chosen.sum()), i), "|", color=_ink(), markersize=5)
    below.set_yticks(range(len(marks)), [label for label, _ in marks], fontsize="x-small")
    below.set_ylim(len(marks) - 0.4, -0.6)
    below.set_xticks([])
    _plain(below)
    _plain(ax)
    return ax


def _choice_rows(rows: pd.DataFrame) -> list[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """List the options of every choice that varies, and which specifications took each."""
    marks = []
    for choice in CHOICES:
        options = list(dict.fromkeys(rows[choice]))
        if len(options) < 2:
            continue
        if choice == "story":
            marks.append(("a story left out", (rows["story"] != "none").to_numpy(bool)))
            continue
        for option in sorted(options):
            text = f"{option} words or more" if choice == "words" else f"{choice}: {option}"
            marks.append((text, (rows[choice] == option).to_numpy(bool)))
    return marks


def _curve_axes(rows: int) -> Axes:
    """Axes that leave room below for the rows of choices."""
    import matplotlib.pyplot as plt

    curve, each = 2.6, 2.6 * 0.075
    height = curve + each * rows + 0.9
    width = plt.rcParams["figure.figsize"][0]
    figure = plt.figure(figsize=(width, height))
    left = 2.0 / width
    made: Axes = figure.add_axes((left, 1 - (curve + 0.45) / height, 0.97 - left, curve / height))
    return made


def _ratio_ticks(axis: Any, values: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Plain numbers on a logarithmic axis of ratios, as many as fit."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    span = np.log10(np.nanmax(values) / np.nanmin(values))
    steps = (1.0, 2.0, 5.0) if span < 2 else (1.0, 3.0) if span < 3.5 else (1.0,)
    axis.set_major_locator(LogLocator(base=10, subs=steps, numticks=12))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axis.set_minor_formatter(NullFormatter())


def timeline(
    comparison: Comparison,
    *,
    measure: str = "loaded_rate",
    every: str = "month",
    event: str | dt.date | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a measure over time with its intervals, one line a group.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    measure : str
        Any measure that these scores have.
    every : {"day", "week", "month", "year"}
        What is added up to one point.
    event : str or date, optional
        Count the periods from this day, and draw a line there.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Points are larger where they rest on more articles; no interval where it is one story.

    Raises
    ------
    FramingError
        If no article has a date, or a setting is unknown.
    """
    points = comparison.over_time(every=every, event=event, measures=[measure])
    known = _measure(measure, comparison)
    assert known is not None
    ax = _axes(ax, height=3.6)
    top = _highest(points)
    groups = points.groupby("group")
    labels = [f"{g} ({int(rows['articles'].sum())} articles)" for g, rows in groups]
    for k, (_, rows) in enumerate(groups):
        # Side by side within a period: intervals of several groups do not hide each other.
        value, when = rows["estimate"], rows["start"] + _aside(points, k, len(groups))
        color = PALETTE[k % len(PALETTE)]
        style = ("-", "--", "-.", ":")[k % 4]
        ax.plot(when, value, color=color, linestyle=style, linewidth=1.4)
        ax.vlines(when, rows["low"], rows["high"], color=color, linewidth=0.8, alpha=0.5)
        ax.scatter(
            when,
            value,
            s=14 + 10 * np.minimum(rows["articles"].to_numpy(float), 20),
            color=color,
            marker=_MARKERS[k % len(_MARKERS)],
            label=labels[k],
            zorder=3,
        )
    if event is not None:
        day: Any = pd.Timestamp(event)
        ax.plot(
            [day, day],
            [0, 1],
            transform=ax.get_xaxis_transform(),
            color=_ink(),
            linewidth=1.0,
            linestyle="--",
        )
    level = comparison.manifest["comparison"]["level"]
    ax.set_ylabel("\n".join(textwrap.wrap(known.unit, 30)))
    said = f"by {every}, with {level:.0%} intervals; larger points rest on more articles"
    if np.isfinite(top):
        ax.set_ylim(min(0.0, float(points["estimate"].min())), top)
        cut = int((points["high"] > top).sum())
        said += f"\nintervals that reach beyond the figure: {cut}" if cut else ""
    ax.set_xlabel(said)
    _titled(ax, f"{known.label} over time", labels)
    _rules(ax, "y")
    for label in ax.get_xticklabels():
        label.set_rotation(30)
        label.set_horizontalalignment("right")
    _plain(ax)
    return ax


def _highest(points: pd.DataFrame) -> float:
    """Where the axis ends: the interval of a thin period must not flatten all the others."""
    estimate = float(points["estimate"].max())
    high = float(points["high"].max())
    if not estimate > 0:
        return float("nan")
    return 1.05 * max(estimate, min(high, 2.5 * estimate) if np.isfinite(high) else estimate)


def _aside(points: pd.DataFrame, place: int, groups: int) -> pd.Timedelta:
    """How far a group's points are moved from the beginning of their period."""
    starts = points["start"].drop_duplicates().sort_values()
    period = starts.diff().min() if len(starts) > 1 else pd.Timedelta(days=1)
    return pd.Timedelta(period * 0.6 * (place - (groups - 1) / 2) / groups)


def article(
    scores: Scores,
    *,
    id: str | None = None,
    width: int = 92,
    most: int = 60,
    ax: Axes | None = None,
) -> Axes:
    """Draw an article's text, shaded by voice, with the hits underlined.

    Parameters
    ----------
    scores : Scores
        What `score` or `score_text` returned.
    id : str, optional
        The article; the first by default.
    width : int
        Characters a line.
    most : int
        Lines shown; the last one says how many are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Without ticks; own voice is plain, every other voice shaded, and named in the legend.

    Raises
    ------
    FramingError
        If there is no such article.
    """
    from matplotlib.patches import Patch

    ids = scores.corpus["id"]
    chosen = str(ids.iloc[0]) if id is None else id
    if chosen not in set(ids):
        valid = ", ".join(repr(i) for i in ids.head(5))
        raise FramingError(NO_ARTICLE.format(value=chosen, valid=valid))
    text = scores.corpus.set_index("id")["text"][chosen]
    text = text if isinstance(text, str) else ""
    parts = text_parts(
        text,
        scores.voices.loc[scores.voices["id"] == chosen],
        scores.hits.loc[(scores.hits["id"] == chosen) & scores.hits["counted"]],
    )
    lines = _layout(parts, width)
    left_out = max(0, len(lines) - most)
    lines = lines[:most]
    if ax is None:
        ax = _page(width, len(lines))
    # A monospaced letter is 0.602 of its size wide: the text fills the axes from side to side.
    across = ax.get_window_extent().width / ax.figure.dpi * 72
    size = across / (width + 2) / 0.602
    for row, line in enumerate(lines):
        column = 0
        for piece, part in line:
            _write(ax, piece, part, column, row, size)
            column += len(piece)
    ax.set_xlim(-1, width + 1)
    ax.set_ylim(len(lines) + (1.2 if left_out else 0.3), -1.0)
    if left_out:
        ax.text(0, len(lines) + 0.4, f"... {left_out} more lines", fontsize=7.5, style="italic")
    used = [v for v in VOICES if any(p["voice"] == v for p in parts)]
    handles = [
        Patch(
            facecolor=VOICE_STYLES[v][0],
            edgecolor="0.35",
            linestyle=_VOICE_LINES.get(v, "-"),
            label=_voice(v),
        )
        for v in used
    ]
    ax.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(handles) or 1,
        frameon=False,
        fontsize="small",
        title="bold with a line beneath: loaded terms; italic: mention",
        title_fontsize="small",
    )
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def coverage(comparison: Comparison, *, most: int = 60, ax: Axes | None = None) -> Axes:
    """Draw which group covered which story: a map of stories by groups.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    most : int
        Up to so many stories are drawn one by one, those that most groups covered first; of more,
        the figure shows how many stories were covered by one group, by two and so on.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A cell for each group and story, with its number of articles; or bars.
    """
    cells = comparison.cells
    table = cells.pivot_table(
        index="group", columns="story", values="articles", aggfunc="sum", fill_value=0
    )
    shared = (table > 0).sum(axis=0)
    if table.shape[1] > most:
        ax = _axes(ax, height=3.0)
        counts = shared.value_counts().sort_index()
        ax.bar(range(len(counts)), counts.to_numpy(), color="0.55")
        ax.bar_label(ax.containers[0], fmt="{:,.0f}", fontsize="small")  # type: ignore[arg-type]
        ax.set_xticks(range(len(counts)), [str(k) for k in counts.index])
        ax.set_xlabel("groups that covered a story")
        ax.set_ylabel("stories")
        ax.set_title(f"{table.shape[1]:,} stories by how many groups covered them", loc="left")
        _plain(ax)
        return ax
    # A stable order: most covered first, then by name.
    order = sorted(table.columns, key=lambda story: (-int(shared[story]), str(story)))
    groups = sorted(table.index)
    values = table.loc[groups, order].to_numpy(float)
    ax = _axes(ax, height=1.3 + 0.36 * len(groups) + (1.1 if len(order) <= 20 else 0.0))
    figure: Any = ax.figure
    one_by_one = len(order) <= 3.2 * figure.get_figwidth()
    top = max(float(values.max()), 1.0)
    for row, column in zip(*np.nonzero(values), strict=True):
        shade = 0.82 - 0.25 * (values[row, column] - 1) / top
        ax.add_patch(_square(column, row, shade))
        if one_by_one:
            ax.text(column, row, f"{values[row, column]:.0f}", ha="center", va="center",
                    fontsize="small", color="black")  # fmt: skip
    ax.set_xlim(-0.5, len(order) - 0.5)
    ax.set_ylim(len(groups) - 0.5, -0.5)
    ax.set_yticks(range(len(groups)), groups)
    if one_by_one:
        short = [textwrap.shorten(str(s), 24, placeholder="…") or str(s)[:24] for s in order]
        ax.set_xticks(range(len(order)), short, rotation=40, ha="right", fontsize="small")
    else:
        ax.set_xticks([])
        ax.set_xlabel(f"{len(order)} stories, those that most groups covered first")
    ax.set_title("Articles by story", loc="left")
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _square(column: int, row: int, shade: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(
        (column - 0.45, row - 0.42), 0.9, 0.84, facecolor=(shade,) * 3, edgecolor="none"
    )


def _voice(name: str) -> str:
    return "own voice" if name == "own" else VOICE_STYLES[name][1]


def _layout(parts: Sequence[dict[str, Any]], width: int) -> list[list[tuple[str, dict[str, Any]]]]:
    """Break parts into lines at spaces; a blank line between paragraphs."""
    lines: list[list[tuple[str, dict[str, Any]]]] = [[]]
    column = 0
    for part in parts:
        for i, paragraph in enumerate(part["text"].split("\n")):
            if i:
                lines.append([])
                column = 0
            for word in _words(paragraph):
                # a mark that touches the word before stays on its line
                glued = len(word.rstrip()) <= 3 and not _breaks(lines[-1])
                if column and column + len(word.rstrip()) > width and not glued:
                    lines.append([])
                    column = 0
                    word = word.lstrip()
                for at in range(0, len(word), width):
                    piece = word[at : at + width]
                    lines[-1].append((piece, part))
                    column += len(piece)
    tidy: list[list[tuple[str, dict[str, Any]]]] = []
    for line in lines:
        if line or (tidy and tidy[-1]):
            tidy.append(line)
    return tidy


def _breaks(line: list[tuple[str, dict[str, Any]]]) -> bool:
    return not line or line[-1][0].endswith(" ")


def _words(text: str) -> list[str]:
    found, word = [], ""
    for char in text:
        word += char
        if char == " ":
            found.append(word)
            word = ""
    return [*found, word] if word else found


def _write(ax: Axes, piece: str, part: dict[str, Any], column: int, row: int, size: float) -> None:
    # One rectangle and one text a piece, on a grid of characters: a monospaced font keeps step.
    from matplotlib.patches import Rectangle

    shade = VOICE_STYLES[part["voice"]][0]
    if part["voice"] != "own" and piece:
        ax.add_patch(
            Rectangle((column, row - 0.5), len(piece), 0.96, facecolor=shade, edgecolor="none")
        )
    line = _VOICE_LINES.get(part["voice"])
    if line is not None:
        ends = [column, column + len(piece)]
        ax.plot(ends, [row + 0.4] * 2, color="0.35", linewidth=0.9, linestyle=line)
    hit = part["term"] is not None
    # matplotlib cannot draw control characters
    shown = "".join(c if c.isprintable() else " " for c in piece)
    ax.text(
        column,
        row,
        shown,
        family="DejaVu Sans Mono",
        fontsize=size,
        va="center",
        weight="bold" if hit else "normal",
        style="italic" if part["voice"] == "mention" else "normal",
        parse_math=False,
    )
    if hit:
        length = len(piece.rstrip())
        ax.plot([column, column + length], [row + 0.42] * 2, color="0.15", linewidth=1.0)


def learning_curve(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how a classifier's quality grows with what it learns from.

    Parameters
    ----------
    table : pandas.DataFrame
        What `framing.learning_curve` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The mean AUC over folds, and the worst and the best fold around it.
    """
    ax = _axes(ax, height=3.2)
    x = table["sentences"].to_numpy(float)
    ax.fill_between(x, table["low"], table["high"], color="0.88", label="worst and best fold")
    ax.plot(x, table["auc"], color=PALETTE[0], marker="o", label="mean of folds")
    ax.axhline(0.5, color="0.5", linewidth=0.8, linestyle=":", label="chance")
    ax.set_xlabel("sentences to learn from")
    ax.set_ylabel("AUC on groups left out")
    ax.set_title("More labels help as long as the curve rises", loc="left")
    ax.legend(frameon=False)
    _plain(ax)
    return ax


def _page(width: int, lines: int) -> Axes:
    """Axes for a text of so many characters and lines, set in 8 points."""
    import matplotlib.pyplot as plt

    inches = (width + 2) * 0.602 * 8 / 72
    height = 0.9 + 0.19 * max(lines, 4)
    figure = plt.figure(figsize=(inches / 0.96, height))
    made: Axes = figure.add_axes((0.02, 0.02, 0.96, 1 - 0.75 / height))
    return made


def _axes(ax: Axes | None, *, height: float) -> Axes:
    """Make axes as wide as rcParams say, and as high as what is drawn needs."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    width = plt.rcParams["figure.figsize"][0]
    made: Axes = plt.subplots(figsize=(width, height), layout="constrained")[1]
    return made


def _titled(ax: Axes, title: str, labels: Sequence[str]) -> None:
    """Put a legend of these labels above the axes, and the title above the legend.

    Above, and not beside: on a narrow screen what is beside is out of sight.
    """
    figure: Any = ax.figure
    letters = 8.5 * figure.get_figwidth()
    columns = max(len(labels), 1)
    while columns > 1 and _letters_across(labels, columns) > letters:
        columns -= 1
    legend = ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        ncols=columns,
        frameon=False,
        fontsize="small",
        columnspacing=1.2,
    )
    height = 1.7 * float(legend.get_texts()[0].get_fontsize()) * -(-len(labels) // columns)
    ax.set_title(title, loc="left", pad=height + 6)


def _letters_across(labels: Sequence[str], columns: int) -> int:
    """How wide a legend is, in letters; it is filled column by column."""
    rows = -(-len(labels) // columns)
    return sum(
        max(len(label) + 7 for label in labels[at : at + rows])
        for at in range(0, len(labels), rows)
    )


def _ink() -> Any:
    """The colour of axes: lines that carry numbers are as dark on light, and as light on dark."""
    import matplotlib as mpl

    return mpl.rcParams["axes.edgecolor"]


def _paper() -> Any:
    """What hollow points are filled with."""
    import matplotlib as mpl

    return mpl.rcParams["axes.facecolor"]


def _rules(ax: Axes, axis: Literal["x", "y"]) -> None:
    ax.grid(axis=axis, alpha=0.5)


def _plain(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)


def _without_sign() -> Any:
    """Both sides of the middle count upwards."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _: f"{abs(value):g}")


def _percent() -> Any:
    from matplotlib.ticker import PercentFormatter

    return PercentFormatter(1.0, decimals=0)


def _measure(name: str, comparison: Comparison) -> Measure | None:
    return known_measures(comparison.manifest).get(name)


def _known(value: str, column: pd.Series[Any], message: str) -> None:
    valid = list(dict.fromkeys(column))
    if value not in valid:
        raise FramingError(
            message.format(
                value=value, near=near(value, map(str, valid)), valid=", ".join(map(str, valid))
            )
        )
