"""The matcher against a slow, obvious one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.lexicon import Lexicon, Term
from framing.match import NEAR_REACH, compile_terms, find_terms
from framing.patterns import parse_pattern
from framing.tokens import tokenize


def found(text: str, *lexicons: Lexicon) -> list[tuple[str, str]]:
    tokens, matcher = tokenize([text]), compile_terms(lexicons)
    matches = find_terms(tokens, matcher)
    return [
        (
            matcher.terms[t].pattern,
            text[tokens.start[i] : tokens.end[i + n - 1]],
        )
        for i, n, t in zip(matches.token, matches.length, matches.term, strict=True)
    ]


def slow(text: str, lexicon: Lexicon) -> list[tuple[str, int, int]]:
    """Every term at every token, then leftmost, longest, first: as one would do it by hand."""
    tokens = tokenize([text])
    words = [tokens.types[i] for i in tokens.type]

    def word_fits(word: str, part: str) -> bool:
        return any(
            re.fullmatch(
                re.escape(c[:-1]) + ".*" if c.endswith("*") else f"{re.escape(c)}('s)?", word
            )
            is not None
            for c in part.split("|")
        )

    def at(pattern: str, i: int) -> int:
        parts = pattern.split()
        span = words[i : i + len(parts)]
        same = len({int(s) for s in tokens.sentence[i : i + len(parts)]}) == 1
        if len(span) == len(parts) and same and all(map(word_fits, span, parts)):
            return len(parts)
        hyphens = len(parts) > 1 and all("*" not in p for p in parts[:-1])
        pieces = words[i].split("-")
        if hyphens and len(pieces) == len(parts) and all(map(word_fits, pieces, parts)):
            exact = all(not a.endswith("'s") for a in pieces[:-1])
            return int(exact)
        return 0

    def near(neighbours: tuple[str, ...], i: int, length: int) -> bool:
        """Look at every token of every place of every neighbour."""
        hit = range(i, i + length)
        return any(
            place
            and not set(place) & set(hit)
            and tokens.sentence[place[0]] == tokens.sentence[i]
            and min(abs(a - b) for a in place for b in hit) <= NEAR_REACH
            for neighbour in neighbours
            for place in (range(j, j + at(neighbour, j)) for j in range(len(words)))
        )

    candidates = []
    for order, term in enumerate(lexicon.terms):
        for i in range(len(words)):
            length = at(term.pattern, i)
            if length and not any(
                j <= i and i + length <= j + at(e, j) for e in term.exceptions for j in range(i + 1)
            ):
                if term.near and not near(term.near, i, length):
                    continue
                candidates.append((i, -length, order))
    result, free = [], 0
    for i, negative, order in sorted(candidates):
        if i >= free:
            result.append((lexicon.terms[order].pattern, i, -negative))
            free = i - negative
    return result


WORDS = st.sampled_from(
    [
        "war",
        "wars",
        "warring",
        "proxy",
        "proxy-war",
        "tax",
        "regime",
        "regime's",
        "regimes",
        "north",
        ". North",
        ",",
    ]
)
TERMS = st.lists(
    st.sampled_from(
        [
            Term("war"),
            Term("war*"),
            Term("proxy war"),
            Term("proxy war*"),
            Term("proxy|tax regime|war"),
            Term("regime", exceptions=("tax regime", "tax regime war")),
            Term("tax regime"),
            Term("war regime", exceptions=("proxy war regime",)),
            Term("war", near=("tax",)),
            Term("regimes", near=("tax regime", "proxy")),
            Term("regime", exceptions=("tax regime",), near=("war*", "proxy war")),
            Term("proxy war", near=("north north", "regime's")),
        ]
    ),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(st.lists(WORDS, max_size=30), TERMS)
@settings(max_examples=400, deadline=None)
def test_agrees_with_the_slow_matcher(words: list[str], terms: list[Term]) -> None:
    # the last word of a phrase may be open-ended, so two terms may spell alike: that is refused
    try:
        lexicon = Lexicon.from_terms(terms)
    except ValueError:
        return
    text = " ".join(words)
    tokens, matcher = tokenize([text]), compile_terms([lexicon])
    matches = find_terms(tokens, matcher)
    fast = [
        (matcher.terms[t].pattern, int(i), int(n))
        for i, n, t in zip(matches.token, matches.length, matches.term, strict=True)
    ]
    assert fast == slow(text, lexicon)


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("A proxy war began.", ["war", "proxy war"], ["proxy war"]),
        ("The regime’s men and the regime's tanks", ["regime"], ["regime’s", "regime's"]),
        ("warfare, wars, Warsaw", ["war", "wars"], ["wars"]),
        ("Don’t panic", ["don't panic"], ["Don’t panic"]),
        ("a proxy, war", ["proxy war"], []),
        ("It was a proxy. War came.", ["proxy war"], []),
        ("bombs and bombed", ["bomb|bombs|bombed"], ["bombs", "bombed"]),
        ("U.S.-backed forces", ["u.s.-backed"], ["U.S.-backed"]),
        ("AN INVASION", ["invasion"], ["INVASION"]),
    ],
)
def test_finds_whole_tokens(text: str, terms: list[str], expected: list[str]) -> None:
    assert [place for _, place in found(text, Lexicon.from_terms(terms))] == expected


def test_case_is_held_to_where_asked() -> None:
    lexicon = Lexicon.from_terms([Term("Savage", case_sensitive=True), Term("the Front")])
    assert found("Savage, savage; the front", lexicon) == [
        ("Savage", "Savage"),
        ("the Front", "the front"),
    ]


def test_an_exception_hides_its_own_term_only() -> None:
    lexicon = Lexicon.from_terms([Term("regime", exceptions=("tax regime*",)), Term("tax")])
    assert found("the tax regime, a regime", lexicon) == [("tax", "tax"), ("regime", "regime")]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("The union called a strike.", True),
        ("A strike, said the union.", True),
        ("A strike hit the town. The union had no part in it.", False),
        ("A strike " + "so " * (NEAR_REACH - 1) + "union", True),
        ("A strike " + "so " * NEAR_REACH + "union", False),
        ("A union " + "so " * (NEAR_REACH - 1) + "strike", True),
        ("A union " + "so " * NEAR_REACH + "strike", False),
        ("A strike at the lazy-picket line", True),
        ("A strike", False),
    ],
)
def test_a_required_neighbour_decides(text: str, counted: bool) -> None:
    term = Term("strike", near=("union|unions", "lazy picket"))
    assert bool(found(text, Lexicon.from_terms([term]))) == counted


def test_senses_of_one_spelling_are_told_apart_by_neighbours() -> None:
    labour = Term("strike", category="labour", near=("union",))
    attack = Term("strike", category="attack", near=("missile",))
    lexicon = Lexicon.from_terms([labour, attack])
    text = "The union voted to strike. A missile strike hit. A third strike came."
    tokens = tokenize([text])
    matches = find_terms(tokens, compile_terms([lexicon]))
    assert [lexicon.terms[t].category for t in matches.term] == ["labour", "attack"]


def test_a_term_without_its_neighbour_hides_no_other() -> None:
    lexicon = Lexicon.from_terms([Term("air strike", near=("union",)), Term("strike")])
    assert found("an air strike", lexicon) == [("strike", "strike")]


def test_agency_phrases_are_plain_patterns() -> None:
    lexicon = Lexicon.from_terms(
        ["officer-involved", "were|was killed", "clashes erupted|broke", "mistakes were made"]
    )
    text = "Mistakes were made: an officer-involved shooting; clashes broke out, ten were killed."
    assert [place for _, place in found(text, lexicon)] == [
        "Mistakes were made",
        "officer-involved",
        "clashes broke",
        "were killed",
    ]


def test_lexicons_do_not_hide_each_other() -> None:
    one = Lexicon.from_terms(["war"], name="one")
    two = Lexicon.from_terms(["proxy war"], name="two")
    assert found("a proxy war", one, two) == [("proxy war", "proxy war"), ("war", "war")]


def test_negation_is_seen_in_the_sentence_only() -> None:
    tokens = tokenize(["There was no massacre. Never. A massacre it was."])
    matches = find_terms(tokens, compile_terms([Lexicon.from_terms(["massacre"])]))
    assert matches.negated.tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("There was no massacre.", True),
        ("There is no evidence of a massacre.", True),
        ("It could not be called a massacre.", True),
        ("Nobody called it a massacre.", True),
        ("It isn’t a “massacre”.", True),
        ("It was not the first massacre.", True),
        ("No, it was a massacre.", False),
        ("The talks did not end; the massacre went on.", False),
        ("Not only a massacre was planned.", False),
        ("No doubt the massacre was planned.", False),
        ("No wonder the massacre was filmed.", False),
        ("They did not say when and where the massacre was.", False),
        ("The massacre was not filmed.", False),
    ],
)
def test_a_negation_is_of_its_clause(text: str, negated: bool) -> None:
    lexicon = Lexicon.from_terms(["massacre"])
    assert find_terms(tokenize([text]), compile_terms([lexicon])).negated.tolist() == [negated]


def test_nothing_to_find() -> None:
    matcher = compile_terms([Lexicon.from_terms(["war"])])
    assert len(find_terms(tokenize([]), matcher)) == 0
    assert len(find_terms(tokenize(["", "\n", "peace"]), matcher)) == 0


def test_pattern_words_are_folded() -> None:
    assert parse_pattern("Don’t") == parse_pattern("don't")
