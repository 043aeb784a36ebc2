"""The report as one HTML page that fetches nothing."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from typing import Any

from framing import plots
from framing.comparison import Comparison

__all__ = ["render_html"]

_REFERENTS = 6


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
        The page; autoescape is on, and the content-security policy allows nothing from outside.
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
    page = environment.get_template("report.html")
    return page.render(
        report=summary,
        figures=_figures(comparison, summary),
        voices={v: label for v, (_, label) in plots.VOICE_STYLES.items()},
        manifest=json.dumps(summary["manifest"], indent=1, ensure_ascii=False),
        safe_url=_safe_url,
    )


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _safe_url(url: Any) -> str | None:
    """Give a link back if it leads to the web: an article could name ``javascript:``."""
    if isinstance(url, str) and url.strip().lower().startswith(("https://", "http://")):
        return url.strip()
    return None


def _figures(comparison: Comparison, summary: dict[str, Any]) -> dict[str, Any]:
    shown = [m["name"] for m in summary["measures"] if _drawable(m, summary["design"])]
    names = [n["referent"] for n in summary["names"][:_REFERENTS] if n["total"]]
    return {
        "measures": {m: _image(plots.outlets(comparison, measure=m)) for m in shown},
        "names": {r: _image(plots.names(comparison, referent=r)) for r in names},
        "timeline": _image(plots.timeline(comparison)) if len(comparison.timeline) else None,
    }


def _drawable(measure: dict[str, Any], design: str) -> bool:
    return any(r["estimate"] is not None for r in measure["estimates"] if r["design"] == design)


def _image(ax: Any) -> str:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    buffer = io.BytesIO()
    # The same figure is the same bytes: no date in it, and ids from a fixed salt.
    with mpl.rc_context({"svg.hashsalt": "framing"}):
        ax.figure.savefig(buffer, format="svg", metadata={"Date": None}, facecolor="white")
    plt.close(ax.figure)
    return "data:image/svg+xml;base64," + b64encode(buffer.getvalue()).decode("ascii")
