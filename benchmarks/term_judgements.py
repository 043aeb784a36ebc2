"""What a reader of a hundred hits of each frequent term found: right sense or wrong sense.

``term_judgements.csv`` holds counts and the reader's own words, no text of the research data.
The reader was a large language model and not a person: one reader, whose judgement nobody has
repeated. ``python -m benchmarks.term_hits`` draws the same hits, for whoever wants to.
``python -m benchmarks.lexicons`` prints the shares.

A term whose wrong senses were mended was drawn and read again. Its second share is of the last
draw. Where a term has fewer hits than a draw holds, both readings are of the same hits, and the
second says that the mend did what it was made for, not that it will do so elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from framing import Lexicon

PATH = Path(__file__).parent / "term_judgements.csv"
# How the terms were chosen, in the order of the file.
LISTS = {
    "all": "the fifty most frequent of all lexicons",
    "judging": "the fifty most frequent of loaded categories",
    "topic": "the fifty most frequent of topic lexicons, as far as not above",
    "senses": "words known to have several senses",
    "next": "the next most frequent of loaded categories",
    "further": "others",
}
COUNTS = ["hits", "read", "right", "wrong", "read_again", "right_again", "wrong_again"]
# Columns of text as they are printed, in characters.
WIDTHS = {"list": 7, "lexicon": 17, "term": 34, "other senses": 44, "mend": 48}
# Patterns hold no semicolon.
SEPARATOR = "; "
BAD_SUM = "{lexicon} {term!r}: {right} right and {wrong} wrong are not the {read} hits read"
NO_TERM = "lexicon {lexicon!r} has no term {term!r}, which the judgements say stands there now"


def read_judgements(path: Path = PATH) -> pd.DataFrame:
    """Read the table; counts are whole numbers, missing where a term was not read again.

    Raises
    ------
    SystemExit
        If right and wrong do not add up.
    """
    table = pd.read_csv(path, comment="#", dtype=dict.fromkeys(COUNTS, "Int64"))
    text = table.columns.difference(COUNTS)
    table[text] = table[text].fillna("")
    for suffix in ("", "_again"):
        off = table[f"right{suffix}"] + table[f"wrong{suffix}"] != table[f"read{suffix}"]
        for row in table.loc[off.fillna(False)].to_dict("records"):
            given = {x: row[f"{x}{suffix}"] for x in ("right", "wrong", "read")}
            raise SystemExit(BAD_SUM.format(lexicon=row["lexicon"], term=row["term"], **given))
    return table


def check_standing(table: pd.DataFrame, lexicons: Iterable[Lexicon]) -> None:
    """Make sure that the terms of the column `now` stand in their lexicons.

    Raises
    ------
    SystemExit
        If one does not: the file is then out of date.
    """
    terms = {x.name: {term.pattern for term in x} for x in lexicons}
    for lexicon, now in table.loc[table["now"] != "", ["lexicon", "now"]].itertuples(index=False):
        for standing in now.split(SEPARATOR):
            name, found, pattern = standing.partition(": ")
            name, pattern = (name, pattern) if found else (lexicon, standing)
            if name in terms and pattern not in terms[name]:
                raise SystemExit(NO_TERM.format(lexicon=name, term=pattern))


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Measure the share of hits in the right sense by list, before mends and after them.

    `after` counts each term as it stands: its last reading, or the first where it was not read
    again; a term that was taken out no longer counts. Pooled over hits read, so that the frequent
    terms do not weigh more than the rare ones beyond a hundred hits each.
    """
    again = table["read_again"].notna()
    stands = table["now"] != ""
    counted = pd.DataFrame(
        {
            "list": table["list"],
            "terms": 1,
            "read": table["read"],
            "right": table["right"],
            "mended": (table["mend"] != "") & ~table["mend"].str.startswith("kept"),
            "read again": table["read_again"].fillna(0),
            "read now": table["read_again"].where(again, table["read"]).where(stands, 0),
            "right now": table["right_again"].where(again, table["right"]).where(stands, 0),
        }
    )
    sums = counted.groupby("list", sort=False).sum()
    sums.loc["together"] = sums.sum()
    sums = sums.astype(float)
    sums["before %"] = 100 * sums["right"] / sums["read"]
    sums["after %"] = 100 * sums["right now"] / sums["read now"]
    return sums[["terms", "read", "before %", "mended", "read again", "after %"]]


def by_term(table: pd.DataFrame) -> pd.DataFrame:
    """Show each term with its share before and after, what else it means, and what was done."""
    shown = table[["list", "lexicon", "term", "hits", "read"]].copy()
    shown["before %"] = 100 * table["right"].astype(float) / table["read"].astype(float)
    shown["after %"] = (
        100 * table["right_again"].astype("Float64") / table["read_again"].astype("Float64")
    ).astype(float)
    shown["other senses"], shown["mend"] = table["senses"], table["mend"]
    for name, width in WIDTHS.items():
        shown[name] = shown[name].str.slice(0, width).str.ljust(width)
    return shown
