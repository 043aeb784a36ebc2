"""Which articles cover the same event, and which are copies of another: `find_stories`.

Three steps, each on arrays over all articles in one canonical order (date, then id), so that the
order in which they are given cannot matter:

1. **Copies.** Each text becomes a set of hashed runs of words (shingles; Broder 1997), of which a
   fixed part is kept by hash, the same part in every text. Two articles are copies if the shorter
   shares three fifths of its runs with the other, not counting what an outlet prints over and over
   (captions, appeals, notes on the author).
2. **Likeness.** Title and opening become a TF-IDF vector. A pair of the same days is judged by how
   far its cosine lies above what is usual *among each one's nearest articles of those days*
   (Conneau et al. 2018 correct word vectors in that way). A plain cosine puts all of a busy topic
   into one story, and splits a quiet one.
3. **Agglomeration.** Groups are joined by average linkage, the best pair first, while the average
   likeness stays above a threshold and a group's dates within the window. Only pairs that are
   alike can start a join, so the work grows with their number and not with all pairs; the averages
   themselves are exact, read from sums of vectors.
"""

from __future__ import annotations

import heapq
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.corpus import CANONICAL_COLUMNS, CorpusSource, read_corpus
from framing.errors import CorpusError, FramingError, FramingWarning
from framing.parts import MANIFEST_NAME, ScoresFolder, open_scores
from framing.tokens import Tokens, tokenize

__all__ = ["find_stories"]

BAD_WINDOW = "window_days must be a whole number of days, 0 or more, found {value!r}"
BAD_THRESHOLD = "threshold must be a number from -1 to 1, found {value!r}"
NO_TEXT = (
    "none of the {count:,} articles has words in its title or text, so there is nothing to find "
    "stories by; fill in 'text'"
)
WARN_NO_DATES = (
    "no article has a date: stories are found by wording alone, and events that resemble each "
    "other, such as two elections, may be joined. Add a column 'date' if you can."
)

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]
BoolArray = npt.NDArray[np.bool_]

WINDOW_DAYS = 3
THRESHOLD = -0.01

_BATCH = 512
# A book or a log file in a corpus must not decide how long the others take.
_LONGEST = 30_000
_OPENING, _LEAD, _HEADING = 400, 50, 2
# Words in many articles tell nothing; in a small corpus half of the articles are many.
_COMMON_SHARE, _COMMON_COUNT = 0.2, 100
_NEAREST = 10
# What is usual among the nearest is kept within these, for quiet days and for stories that more
# than _NEAREST articles cover.
_LEAST_USUAL, _MOST_USUAL = 0.04, 0.2
_CELLS_AT_ONCE = 2**23

_SHINGLE = 4
_KEPT_OF = 4
_COPY = 0.6
_CANDIDATE = 0.15
_FEWEST_SHINGLES = 8
_FURNITURE = 3
_ODD = np.uint64(0x9E3779B97F4A7C15)

_PLAIN = re.compile(r"[^\W_]{2,}")
# Scripts that put no spaces between words are read by overlapping pairs of characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")


def find_stories(
    corpus: CorpusSource | ScoresFolder,
    *,
    window_days: int = WINDOW_DAYS,
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """Find which articles cover the same event, and which are copies of another.

    Parameters
    ----------
    corpus : path, DataFrame, records or ScoresFolder
        Whatever `read_corpus` reads, or a folder that `score_files` wrote: its parts hold titles
        and texts, and are read one at a time.
    window_days : int
        The dated articles of a story lie at most this many days apart. An article without a date
        may join any story.
    threshold : float
        How far the average cosine within a story must lie above what is usual among the nearest
        articles of the same days. Lower joins more, higher splits more.

    Returns
    -------
    pandas.DataFrame
        The corpus as `read_corpus` gives it, in the same order, with ``story`` and
        ``duplicate_of``. A story has the id of its earliest article for a name; an article
        without words has none. ``duplicate_of`` is the id of the earliest article of which this
        one is a copy, whole, cut or lightly edited, and missing for all others; a copy is in its
        original's story, whatever its date. Values that ``story`` had before are kept in
        ``story_original``. Of a folder, the canonical columns without ``text``.

    Raises
    ------
    CorpusError
        If the corpus cannot be read or no article has words.
    FramingError
        If a setting is not valid, or a folder of scores is not finished.

    Warns
    -----
    FramingWarning
        If no article has a date.

    Notes
    -----
    Nothing depends on the order of the rows, or on whether they come from a folder. Of a folder,
    one part's texts are in memory at a time, and a few kilobytes of each article (counts of the
    words of its opening, hashes of runs of its words). Texts of fewer than about forty words are
    not looked at for copies. Works for any language; scripts without spaces are compared by pairs
    of characters.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of
    Compression and Complexity of Sequences, 21-29.

    Conneau, A., Lample, G., Ranzato, M., Denoyer, L., and Jegou, H. (2018). Word translation
    without parallel data. ICLR.

    Examples
    --------
    >>> import framing
    >>> articles = framing.read_corpus(framing.example_corpus_folder())
    >>> found = find_stories(articles)
    >>> stories_of = found.groupby("story")["story_original"].nunique()
    >>> int(stories_of.max())
    1
    """
    whole = isinstance(window_days, int | np.integer) and not isinstance(window_days, bool)
    if not whole or window_days < 0:
        raise FramingError(BAD_WINDOW.format(value=window_days))
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not number or not -1 <= threshold <= 1:
        raise FramingError(BAD_THRESHOLD.format(value=threshold))
    source = _opened(corpus)
    given = _without_texts(source) if isinstance(source, ScoresFolder) else source
    order = _canonical_order(given)
    if isinstance(source, ScoresFolder):
        batches = _batches_of_parts(source, order)
    else:
        batches = _batches_of_table(source, order)
    words = _read_words(batches, len(given))
    articles = given.iloc[order]
    if not words.counts.nnz:
        raise CorpusError(NO_TEXT.format(count=len(given)))
    days = _days(articles["date"])
    if np.isnan(days).all():
        warnings.warn(WARN_NO_DATES, FramingWarning, stacklevel=2)
    own = _without_furniture(words, articles["outlet"], days, window_days)
    original = _find_copies(words.shingle_article[own], words.shingle[own], len(articles))
    first = np.flatnonzero((original < 0) & (np.diff(words.counts.indptr) > 0))
    vectors = _vectors(words.counts[first])
    usual, edges = _likeness(vectors, days[first], window_days, threshold)
    groups = _agglomerate(vectors, usual, edges, days[first], window_days, threshold)
    return _named(given, order, first, groups, original)


def _named(
    given: pd.DataFrame, order: IntArray, first: IntArray, groups: IntArray, original: IntArray
) -> pd.DataFrame:
    """Write the names in the order of the rows that were given."""
    ids = given["id"].to_numpy(object)[order]
    story = np.full(len(ids), None, object)
    story[first] = ids[first[groups]]
    copies = np.flatnonzero(original >= 0)
    story[copies] = story[original[copies]]
    copied = np.full(len(ids), None, object)
    copied[copies] = ids[original[copies]]
    result = given.copy()
    if given["story"].notna().any():
        result["story_original"] = given["story"]
    back = np.argsort(order)
    result["story"] = pd.Series(story[back], index=given.index, dtype=object)
    result["duplicate_of"] = pd.Series(copied[back], index=given.index, dtype=object)
    return result


def _canonical_order(corpus: pd.DataFrame) -> IntArray:
    """Earliest first, undated last, by id where dates agree."""
    keys = corpus[["date", "id"]].reset_index(drop=True)
    sorted_keys = keys.sort_values(["date", "id"], na_position="last", kind="stable")
    return np.asarray(sorted_keys.index, np.int64)


def _days(dates: pd.Series[Any]) -> npt.NDArray[np.float64]:
    whole = dates.to_numpy("datetime64[us]").astype("datetime64[D]")
    return np.where(np.isnat(whole), np.nan, whole.astype(np.int64))


# ------------------------------------------------------------------------------- texts -> arrays


@dataclass(frozen=True)
class _Batch:
    """Some articles: the place of each in the canonical order, and what is read of it."""

    place: IntArray
    titles: list[str]
    texts: list[str]


def _opened(corpus: CorpusSource | ScoresFolder) -> pd.DataFrame | ScoresFolder:
    if isinstance(corpus, ScoresFolder):
        return corpus
    if isinstance(corpus, str | Path) and Path(corpus, MANIFEST_NAME).is_file():
        return open_scores(corpus)
    return read_corpus(corpus)


def _without_texts(stored: ScoresFolder) -> pd.DataFrame:
    """All columns of the articles of a folder but their texts."""
    names = [name for name in CANONICAL_COLUMNS if name != "text"]
    corpus = stored.table("corpus", columns=names)
    return corpus[names]


def _batches_of_table(given: pd.DataFrame, order: IntArray) -> Iterator[_Batch]:
    for start in range(0, len(order), _BATCH):
        part = given.iloc[order[start : start + _BATCH]]
        place = np.arange(start, start + len(part))
        yield _Batch(place, _as_texts(part["title"]), _as_texts(part["text"]))


def _batches_of_parts(stored: ScoresFolder, order: IntArray) -> Iterator[_Batch]:
    place = np.argsort(order)
    done = 0
    for part in stored.texts():
        for start in range(0, len(part), _BATCH):
            some = part.iloc[start : start + _BATCH]
            here = place[done : done + len(some)]
            yield _Batch(here, _as_texts(some["title"]), _as_texts(some["text"]))
            done += len(some)


@dataclass(frozen=True)
class _Words:
    """What the texts become: weighted counts of words, and the shingles that are kept."""

    counts: Any  # scipy.sparse.csr_array, articles by words
    shingle_article: IntArray
    shingle: HashArray


def _read_words(batches: Iterable[_Batch], count: int) -> _Words:
    """Read articles in any order; the result depends on their places alone."""
    from scipy.sparse import csr_array

    known: dict[str, int] = {}
    hashes = np.zeros(0, np.uint64)
    rows, columns, counts, holders, shingles = [], [], [], [], []
    for batch in batches:
        size = len(batch.texts)
        tokens = tokenize(batch.titles + batch.texts)
        holder, word = _word_stream(tokens, known)
        hashes = _more_hashes(hashes, known)
        place = np.arange(len(holder)) - np.searchsorted(holder, holder)
        title = holder < size
        used = title | (place < _OPENING)
        weight = np.where(title, _HEADING, 1 + (place < _LEAD))[used]
        key, inverse = np.unique((holder % size << 32 | word)[used], return_inverse=True)
        # All batches are held: in as few bytes as they need.
        rows.append(batch.place[key >> 32].astype(np.int32))
        columns.append((key & 0xFFFFFFFF).astype(np.int32))
        counts.append(np.bincount(inverse, weights=weight).astype(np.float32))
        body = ~title
        article, shingle = _shingles(holder[body] - size, hashes[word[body]])
        holders.append(batch.place[article].astype(np.int32))
        shingles.append(shingle)
    # Words are numbered by their hash: which batch had them first must not decide how sums round.
    number = np.empty(len(hashes), np.int32)
    number[np.argsort(hashes, kind="stable")] = np.arange(len(hashes), dtype=np.int32)
    matrix = csr_array(
        (np.concatenate(counts), (np.concatenate(rows), number[np.concatenate(columns)])),
        shape=(count, max(len(known), 1)),
    )
    matrix.sort_indices()
    holder, shingle = np.concatenate(holders), np.concatenate(shingles)
    by_place = np.lexsort((shingle, holder))
    return _Words(matrix, holder[by_place].astype(np.int64), shingle[by_place])


def _as_texts(column: pd.Series[Any]) -> list[str]:
    return [value[:_LONGEST] if isinstance(value, str) else "" for value in column.tolist()]


def _word_stream(tokens: Tokens, known: dict[str, int]) -> tuple[IntArray, IntArray]:
    """Give each word's text and id, in order; what is new is added to the words that are known."""
    pieces = [_pieces(t) for t in tokens.types]
    flat = np.array([known.setdefault(p, len(known)) for some in pieces for p in some], np.int64)
    sizes = np.array([len(some) for some in pieces], np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    used = tokens.type[tokens.word]
    length = sizes[used]
    total = int(length.sum())
    within = np.arange(total) - np.repeat(np.cumsum(length) - length, length)
    word = flat[np.repeat(starts[used], length) + within]
    return np.repeat(tokens.article[tokens.word].astype(np.int64), length), word


def _pieces(word: str) -> list[str]:
    """Cut a token into what is compared: "state's" is "state", "l'heure" is "heure"."""
    if word.isascii() and word.isalnum():
        return [word] if len(word) > 1 else []
    pieces = []
    for piece in _PLAIN.findall(word):
        run = _UNSPACED.fullmatch(piece)
        pieces += [piece[i : i + 2] for i in range(len(piece) - 1)] if run else [piece]
    return pieces


def _more_hashes(hashes: HashArray, known: dict[str, int]) -> HashArray:
    new = list(known)[len(hashes) :]
    digests = b"".join(
        blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest() for word in new
    )
    return np.concatenate([hashes, np.frombuffer(digests, "<u8").astype(np.uint64)])


def _shingles(article: IntArray, word: HashArray) -> tuple[IntArray, HashArray]:
    """Hash each run of words within an article, and keep one in _KEPT_OF, once an article."""
    starts = max(len(word) - _SHINGLE + 1, 0)
    value = np.zeros(starts, np.uint64)
    for k in range(_SHINGLE):
        value = (value ^ word[k : k + starts]) * _ODD
        value ^= value >> np.uint64(29)
    whole = article[:starts] == article[len(article) - starts :]
    kept = whole & (value % np.uint64(_KEPT_OF) == 0)
    article, value = article[:starts][kept], value[kept]
    order = np.lexsort((value, article))
    article, value = article[order], value[order]
    new = np.ones(len(value), np.bool_)
    new[1:] = (value[1:] != value[:-1]) | (article[1:] != article[:-1])
    return article[new], value[new]


# --------------------------------------------------------------------------------------- copies


def _without_furniture(
    words: _Words, outlets: pd.Series[Any], days: npt.NDArray[np.float64], window: int
) -> BoolArray:
    """Mark the shingles that an outlet does not print in several articles on distant days."""
    outlet = pd.factorize(outlets)[0].astype(np.int64)
    article = words.shingle_article
    kept = np.ones(len(article), np.bool_)
    known = np.flatnonzero((outlet[article] >= 0) & ~np.isnan(days[article]))
    # By outlet and shingle, and within these by day, since articles are sorted by it.
    known = known[np.lexsort((article[known], words.shingle[known], outlet[article[known]]))]
    holder, shingle = outlet[article[known]], words.shingle[known]
    new = np.ones(len(known), np.bool_)
    new[1:] = (shingle[1:] != shingle[:-1]) | (holder[1:] != holder[:-1])
    start = np.flatnonzero(new)
    size = np.diff(start, append=len(known))
    day = days[article[known]]
    furniture = (size >= _FURNITURE) & (day[start + size - 1] - day[start] > window)
    kept[known[np.repeat(furniture, size)]] = False
    return kept


def _find_copies(article: IntArray, shingle: HashArray, count: int) -> IntArray:
    """Give each article the earliest that it copies, or -1. Articles are sorted."""
    original = np.full(count, -1, np.int64)
    first = np.searchsorted(article, np.arange(count + 1))
    size = np.diff(first)
    # The earlier of a pair comes first in each entry, and entries are sorted.
    for a, b in _candidates(article, shingle, size):
        mine, other = (shingle[first[i] : first[i + 1]] for i in (b, a))
        shared = len(np.intersect1d(mine, other, assume_unique=True))
        root = original[a] if original[a] >= 0 else a
        if shared >= _COPY * min(size[a], size[b]) and (original[b] < 0 or root < original[b]):
            original[b] = root
    return original


def _candidates(article: IntArray, shingle: HashArray, size: IntArray) -> list[tuple[int, int]]:
    """Pairs that may share enough: each holder of a shingle with its first and its last holder.

    Not with every other holder: what a thousand pages have in common would make a million pairs.
    """
    order = np.lexsort((article, shingle))
    article, shingle = article[order], shingle[order]
    again = np.flatnonzero(shingle[1:] == shingle[:-1]) + 1
    fresh = np.flatnonzero(np.concatenate([[True], shingle[1:] != shingle[:-1]]))
    opener = fresh[np.searchsorted(fresh, again, side="right") - 1]
    third = opener != again - 1
    a = np.concatenate([article[opener], article[again[third] - 1]])
    b = np.concatenate([article[again], article[again[third]]])
    key, shared = np.unique(b * len(size) + a, return_counts=True)
    b, a = np.divmod(key, len(size))
    least = np.minimum(size[a], size[b])
    likely = (least >= _FEWEST_SHINGLES) & (shared >= _CANDIDATE * least)
    return list(zip(a[likely].tolist(), b[likely].tolist(), strict=True))


# ------------------------------------------------------------------------------------- likeness


def _vectors(counts: Any) -> Any:
    """TF-IDF, without the words that many articles have."""
    from sklearn.feature_extraction.text import TfidfTransformer

    articles = counts.shape[0]
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    most = max(_COMMON_SHARE * articles, min(articles / 2, _COMMON_COUNT), 2)
    # A word that one article alone has makes it unlike all others, as it should.
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, held <= most])
    vectors.sort_indices()
    return vectors


def _likeness(
    vectors: Any, days: npt.NDArray[np.float64], window: int, threshold: float
) -> tuple[FloatArray, list[tuple[float, int, int]]]:
    """How like its nearest an article usually is, and the pairs that are more alike than that.

    A pair that exceeds the mean of both usual values exceeds the lower of them, so each row need
    only be searched above its own.
    """
    usual = np.zeros(vectors.shape[0], np.float32)
    ones, others, cosines = [], [], []
    for rows, columns in _blocks(days, window):
        cosine = (vectors[rows] @ vectors[columns].T).toarray()
        gap = np.abs(days[rows, None] - days[columns])
        cosine[gap > window] = 0
        cosine[rows[:, None] == columns] = 0
        nearest = min(_NEAREST, len(columns))
        top = np.partition(cosine, len(columns) - nearest, axis=1)[:, len(columns) - nearest :]
        mean = np.sort(top, axis=1).sum(1) / _NEAREST
        usual[rows] = np.clip(mean, _LEAST_USUAL, _MOST_USUAL)
        i, j = np.nonzero(cosine >= usual[rows, None] + threshold)
        ones.append(rows[i])
        others.append(columns[j])
        cosines.append(cosine[i, j])
    a, b = np.concatenate(ones), np.concatenate(others)
    value = np.concatenate(cosines) - (usual[a] + usual[b]) / 2
    low, high = np.minimum(a, b), np.maximum(a, b)
    enough = (value >= threshold) & (low != high)
    key, at = np.unique(low[enough] * len(usual) + high[enough], return_index=True)
    low, high = np.divmod(key, len(usual))
    strength = value[enough][at]
    return usual, list(zip(strength.tolist(), low.tolist(), high.tolist(), strict=True))


def _blocks(days: npt.NDArray[np.float64], window: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Rows, and the columns that lie within the window of any of them. Days are sorted."""
    dated = int(np.count_nonzero(~np.isnan(days)))
    undated = np.arange(dated, len(days))
    # For each dated row, where the days begin and end that it is compared with.
    begin = np.searchsorted(days[:dated], days[:dated] - window)
    end = np.searchsorted(days[:dated], days[:dated] + window, "right")
    start = 0
    while start < dated:
        width = end[start:] - begin[start] + len(undated)
        cells = width * np.arange(1, len(width) + 1)
        stop = start + max(1, int(np.searchsorted(cells, _CELLS_AT_ONCE, "right")))
        columns = np.concatenate([np.arange(begin[start], end[stop - 1]), undated])
        yield np.arange(start, stop), columns
        start = stop
    step = max(1, _CELLS_AT_ONCE // max(len(days), 1))
    for start in range(dated, len(days), step):
        yield np.arange(start, min(start + step, len(days))), np.arange(len(days))


# --------------------------------------------------------------------------------- agglomeration


def _agglomerate(
    vectors: Any,
    usual: FloatArray,
    edges: Sequence[tuple[float, int, int]],
    days: npt.NDArray[np.float64],
    window: int,
    threshold: float,
) -> IntArray:
    """Average linkage, the best pair first; gives each article the first of its group.

    The average cosine of two groups is the product of their sums of vectors, divided by both
    sizes. An average never exceeds the largest of what it is made of, so two groups without an
    edge between them are never joined, and no pair without one is looked at.
    """
    count = len(usual)
    parts = [slice(*vectors.indptr[i : i + 2]) for i in range(count)]
    sums = [(vectors.indices[p], vectors.data[p]) for p in parts]
    members = np.ones(count, np.int64)
    usuals = usual.astype(np.float64)
    earliest, latest = days.copy(), days.copy()
    joined = np.arange(count)
    neighbours: list[set[int]] = [set() for _ in range(count)]
    for _, a, b in edges:
        neighbours[a].add(b)
        neighbours[b].add(a)
    # Each entry carries the state of both groups, and is dropped where one has changed since.
    version = np.zeros(count, np.int64)
    heap = [(-value, a, b, 0, 0) for value, a, b in edges]
    heapq.heapify(heap)
    place = np.zeros(vectors.shape[1], np.float64)
    while heap:
        _, a, b, state_a, state_b = heapq.heappop(heap)
        if version[a] != state_a or version[b] != state_b:
            continue
        span = np.fmax(latest[a], latest[b]) - np.fmin(earliest[a], earliest[b])
        if span > window:
            continue
        # The group keeps the number of its first article, which is its earliest.
        earliest[a], latest[a] = np.fmin(earliest[a], earliest[b]), np.fmax(latest[a], latest[b])
        joined[b] = a
        members[a] += members[b]
        usuals[a] += usuals[b]
        version[a] += 1
        version[b] = -1
        np.add.at(place, sums[a][0], sums[a][1])
        np.add.at(place, sums[b][0], sums[b][1])
        columns = np.union1d(sums[a][0], sums[b][0])
        sums[a], sums[b] = (columns, place[columns]), (columns[:0], place[:0])
        near = (neighbours[a] | neighbours[b]) - {a, b}
        neighbours[a], neighbours[b] = near, set()
        for c in sorted(near):
            neighbours[c].discard(b)
            neighbours[c].add(a)
            cosine = float(place[sums[c][0]] @ sums[c][1]) / (members[a] * members[c])
            value = cosine - (usuals[a] / members[a] + usuals[c] / members[c]) / 2
            if value >= threshold:
                low, high = min(a, c), max(a, c)
                entry = (-value, low, high, int(version[low]), int(version[high]))
                heapq.heappush(heap, entry)
        place[columns] = 0
    for i in range(count):  # what a group was joined to stands before it, and is settled
        joined[i] = joined[joined[i]]
    return joined
