"""The tables of words in a report: which columns are shown, under which heads, how many rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from framing.comparison import Comparison
from framing.wording import Wording

__all__ = ["SECTIONS", "Column", "Section", "section_cells", "section_rows", "time_step"]


@dataclass(frozen=True)
class Column:
    """A column of a section: where it comes from and how it is shown."""

    name: str
    head: str
    kind: Literal["text", "number", "interval", "p"] = "number"
    digits: int = 2
    linked: bool = False


@dataclass(frozen=True)
class Section:
    """A table of a comparison as a report shows it.

    Attributes
    ----------
    name : str
        Its key in the summary and its id on the page.
    title, lead, caption : str
        What a reader is told.
    columns : tuple of Column
        In order; the first is the row's head.
    most : int
        Rows shown on the page; all are in the tables.
    """

    name: str
    title: str
    lead: str
    caption: str
    columns: tuple[Column, ...]
    most: int


_GROUP = Column("group", "group", "text")
_STORIES = Column("stories", "stories", digits=0)
_P = Column("p_adjusted", "p, BH-adjusted", "p")

SECTIONS: Final = (
    Section(
        "asymmetry",
        "Bare here, in scare quotes there",
        "Terms that one group writes plainly in its own voice and another puts at arm's length in "
        "scare quotes, on the stories that both covered.",
        "How often a term stands bare and in scare quotes",
        (
            Column("term", "term", "text"),
            _GROUP,
            Column("bare", "bare", digits=0),
            Column("scare", "in scare quotes", digits=0),
            Column("quoted", "in quotations", digits=0),
            Column("scare_share", "share in scare quotes"),
            Column("interval", "interval", "interval"),
            _P,
            _STORIES,
            Column("scare_example", "a sentence with the marks", "text"),
        ),
        24,
    ),
    Section(
        "source_profile",
        "Whom they quote",
        "What kinds of sources speak, as shares of quoted and reported words; how often they are "
        "brought in by a doubting or an endorsing verb; and the effective number of sources in a "
        "story (the inverse Simpson index).",
        "Kinds of sources by group",
        (
            Column("what", "what", "text"),
            _GROUP,
            Column("estimate", "estimate"),
            Column("interval", "interval", "interval"),
            _P,
            _STORIES,
            Column("words", "words", digits=0),
        ),
        120,
    ),
    Section(
        "sources",
        "Most heard sources",
        "Speakers merged by surname within an article and across a story; the share is of the "
        "group's quoted and reported words.",
        "The five most heard sources of each group",
        (
            Column("speaker", "speaker", "text"),
            _GROUP,
            Column("kind", "kind", "text"),
            Column("spans", "quotations", digits=0, linked=True),
            Column("words", "words", digits=0),
            Column("share", "share of quoted words"),
            Column("interval", "interval", "interval"),
            Column("doubting", "doubting verb", digits=0),
            Column("endorsing", "endorsing verb", digits=0),
            _STORIES,
        ),
        100,
    ),
    Section(
        "phrases",
        "Words that set each apart",
        "Phrases of one to three words in the own voice, compared within stories so that topics do "
        "not win; in order of log-odds with an informative Dirichlet prior. The vocabulary was "
        "searched, so this is exploratory; p-values are adjusted by the largest statistic of each "
        "permutation.",
        "Phrases by group",
        (
            Column("phrase", "phrase", "text"),
            _GROUP,
            Column("count", "times", digits=0),
            Column("rate", "per 1,000 words"),
            Column("ratio", "ratio to the others"),
            Column("interval", "interval", "interval"),
            Column("p_adjusted", "p, max-T", "p"),
            _STORIES,
            Column("example", "example", "text"),
        ),
        80,
    ),
    Section(
        "agency",
        "Who is said to have done harm",
        "Events of harm to people in the own voice: told with or without an actor, and who the "
        "actor is where the sentence says so. Found by patterns: what they miss and how often they "
        "are right is on the page of the lexicon and in the reference.",
        "Events of harm by form and by actor",
        (
            Column("what", "how it is told, or who did it", "text"),
            _GROUP,
            Column("count", "times", digits=0),
            Column("events", "of events", digits=0),
            Column("share", "share"),
            Column("interval", "interval", "interval"),
            _P,
            _STORIES,
        ),
        80,
    ),
    Section(
        "omissions",
        "What others carry and this one does not",
        "Of the sources, names and terms that at least two other groups carry on a story, how many "
        "a group does not have. A count, not a judgement: there are good reasons to leave things "
        "out.",
        "Left out, by group",
        (
            _GROUP,
            Column("kind", "kind", "text"),
            Column("left_out", "left out", digits=0),
            Column("carried_by_others", "carried by others", digits=0),
            Column("share", "share"),
            _STORIES,
            Column("most", "left out most often", "text"),
        ),
        60,
    ),
    Section(
        "timeline",
        "Change over time",
        "Loaded wording of all articles that have a date, by week, month or year as their dates "
        "reach. Periods with few stories have wide intervals: a line that wanders within them has "
        "not been found to change.",
        "Loaded wording by period",
        (
            Column("period", "period", "text"),
            _GROUP,
            Column("estimate", "estimate"),
            Column("interval", "interval", "interval"),
            Column("articles", "articles", digits=0),
            Column("words", "words", digits=0),
        ),
        240,
    ),
    Section(
        "sensitivity",
        "Would other choices say the same?",
        "The main differences again under other choices: each lexicon alone and left out, the "
        "classifier or the terms, quotations counted in, near-duplicates and short articles kept "
        "or left out, each story left out in turn. A difference on which nearly all choices agree "
        "does not hang on ours. The figure shows the pair with the smallest p-value.",
        "How often sign and significance hold",
        (
            Column("pair", "pair", "text"),
            Column("ratio", "ratio"),
            _P,
            Column("specifications", "other choices", digits=0),
            Column("same_sign", "same sign"),
            Column("significant", "significant"),
            Column("least", "smallest ratio"),
            Column("most", "largest ratio"),
        ),
        190,
    ),
)
"""In the order in which they are read."""

_WHAT: Final = {
    "named_share": "words of named sources",
    "unnamed_share": "words of unnamed sources",
    "document_share": "words of documents",
    "unknown_share": "words of speakers not known",
    "official_share": "words of officials, named or not",
    "doubting_share": "brought in by a doubting verb",
    "endorsing_share": "brought in by an endorsing verb",
    "hostile_share": "brought in by a hostile verb",
    "effective_sources": "effective number of sources in a story",
    "actor: state": "actor: a state or its forces",
    "actor: attacker": "actor: an armed opponent or attacker",
    "actor: other": "actor: somebody else",
    "actor: cause": "a cause, but nobody",
    "actor: none": "neither actor nor cause",
    "form: active": "told in the active",
    "form: passive": "told in the passive",
    "form: participle": "told by a participle",
    "form: nominal": "told by a noun",
    "form: died": "told as dying",
    "form: euphemism": "told by a soft word",
}
_MOST_ITEMS = 3
_QUARTER, _THREE_YEARS = 92, 3 * 366
_TOP_SOURCES = 5
_TOP_PHRASES = 8


def section_rows(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Gather the rows of every section that a comparison has something to say on.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.

    Returns
    -------
    dict of str to DataFrame
        By name of the section, in the order to be shown; empty tables are left out.
    """
    found: dict[str, pd.DataFrame] = {}
    if comparison.wording is not None:
        found["asymmetry"] = _contested(comparison.asymmetry)
        found["source_profile"] = _told(comparison.source_profile)
        found["sources"] = _top(
            comparison.sources.loc[comparison.sources["speaker"] != ""], "words", _TOP_SOURCES
        )
        found["phrases"] = _top(comparison.phrases, "log_odds", _TOP_PHRASES)
        found["agency"] = _told(_happened(comparison.agency))
        found["omissions"] = _omissions(comparison.wording)
    step = time_step(comparison)
    if step is not None and "loaded_rate" in set(comparison.estimates["measure"]):
        found["timeline"] = comparison.over_time(every=step, measures=["loaded_rate"])
    if comparison.design == "matched":
        summary = comparison.sensitivity().summary
        pair = summary["group_a"] + " / " + summary["group_b"]
        found["sensitivity"] = summary.assign(pair=pair)
    return {name: table.reset_index(drop=True) for name, table in found.items() if len(table)}


def time_step(comparison: Comparison) -> str | None:
    """Choose the period by which change is shown: neither three points nor three hundred.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.

    Returns
    -------
    str or None
        ``"week"`` for a quarter of a year, ``"month"`` for three years, ``"year"`` for more; None
        where no article has a date.
    """
    dates = comparison.sums.keys["day"].dropna()
    if not len(dates):
        return None
    days = (dates.max() - dates.min()).days
    return "week" if days <= _QUARTER else "month" if days <= _THREE_YEARS else "year"


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Say in words what each row measures."""
    return table.assign(what=table["measure"].map(_WHAT).fillna(table["measure"]))


def _happened(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out forms and actors that no group has."""
    if not len(table):
        return table
    return table.loc[table.groupby("measure")["count"].transform("sum") > 0]


def _omissions(wording: Wording) -> pd.DataFrame:
    """Add to the totals what a group leaves out on most stories."""
    totals, items = wording.omission_totals(), wording.omissions()
    times = items.groupby(["group", "kind", "item"], sort=True).size().reset_index(name="times")
    times = times.sort_values(
        ["group", "kind", "times", "item"], ascending=[True, True, False, True], kind="stable"
    )
    first = times.loc[times.groupby(["group", "kind"]).cumcount() < _MOST_ITEMS]
    said = first["item"] + " (" + first["times"].astype(str) + ")"
    most = said.groupby([first["group"], first["kind"]]).agg(", ".join)
    places = pd.MultiIndex.from_frame(totals[["group", "kind"]])
    return totals.assign(most=most.reindex(places).to_numpy(object))


def _contested(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the terms that are bare somewhere and in scare quotes elsewhere, most marked first."""
    if not len(table):
        return table
    marked = table.groupby("term")["scare"].transform("sum")
    order = table.assign(marked=marked).sort_values(
        ["marked", "term", "scare"], ascending=[False, True, False], kind="stable"
    )
    return order.drop(columns="marked")


def _top(table: pd.DataFrame, column: str, most: int) -> pd.DataFrame:
    ordered = table.sort_values(["group", column], ascending=[True, False], kind="stable")
    return ordered.loc[ordered.groupby("group").cumcount() < most]


def section_cells(section: Section, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Lay out a row's cells as the page shows them."""
    return [
        {
            "kind": column.kind,
            "digits": column.digits,
            "linked": column.linked,
            "value": (
                [row.get("low"), row.get("high")]
                if column.kind == "interval"
                else row.get(column.name)
            ),
        }
        for column in section.columns
    ]
