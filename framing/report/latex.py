"""Tables of a report in LaTeX, for papers: booktabs, one table a measure."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["escape_latex", "render_latex"]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}
_ANY = re.compile("[" + re.escape("".join(_SPECIAL)) + "]")


def escape_latex(text: str) -> str:
    r"""Make a text inert in LaTeX.

    Parameters
    ----------
    text : str
        Any text; it may come from an article.

    Returns
    -------
    str
        The text, every special character written out, control characters and line breaks as
        spaces.

    Examples
    --------
    >>> escape_latex("50 % of \\input{x}")
    '50 \\% of \\textbackslash{}input\\{x\\}'
    """
    flat = "".join(c if c.isprintable() else " " for c in text)
    return _ANY.sub(lambda m: _SPECIAL[m[0]], flat)


def _number(value: float | None, digits: int = 2) -> str:
    return "--" if value is None else f"{value:.{digits}f}"


def _interval(row: dict[str, Any]) -> str:
    if row["low"] is None:
        return "--"
    return f"[{_number(row['low'])}, {_number(row['high'])}]"


def _p(row: dict[str, Any]) -> str:
    if not row["testable"]:
        return "not testable"
    p = row["p_adjusted"]
    if p is None:
        return "--"
    return "$<$0.001" if p < 0.001 else f"{p:.3f}"


def render_latex(summary: dict[str, Any]) -> str:
    """Render the estimates and differences of a summary as LaTeX tables.

    Parameters
    ----------
    summary : dict
        What `summarise` returned.

    Returns
    -------
    str
        Tables for a document that loads the package booktabs; each has a caption that says what is
        measured, on how many stories, and what the interval and the p-value are.
    """
    level, design = f"{summary['level']:.0%}".replace("%", r"\%"), summary["design"]
    lines = ["% Needs \\usepackage{booktabs}. " + escape_latex(summary["title"]), ""]
    for measure in summary["measures"]:
        rows = [r for r in measure["estimates"] if r["design"] == design]
        what = f"{escape_latex(measure['label'])}: {escape_latex(measure['unit'])}"
        lines += _table(
            f"{what}. Intervals of {level} from the jackknife over stories; design {design}.",
            f"tab:{measure['name'].replace('_', '-')}",
            "lrrrr",
            [escape_latex(summary["by"]).capitalize(), "Estimate", "Interval", "Stories", "Words"],
            [
                [
                    escape_latex(r["group"]),
                    _number(r["estimate"]),
                    _interval(r),
                    str(r["stories"]),
                    f"{r['words']:,}".replace(",", "{,}"),
                ]
                for r in rows
            ],
        )
        pairs = [r for r in measure["differences"] if r["design"] == design]
        if design != "matched" or not pairs:
            continue
        lines += _table(
            f"{escape_latex(measure['label'])}: ratios on the stories that both covered, with "
            f"{level} intervals; $p$ from permuting outlet-and-story cells within stories, "
            "adjusted after Benjamini and Hochberg.",
            f"tab:{measure['name'].replace('_', '-')}-pairs",
            "llrrrr",
            ["A", "B", "A / B", "Interval", "$p$", "Stories"],
            [
                [
                    escape_latex(r["group_a"]),
                    escape_latex(r["group_b"]),
                    _number(r["ratio"]),
                    _interval(r),
                    _p(r),
                    str(r["stories"]),
                ]
                for r in pairs
            ],
        )
    return "\n".join(lines)


def _table(
    caption: str, label: str, columns: str, head: list[str], rows: list[list[str]]
) -> list[str]:
    return [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{caption}}}",
        rf"\label{{{label}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
        "",
    ]
