"""Speech and thought that is reported without marks, found by a trained linear tagger.

Three steps, all of them integers gathered from tables and added, for many articles at once:

1. Each marked span is folded to one pseudo-token, so that *"...," he said* is three tokens long.
2. Four heads score every token as a word of a cue, a word of a source, the first and the last token
   of what is reported.
3. Cues that the heads found divide the text, with commas, clause words and marks, into *cells*.
   What a cell's tokens share (the cue before and after, what stands between) is scored once a cell,
   the rest once a token. The best sequence of states is found per sentence.

Sums are of small integers and everything else is elementwise, so the result for a text is the same
whatever else is in the batch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.model_files import read_arrays, write_arrays
from framing.tokens import Tokens

__all__ = ["Reported", "ReportedTagger", "find_reported", "load_tagger", "save_tagger"]

WRONG_KIND = "{path}: a model of kind {found!r}, where {valid!r} is needed"
WRONG_LENGTH = "inside must have one value a token: {tokens} tokens, {found} values"
UNKNOWN_FIELD = "template {template!r}: field {field!r} is unknown"

KIND = "reported speech"
MODEL_FOLDER = Path(__file__).parent / "models" / "voice"
HEADS: Final = ("cue", "source", "start", "end")
"""What the heads of the first stage find."""

_Scalar = TypeVar("_Scalar", bound=np.generic)
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

_BLOCK = 40_000
# Pseudo-tokens: beyond an article, between sentences, between paragraphs, marked spans.
_PAD, _SENTENCE, _PARAGRAPH, _QUOTE = range(4)
_PSEUDO = _QUOTE + 18
_PADDING = 6
_NONE = np.uint32(0x5BD1E995)
_FAR = np.uint32(20)
_OUTSIDE = np.uint32(15)
_AT_CUE = np.uint32(15)

_MARKS = (";", ":", "–", "—", "--", "-", "(", ")", "...", "…")
_CLAUSE_WORDS = (
    "after although and as because before but how if or since so than that though unless until "
    "what when where whereas whether which while who whom whose why"
).split()
# Never the word that a cue of several words is known by.
_LIGHT_WORDS = (
    "a an and are as at be been being by for from had has have he her his in is it its not of on "
    "or out she that the their they to up was were will with would"
).split()
_LIGHT = 40

# Head scores travel between the stages as eighths of log odds, from -64 to 63.
_EIGHTHS = 8
_LOWEST, _HIGHEST = -64, 63
_EDGES = (-40, -32, -24, -18, -12, -6, 0, 6, 13, 24)
_LEVELS = np.searchsorted(_EDGES, np.arange(_LOWEST, _HIGHEST + 1), "right").astype(np.uint32)
_CUE_FROM, _EDGE_FROM = -14, -12
_FAINT_CUE = -24
# Decoding counts in sixty-fourths of log odds.
_UNIT = 64


def _table(edges: Sequence[int]) -> Words:
    return np.searchsorted(edges, np.arange(64), "right").astype(np.uint32)


_DISTANCES = _table([1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45])
_COUNTS = _table([1, 2, 3, 5])
_ORDINALS = _table([1, 2, 3, 4, 6, 10, 20])


def _bucket(table: Words, values: npt.NDArray[Any]) -> Words:
    result: Words = table.take(np.clip(values, 0, 63))
    return result


def _mix(values: npt.NDArray[Any]) -> Words:
    """Scramble integers to 32 bits."""
    z = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


def _shift(values: npt.NDArray[_Scalar], offset: int) -> npt.NDArray[_Scalar]:
    """Values `offset` places on; the padding at both ends makes the edges harmless."""
    if offset == 0:
        return values
    result = np.empty_like(values)
    if offset > 0:
        result[:-offset] = values[offset:]
        result[-offset:] = values[-1]
    else:
        result[-offset:] = values[:offset]
        result[:-offset] = values[0]
    return result


# ---------------------------------------------------------------- templates


@dataclass(frozen=True)
class _Part:
    field: str
    offset: int | None


@dataclass(frozen=True)
class _Template:
    """Fields taken together, and the odd multipliers that hash them; both follow from the text."""

    text: str
    parts: tuple[_Part, ...]
    seed: int
    multipliers: tuple[int, ...]

    @property
    def window(self) -> int | None:
        """The one offset of a template that looks at a single token's word, if it does."""
        offsets = {part.offset for part in self.parts}
        fields = {part.field for part in self.parts}
        if len(offsets) == 1 and fields <= _TYPE_FIELDS:
            return offsets.pop()
        return None


_TYPE_FIELDS = frozenset({"w", "s2", "s3", "p4", "k", "c", "d", "sh", "cap"})
_PART = re.compile(r"(.*?)([+-]\d+)?")


@cache
def _template(text: str) -> _Template:
    parts = []
    for item in text.split():
        match = _PART.fullmatch(item)
        assert match is not None
        parts.append(_Part(match[1], int(match[2]) if match[2] else None))
    random = _mix(np.arange(len(parts) + 1) + (crc32(text.encode()) << 5))
    return _Template(text, tuple(parts), int(random[0]), tuple(int(r) | 1 for r in random[1:]))


def _rows(template: _Template, values: Sequence[Words], bits: int) -> Words:
    """The row of the weight table for each combination of values: multilinear hashing."""
    total = values[0] * np.uint32(template.multipliers[0])
    total += np.uint32(template.seed)
    for value, multiplier in zip(values[1:], template.multipliers[1:], strict=True):
        total += value * np.uint32(multiplier)
    total >>= np.uint32(32 - bits)
    return total


# ---------------------------------------------------------------- types and the folded sequence


class _Types:
    """What depends on a word alone, pseudo-tokens included: hashes, affixes, clusters, classes."""

    def __init__(self, tokens: Tokens, clusters: Mapping[str, npt.NDArray[Any]]) -> None:
        count = self.count = len(tokens.types)
        pseudo = _mix(np.arange(1, _PSEUDO + 1) * 7919)
        word = (tokens.type_hash >> np.uint64(32)).astype(np.uint32)
        suffix2, suffix3, prefix4, digit = _letters(tokens.types)
        shape = _mix(tokens.type_is_word.astype(np.int64) + 2 * digit)
        fields = {"w": word, "s2": suffix2, "s3": suffix3, "p4": prefix4, "sh": shape}
        known = clusters["hash"]
        at = np.searchsorted(known, word)
        at[at == len(known)] = 0
        found = known[at] == word
        for name in ("k", "c", "d"):
            fields[name] = np.where(found, _mix(clusters[name][at].astype(np.int64) + 1000), shape)
        self.fields = {name: np.concatenate([v, pseudo]) for name, v in fields.items()}
        ids = tokens.type_id

        def among(names: Iterable[str]) -> Bools:
            result = np.zeros(count + _PSEUDO, bool)
            result[[ids[name] for name in names if name in ids]] = True
            return result

        self.comma, self.mark, self.that = among([","]), among(_MARKS), among(["that"])
        self.light = among(_LIGHT_WORDS)
        self.clause, self.stop = among(_CLAUSE_WORDS), among([".", "?", "!"])
        kind = np.arange(count + _PSEUDO) - count
        self.quote, self.bound = kind >= _QUOTE, (kind >= 0) & (kind < _QUOTE)
        self.final = self.comma + 2 * (self.stop | among(["...", "…"])) + among(["–", "—", "--"])

    @cached_property
    def _by_case(self) -> dict[str, Words]:
        fields = {name: np.repeat(v, 2) for name, v in self.fields.items()}
        fields["cap"] = np.arange(2 * (self.count + _PSEUDO), dtype=np.uint32) & np.uint32(1)
        return fields

    def rows(self, template: _Template, bits: int) -> Words:
        """Rows of a template that looks at one token, for each type with and without a capital."""
        return _rows(template, [self._by_case[p.field] for p in template.parts], bits)


def _letters(types: Sequence[str]) -> tuple[Words, Words, Words, Bools]:
    length = np.fromiter(map(len, types), np.int64, len(types))
    codes = np.frombuffer("".join(types).encode("utf-32-le", "surrogatepass"), np.uint32)
    end = np.cumsum(length)
    start = end - length

    def letter(place: npt.NDArray[np.int64], there: Bools) -> npt.NDArray[np.uint64]:
        return np.where(there, codes[np.clip(place, 0, len(codes) - 1)], 0).astype(np.uint64)

    last = [letter(end - k, length >= k) for k in (1, 2, 3)]
    first = [letter(start + k, length > k) for k in range(4)]
    prime = np.uint64(1_000_003)
    suffix = last[0] * prime + last[1]
    prefix = ((first[0] * prime + first[1]) * prime + first[2]) * prime + first[3]
    digit: Bools = (first[0] >= ord("0")) & (first[0] <= ord("9"))
    return _mix(suffix), _mix(suffix * prime + last[2]), _mix(prefix), digit


class _Sequence:
    """Some articles as one sequence: marked spans folded, sentences and articles divided."""

    def __init__(self, tokens: Tokens, inside: Ints, types: _Types, first: int, last: int) -> None:
        low, high = int(tokens.first_token[first]), int(tokens.first_token[last])
        n, pseudo = high - low, types.count
        span, article = inside[low:high], tokens.article[low:high]
        sentence, type_, capital = (
            tokens.sentence[low:high],
            tokens.type[low:high],
            tokens.capital[low:high],
        )
        marked = span >= 0
        opens = marked.copy()
        opens[1:] &= (span[1:] != span[:-1]) | (article[1:] != article[:-1])
        keep = np.flatnonzero(~marked | opens)
        # the last token that each kept one stands for
        until = np.append(keep[1:], n) - 1
        starts = np.ones(len(keep), bool)
        starts[1:] = article[keep[1:]] != article[keep[:-1]]
        breaks = starts.copy()
        breaks[1:] |= sentence[keep[1:]] != sentence[until[:-1]]
        room = breaks.astype(np.intp)
        room[starts] = _PADDING
        place = np.cumsum(room) + np.arange(len(keep))
        self.size = int(place[-1]) + 1 + _PADDING
        self.type = np.full(self.size, pseudo + _PAD, np.intp)
        inner = breaks & ~starts
        newline = tokens.newlines[low:high][keep] > 0
        self.type[place[inner] - 1] = pseudo + _SENTENCE
        self.type[place[inner & newline] - 1] = pseudo + _PARAGRAPH
        kept = type_[keep].astype(np.intp)
        folded = marked[keep]
        at = np.flatnonzero(folded)
        a, b = keep[at], until[at]
        words = np.zeros(n + 1, np.int32)
        np.cumsum(tokens.word[low:high], out=words[1:])
        count = words[b + 1] - words[a]
        # what the quotation ends with, whether its mark is one token or two
        ending = types.final[type_[np.maximum(b - 1, a)]]
        ending = np.where(ending > 0, ending, types.final[type_[np.maximum(b - 2, a)]])
        length = (count > 3).astype(np.intp) + (count > 9)
        kept[at] = pseudo + _QUOTE + length * 6 + ending * 2 + capital[np.minimum(a + 1, b)]
        self.type[place] = kept
        self.token = np.full(self.size, -1, np.intp)
        self.token[place[~folded]] = keep[~folded] + low
        self.real = self.token >= 0
        upper = np.zeros(self.size, bool)
        upper[place] = capital[keep] & ~folded
        self.case = self.type * 2 + upper
        self.quote, self.bound = types.quote[self.type], types.bound[self.type]


# ---------------------------------------------------------------- first stage


def head_rows(
    types: _Types, sequence: _Sequence, templates: Sequence[_Template], bits: int
) -> Iterator[Words]:
    """Give, template by template, each place's row of the heads' weight table (for training)."""
    for template in templates:
        if template.window is not None:
            yield types.rows(template, bits)[_shift(sequence.case, template.window)]
        else:
            yield _rows(template, _neighbours(types, sequence, template, {}), bits)


def _neighbours(
    types: _Types, sequence: _Sequence, template: _Template, seen: dict[tuple[str, int], Words]
) -> list[Words]:
    found = []
    for part in template.parts:
        offset = part.offset or 0
        key = (part.field, offset)
        if key not in seen:
            if part.field == "cap":
                seen[key] = _shift((sequence.case & 1).astype(np.uint32), offset)
            elif part.field in types.fields:
                seen[key] = types.fields[part.field][_shift(sequence.type, offset)]
            else:
                raise ModelError(UNKNOWN_FIELD.format(template=template.text, field=part.field))
        found.append(seen[key])
    return found


@dataclass(frozen=True)
class _WindowTables:
    """Scores of all templates that look at one token, by offset and by type and case."""

    tables: dict[int, npt.NDArray[Any]]

    @classmethod
    def build(
        cls, types: _Types, templates: Sequence[_Template], weights: npt.NDArray[Any]
    ) -> _WindowTables:
        bits = _bits(weights)
        tables: dict[int, npt.NDArray[Any]] = {}
        for template in templates:
            if template.window is None:
                continue
            got = weights.take(types.rows(template, bits))
            if template.window in tables:
                tables[template.window] += got
            else:
                tables[template.window] = got
        return cls(tables)

    def add(self, sequence: _Sequence, total: npt.NDArray[Any]) -> None:
        for offset, table in self.tables.items():
            total += table.take(_shift(sequence.case, offset))


def _bits(weights: npt.NDArray[Any]) -> int:
    return len(weights).bit_length() - 1


# ---------------------------------------------------------------- second stage: fields


def _running_maximum(group: Ints, values: Words, *, backwards: bool = False) -> Words:
    """Maximum so far of small numbers within groups that are numbered upwards."""
    if backwards:
        return _running_maximum(group[-1] - group[::-1], values[::-1])[::-1]
    key = group << 7
    highest: Ints = np.maximum.accumulate(key + values.astype(np.int32))
    return (highest - key).astype(np.uint32)


def _latest(there: Bools) -> Places:
    """For each place the last one, itself included, where something is true; 0 if none."""
    at = np.arange(len(there), dtype=np.int32)
    at *= there
    result: Places = np.maximum.accumulate(at, out=at)
    return result


def _next(there: Bools) -> Places:
    """For each place the next one, itself included, where something is true; the last if none."""
    n = len(there)
    at = np.where(there, np.arange(n, dtype=np.int32), np.int32(n - 1))
    result: Places = np.minimum.accumulate(at[::-1])[::-1]
    return result


class _Runs:
    """Cells taken together: comma segments or sentences."""

    def __init__(self, breaks: Bools) -> None:
        self.first = np.flatnonzero(breaks)
        self.count = np.diff(np.append(self.first, len(breaks)))
        self.of = np.repeat(np.arange(len(self.first)), self.count)

    def highest(self, values: Words) -> Words:
        return np.maximum.reduceat(values, self.first)


def _beside(values: npt.NDArray[Any], offset: int, joined: Bools, fill: np.uint32) -> Words:
    """Values of the neighbour `offset` (-1 or 1) away; `joined` says which have one before them."""
    result = np.full(len(values), fill, np.uint32)
    if offset < 0:
        result[1:] = np.where(joined[1:], values[:-1], fill)
    else:
        result[:-1] = np.where(joined[1:], values[1:], fill)
    return result


class _Fields:
    """What the second stage's templates may name, computed when it is named.

    A field of a cell is the same for all of its tokens.
    """

    def __init__(self, types: _Types, sequence: _Sequence, heads: npt.NDArray[np.int32]) -> None:
        self._types, self._sequence, self._heads = types, sequence, heads
        self._cache: dict[str, Words] = {}
        self._expanded: dict[str, Words] = {}
        self._seen: dict[tuple[str, int], Words] = {}
        self._word, self._small, self._mid = (types.fields[name] for name in "wkc")
        real, n, type_ = sequence.real, sequence.size, sequence.type
        self.cue_score = np.where(real, heads[0], _LOWEST)
        self._level = [
            np.where(real, _LEVELS.take(heads[i] - _LOWEST), np.uint32(0)) for i in range(4)
        ]
        # cues: runs of tokens that may be one; the most probable token stands for the run
        flagged = self.cue_score > _CUE_FROM
        begins, ends = flagged.copy(), flagged.copy()
        begins[1:] &= ~flagged[:-1]
        ends[:-1] &= ~flagged[1:]
        starts, stops = np.flatnonzero(begins), np.flatnonzero(ends)
        self.flagged = flagged
        best = starts
        if len(starts):
            weight = self.cue_score - _LIGHT * types.light[type_]
            order = (weight.astype(np.int64) << 32) - np.arange(n)
            order = np.maximum.reduceat(np.where(flagged, order, -(1 << 60)), starts)
            best = -order & 0xFFFFFFFF
        # a dummy at either end stands for "no cue"
        self.cue_start = np.concatenate([[0], starts, [n - 1]])
        self.cue_end = np.concatenate([[0], stops, [n - 1]])
        self.cue_best = np.concatenate([[0], best, [n - 1]])

        comma, mark, clause = types.comma[type_], types.mark[type_], types.clause[type_]
        breaks = comma | mark | clause | sequence.quote | sequence.bound | begins
        breaks[1:] |= sequence.quote[:-1] | sequence.bound[:-1] | ends[:-1]
        breaks[0] = True
        first = self.first = np.flatnonzero(breaks)
        cells = len(first)
        self.length = np.diff(np.append(first, n))
        self.last = first + self.length - 1
        self.cell = np.repeat(np.arange(cells), self.length)
        self._first_type = type_[first]
        self._cell_bound, self._cell_quote = sequence.bound[first], sequence.quote[first]
        commas = comma[first] | self._cell_quote
        self._cell_mark = mark[first] | commas
        self._after_mark = (comma | mark)[first]
        self.sentence = np.cumsum(self._cell_bound, dtype=np.int32)
        self._joined = np.zeros(cells, bool)
        self._joined[1:] = self.sentence[1:] == self.sentence[:-1]
        self._counts = {
            "com": np.cumsum(commas, dtype=np.int32),
            "mk": np.cumsum(self._cell_mark, dtype=np.int32),
            "cl": np.cumsum(clause[first], dtype=np.int32),
            "q": np.cumsum(self._cell_quote, dtype=np.int32),
        }
        cue_cell = self.cell[self.cue_start]
        self._cue_cell = cue_cell
        self.sentence_of_cue = self.sentence[cue_cell]
        self.sentence_of_cue[[0, -1]] = -1
        self._is_cue = np.zeros(cells, np.int32)
        self._is_cue[cue_cell[1:-1]] = 1
        self.left = np.cumsum(self._is_cue, dtype=np.intp)
        self.right = self.left + 1
        self.has_left = self.sentence_of_cue[self.left] == self.sentence
        self.has_right = self.sentence_of_cue[self.right] == self.sentence

    # ------------------------------------------------------------ access

    def rows(self, template: _Template, bits: int) -> tuple[Words, bool]:
        """Rows of the weight table for a template, and whether they are by cell."""
        parts = template.parts
        if all(p.offset is None and p.field not in _TOKEN_FIELDS for p in parts):
            return _rows(template, [self._of_cell(p.field, template) for p in parts], bits), True
        values = []
        for part in parts:
            if part.offset is not None and part.field in _TYPE_FIELDS:
                one = _Template(template.text, (part,), 0, ())
                values += _neighbours(self._types, self._sequence, one, self._seen)
            elif part.field in _TOKEN_FIELDS:
                values.append(self._of_token(part.field, part.offset or 0, template))
            else:
                if part.field not in self._expanded:
                    got = self._of_cell(part.field, template).take(self.cell)
                    self._expanded[part.field] = got
                values.append(self._expanded[part.field])
        return _rows(template, values, bits), False

    def _of_cell(self, name: str, template: _Template) -> Words:
        if name not in self._cache:
            maker = _CELL_MAKERS.get(name)
            if maker is not None:
                self._cache[name] = maker(self)
            elif name[:2] in ("L2", "R2"):
                self._cache[name] = self._second(name, template)
            elif name[:1] in ("L", "R"):
                self._cache[name] = self._beside_cue(name, template)
            elif name[:1] in ("s", "S") and name in _RUN_FIELDS:
                (self._segment_fields if name[0] == "s" else self._sentence_fields)()
            else:
                raise ModelError(UNKNOWN_FIELD.format(template=template.text, field=name))
        return self._cache[name]

    def _of_token(self, name: str, offset: int, template: _Template) -> Words:
        if name not in self._cache:
            if name in _LEVEL_NAMES:
                self._cache[name] = self._level[_LEVEL_NAMES.index(name)]
            elif name in ("Ld", "Rd"):
                self._distance_fields()
            else:
                self._event_fields()
        if offset:
            key = (name, offset)
            if key not in self._seen:
                self._seen[key] = _shift(self._cache[name], offset)
            return self._seen[key]
        return self._cache[name]

    # ------------------------------------------------------------ cues

    def _type_at(self, places: Places) -> Places:
        return self._sequence.type[np.clip(places, 0, self._sequence.size - 1)]

    def _most(self, head: int, places: Places, offsets: range) -> Words:
        level = self._level[head]
        best = np.zeros(len(places), np.uint32)
        for offset in offsets:
            np.maximum(best, level[np.clip(places + offset, 0, len(level) - 1)], out=best)
        return best

    @cached_property
    def _cue(self) -> dict[str, Words]:
        """Properties of each cue."""
        types, at = self._types, self._type_at
        start, end, best = self.cue_start, self.cue_end, self.cue_best
        word, small = self._word, self._small
        that = np.zeros(len(start), np.uint32)
        for k in range(6, 0, -1):
            that[types.that[at(end + k)]] = k
        before, after = at(start - 1), at(end + 1)
        pause = types.comma | types.quote
        relation = (
            pause[before]
            + 2 * pause[after]
            + 4 * (types.bound | types.stop)[after]
            + 8 * types.bound[before]
            + 16 * types.quote[before]
        )
        return {
            "w": word[at(best)], "c": self._mid[at(best)], "n1": word[after],
            "n2": word[at(end + 2)], "n1c": small[after], "n2c": small[at(end + 2)],
            "p1": word[before], "p2": word[at(start - 2)], "p1c": small[before],
            "p2c": small[at(start - 2)], "str": self._level[0][best], "that": that,
            "sl": self._most(1, start, range(-6, 0)), "sr": self._most(1, end, range(1, 7)),
            "st": self._most(2, end, range(1, 5)), "rel": relation.astype(np.uint32),
            "seg": self._cue_segment(),
        }  # fmt: skip

    def _beside_cue(self, name: str, template: _Template) -> Words:
        """Fields of the nearest cue to the left (``L``) or right (``R``)."""
        left = name[0] == "L"
        cue, has = (self.left, self.has_left) if left else (self.right, self.has_right)
        rest = name[1:]
        if rest in self._counts:
            count = self._counts[rest]
            between = count - count[self._cue_cell[cue]]
            if not left:
                between = -between
            return np.where(has, _bucket(_COUNTS, between), np.uint32(9))
        if rest == "D" and left:
            inside = self.first <= self.cue_end[cue]
            far = _bucket(_DISTANCES, self.first - self.cue_end[cue])
            return np.where(has, np.where(inside, _AT_CUE, far), _FAR)
        if rest == "D":
            return np.where(has, _bucket(_DISTANCES, self.cue_start[cue] - self.last), _FAR)
        if rest not in self._cue:
            raise ModelError(UNKNOWN_FIELD.format(template=template.text, field=name))
        return np.where(has, self._cue[rest][cue], _NONE)

    def _second(self, name: str, template: _Template) -> Words:
        """Fields of the second cue to the left or right."""
        left = name[0] == "L"
        if left:
            cue = np.maximum(self.left - 1, 0)
            has = self.has_left & (self.sentence_of_cue[cue] == self.sentence)
        else:
            cue = np.minimum(self.right + 1, len(self.cue_start) - 1)
            has = self.has_right & (self.sentence_of_cue[cue] == self.sentence)
        rest = name[2:]
        if rest == "D":
            far = self.first - self.cue_end[cue] if left else self.cue_start[cue] - self.last
            return np.where(has, _bucket(_DISTANCES, far), _FAR)
        if rest not in self._cue:
            raise ModelError(UNKNOWN_FIELD.format(template=template.text, field=name))
        return np.where(has, self._cue[rest][cue], _NONE)

    # ------------------------------------------------------------ cells, segments, sentences

    def _cell_level(self, head: int) -> Words:
        name = f"_{head}"
        if name not in self._cache:
            self._cache[name] = np.maximum.reduceat(self._level[head], self.first)
        return self._cache[name]

    def _before(self, values: Words, fill: np.uint32 = _OUTSIDE) -> Words:
        return _beside(values, -1, self._joined, fill)

    def _after(self, values: Words, fill: np.uint32 = _OUTSIDE) -> Words:
        return _beside(values, 1, self._joined, fill)

    @cached_property
    def _since_cue(self) -> Ints:
        return np.cumsum(self._cell_bound | (self._is_cue > 0), dtype=np.int32)

    @cached_property
    def _until_cue(self) -> Ints:
        after = np.zeros(len(self._is_cue), bool)
        after[1:] = self._is_cue[:-1] > 0
        return np.cumsum(self._cell_bound | after, dtype=np.int32)

    @cached_property
    def _segments(self) -> _Runs:
        breaks = self._cell_mark | self._cell_bound
        breaks[1:] |= self._cell_quote[:-1] | self._cell_bound[:-1]
        breaks[0] = True
        return _Runs(breaks)

    def _cue_segment(self) -> Words:
        """How a cue stands in its comma segment: what divides it off, words before and after."""
        runs, types = self._segments, self._types
        segment = runs.of[self._cue_cell]
        first = self.first[runs.first[segment]]
        last = self.last[runs.first[segment] + runs.count[segment] - 1]
        kind = 1 * types.comma + 2 * types.bound + 3 * types.quote
        own = types.comma | types.mark
        opening = self._type_at(first)
        before = np.where(own[opening], kind[opening], kind[self._type_at(first - 1)])
        after = kind[self._type_at(last + 1)]
        size = np.array([0, 1, 1, 2, 2, 3, 3, 3])
        left = size[np.clip(self.cue_start - first, 0, 7)]
        right = size[np.clip(last - self.cue_end, 0, 7)]
        code: npt.NDArray[np.uint32] = (before + 4 * after + 16 * left + 64 * right).astype(
            np.uint32
        )
        return code

    def _segment_fields(self) -> None:
        """Comma segments: what they hold, begin with, stand beside."""
        runs = self._segments
        first, word = runs.first, self._word
        opening = np.minimum(self.first[first] + self._after_mark[first], self._sequence.size - 1)
        joined = np.zeros(len(first), bool)
        joined[1:] = self.sentence[first[1:]] == self.sentence[first[:-1]]

        def prev(values: Words, fill: np.uint32 = _OUTSIDE) -> Words:
            return _beside(values, -1, joined, fill)

        def following(values: Words, fill: np.uint32 = _OUTSIDE) -> Words:
            return _beside(values, 1, joined, fill)

        cue, source, start, end = (runs.highest(self._cell_level(i)) for i in range(4))
        begins, divider = word[self._type_at(opening)], word[self._first_type[first]]
        found = {
            "sf": begins, "sfc": self._mid[self._type_at(opening)],
            "sf2": self._small[self._type_at(opening + 1)],
            "slen": _bucket(_DISTANCES, np.add.reduceat(self.length, first)),
            "smc": cue, "sms": source, "smst": start, "smen": end, "spm": prev(cue),
            "snm": following(cue), "spp": prev(prev(cue)), "snn": following(following(cue)),
            "spf": prev(begins, _NONE), "snf": following(begins, _NONE), "ssep": divider,
            "ssepn": following(divider, _NONE), "sps": prev(source), "sns": following(source),
            "spe": prev(end),
        }  # fmt: skip
        for name, values in found.items():
            self._cache[name] = values.take(runs.of)

    def _sentence_fields(self) -> None:
        """Sentences: place in the article, quotations, cues, the sentences beside them."""
        breaks = self._cell_bound.copy()
        breaks[0] = True
        runs = _Runs(breaks)
        first, type_, count = runs.first, self._sequence.type, self._types.count
        at = self.first[first]
        opening = at + 1
        size = np.diff(np.append(at, self._sequence.size))
        closing = at + size - 1
        pad = type_[at] == count + _PAD
        number = np.arange(len(first))
        before, after = _latest(pad), _next(pad)
        joined = np.zeros(len(first), bool)
        joined[1:] = (before[1:] == before[:-1]) & ~pad[1:] & ~pad[:-1]

        def prev(values: npt.NDArray[Any], fill: np.uint32 = _OUTSIDE) -> Words:
            return _beside(values, -1, joined, fill)

        def following(values: npt.NDArray[Any], fill: np.uint32 = _OUTSIDE) -> Words:
            return _beside(values, 1, joined, fill)

        cue, source, start, end = (runs.highest(self._cell_level(i)) for i in range(4))
        quotes = np.minimum(np.add.reduceat(self._cell_quote.astype(np.uint32), first), 2)
        cues = np.minimum(np.add.reduceat(self._is_cue, first), 3).astype(np.uint32)
        paragraph = ((type_[at] == count + _PARAGRAPH) | pad).astype(np.uint32)
        quote = self._types.quote
        where = quote[self._type_at(opening)].astype(np.uint32)
        where += 2 * quote[type_[closing]].astype(np.uint32)
        last_cue = self.left[np.minimum(first + runs.count - 1, len(self.first) - 1)]
        same = self.sentence_of_cue[last_cue] == self.sentence[first]
        last_word = np.where(same, self._cue["w"][last_cue], _NONE)
        found = {
            "Snum": _bucket(_ORDINALS, number - before),
            "Sfe": np.minimum(after - number, 3).astype(np.uint32),
            "Sf": self._word[self._type_at(opening)], "Sf2": self._word[self._type_at(opening + 1)],
            "Sfc": self._mid[self._type_at(opening)], "Slen": _bucket(_DISTANCES, size),
            "Smx": cue, "Snq": quotes, "Snc": cues, "Smst": start, "Smen": end, "Sms": source,
            "Spms": prev(source), "Spmx": prev(cue), "Snmx": following(cue), "Spnq": prev(quotes),
            "Snnq": following(quotes), "Spar": paragraph,
            "Snpar": following(paragraph, np.uint32(1)), "Sqpos": where, "Splq": prev(where),
            "Spcw": prev(last_word, _NONE),
        }  # fmt: skip
        for name, values in found.items():
            self._cache[name] = values.take(runs.of)
        self._cache["SP"] = _bucket(_DISTANCES, self.first - at[runs.of])
        self._cache["SE"] = _bucket(_DISTANCES, (at + size)[runs.of] - self.last)

    def _quote_field(self, name: str) -> Words:
        """The nearest quotation of the sentence to the left or right: its kind or how far it is."""
        left = name in ("Qw", "QD")
        at = (_latest if left else _next)(self._cell_quote)
        has = (self.sentence[at] == self.sentence) & self._cell_quote[at]
        if name in ("Qw", "Qrw"):
            return np.where(has, self._word[self._first_type[at]], _NONE)
        far = self.first - self.first[at] if left else self.first[at] - self.last
        return np.where(has, _bucket(_DISTANCES, far), _FAR)

    # ------------------------------------------------------------ tokens

    def _distance_fields(self) -> None:
        index = np.arange(self._sequence.size, dtype=np.int32)
        end, start = self.cue_end[self.left], self.cue_start[self.right]
        # one array of bounds a side, so that distance and absence are found in one look
        gone = 1 << 28
        left = np.where(self.has_left, np.where(self.first <= end, -gone, end), -2 * gone)
        right = np.where(self.has_right, start, 2 * gone)
        left, right = left.astype(np.int32), right.astype(np.int32)
        table = np.append(_DISTANCES, [_AT_CUE, _FAR]).astype(np.uint32)
        far = index - left.take(self.cell)
        far = np.where(
            far < gone >> 1, np.minimum(far, 63), np.where(far < gone + gone // 2, 64, 65)
        )
        self._cache["Ld"] = table.take(far)
        ahead = right.take(self.cell)
        self._cache["Rd"] = table.take(np.where(ahead > gone, 65, np.minimum(ahead - index, 63)))

    def _event_fields(self) -> None:
        """Likely starts and ends of what is reported, and what else came last and comes next."""
        sequence, heads = self._sequence, self._heads
        index = np.arange(sequence.size, dtype=np.int32)
        type_, word = sequence.type, self._word
        sentence = self.sentence.take(self.cell)
        starts = (heads[2] > _EDGE_FROM) & sequence.real
        ends = (heads[3] > _EDGE_FROM) & sequence.real

        def put(name: str, at: Places, level: Words, words: Places, far: Places) -> None:
            has = sentence.take(at) == sentence
            self._cache[f"{name}d"] = np.where(has, _bucket(_DISTANCES, far), _FAR)
            self._cache[f"{name}b"] = np.where(has, level.take(at), _OUTSIDE)
            self._cache[f"{name}w"] = np.where(has, word.take(type_.take(words)), _NONE)

        last_start = _latest(starts)
        put("ls", last_start, self._level[2], last_start, index - last_start)
        cell = self.cell
        has = sentence.take(last_start) == sentence
        for name, count in (("lsm", self._counts["mk"]), ("lsc", self._counts["cl"])):
            between = (count.take(cell) - count.take(cell.take(last_start))).astype(np.int32)
            self._cache[name] = np.where(has, _bucket(_COUNTS, between), np.uint32(9))
        over = _shift(ends, -1)
        over[0] = False
        last_end = _latest(over)
        put("le", last_end, _shift(self._level[3], -1), last_end, index - last_end)
        next_end = _next(ends)
        after = np.minimum(next_end + 1, sequence.size - 1)
        put("ne", next_end, self._level[3], after, next_end - index)

        event = np.zeros(sequence.size, np.uint32)
        event[starts], event[ends], event[self.flagged] = 1, 2, 4
        event[sequence.quote], event[sequence.bound] = 5, 6
        begins, ends_here = event > 0, event > 0
        begins[1:] &= event[1:] != event[:-1]
        ends_here[:-1] &= event[1:] != event[:-1]
        # nothing is seen beyond the padding: there stands another article
        pad = type_ == self._types.count + _PAD
        begins |= pad
        ends_here |= pad
        one = _latest(begins)
        two = one.take(np.maximum(one - 1, 0))
        self._cache["el"] = event.take(one)
        self._cache["eL"] = self._cache["el"] * np.uint32(8) + event.take(two)
        self._cache["eld"] = _bucket(_DISTANCES, index - one)
        one = _next(ends_here)
        two = one.take(np.minimum(one + 1, sequence.size - 1))
        self._cache["er"] = event.take(one)
        self._cache["eR"] = self._cache["er"] * np.uint32(8) + event.take(two)
        self._cache["erd"] = _bucket(_DISTANCES, one - index)


_LEVEL_NAMES = ("bc", "bs", "bst", "ben")
_TOKEN_FIELDS = frozenset(_LEVEL_NAMES) | frozenset(
    "Ld Rd lsd lsb lsw lsm lsc led leb lew ned neb new el eL eld er eR erd".split()
)
_RUN_FIELDS = frozenset(
    "sf sfc sf2 slen smc sms smst smen spm snm spp snn spf snf ssep ssepn sps sns spe Snum Sfe Sf "
    "Sf2 Sfc Slen Smx Snq Snc Smst Smen Sms Spms Spmx Snmx Spnq Snnq Spar Snpar Sqpos Splq Spcw "
    "SP SE".split()
)
_ZERO = np.uint32(0)


def _first_word(f: _Fields) -> Words:
    return f._word[f._first_type]


def _unless_cue(f: _Fields, values: Words) -> Words:
    return np.where(f._is_cue > 0, _ZERO, values)


_CELL_MAKERS: dict[str, Callable[[_Fields], Words]] = {
    "kf": _first_word,
    "kf2": lambda f: f._mid[f._type_at(f.first + 1)],
    "kf2w": lambda f: f._word[f._type_at(f.first + 1)],
    "kfc": lambda f: f._mid[f._first_type],
    "kl": lambda f: f._mid[f._type_at(f.last)],
    "klw": lambda f: f._word[f._type_at(f.last)],
    "klen": lambda f: _bucket(_DISTANCES, f.length),
    "kmc": lambda f: f._cell_level(0),
    "kms": lambda f: f._cell_level(1),
    "kst": lambda f: f._cell_level(2),
    "ken": lambda f: f._cell_level(3),
    "kpmc": lambda f: f._before(f._cell_level(0)),
    "knmc": lambda f: f._after(f._cell_level(0)),
    "kpen": lambda f: f._before(f._cell_level(3)),
    "knst": lambda f: f._after(f._cell_level(2)),
    "kpms": lambda f: f._before(f._cell_level(1)),
    "knms": lambda f: f._after(f._cell_level(1)),
    "knf": lambda f: f._after(_first_word(f), _NONE),
    "kpf": lambda f: f._before(_first_word(f), _NONE),
    "stL": lambda f: _running_maximum(f._since_cue, _unless_cue(f, f._cell_level(2))),
    "enL": lambda f: _running_maximum(
        f._since_cue, _unless_cue(f, f._before(f._cell_level(3), _ZERO))
    ),
    "enR": lambda f: _running_maximum(f._until_cue, f._cell_level(3), backwards=True),
    "stR": lambda f: _running_maximum(
        f._until_cue, f._after(f._cell_level(2), _ZERO), backwards=True
    ),
    "mxL": lambda f: _running_maximum(f.sentence, f._cell_level(0)),
    "mxR": lambda f: _running_maximum(f.sentence, f._cell_level(0), backwards=True),
    "stS": lambda f: _running_maximum(f.sentence, f._cell_level(2)),
    "enS": lambda f: _running_maximum(f.sentence, f._cell_level(3), backwards=True),
    **{name: (lambda f, n=name: f._quote_field(n)) for name in ("Qw", "QD", "Qrw", "QR")},  # type: ignore[misc]
}


def tag_rows(fields: _Fields, templates: Sequence[_Template], bits: int) -> Iterator[Words]:
    """Give, template by template, each place's row of the second weight table (for training)."""
    for template in templates:
        if template.window is not None:
            rows = fields._types.rows(template, bits)
            yield rows[_shift(fields._sequence.case, template.window)]
            continue
        rows, by_cell = fields.rows(template, bits)
        yield rows.take(fields.cell) if by_cell else rows


# ---------------------------------------------------------------- decoding


def _decode(score: Ints, enter: Ints, leave: Ints, reset: Bools) -> Bools:
    """Find the best sequence of two states, outside wherever `reset` is true.

    `score` is what a place gives when inside, `enter` what it costs to be the first inside, `leave`
    to be the first outside (neither above 0 together). What being inside is worth over being
    outside follows ``d[i] = score[i] + clip(d[i - 1], enter[i], -leave[i])``; clipped sums are
    closed under composition, so all of them are found by a parallel scan (Hillis and Steele 1986).
    """
    n = len(score)
    never = np.int32(-(1 << 28))
    ceiling = np.maximum(-leave, enter)
    low = np.where(reset, never, enter + score)
    high = np.where(reset, never, ceiling + score)
    total = score.copy()
    todo, step = np.flatnonzero(low < high), 1
    while len(todo):
        before = todo - step
        before_total, before_low, before_high = total[before], low[before], high[before]
        here, bottom, top = total[todo], low[todo], high[todo]
        total[todo] = before_total + here
        low[todo] = np.clip(before_low + here, bottom, top)
        high[todo] = np.clip(before_high + here, bottom, top)
        todo = todo[low[todo] < high[todo]]
        step *= 2
    worth = low[:-1]
    # a state is sure, or it is the next one's
    sure = np.full(n, -1, np.int8)
    sure[:-1][worth <= enter[1:]] = 0
    sure[:-1][worth > ceiling[1:]] = 1
    sure[:-1][reset[1:]] = worth[reset[1:]] > 0
    sure[-1] = low[-1] > 0
    sure[reset] = 0
    result: Bools = sure[_next(sure >= 0)] > 0
    return result


# ---------------------------------------------------------------- the model


@dataclass(frozen=True)
class ReportedTagger:
    """Templates, weights and clusters of the tagger of reported speech.

    Attributes
    ----------
    head_templates, templates : tuple of str
        The features of the heads and of the second stage.
    head_weights : ndarray of int8, shape (2 ** bits, 4)
        One column for each of `HEADS`, in units of `head_scale`.
    head_scale, head_bias : ndarray of float32, shape (4,)
        What one unit is worth, and what is added.
    weights : ndarray of int8, shape (2 ** bits,)
        The second stage's.
    scale, bias : float
        The same for the second stage.
    decoding : ndarray of float64, shape (4,)
        Cost of entering and its slope by the start head, of leaving and its slope by the end head.
    clusters : dict of str to ndarray
        ``hash``, sorted, and the word clusters ``k``, ``c``, ``d``, coarse to fine.
    card : dict
        What the model is, on what it was trained, how well it does.
    """

    head_templates: tuple[str, ...]
    templates: tuple[str, ...]
    head_weights: npt.NDArray[np.int8]
    head_scale: npt.NDArray[np.float32]
    head_bias: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    scale: float
    bias: float
    decoding: npt.NDArray[np.float64]
    clusters: dict[str, npt.NDArray[Any]]
    card: dict[str, Any]

    @cached_property
    def _packed(self) -> npt.NDArray[np.uint64]:
        """The heads' weights side by side in one integer, 16 bits each, none below 0."""
        lifted = (self.head_weights.astype(np.int16) + 128).astype(np.uint64)
        shifts = np.arange(4, dtype=np.uint64) * np.uint64(16)
        packed: npt.NDArray[np.uint64] = np.bitwise_or.reduce(lifted << shifts, axis=1)
        return packed

    @cached_property
    def _wide(self) -> npt.NDArray[np.int16]:
        return self.weights.astype(np.int16)

    def types(self, tokens: Tokens) -> _Types:
        """Prepare what depends on a word alone."""
        return _Types(tokens, self.clusters)

    def heads(self, types: _Types, windows: _WindowTables, sequence: _Sequence) -> Ints:
        """Score every place as cue, source, start and end: eighths of log odds, shape (4, n)."""
        templates = [_template(t) for t in self.head_templates]
        total = np.zeros(sequence.size, np.uint64)
        windows.add(sequence, total)
        seen: dict[tuple[str, int], Words] = {}
        bits = _bits(self.head_weights)
        for template in templates:
            if template.window is None:
                rows = _rows(template, _neighbours(types, sequence, template, seen), bits)
                total += self._packed.take(rows)
        result = np.empty((4, sequence.size), np.int32)
        for i in range(4):
            lane = (total >> np.uint64(16 * i)).astype(np.uint16).astype(np.int32)
            lane -= 128 * len(templates)
            odds = lane * self.head_scale[i] + self.head_bias[i]
            result[i] = np.clip(np.rint(odds * _EIGHTHS), _LOWEST, _HIGHEST)
        return result

    def score(self, fields: _Fields, windows: _WindowTables) -> npt.NDArray[np.float32]:
        """Log odds that each place is reported speech."""
        bits, weights = _bits(self.weights), self._wide
        total = np.zeros(fields._sequence.size, np.int16)
        windows.add(fields._sequence, total)
        by_cell = np.zeros(len(fields.first), np.int16)
        for text in self.templates:
            template = _template(text)
            if template.window is None:
                rows, cells = fields.rows(template, bits)
                if cells:
                    by_cell += weights.take(rows)
                else:
                    total += weights.take(rows)
        total += by_cell.take(fields.cell)
        return total * np.float32(self.scale) + np.float32(self.bias)

    def decide(self, sequence: _Sequence, heads: Ints, score: npt.NDArray[np.float32]) -> Bools:
        """Choose the best sequence of states."""
        enter0, enter1, leave0, leave1 = self.decoding * _UNIT
        worth = np.where(sequence.real, np.rint(score * np.float32(_UNIT)), 0).astype(np.int32)
        start = np.where(sequence.real, heads[2], _LOWEST) / _EIGHTHS
        end = _shift(np.where(sequence.real, heads[3], _LOWEST), -1) / _EIGHTHS
        enter = np.minimum(np.rint(enter0 + enter1 * start), 0).astype(np.int32)
        leave = np.rint(leave0 + leave1 * end).astype(np.int32)
        return _decode(worth, enter, np.minimum(leave, -enter), sequence.bound)


@dataclass(frozen=True)
class Reported:
    """Speech and thought reported without marks, in a batch of texts.

    Attributes
    ----------
    score : ndarray of float32, shape (n_tokens,)
        Log odds that a token is reported speech; NaN in marks.
    inside : ndarray of bool, shape (n_tokens,)
        What was decided, sentence by sentence; False in marks.
    start, end : ndarray of int32, shape (n_spans,)
        Tokens of each span: a run within one sentence and between marks, which begins and ends
        with a word.
    cue : ndarray of int32, shape (n_spans,)
        The token that decided: the likeliest word of the cue; -1 where none was found.
    source_score, cue_score : ndarray of float32, shape (n_tokens,)
        Log odds that a token belongs to a source, to a cue; NaN in marks.
    """

    score: npt.NDArray[np.float32]
    inside: Bools
    start: Ints
    end: Ints
    cue: Ints
    source_score: npt.NDArray[np.float32]
    cue_score: npt.NDArray[np.float32]

    @property
    def probability(self) -> npt.NDArray[np.float32]:
        """The probability that a token is reported speech; NaN in marks."""
        with np.errstate(over="ignore"):
            return (1 / (1 + np.exp(-self.score))).astype(np.float32)


def find_reported(
    tokens: Tokens, inside: npt.NDArray[Any], *, tagger: ReportedTagger | None = None
) -> Reported:
    """Find what is reported without marks.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    inside : ndarray of int, shape (n_tokens,)
        The number of the outermost marked span that each token stands in, its marks included; -1
        outside marks.
    tagger : ReportedTagger, optional
        The model; the bundled one by default.

    Returns
    -------
    Reported
        Scores of the tokens and the spans that were decided, with their cues.

    Raises
    ------
    ValueError
        If `inside` is not one value a token.

    Examples
    --------
    >>> from framing.tokens import tokenize
    >>> tokens = tokenize(["The minister said on Monday that the bridge would reopen soon."])
    >>> found = find_reported(tokens, np.full(len(tokens), -1))
    >>> [tokens.types[i] for i in tokens.type[found.cue]]
    ['said']
    """
    if np.shape(inside) != (len(tokens),):
        found = np.size(inside)
        raise ValueError(WRONG_LENGTH.format(tokens=len(tokens), found=found))
    tagger = load_tagger() if tagger is None else tagger
    n = len(tokens)
    inside = np.asarray(inside, np.int32)
    score, source, cue = (np.full(n, np.nan, np.float32) for _ in range(3))
    decided = np.zeros(n, bool)
    spans: list[tuple[Places, Places, Places]] = []
    if n:
        types = tagger.types(tokens)
        head_windows = _WindowTables.build(
            types, [_template(t) for t in tagger.head_templates], tagger._packed
        )
        windows = _WindowTables.build(types, [_template(t) for t in tagger.templates], tagger._wide)
        for first, last in _blocks(tokens):
            sequence = _Sequence(tokens, inside, types, first, last)
            heads = tagger.heads(types, head_windows, sequence)
            fields = _Fields(types, sequence, heads)
            odds = tagger.score(fields, windows)
            state = tagger.decide(sequence, heads, odds) & sequence.real
            at = sequence.token[sequence.real]
            score[at] = odds[sequence.real]
            cue[at] = heads[0][sequence.real] / np.float32(_EIGHTHS)
            source[at] = heads[1][sequence.real] / np.float32(_EIGHTHS)
            decided[sequence.token[state]] = True
            spans.append(_spans(tokens, sequence, fields, state))
    start, end, decider = (
        np.concatenate([s[i] for s in spans]).astype(np.int32) if spans else np.zeros(0, np.int32)
        for i in range(3)
    )
    return Reported(score, decided, start, end, decider, source, cue)


def _blocks(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Ranges of articles of a size that working arrays stay in the processor's cache."""
    first, count = 0, len(tokens.texts)
    while first < count:
        until = int(tokens.first_token[first]) + _BLOCK
        last = max(int(np.searchsorted(tokens.first_token, until, "right")) - 1, first + 1)
        if tokens.first_token[last] > tokens.first_token[first]:
            yield first, last
        first = last


def _spans(
    tokens: Tokens, sequence: _Sequence, fields: _Fields, state: Bools
) -> tuple[Places, Places, Places]:
    """Runs of what was decided, trimmed to words, each with the cue that speaks for it."""
    word = np.zeros(sequence.size, bool)
    word[sequence.real] = tokens.word[sequence.token[sequence.real]]
    begins, ends = state.copy(), state.copy()
    begins[1:] &= ~state[:-1]
    ends[:-1] &= ~state[1:]
    start, end = _next(word)[np.flatnonzero(begins)], _latest(word)[np.flatnonzero(ends)]
    good = start <= end
    start, end = start[good], end[good]
    if not len(start):
        empty = np.zeros(0, np.intp)
        return empty, empty, empty
    strength = fields.cue_score
    first, last = fields.cell[start], fields.cell[end]
    left, right = fields.left[first], fields.right[last]

    def worth(cue: Places, has: Bools, far: Places) -> Places:
        value = strength[fields.cue_best[cue]] - 2 * np.clip(far, 0, 12)
        return np.where(has, value, -(1 << 20))

    at_left = worth(left, fields.has_left[first], start - fields.cue_end[left])
    # Words between the verb and what was said (a day, a place) may be faintly cues themselves.
    second = np.maximum(left - 1, 0)
    here = fields.has_left[first] & (fields.sentence_of_cue[second] == fields.sentence[first])
    at_second = worth(second, here, start - fields.cue_end[second])
    left = np.where(at_second > at_left, second, left)
    at_left = np.maximum(at_left, at_second)
    at_right = worth(right, fields.has_right[last], fields.cue_start[right] - end)
    place = np.where(at_left >= at_right, fields.cue_best[left], fields.cue_best[right])
    # no likely cue: the likeliest word of the sentence outside the span, if it is likely at all
    none = ~fields.has_left[first] & ~fields.has_right[last]
    if none.any():
        outside = np.where(state | ~sequence.real, _LOWEST, strength).astype(np.int64)
        bound = np.flatnonzero(sequence.bound)
        order = np.maximum.reduceat((outside << 32) - np.arange(sequence.size), bound)
        best = -order & 0xFFFFFFFF
        mine = best[np.searchsorted(bound, start, "right") - 1]
        faint = np.where(outside[mine] > _FAINT_CUE, mine, -1)
        place = np.where(none, faint, place)
    cue = np.where(place >= 0, sequence.token[place], -1)
    return sequence.token[start], sequence.token[end] + 1, cue


# ---------------------------------------------------------------- files


def save_tagger(tagger: ReportedTagger, folder: str | Path) -> Path:
    """Save a tagger: arrays and a card, nothing that could be executed.

    Parameters
    ----------
    tagger : ReportedTagger
        The model.
    folder : path
        Made if it is not there.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "head_weights": tagger.head_weights,
        "head_scale": tagger.head_scale,
        "head_bias": tagger.head_bias,
        "weights": tagger.weights,
        "scale": np.array(tagger.scale, np.float64),
        "bias": np.array(tagger.bias, np.float64),
        "decoding": tagger.decoding,
        **{f"cluster_{name}": values for name, values in tagger.clusters.items()},
    }
    card = {
        "kind": KIND,
        **tagger.card,
        "head_templates": list(tagger.head_templates),
        "templates": list(tagger.templates),
    }
    return write_arrays(folder, arrays=arrays, card=card)


@cache
def load_tagger(folder: str | Path | None = None) -> ReportedTagger:
    """Load a tagger; the bundled one by default.

    Parameters
    ----------
    folder : path, optional
        What `save_tagger` wrote.

    Returns
    -------
    ReportedTagger
        The model, read once a process.

    Raises
    ------
    ModelError
        If a file is missing, damaged, changed, or of another kind.
    """
    folder = MODEL_FOLDER if folder is None else Path(folder)
    arrays, card = read_arrays(folder)
    if card.get("kind") != KIND:
        raise ModelError(WRONG_KIND.format(path=folder, found=card.get("kind"), valid=KIND))
    return ReportedTagger(
        head_templates=tuple(card.pop("head_templates")),
        templates=tuple(card.pop("templates")),
        head_weights=arrays["head_weights"],
        head_scale=arrays["head_scale"],
        head_bias=arrays["head_bias"],
        weights=arrays["weights"],
        scale=float(arrays["scale"]),
        bias=float(arrays["bias"]),
        decoding=arrays["decoding"],
        clusters={n: arrays[f"cluster_{n}"] for n in ("hash", "k", "c", "d")},
        card=card,
    )
