"""Questions to lexicons: where a word stands in them, how two versions differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from framing.errors import LexiconError
from framing.lexicon import Lexicon, Term
from framing.patterns import Word, parse_pattern

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["diff_lexicons", "search_terms"]

NO_WORD = "give a word to search for, found {value!r}"

_FOUND = "lexicon term category weight referent stance neutral note source".split()
_CHANGES = "change what field old new".split()


def search_terms(word: str, *, lexicons: Sequence[Lexicon]) -> pd.DataFrame:
    """Find the terms that a word or phrase would touch.

    Parameters
    ----------
    word : str
        A word or phrase, in the syntax of patterns: *strike*, *air strike*, *migrat\\**.
    lexicons : sequence of Lexicon
        Where to look.

    Returns
    -------
    pandas.DataFrame
        Terms whose pattern holds it, or whose referent has it in its name:
        ``lexicon term category weight referent stance neutral note source``.

    Raises
    ------
    LexiconError
        If `word` holds no word of running text.

    Examples
    --------
    >>> lexicon = Lexicon.from_terms(["air strike|strikes", "strike", "truce"])
    >>> search_terms("strikes", lexicons=[lexicon])["term"].tolist()
    ['air strike|strikes']
    """
    import pandas as pd

    if not word.strip():
        raise LexiconError(NO_WORD.format(value=word))
    wanted = parse_pattern(word)
    plain = word.strip().lower()
    rows = [
        {
            "lexicon": lexicon.name,
            "term": t.pattern,
            **{c: getattr(t, c) for c in _FOUND[2:]},
        }
        for lexicon in lexicons
        for t in lexicon
        if _touches(t.words, wanted) or plain in (t.referent or "").lower().split()
    ]
    return pd.DataFrame(rows, columns=_FOUND)


def _touches(words: tuple[Word, ...], wanted: tuple[Word, ...]) -> bool:
    return any(
        all(a.could_match(b) for a, b in zip(words[i:], wanted, strict=False))
        for i in range(len(words) - len(wanted) + 1)
    )


def diff_lexicons(old: Lexicon, *, new: Lexicon) -> pd.DataFrame:
    """Say how two lexicons, or two versions of one, differ.

    Parameters
    ----------
    old, new : Lexicon
        What is compared. Terms are the same where their pattern, their case and the neighbours
        that they ask for are.

    Returns
    -------
    pandas.DataFrame
        A row for each difference: ``change`` (``added``, ``removed``, ``changed``), ``what`` (a
        term's pattern, or ``card``, or a category or source), the ``field``, ``old`` and ``new``.

    Examples
    --------
    >>> old, new = (Lexicon.from_terms(terms) for terms in (["war", "truce"], ["war", "peace"]))
    >>> diff_lexicons(old, new=new)[["change", "what"]].to_numpy().tolist()
    [['removed', 'truce'], ['added', 'peace']]
    """
    import pandas as pd

    rows: list[tuple[str, str, str, Any, Any]] = []
    for key in ("name", "version", "language", "licence", "description", "weights"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            rows.append(("changed", "card", key, before, after))
    rows += _changes(
        {f"category {c.name}": {"meaning": c.meaning, "loaded": c.loaded} for c in old.categories},
        {f"category {c.name}": {"meaning": c.meaning, "loaded": c.loaded} for c in new.categories},
    )
    rows += _changes(
        {f"source {k}": {"citation": v} for k, v in old.sources.items()},
        {f"source {k}": {"citation": v} for k, v in new.sources.items()},
    )
    rows += _changes(_terms(old), _terms(new))
    return pd.DataFrame(rows, columns=_CHANGES)


def _terms(lexicon: Lexicon) -> dict[Any, dict[str, Any]]:
    return {
        (t.pattern, t.case_sensitive, t.near): {f.name: getattr(t, f.name) for f in fields(Term)}
        for t in lexicon
    }


def _changes(
    old: dict[Any, dict[str, Any]], new: dict[Any, dict[str, Any]]
) -> list[tuple[str, str, str, Any, Any]]:
    def name(key: Any) -> str:
        return key if isinstance(key, str) else key[0]

    rows: list[tuple[str, str, str, Any, Any]] = []
    rows += [("removed", name(key), "", None, None) for key in old if key not in new]
    rows += [("added", name(key), "", None, None) for key in new if key not in old]
    rows += [
        ("changed", name(key), field, before, new[key][field])
        for key in old
        if key in new
        for field, before in old[key].items()
        if before != new[key][field]
    ]
    return rows
