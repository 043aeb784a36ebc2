"""A hundred hits of a term in real articles, drawn by a seed, to be read before it is trusted.

``python -m benchmarks.term_hits LEXICON TERM ...`` prints the draw: what a reader of
``term_judgements.csv`` saw, and what somebody who doubts it can read again. ``--seed`` makes a
fresh draw, as it was made after a term was mended. ``--frequent N`` lists the N most frequent
terms instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from benchmarks._data import allsides_articles
from framing import Lexicon
from framing.lexicon import resolve_lexicons
from framing.match import Matcher, compile_terms, find_terms
from framing.tokens import tokenize

# Every fourth article of 29,328: all outlets, 7,332 articles, seven million words.
EVERY = 4
NUMBER = 100
# Words shown on each side of a hit.
AROUND = 12
_BATCH = 250
_BEFORE = 200


@dataclass(frozen=True)
class Hits:
    """All hits of the terms of `matcher` in `texts`: columns article, start, end, term."""

    texts: tuple[str, ...]
    matcher: Matcher
    table: npt.NDArray[np.int64]

    def position(self, lexicon: str, pattern: str) -> int:
        """Find the place of a term among the matcher's."""
        for i, term in enumerate(self.matcher.terms):
            if self.name(i) == lexicon and term.pattern == pattern:
                return i
        raise SystemExit(f"lexicon {lexicon!r} has no term {pattern!r}; give the pattern whole")

    def name(self, term: int) -> str:
        """Name the lexicon of a term."""
        return self.matcher.lexicons[self.matcher.lexicon_of[term]].name

    def of(self, term: int) -> npt.NDArray[np.int64]:
        """List the hits of one term."""
        return self.table[self.table[:, 3] == term]


def main() -> None:
    """Print a draw, or the most frequent terms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lexicon", nargs="?", help="name or folder of a lexicon; default: all")
    parser.add_argument("term", nargs="*", help="patterns, written as in terms.csv")
    parser.add_argument("--number", type=int, default=NUMBER, help="hits to draw of each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--frequent", type=int, default=50, help="terms to list")
    arguments = parser.parse_args()
    lexicons = resolve_lexicons([arguments.lexicon] if arguments.lexicon else None)
    hits = find_hits([a["text"] for a in allsides_articles(every=EVERY)], lexicons)
    if not arguments.term:
        count = np.bincount(hits.table[:, 3], minlength=len(hits.matcher.terms))
        for i in np.argsort(-count, kind="stable")[: arguments.frequent]:
            term = hits.matcher.terms[i]
            print(count[i], hits.name(i), term.category, term.pattern, sep="\t")
    for pattern in arguments.term:
        every = hits.of(hits.position(lexicons[0].name, pattern))
        drawn = draw(every, arguments.number, f"{lexicons[0].name} {pattern}", arguments.seed)
        print(f"== {lexicons[0].name} {pattern}: {len(drawn)} of {len(every):,} hits")
        for number, (article, start, end, _) in enumerate(drawn, start=1):
            print(f"{number:3} {in_context(hits.texts[article], start, end)}")


def find_hits(texts: Sequence[str], lexicons: Sequence[Lexicon]) -> Hits:
    """Find all terms of the lexicons in all texts, whoever says them."""
    matcher = compile_terms(lexicons)
    found = [np.zeros((0, 4), np.int64)]
    for first in range(0, len(texts), _BATCH):
        tokens = tokenize(list(texts[first : first + _BATCH]))
        matches = find_terms(tokens, matcher)
        start, last = matches.token, matches.token + matches.length - 1
        found.append(
            np.column_stack(
                [
                    tokens.article[start] + first,
                    tokens.start[start],
                    tokens.end[last],
                    matches.term,
                ]
            ).astype(np.int64)
        )
    return Hits(tuple(texts), matcher, np.concatenate(found))


def draw(
    hits: npt.NDArray[np.int64], number: int, name: str, seed: int = 0
) -> npt.NDArray[np.int64]:
    """Draw hits without replacement; `name` gives each term a draw of its own."""
    if len(hits) <= number:
        return hits
    random = np.random.default_rng([seed, crc32(name.encode())])
    return hits[np.sort(random.choice(len(hits), number, replace=False))]


def in_context(text: str, start: int, end: int, around: int = AROUND) -> str:
    """Show a hit in brackets, with words on each side."""
    before = text[max(0, start - _BEFORE) : start].split()[-around:]
    after = text[end : end + _BEFORE].split()[:around]
    return " ".join([*before, f"[{' '.join(text[start:end].split())}]", *after])


if __name__ == "__main__":
    main()
