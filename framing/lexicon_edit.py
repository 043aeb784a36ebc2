"""New lexicons from old ones: put together, changed term by term, taken apart by category."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from framing.errors import FramingWarning, LexiconError
from framing.lexicon import (
    JOINER,
    Category,
    Lexicon,
    Term,
    record_of,
    resolve_lexicons,
    spellings,
    term_of,
)

__all__ = ["combine_lexicons", "override_terms", "split_lexicon"]

INCONSISTENT = "{count} terms are given differently in several lexicons; the first is kept: {shown}"
SAME_CATEGORY = (
    "category {name!r} counts as loaded in one lexicon and not in another; rename one of the two"
)
SAME_SOURCE = "source {key!r} is cited differently in two lexicons; the first citation is kept"
NOT_THERE = "no term of {name!r} is written {pattern!r}; near it are: {near}"

_SHOWN = 5
_DECIDING = ("category", "weight", "referent", "exceptions", "neutral", "stance")


def combine_lexicons(
    lexicons: Sequence[str | Path | Lexicon], *, name: str, version: str = "0"
) -> Lexicon:
    """Put lexicons together into one, in which no word is counted twice.

    Parameters
    ----------
    lexicons : sequence of str, path or Lexicon
        Names of bundled ones, folders or objects. Where two give the same spelling, the earlier
        wins.
    name, version : str
        What the new one is called in results.

    Returns
    -------
    Lexicon
        With all categories and sources of its parts.

    Raises
    ------
    LexiconError
        If a category counts as loaded in one of them and not in another.

    Warns
    -----
    FramingWarning
        If two lexicons give a spelling another category, weight or referent, naming it.

    Examples
    --------
    >>> own = Lexicon.from_terms({"war": ["proxy war*"]})
    >>> combine_lexicons([own, "hedges"], name="mine").categories[0].name
    'war'
    """
    parts = resolve_lexicons(lexicons)
    categories: dict[str, Category] = {}
    sources: dict[str, str] = {}
    taken: dict[tuple[str, bool, tuple[str, ...]], tuple[Term, str]] = {}
    terms: list[Term] = []
    unlike: list[str] = []
    for lexicon in parts:
        for category in lexicon.categories:
            have = categories.setdefault(category.name, category)
            if have.loaded != category.loaded:
                raise LexiconError(SAME_CATEGORY.format(name=category.name))
        for key, citation in lexicon.sources.items():
            if sources.setdefault(key, citation) != citation:
                warnings.warn(SAME_SOURCE.format(key=key), FramingWarning, stacklevel=2)
        for term in lexicon:
            kept = []
            for spelling in spellings(term):
                first, where = taken.setdefault(
                    (spelling, term.case_sensitive, term.near), (term, lexicon.name)
                )
                if first is term:
                    kept.append(spelling)
                elif any(getattr(first, f) != getattr(term, f) for f in _DECIDING):
                    unlike.append(f"{spelling!r} ({where}, {lexicon.name})")
            terms += _rest(term, kept)
    if unlike:
        shown = ", ".join(unlike[:_SHOWN]) + (" …" if len(unlike) > _SHOWN else "")
        message = INCONSISTENT.format(count=len(unlike), shown=shown)
        warnings.warn(message, FramingWarning, stacklevel=2)
    return Lexicon(
        name=name,
        version=version,
        licence="; ".join(dict.fromkeys(x.licence for x in parts if x.licence)),
        description="Put together from " + ", ".join(f"{x.name} {x.version}" for x in parts) + ".",
        weights=" ".join(dict.fromkeys(x.weights for x in parts if x.weights)),
        categories=tuple(categories.values()),
        terms=tuple(terms),
        sources=sources,
    )


def _base(lexicon: Lexicon, pattern: str) -> Term | None:
    """Find what a record changes: the term of this pattern, or one that spells it among others."""
    for term in lexicon:
        if term.pattern == pattern:
            return term
    for term in lexicon:
        if pattern in spellings(term):
            return replace(term, pattern=pattern, exceptions=_exceptions(term, pattern))
    return None


def _rest(term: Term, kept: Sequence[str]) -> list[Term]:
    """Take of a term the spellings that are still its own: itself, where that is all of them."""
    if len(kept) == len(list(spellings(term))):
        return [term]
    return [
        replace(term, pattern=spelling, exceptions=_exceptions(term, spelling)) for spelling in kept
    ]


def _exceptions(term: Term, spelling: str) -> tuple[str, ...]:
    """Keep those exceptions that are about this spelling, not another of the term's."""
    kept = []
    for exception in term.exceptions:
        try:
            Term(spelling, exceptions=(exception,))
        except LexiconError:
            continue
        kept.append(exception)
    return tuple(kept)


def override_terms(
    lexicon: Lexicon,
    *,
    terms: Iterable[str | Mapping[str, Any] | Term] = (),
    drop: Iterable[str] = (),
    version: str | None = None,
) -> Lexicon:
    """Change a lexicon term by term.

    Parameters
    ----------
    lexicon : Lexicon
        Where to begin; it is not changed.
    terms : list of str, dict or Term
        Each takes the place of what spells the same, or is added. A record gives only what is to
        change of a term that is there: ``{"term": "regime", "weight": 0.25}``, be it a pattern or
        one spelling of it. A category that is new counts as loaded.
    drop : list of str
        Patterns, as they stand in the lexicon, to leave out.
    version : str, optional
        Of the result; by default the old one with ``+changed`` at its end.

    Returns
    -------
    Lexicon
        With a hash of its own.

    Raises
    ------
    LexiconError
        If a pattern to drop is not there, or a term is not valid.

    Examples
    --------
    >>> lexicon = Lexicon.from_terms(["regime", "war"])
    >>> changed = override_terms(lexicon, terms=[{"term": "regime", "weight": 0.25}], drop=["war"])
    >>> [(term.pattern, term.weight) for term in changed]
    [('regime', 0.25)]
    """
    from difflib import get_close_matches

    patterns = {t.pattern for t in lexicon}
    dropped = set(drop)
    for pattern in sorted(dropped - patterns):
        near = ", ".join(get_close_matches(pattern, sorted(patterns), 3, 0.4)) or "none"
        raise LexiconError(NOT_THERE.format(name=lexicon.name, pattern=pattern, near=near))
    first = {t.pattern: t for t in reversed(lexicon.terms)}
    given: dict[str, Term] = {}
    for item in terms:
        if isinstance(item, Mapping):
            base = _base(lexicon, str(item.get("term", "")))
            term = term_of({**({} if base is None else record_of(base)), **item})
        else:
            (term,) = Lexicon.from_terms([item]).terms
            if isinstance(item, str) and term.pattern in first:
                term = first[term.pattern]
        given[term.pattern] = term
    left = []
    replaced = set(given)
    spelt = {s for t in given.values() for s in spellings(t)}
    for term in lexicon:
        if term.pattern in replaced:
            if term.pattern in given:
                left.append(given.pop(term.pattern))
        elif term.pattern not in dropped:
            own = list(spellings(term))
            left += _rest(term, [s for s in own if s not in spelt]) if set(own) & spelt else [term]
    left += given.values()
    names = {c.name: c for c in lexicon.categories}
    for term in left:
        names.setdefault(term.category, Category(term.category))
    sources = dict(lexicon.sources)
    sources.update({t.source: "" for t in left if t.source and t.source not in sources})
    return replace(
        lexicon,
        terms=tuple(left),
        categories=tuple(names.values()),
        sources=sources,
        version=f"{lexicon.version}+changed" if version is None else version,
    )


def split_lexicon(lexicon: Lexicon) -> list[Lexicon]:
    """Make a lexicon of each category, so that a word may count for several.

    Inside one lexicon no word is counted twice. Lists in which a word belongs to several
    categories (LIWC's do) have their names joined by ``" + "`` when they are read; in the parts
    such a word stands in each of them.

    Parameters
    ----------
    lexicon : Lexicon
        What to take apart.

    Returns
    -------
    list of Lexicon
        One a category, called by the lexicon's name and its own.

    Examples
    --------
    >>> lexicon = Lexicon.from_terms({"anger + fear": ["threat"], "fear": ["dread"]}, name="moods")
    >>> [(part.name, len(part)) for part in split_lexicon(lexicon)]
    [('moods-anger', 1), ('moods-fear', 2)]
    """
    import re

    declared = {c.name: c for c in lexicon.categories}
    names = list(dict.fromkeys(n for t in lexicon for n in t.category.split(JOINER)))
    parts: dict[str, Lexicon] = {}
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", f"{lexicon.name}-{name}".lower()).strip("-")
        while slug in parts:
            slug += "-2"
        mine = [t for t in lexicon if name in t.category.split(JOINER)]
        loaded = [declared[t.category].loaded for t in mine]
        category = declared.get(name, Category(name, loaded=any(loaded)))
        parts[slug] = replace(
            lexicon,
            name=slug,
            categories=(category,),
            terms=tuple(replace(t, category=name) for t in mine),
        )
    return list(parts.values())
