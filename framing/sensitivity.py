"""Cells -> the main differences under other choices: do sign and significance hold?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import SHORT, Cells
from framing.contrasts import ALPHA, Contrast, Design, difference_table
from framing.errors import FramingError
from framing.measures import Measure, known_measures, near, quoted_name

__all__ = ["CHOICES", "Sensitivity", "sensitivity_of"]

CHOICES = ("measure", "voice", "duplicates", "opinion", "words", "story")
"""What is chosen otherwise; the columns of the table that say how."""

NOT_OWN = (
    "sensitivity looks at a measure of the own voice, whose other choices are known; {value!r} is "
    "none{near}; there are: {valid}"
)
ABSENT = (
    "{value!r} is missing in these scores (was classifier=None given?), so it has no sensitivity; "
    "there are: {valid}"
)
BAD_STORIES = "most_stories must be a whole number, 0 or more, found {value!r}"

_WORDS = (0, *SHORT[1:])


@dataclass(frozen=True)
class Sensitivity:
    """Differences under every combination of choices.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a contrast and specification: ``group_a group_b measure voice duplicates opinion
        words story is_main ratio low high p_value p_adjusted stories same_sign significant``.
        `measure` says what was counted: ``loaded_rate`` is the classifier, ``term_rate`` all
        lexicons, ``only conflict`` and ``without conflict`` one of them or the others,
        `voice` whether quoted and reported speech was counted in, `duplicates` and `opinion`
        whether such articles stayed, `words` how many an article needed, `story` which story was
        left out. `same_sign` is against the main specification; `significant` is a BH-adjusted
        p-value of 0.05 or less over the pairs of the specification.
    summary : pandas.DataFrame
        One row a contrast: ``group_a group_b ratio p_adjusted specifications same_sign
        significant holds least most``: shares of the other specifications in which the sign, the
        significance, and what the main one found (the same sign, and significance where it was
        significant) hold; the smallest and the largest ratio. Specifications without a ratio are
        not counted.
    measure : str
        The main measure.
    """

    table: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame
    measure: str

    def __repr__(self) -> str:
        lines = [
            f"Sensitivity of {self.measure}: "
            f"{len(self.table.drop_duplicates(list(CHOICES))):,} specifications"
        ]
        for row in self.summary.to_dict("records"):
            lines.append(
                f"{row['group_a']} / {row['group_b']}: ratio {row['ratio']:.2f} "
                f"({row['least']:.2f} to {row['most']:.2f} in {row['specifications']} others), "
                f"same sign in {row['same_sign']:.0%}, significant in {row['significant']:.0%}"
            )
        return "\n".join(lines)


def sensitivity_of(
    cells: Cells,
    contrasts: Sequence[Contrast],
    *,
    measure: str | None = None,
    level: float = 0.95,
    random_state: int = 0,
    most_stories: int = 60,
) -> Sensitivity:
    """Compare groups under other choices than the main ones.

    Parameters
    ----------
    cells : Cells
        All of them, near-duplicates and opinion pieces included.
    contrasts : sequence of Contrast
        Whom with whom.
    measure : str, optional
        The main measure: ``loaded_rate`` by default, ``term_rate`` where there was no classifier.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.
    most_stories : int
        Each story is left out in turn; where there are more than this, only those that hold most
        words of the groups together.

    Returns
    -------
    Sensitivity
        A table and its summary.

    Raises
    ------
    FramingError
        If a setting is not valid.

    Notes
    -----
    All combinations of measure, voice, duplicates, opinion and words are tried (Simonsohn, Simmons
    and Nelson 2020); stories are left out of the main specification only. A choice that the corpus
    does not offer (no duplicates, no opinion column) is not varied.

    References
    ----------
    Simonsohn, U., Simmons, J. P., and Nelson, L. D. (2020). Specification curve analysis. Nature
    Human Behaviour, 4, 1208-1214.
    """
    if isinstance(most_stories, bool) or not isinstance(most_stories, int) or most_stories < 0:
        raise FramingError(BAD_STORIES.format(value=most_stories))
    known = known_measures(cells.manifest)
    main = _main_measure(measure, cells, known)
    matched = cells.settings["match"] is not None
    tables = [
        _compared(part, chosen, contrasts, labels, matched, level, random_state)
        for labels, part, chosen in _specifications(cells, main, known, matched, most_stories)
    ]
    table = pd.concat(tables, ignore_index=True)
    keys = ["group_a", "group_b"]
    reference = table.loc[table["is_main"]].set_index(keys)["ratio"]
    mine = reference.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy(float)
    ratio = table["ratio"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        same = np.sign(np.log(ratio)) == np.sign(np.log(mine))
    table["same_sign"] = same & ~np.isnan(ratio) & ~np.isnan(mine)
    apart = (table["low"] > 1) | (table["high"] < 1)
    table["significant"] = table["p_adjusted"] <= ALPHA if matched else apart
    return Sensitivity(table, _summary(table), main.name)


def _main_measure(measure: str | None, cells: Cells, known: dict[str, Measure]) -> Measure:
    if measure is None:
        measure = "term_rate" if "loaded_words" in cells.absent else "loaded_rate"
    valid = [n for n, m in known.items() if m.voice == "own" and quoted_name(n) in known]
    if measure not in valid:
        raise FramingError(
            NOT_OWN.format(value=measure, near=near(measure, valid), valid=", ".join(valid))
        )
    if cells.absent.intersection(known[measure].count):
        usable = [n for n in valid if not cells.absent.intersection(known[n].count)]
        raise FramingError(ABSENT.format(value=measure, valid=", ".join(usable)))
    return known[measure]


def _measures(cells: Cells, main: Measure, known: dict[str, Measure]) -> list[Measure]:
    """List what may be counted instead: the classifier, all lexicons, each alone, all but one."""
    found = {main.name: main}
    found |= {n: known[n] for n in ("loaded_rate", "term_rate")}
    present = set(cells.found)
    lexicons = [
        known[x["name"]]
        for x in cells.manifest["lexicons"]
        if x["name"] in known and present.intersection(known[x["name"]].count)
    ]
    if len(lexicons) > 1:
        for one in lexicons:
            found[f"only {one.name}"] = replace(one, name=f"only {one.name}")
            rest = tuple(c for other in lexicons if other != one for c in other.count)
            found[f"without {one.name}"] = replace(one, name=f"without {one.name}", count=rest)
    return [m for m in found.values() if not cells.absent.intersection(m.count)]


def _specifications(
    cells: Cells, main: Measure, known: dict[str, Measure], matched: bool, most_stories: int
) -> Iterator[tuple[dict[str, Any], Cells, list[Measure]]]:
    """Yield labels, cells and measures; measures that share cells come together."""
    keys = cells.keys
    copy, opinion = keys["copy"].to_numpy(bool), keys["opinion"].to_numpy(bool)
    short = keys["short"].to_numpy(int)
    measures = _measures(cells, main, known)
    for kept, left, words in product(
        (False, True) if copy.any() else (False,),
        (False, True) if opinion.any() and not opinion.all() else (False,),
        [w for w in _WORDS if w == 0 or ((short < w).any() and (short >= w).any())],
    ):
        part = cells.take((kept | ~copy) & ~(left & opinion) & (short >= words))
        labels: dict[str, Any] = {
            "duplicates": "kept" if kept else "left out",
            "opinion": "left out" if left else "kept",
            "words": words,
            "story": "none",
        }
        yield {**labels, "voice": "own"}, part, measures
        yield {**labels, "voice": "own and quoted"}, part, [_with_quotes(m) for m in measures]
    counted = cells.take(~copy)
    labels = {"duplicates": "left out", "opinion": "kept", "words": 0, "voice": "own"}
    for story in _heaviest(counted, matched, most_stories):
        part = counted.take((counted.keys["story"] != story).to_numpy(bool))
        yield {**labels, "story": story}, part, [main]


def _with_quotes(measure: Measure) -> Measure:
    return replace(
        measure,
        count=(*measure.count, *(quoted_name(c) for c in measure.count)),
        exposure=(*measure.exposure, "quoted_words"),
        # Those of quoted words are not kept.
        squares=None,
    )


def _heaviest(cells: Cells, matched: bool, most: int) -> list[str]:
    """Stories that two groups share, those with most words first, the chosen ones sorted."""
    keys = cells.keys
    if not matched:
        return []
    own = keys["matched"].to_numpy(bool)
    words = pd.Series(cells.column("words")[own]).groupby(keys["story"][own].to_numpy()).sum()
    groups = keys[own].groupby("story")["group"].nunique()
    shared = words[groups.reindex(words.index) >= 2].sort_values(ascending=False, kind="stable")
    return sorted(shared.index[:most])


def _compared(
    cells: Cells,
    measures: Sequence[Measure],
    contrasts: Sequence[Contrast],
    labels: dict[str, Any],
    matched: bool,
    level: float,
    random_state: int,
) -> pd.DataFrame:
    groups = sorted({c.a for c in contrasts} | {c.b for c in contrasts if c.b is not None})
    design = Design(cells, "matched" if matched else "all", groups)
    table = difference_table(design, measures, contrasts, level=level, random_state=random_state)
    names = "ratio low high p_value p_adjusted stories".split()
    result = table[["group_a", "group_b", "measure"]].copy()
    result = result.assign(**{choice: labels[choice] for choice in CHOICES[1:]})
    plain = {"voice": "own", "duplicates": "left out", "opinion": "kept", "words": 0}
    is_plain = all(labels[k] == v for k, v in plain.items()) and labels["story"] == "none"
    result["is_main"] = is_plain & (table["measure"] == measures[0].name)
    result[names] = table[names]
    return result


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (a, b), part in table.groupby(["group_a", "group_b"], sort=False):
        main = part.loc[part["is_main"]].iloc[0]
        others = part.loc[~part["is_main"] & part["ratio"].notna()]
        holds = others["same_sign"] & (others["significant"] | (not main["significant"]))
        rows.append(
            {
                "group_a": a,
                "group_b": b,
                "ratio": main["ratio"],
                "p_adjusted": main["p_adjusted"],
                "specifications": len(others),
                "same_sign": others["same_sign"].mean(),
                "significant": others["significant"].mean(),
                "holds": holds.mean(),
                "least": others["ratio"].min(),
                "most": others["ratio"].max(),
            }
        )
    return pd.DataFrame(rows)
