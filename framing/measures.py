"""What can be compared: each measure names the sums it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from framing.errors import FramingError

__all__ = [
    "MEASURES",
    "Measure",
    "choose_measures",
    "known_measures",
    "near",
    "quoted_name",
    "with_twins",
]

BARE_MEASURES = "measures must be a list, not a single str; wrap it: [{value!r}]"
NO_MEASURES = "measures is empty; leave it out for the usual ones, or name some of: {valid}"
UNKNOWN_MEASURE = "unknown measure {value!r}{near}; there are: {valid}"
REPEATED_MEASURE = "measure {value!r} is asked for twice; name each once"
LEXICON_ABSENT = (
    "measure {value!r} needs the lexicon {lexicon!r}, which these articles were not scored with "
    "(they were with: {used}); score them again with it among lexicons="
)

_PER = 1000.0
_QUOTED = "quoted:"
Voice = Literal["own", "quoted", "all"]


@dataclass(frozen=True)
class Measure:
    """A measure: the sums in its numerator, those it is divided by, its kind and unit.

    Attributes
    ----------
    name : str
        As in the column ``measure`` of a comparison's tables.
    count, exposure : tuple of str
        Columns of the sums per article that are added up, above and below the line.
    kind : {"rate", "share"}
        A rate is per 1,000 of its exposure, a share from 0 to 1.
    unit, label : str
        For axes and headings.
    voice : {"own", "quoted", "all"}
        Whose words it speaks of; ``quoted`` is direct and indirect speech together.
    runs : str or None
        The sum that says in how many runs the count came. Words of a quotation are not said one by
        one: intervals and tests count quotations.
    squares : str or None
        The sum that says how large what is counted comes: of the squares of the single amounts,
        which together are the count. A sum of probabilities is made of many that are less than a
        hit, and varies less than hits do: intervals and tests count amounts of their mean size.
    lexicon : str or None
        The lexicon without which it does not exist.
    """

    name: str
    count: tuple[str, ...]
    exposure: tuple[str, ...]
    kind: Literal["rate", "share"]
    unit: str
    label: str
    voice: Voice = "own"
    runs: str | None = None
    squares: str | None = None
    lexicon: str | None = None

    @property
    def per(self) -> float:
        """What a rate is multiplied by."""
        return _PER if self.kind == "rate" else 1.0


_OWN = ("own_words",)
_ALL = ("words",)

MEASURES = (
    Measure(
        "loaded_rate",
        ("loaded_words",),
        _OWN,
        "rate",
        "expected loaded words per 1,000 own-voice words",
        "Loaded wording (trained classifier)",
        squares="loaded_squares",
    ),
    Measure(
        "term_rate",
        ("term_weight",),
        _OWN,
        "rate",
        "weighted loaded terms per 1,000 own-voice words",
        "Loaded terms (lexicons)",
    ),
    Measure(
        "scare_rate",
        ("scare_phrases",),
        _ALL,
        "rate",
        "scare-quoted phrases per 1,000 words",
        "Scare quotes",
        "all",
    ),
    Measure(
        "quoted_share",
        ("quoted_words",),
        _ALL,
        "share",
        "share of words in direct or indirect speech",
        "Quoted and reported speech",
        "all",
        runs="quoted_spans",
    ),
)
"""The headline measures: every comparison has them."""

_REPORTING = ("reporting/doubting", "reporting/endorsing")


def known_measures(manifest: Mapping[str, Any]) -> dict[str, Measure]:
    """Return every measure that articles scored in this way have, by name.

    Parameters
    ----------
    manifest : mapping
        That of the scores: its lexicons, with their categories, decide.

    Returns
    -------
    dict
        The headline measures; ``hedging_rate``, ``factive_rate`` and ``doubting_share`` where
        their lexicons were used; each lexicon (its loaded categories together); each category,
        as ``lexicon/category``; and of all that speak of the own voice the twin for quoted and
        reported speech, as ``quoted:name``.
    """
    lexicons = {x["name"]: x["categories"] for x in manifest["lexicons"]}
    named = [m for m in _lexicon_measures(lexicons) if m.lexicon in lexicons]
    terms: list[Measure] = []
    for name, categories in lexicons.items():
        loaded = [c for c, is_loaded in categories.items() if is_loaded]
        if loaded:
            terms.append(_terms(name, tuple(f"{name}/{c}" for c in loaded), f"{name}, loaded"))
        for category in categories:
            column = f"{name}/{category}"
            terms.append(_terms(column, (column,), f"{category.replace('-', ' ')} ({name})"))
    found = [*MEASURES, *named, *terms]
    found += [_twin(m) for m in found if m.voice == "own" and m.exposure == _OWN]
    return {m.name: m for m in found}


def with_twins(
    measures: Sequence[Measure], manifest: Mapping[str, Any], found: Iterable[str]
) -> list[Measure]:
    """Add the quoted twins that were found, so that both voices stand side by side.

    Parameters
    ----------
    measures : sequence of Measure
        Those that were chosen.
    manifest : mapping
        As for `known_measures`.
    found : iterable of str
        Columns of sums that are not all 0.

    Returns
    -------
    list of Measure
        The measures, then the twins of those of the own voice.
    """
    known, columns = known_measures(manifest), set(found)
    names = {m.name for m in measures}
    twins = [known[quoted_name(m.name)] for m in measures if quoted_name(m.name) in known]
    more = [m for m in twins if m.name not in names and columns.intersection(m.count)]
    return [*measures, *more]


def _lexicon_measures(lexicons: Mapping[str, Mapping[str, bool]]) -> list[Measure]:
    """Measures that one bundled lexicon makes possible, whether or not it was used."""

    def every(name: str) -> tuple[str, ...]:
        return tuple(f"{name}/{c}" for c in lexicons.get(name, ()))

    unit = "{} per 1,000 own-voice words"
    return [
        Measure(
            "hedging_rate",
            every("hedges"),
            _OWN,
            "rate",
            unit.format("hedges"),
            "Hedging",
            lexicon="hedges",
        ),
        Measure(
            "factive_rate",
            every("factives"),
            _OWN,
            "rate",
            unit.format("words that take what follows as a fact"),
            "Factive wording",
            lexicon="factives",
        ),
        Measure(
            "doubting_share",
            _REPORTING[:1],
            _REPORTING,
            "share",
            "share of doubting among doubting and endorsing verbs of speech, in the own voice",
            "Doubting verbs of speech",
            lexicon="reporting",
        ),
    ]


def _terms(name: str, columns: tuple[str, ...], label: str) -> Measure:
    return Measure(
        name,
        columns,
        _OWN,
        "rate",
        "weighted terms per 1,000 own-voice words",
        label,
        lexicon=name.partition("/")[0],
    )


def _twin(measure: Measure) -> Measure:
    """Turn a measure of the own voice into that of direct and indirect speech."""
    return replace(
        measure,
        name=quoted_name(measure.name),
        count=tuple(quoted_name(c) for c in measure.count),
        exposure=("quoted_words",),
        unit=measure.unit.replace("own-voice words", "quoted and reported words"),
        label=f"{measure.label}, in quoted and reported speech",
        voice="quoted",
        # Those of quoted words are not kept.
        squares=None,
    )


def choose_measures(
    names: Sequence[str] | None, manifest: Mapping[str, Any], found: Iterable[str]
) -> list[Measure]:
    """Resolve the names of measures, or take the usual ones.

    Parameters
    ----------
    names : sequence of str or None
        None for the headline measures, those of the lexicons `hedges`, `factives` and `reporting`,
        the quoted twins of all these, and every lexicon and category that was found.
    manifest : mapping
        As for `known_measures`.
    found : iterable of str
        Columns of sums that are not all 0.

    Returns
    -------
    list of Measure
        In the order of the names.

    Raises
    ------
    FramingError
        If a name is unknown, repeated, or needs a lexicon that was not used.
    """
    known = known_measures(manifest)
    if names is None:
        columns = set(found)
        usual = {m.name for m in MEASURES} | {m.name for m in _lexicon_measures({})}
        usual |= {quoted_name(n) for n in usual}
        return [
            m
            for m in known.values()
            if m.name in usual or (m.voice == "own" and columns.intersection(m.count))
        ]
    valid = ", ".join(known)
    if isinstance(names, str):
        raise FramingError(BARE_MEASURES.format(value=names))
    if not list(names):
        raise FramingError(NO_MEASURES.format(valid=valid))
    used = ", ".join(x["name"] for x in manifest["lexicons"]) or "none"
    needs = {m.name: m.lexicon for m in _lexicon_measures({})}
    needs |= {quoted_name(n): lexicon for n, lexicon in needs.items()}
    chosen: list[Measure] = []
    for name in names:
        if name not in known and name in needs:
            raise FramingError(LEXICON_ABSENT.format(value=name, lexicon=needs[name], used=used))
        if name not in known:
            raise FramingError(
                UNKNOWN_MEASURE.format(value=name, near=near(name, known), valid=valid)
            )
        if known[name] in chosen:
            raise FramingError(REPEATED_MEASURE.format(value=name))
        chosen.append(known[name])
    return chosen


def quoted_name(name: str) -> str:
    """Return the name of the same measure of quoted and reported speech."""
    return _QUOTED + name


def near(value: object, valid: Iterable[str]) -> str:
    """Write a near miss for a message: ``"; did you mean 'outlet'?"``, or nothing.

    Parameters
    ----------
    value : object
        What was given.
    valid : iterable of str
        What could have been meant.

    Returns
    -------
    str
        Empty where nothing is near.

    Examples
    --------
    >>> near("outlets", ["outlet", "story"])
    "; did you mean 'outlet'?"
    """
    names = {str(v).lower(): str(v) for v in valid}
    found = get_close_matches(str(value).lower(), names, n=1, cutoff=0.6)
    return f"; did you mean {names[found[0]]!r}?" if found else ""
