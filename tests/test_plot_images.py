"""Figures as they look: each against an image, drawn from numbers that nothing else changes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing import plots
from framing.measures import MEASURES
from framing.sensitivity import CHOICES, Sensitivity

GROUPS = ["Courier", "Evening Star", "State Wire"]
# Wide enough for letters that another version of matplotlib sets half a pixel aside, and too
# narrow for a bar, a point or an interval that is gone (see the last test).
TOLERANCE = 9.0


def compared(**tables: Any) -> Any:
    """What a figure reads of a comparison, made by hand."""
    manifest = {"comparison": {"level": 0.95, "measures": [m.name for m in MEASURES]}}
    return SimpleNamespace(
        groups=GROUPS, design="matched", manifest={**manifest, "lexicons": []}, **tables
    )


def estimates() -> pd.DataFrame:
    value = np.array([6.0, 14.0, 9.0])
    return pd.DataFrame(
        {
            "measure": "loaded_rate",
            "group": GROUPS,
            "design": "matched",
            "estimate": value,
            "low": value * [0.7, 0.8, 0.5],
            "high": value * [1.5, 1.3, 1.9],
            "articles": [40, 38, 21],
            "stories": [30, 30, 18],
        }
    )


def pairs() -> pd.DataFrame:
    ratio = np.array([0.43, 0.67, 1.56])
    return pd.DataFrame(
        {
            "measure": "loaded_rate",
            "group_a": ["Courier", "Courier", "Evening Star"],
            "group_b": ["Evening Star", "State Wire", "State Wire"],
            "design": "matched",
            "ratio": ratio,
            "low": ratio / 1.4,
            "high": ratio * 1.4,
            "p_value": [0.001, 0.2, np.nan],
            "p_adjusted": [0.003, 0.2, np.nan],
            "stories": [30, 18, 4],
        }
    )


def names() -> pd.DataFrame:
    counts = {"invasion": (12, 8, 0), "war": (5, 9, 4), "special operation": (0, 1, 16)}
    return pd.DataFrame(
        [
            {"referent": "war", "name": name, "group": group, "count": n}
            for name, row in counts.items()
            for group, n in zip(GROUPS, row, strict=True)
        ]
    )


def asymmetry() -> pd.DataFrame:
    rows = [("reform", "Courier", 9, 0), ("reform", "State Wire", 1, 6)]
    rows += [("rescue", "Evening Star", 0, 3), ("rescue", "State Wire", 5, 0)]
    return pd.DataFrame(rows, columns=["term", "group", "bare", "scare"])


def profile() -> pd.DataFrame:
    shares = {
        "named_share": (0.6, 0.5, 0.8),
        "unnamed_share": (0.2, 0.4, 0.1),
        "document_share": (0.1, 0.05, 0.0),
        "unknown_share": (0.1, 0.05, 0.1),
        "official_share": (0.3, 0.25, 0.6),
        "effective_sources": (3.2, 4.1, 1.4),
    }
    rows = [
        {"measure": m, "group": g, "estimate": v, "low": v * 0.8, "high": v * 1.2,
         "stories": 30, "spans": 200, "words": 2000}
        for m, values in shares.items()
        for g, v in zip(GROUPS, values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def over_time(**_: Any) -> pd.DataFrame:
    starts = pd.to_datetime(["2031-01-01", "2031-02-01", "2031-03-01", "2031-04-01"])
    rows = []
    for g, group in enumerate(GROUPS):
        for i, start in enumerate(starts):
            value = 6.0 + 3 * g + np.sin(i + g)
            wide = g == 2 and i == 3
            rows.append((group, start, value, value * 0.7, value * (200 if wide else 1.4), 4 + i))
    return pd.DataFrame(rows, columns="group start estimate low high articles".split())


def specifications() -> Sensitivity:
    rows = []
    for i in range(18):
        ratio = 1.2 + 0.05 * i
        choice = dict.fromkeys(CHOICES, "none")
        choice |= {"measure": ("loaded_rate", "term_rate")[i % 2], "words": 0}
        choice |= {"voice": ("own", "own and quoted")[i % 3 == 0]}
        rows.append(
            {"group_a": "Courier", "group_b": "State Wire", "ratio": ratio, "low": ratio / 1.3,
             "high": ratio * 1.3, "significant": i > 6, "is_main": i == 9, **choice}
        )  # fmt: skip
    summary = pd.DataFrame({"group_a": ["Courier"], "group_b": ["State Wire"], "p_adjusted": 0.01})
    return Sensitivity(pd.DataFrame(rows), summary, "loaded_rate")


def cells(stories: int) -> pd.DataFrame:
    rows = [
        (g, f"story {s:02d}", 1 + (s * (k + 1)) % 3)
        for k, g in enumerate(GROUPS)
        for s in range(stories)
        if (s + k) % 4
    ]
    return pd.DataFrame(rows, columns=["group", "story", "articles"])


def one_article() -> Any:
    text = 'The mayor called it "a plain theft". Crews say the so-called "rescue" failed.'
    text += "\n\nIt rained."

    def span(part: str, voice: str) -> dict[str, Any]:
        at = text.index(part)
        return {"id": "a", "start": at, "end": at + len(part), "voice": voice, "speaker": None}

    hit = {"id": "a", "start": 27, "end": 32, "term": "theft", "lexicon": "own", "counted": True}
    spans = [span('"a plain theft"', "direct"), span("the so-called", "indirect")]
    return SimpleNamespace(
        corpus=pd.DataFrame({"id": ["a"], "text": [text]}),
        voices=pd.DataFrame([*spans, span('"rescue"', "scare")]),
        hits=pd.DataFrame([hit]),
    )


def curve() -> pd.DataFrame:
    auc = np.array([0.61, 0.7, 0.76, 0.78])
    return pd.DataFrame(
        {"sentences": [50, 100, 150, 200], "auc": auc, "low": auc - 0.06, "high": auc + 0.05}
    )


DRAWN: dict[str, Callable[..., Axes]] = {
    "outlets": lambda **a: plots.outlets(compared(estimates=estimates()), **a),
    "differences": lambda **a: plots.differences(compared(differences=pairs()), **a),
    "names": lambda **a: plots.names(compared(names=names()), **a),
    "asymmetry": lambda **a: plots.asymmetry(compared(asymmetry=asymmetry()), **a),
    "sources": lambda **a: plots.sources(compared(source_profile=profile()), **a),
    "timeline": lambda **a: plots.timeline(compared(over_time=over_time), **a),
    "sensitivity": lambda **a: plots.sensitivity(specifications(), **a),
    "coverage": lambda **a: plots.coverage(compared(cells=cells(12)), **a),
    "coverage_of_many": lambda **a: plots.coverage(compared(cells=cells(90)), **a),
    "article": lambda **a: plots.article(one_article(), **a),
    "learning_curve": lambda **a: plots.learning_curve(curve(), **a),
}


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=TOLERANCE, style="default", savefig_kwargs={"dpi": 50}
)
def test_it_looks_as_it_did(name: str) -> Figure:
    figure = DRAWN[name]().figure
    assert isinstance(figure, Figure)
    return figure


def test_every_plot_has_an_image() -> None:
    drawn = {name.removesuffix("_of_many") for name in DRAWN}
    public = {n for n in plots.__all__ if inspect.isfunction(getattr(plots, n))}
    assert drawn == public


@pytest.mark.parametrize("name", DRAWN)
def test_it_draws_where_it_is_told_and_shows_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("a window was opened"))
    _, (one, two) = plt.subplots(1, 2)
    assert DRAWN[name](ax=one) is one
    assert plt.get_fignums() == [1]
    assert one.has_data() and not two.has_data()
    assert isinstance(DRAWN[name](), Axes)
    assert plt.get_fignums() == [1, 2]


@pytest.mark.parametrize("name", sorted(set(DRAWN) - {"article"}))
def test_settings_of_matplotlib_are_kept(name: str) -> None:
    """All but the text of an article, whose grid of letters needs its own face and size."""
    settings = {"axes.labelcolor": "#123456", "axes.edgecolor": "#654321", "font.size": 17}
    with plt.rc_context(settings):
        ax = DRAWN[name]()
    assert ax.xaxis.label.get_color() == "#123456"
    assert all(s.get_edgecolor()[:3] == pytest.approx((0x65 / 255, 0x43 / 255, 0x21 / 255))
               for s in ax.spines.values())  # fmt: skip
    assert ax.xaxis.label.get_fontsize() == 17


def test_a_missing_bar_is_seen(tmp_path: Any) -> None:
    """The tolerance forgives what letters do, and not what numbers do."""
    from matplotlib.testing.compare import compare_images

    whole = compared(names=names())
    less = compared(names=names().query("group != 'Courier' or name != 'war'"))
    paths = [tmp_path / "whole.png", tmp_path / "less.png"]
    for path, made in zip(paths, (whole, less), strict=True):
        plots.names(made).figure.savefig(path, dpi=50)
    assert compare_images(*map(str, paths), tol=TOLERANCE) is not None
