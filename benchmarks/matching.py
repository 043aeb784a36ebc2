"""What does matching cost, and what do other ways of finding the same terms cost?

``python -m benchmarks.matching`` times, side by side in one process on whole AllSides articles:
many terms against few; our way, tokens included, against one alternation of ``re``; and against
scikit-learn's ``CountVectorizer`` with the same spellings as its vocabulary. Then it scores the
articles in full with few terms and with very many: those that the bundled lexicons do not have are
phrases of two or three words taken at random from other articles. Every figure is processor time,
the best of several rounds in which the ways take turns.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks._data import allsides_articles
from framing.lexicon import Lexicon, Term, resolve_lexicons
from framing.match import compile_terms, find_terms
from framing.patterns import Word
from framing.scores import score
from framing.tokens import tokenize

MOST, MANY, FEW = 30_000, 3000, 300
ROUNDS = 5


def main() -> None:
    """Print the times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300, help="how many to search")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of terms")
    arguments = parser.parse_args()
    texts = [a["text"] for a in allsides_articles(arguments.articles, every=50)]
    apart = {text[:200] for text in texts}
    others = [a["text"] for a in allsides_articles(2 * arguments.articles, every=31)]
    others = [text for text in others if text[:200] not in apart]
    lexicons = resolve_lexicons(None)
    many = draw(lexicons, MANY, arguments.seed)
    few = draw(lexicons, FEW, arguments.seed)
    tokens = tokenize(texts)
    matchers = {"many": compile_terms(many), "few": compile_terms(few)}
    most = [*lexicons, phrases(others, MOST - sum(map(len, lexicons)), arguments.seed)]
    corpus = pd.DataFrame({"id": range(len(texts)), "text": texts})
    alternation = one_alternation(many)
    vocabulary = spellings(many)
    vectorizer = CountVectorizer(
        vocabulary=vocabulary, ngram_range=(1, max(len(s.split()) for s in vocabulary))
    )
    sizes = {name: len(m.terms) for name, m in matchers.items()}
    ways: dict[str, Callable[[], object]] = {
        f"match {sizes['few']:,} terms": lambda: find_terms(tokens, matchers["few"]),
        f"match {sizes['many']:,} terms": lambda: find_terms(tokens, matchers["many"]),
        f"tokens and match {sizes['few']:,}": lambda: find_terms(tokenize(texts), matchers["few"]),
        f"tokens and match {sizes['many']:,}": lambda: find_terms(
            tokenize(texts), matchers["many"]
        ),
        "one alternation of re": lambda: sum(1 for t in texts for _ in alternation.finditer(t)),
        "CountVectorizer": lambda: vectorizer.transform(texts),
        f"score with {sizes['few']:,} terms": lambda: score(corpus, lexicons=few),
        f"score with {MOST:,} terms": lambda: score(corpus, lexicons=most),
    }
    seconds = {name: float("inf") for name in ways}
    for number in range(ROUNDS):
        for name, way in ways.items():
            # the alternation takes a hundred times as long: one round is exact enough
            if number and name == "one alternation of re":
                continue
            begin = time.process_time()
            way()
            seconds[name] = min(seconds[name], time.process_time() - begin)
    few_alone, many_alone, few_whole, ours, regex, counting, scored_few, scored_most = (
        seconds.values()
    )
    megabytes = sum(len(t.encode("utf-8", "surrogatepass")) for t in texts) / 1e6
    print(f"{len(texts)} articles, {megabytes:.1f} MB, {len(tokens):,} tokens; best of {ROUNDS}\n")
    for name, value in seconds.items():
        print(f"{name:24} {value * 1000:10.1f} ms {megabytes / value:8.1f} MB/s")
    print(f"\n{sizes['many']:,} terms against {sizes['few']:,}: {ours / few_whole:.2f} times")
    print(f"the same on texts that are tokens already: {many_alone / few_alone:.2f} times")
    print(f"one alternation of re against tokens and match: {regex / ours:.1f} times")
    print(f"CountVectorizer against tokens and match: {counting / ours:.1f} times")
    print(f"full scoring, {MOST:,} terms against {sizes['few']:,}: {scored_most / scored_few:.2f}")


def draw(lexicons: Sequence[Lexicon], number: int, seed: int) -> list[Lexicon]:
    """Choose so many terms of the lexicons at random, or all where there are fewer."""
    total = sum(len(x) for x in lexicons)
    chosen = np.zeros(total, bool)
    chosen[np.random.default_rng(seed).permutation(total)[:number]] = True
    drawn, at = [], 0
    for lexicon in lexicons:
        kept = [t for t, keep in zip(lexicon, chosen[at : at + len(lexicon)], strict=True) if keep]
        at += len(lexicon)
        if kept:
            drawn.append(replace(lexicon, terms=tuple(kept)))
    return drawn


def phrases(texts: Sequence[str], number: int, seed: int) -> Lexicon:
    """Make a lexicon of so many phrases of two or three words that stand in these texts."""
    tokens = tokenize(texts)
    generator = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        start = int(generator.integers(len(tokens) - 3))
        span = slice(start, start + int(generator.integers(2, 4)))
        if tokens.word[span].all() and np.ptp(tokens.sentence[span]) == 0:
            words = [tokens.types[i] for i in tokens.type[span]]
            if all(w.isalpha() for w in words):
                found[" ".join(words)] = None
    return Lexicon.from_terms(list(found), name="made")


def one_alternation(lexicons: Sequence[Lexicon]) -> re.Pattern[str]:
    """Write all terms as one regular expression, the longest first; exceptions are left out."""
    terms = sorted((t for x in lexicons for t in x), key=lambda t: -len(t.words))
    whole = "|".join(r"\s+".join(_choices(w) for w in t.words) for t in terms)
    return re.compile(rf"\b(?:{whole})\b", re.IGNORECASE)


def _choices(word: Word) -> str:
    parts = [re.escape(x) for x in word.literals] + [re.escape(s) + r"\w*" for s in word.stems]
    return f"(?:{'|'.join(parts)})"


def spellings(lexicons: Sequence[Lexicon]) -> list[str]:
    """Write every term out as n-grams; what only a ``*`` would find is left out."""

    def literal(term: Term) -> list[str]:
        return [" ".join(words) for words in product(*(w.literals for w in term.words))]

    return sorted({s for x in lexicons for t in x for s in literal(t)})


if __name__ == "__main__":
    main()
