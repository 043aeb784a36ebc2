"""A figure as inline SVG: named for a screen reader, coloured for light and dark pages."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree  # nosec B405  # of matplotlib, just written

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["STYLE", "Figure", "inline_svg"]

# Colours that no palette holds stand for the page's own, and are replaced in the SVG.
_INK, _LINE, _PAPER = "#010203", "#010305", "#010307"
_OWN: Final = {_INK: "currentColor", _LINE: "var(--line)", _PAPER: "var(--page)"}

STYLE: Final[dict[str, Any]] = {
    # Narrow enough to be read on a telephone, where it is drawn smaller still.
    "figure.figsize": (5.2, 4.0),
    "figure.facecolor": "none",
    "axes.facecolor": _PAPER,
    "savefig.facecolor": "none",
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.edgecolor": _INK,
    "grid.color": _LINE,
    "legend.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    # Text stays text: it can be selected, searched and scaled.
    "svg.fonttype": "none",
    "svg.hashsalt": "framing",
}
"""Settings of matplotlib for figures of a report."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_INVALID_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINK = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class Figure:
    """A figure of the page: its caption, as text that wraps, and its ``<svg>`` element."""

    caption: str
    svg: Markup


def inline_svg(ax: Axes, *, prefix: str, title: str, description: str) -> Figure:
    """Draw a figure's SVG into the page.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Whose figure is drawn, made while the settings of `STYLE` were in force; it is closed.
    prefix : str
        Put before every id, since ids of several figures would clash on one page.
    title, description : str
        What a screen reader says instead of the figure.

    Returns
    -------
    Figure
        The title of the axes as its caption, and the rest as an ``<svg>`` element.
    """
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    buffer = io.StringIO()
    figure: Any = ax.figure
    caption = ax.get_title(loc="left")
    ax.set_title("", loc="left")
    # The same figure is the same bytes: no date in it, and ids from a fixed salt.
    with mpl.rc_context({k: STYLE[k] for k in ("svg.fonttype", "svg.hashsalt")}):
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight"
        )
    plt.close(figure)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(_INVALID_IN_XML.sub(" ", buffer.getvalue()))  # nosec B314
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"{prefix}-{value}")
            elif name == f"{{{_XLINK}}}href" and value.startswith("#"):
                element.set(name, f"#{prefix}-{value[1:]}")
            else:
                value = _LINK.sub(rf"url(#{prefix}-\1)", value)
                for ours, pages in _OWN.items():
                    value = value.replace(ours, pages)
                element.set(name, value)
    metadata = root.find(f"{{{_SVG}}}metadata")
    if metadata is not None:
        root.remove(metadata)
    width = float(root.attrib["viewBox"].split()[2])
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("class", "chart")
    root.set("aria-labelledby", f"{prefix}-t {prefix}-d")
    # Points to pixels; where there is room, a little larger than it was made.
    root.set("style", f"max-width: {width * 4 / 3 * 1.15:.0f}px")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag[0]}"})
        child.text = _INVALID_IN_XML.sub(" ", text)
        root.insert(place, child)
    text = ElementTree.tostring(root, encoding="unicode")
    return Figure(caption, Markup(text))  # nosec B704  # serialised as XML
