"""The grammar of quotation marks: which marks open and close which spans.

What a span is (quoted, ironic, naming) is not decided here. A mark's direction comes from what it
touches, its glyph only where spacing leaves it open, so that a stray mark or a wrong glyph cannot
turn the rest of an article inside out. Three passes, each linear: runs of marks, line breaks and
tags are found by one expression each; every mark is given a direction; each paragraph is then read
with a stack and, where a mark could be two things, with a look at the marks ahead.

Paragraphs end at a blank line, and at a single line break unless the line is broken inside a
sentence: the next line begins with a small letter, or the text is hard-wrapped and the next word
would not have fitted on the line. A quotation that no mark closes ends with its paragraph, with two
exceptions: the next paragraph reopens it (`MarkSpan.continues`), or the first mark of its kind
there closes it, which is what a paragraph broken in the middle of a quotation looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["MARKUP", "SHAPES", "MarkSpan", "find_marks"]

SHAPES: Final = (
    "double",
    "single",
    "guillemet",
    "low_high",
    "corner",
    "backtick",
    "two_apostrophes",
)
"""The shapes of spans, by the mark that opens them."""

NOT_A_STRING = "find_marks takes one article as a str, found {kind}; call it once for each text"


class MarkSpan(NamedTuple):
    """A stretch of a text between quotation marks.

    A tuple, because a batch has thousands and a frozen dataclass takes six times as long to make.

    Attributes
    ----------
    start, end : int
        Offsets into the text, marks included.
    inner_start, inner_end : int
        The same without the marks.
    shape : str
        One of `SHAPES`: the mark that opens it.
    depth : int
        0 for a span that stands in no other.
    parent : int
        The position in the list of the span that this one stands in, or -1.
    closed : bool
        False where no mark closes it: it ended with its paragraph, with the span around it, or
        where the next quotation began.
    continues : int
        The position of the span in the paragraph before that this one reopens, or -1.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    shape: str
    depth: int
    parent: int
    closed: bool
    continues: int


# Families: a mark closes what a mark of its family opened.
_DOUBLE, _SINGLE, _ANGLE, _SMALL_ANGLE, _CORNER, _WHITE_CORNER = range(6)
_OPENS, _CLOSES, _EITHER = 1, -1, 0

# glyph: family, direction that the glyph itself has, shape of a span that it opens
_GLYPHS: Final[dict[str, tuple[int, int, str]]] = {
    **dict.fromkeys('"＂″', (_DOUBLE, _EITHER, "double")),
    **dict.fromkeys("“‟〝", (_DOUBLE, _OPENS, "double")),
    **dict.fromkeys("”〞〟", (_DOUBLE, _CLOSES, "double")),
    "„": (_DOUBLE, _OPENS, "low_high"),
    **dict.fromkeys("'＇", (_SINGLE, _EITHER, "single")),
    **dict.fromkeys("‘‛", (_SINGLE, _OPENS, "single")),
    **dict.fromkeys("’´", (_SINGLE, _CLOSES, "single")),
    "`": (_SINGLE, _EITHER, "single"),
    "‚": (_SINGLE, _OPENS, "low_high"),
    "«": (_ANGLE, _OPENS, "guillemet"),
    "»": (_ANGLE, _CLOSES, "guillemet"),
    "‹": (_SMALL_ANGLE, _OPENS, "guillemet"),
    "›": (_SMALL_ANGLE, _CLOSES, "guillemet"),
    **dict.fromkeys("「﹁｢", (_CORNER, _OPENS, "corner")),
    **dict.fromkeys("」﹂｣", (_CORNER, _CLOSES, "corner")),
    **dict.fromkeys("『﹃", (_WHITE_CORNER, _OPENS, "corner")),
    **dict.fromkeys("』﹄", (_WHITE_CORNER, _CLOSES, "corner")),
}
# Two of a glyph that stand for one double mark
_PAIRS: Final[dict[str, tuple[int, int, str]]] = {
    "'": (_DOUBLE, _EITHER, "two_apostrophes"),
    "`": (_DOUBLE, _OPENS, "backtick"),
    "‘": (_DOUBLE, _OPENS, "two_apostrophes"),
    "’": (_DOUBLE, _CLOSES, "two_apostrophes"),
    "´": (_DOUBLE, _CLOSES, "two_apostrophes"),
}

# A letter of a script that puts spaces between words: a single mark between two is an apostrophe.
_LETTER = r"[^\W\u3040-\u9fff\uac00-\ud7af]"
_RUN = re.compile(
    "[" + re.escape("".join(_GLYPHS)) + "]+" + rf"(?<!{_LETTER}['’‘´`＇](?={_LETTER}))"
)
_NEWLINE_CHARS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAK = re.compile(rf"[{_NEWLINE_CHARS}]\s*")
_NEWLINE = re.compile(rf"\r\n|[{_NEWLINE_CHARS}]")
MARKUP: Final = re.compile(r"<[A-Za-z/!][^<>\n\r]*+(?:\r?\n[^<>\n\r]++)*+>")
_NEXT_WORD = re.compile(r"[^\W\d_]{1,12}")
_YEAR = re.compile(r"\d\d(?!\d)")
_LAST_WORD = re.compile(r"[^\W\d_]{1,12}$")
_FEET = re.compile(r"\d ?(?:['’′´]|ft\.?|feet) ?\d{1,2}(?:[.½¼¾]\d?)?$")
_GENITIVE = re.compile(r"[sS](?![^\W_])")
_INITIALS = re.compile(r"[A-Z]\.[A-Z]\.$")
_ROCK_N_ROLL = re.compile(r"[nN]['’‘´](?!\w)")
_SENTENCE_END = re.compile(r"[.!?]\s")
_WORD = re.compile(r"\S{1,60}")

# Longer runs of marks are ornament, not nesting.
_ORNAMENT = 64
# A quotation that only a plural possessive could close is no longer than this.
_POSSESSIVE_REACH = 100
# One line with no marks, no longer than this, may stand between two paragraphs of a quotation.
_INSERTED = 40
_WRAP = (40, 120)
_ASIDE = 400

# Words that lose their beginning to an apostrophe.
_ELIDED = frozenset(
    "tis twas twere twill em cause cuz coz cos til till bout round n nuff kay cept fraid neath "
    "gainst tude burbs hood ere im er lil ol ud twould tain taint s ve re ll d t nother bama "
    "scuse spect sall stead".split()
)
# Words that lose their end to one.
_CLIPPED = frozenset(
    "o n an ol th lil li mo po wi fo gov cap doin nothin wit jus tha mornin".split()
)
# After these no possessive stands: "the 'heroes' of" closes, "the heroes' welcome" does not.
_AFTER_CLOSE = frozenset(
    "a an are as at be been but by can could did do does for from had has have he her his i in "
    "into is it its may might must my nor not of on our said say says she should so than that "
    "the their them then there they this those to told was we were when where which while who will "
    "with would wrote you your after against before because about during if over since under until "
    "upon without amid among between like only still too also came come comes began went".split()
)

# What a mark touches. Left: nothing, a dash or sign, a word, punctuation that ends something.
_SPACE, _SIGN, _INSIDE, _STOP = range(4)
_STOPS = frozenset(".,;:!?…)]}%。，、；：！？）]】》〉")
_BRACKETS = frozenset("([{<（【《〈¿¡")
_DASHES = frozenset("-–—―‐‑‒/|~=+*&>•·")
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad\u202a\u202b\u202c\u202d"
    "\u202e\u2066\u2067\u2068\u2069"
)
_UNSEEN = 9


def _left_kind(char: str) -> int:
    if char.isspace() or char == "\x00" or char in _BRACKETS:
        return _SPACE
    if char in _STOPS:
        return _STOP
    if char in _INVISIBLE:
        return _UNSEEN
    return _INSIDE if char.isalnum() or char == "_" else _SIGN


def _right_kind(char: str) -> int:
    if char.isspace() or char == "\x00" or char == "<" or char in _STOPS:
        return _SPACE
    if char in _INVISIBLE:
        return _UNSEEN
    return _SIGN if char in _DASHES else _INSIDE


_COMMON = [chr(i) for i in range(0x250)] + [chr(i) for i in range(0x2000, 0x2070)]
_LEFT: Final = {char: _left_kind(char) for char in _COMMON}
_RIGHT: Final = {char: _right_kind(char) for char in _COMMON}
# direction by what stands left and right: [_SPACE, _SIGN, _INSIDE, _STOP][_SPACE, _SIGN, _INSIDE]
_SPACING: Final = (
    (_EITHER, _OPENS, _OPENS),
    (_CLOSES, _EITHER, _EITHER),
    (_CLOSES, _CLOSES, _EITHER),
    (_CLOSES, _CLOSES, _EITHER),
)

# What else is known of a mark.
_PLAIN, _ELISION, _POSSESSIVE = range(3)

# One mark: start, end, family, direction of the glyph, direction, shape, kind, left, right
_Mark = tuple[int, int, int, int, int, str, int, int, int]


def find_marks(text: str) -> list[MarkSpan]:
    """Find the spans between quotation marks.

    Parameters
    ----------
    text : str
        One article. Any string is valid, whatever it holds.

    Returns
    -------
    list of MarkSpan
        Sorted by start and well nested: a span stands wholly inside another, or apart from it.

    Raises
    ------
    TypeError
        If `text` is not a str.

    Examples
    --------
    >>> text = "“We heard ‘never’ again,” the ferry's owner said of the 6'2\\" guard."
    >>> for span in find_marks(text):
    ...     print(span.depth, span.shape, text[span.inner_start:span.inner_end])
    0 double We heard ‘never’ again,
    1 single never
    """
    if not isinstance(text, str):
        raise TypeError(NOT_A_STRING.format(kind=type(text).__name__))
    if _RUN.search(text) is None:
        return []
    reader = _Reader(text)
    reader.read()
    return reader.spans()


# ------------------------------------------------------------------------------ paragraphs


def _breaks(text: str) -> list[tuple[int, int]]:
    """Find where paragraphs end and the next begin."""
    found: list[tuple[int, int, int]] = []  # start, end, 0 soft, 1 single, 2 hard
    singles = 0
    for match in _LINE_BREAK.finditer(text):
        start, end = match.span()
        size = end - start
        if size > 1 and (text[start:end] == "\n\n" or _newlines(text, start, end) > 1):
            kind = 2
        elif end < len(text) and text[end].islower():
            kind = 0
        elif size > 1 and text[end - 1] not in _NEWLINE_CHARS:
            kind = 2  # an indented line begins a paragraph
        else:
            kind = 1
            singles += 1
        found.append((start, end, kind))
    if singles:
        found = _soften(text, found)
    return [(start, end) for start, end, kind in found if kind]


def _newlines(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _NEWLINE.finditer(text, start, end))


def _soften(text: str, found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Take back single breaks that a hard-wrapped text has inside its paragraphs.

    A wrapped line is full: the first word of the next line would have made it longer than the
    longest line.
    """
    lengths: dict[int, int] = {}
    line = 0
    for i, (start, end, kind) in enumerate(found):
        if kind < 2:
            lengths[i] = start - line
        line = end
    width = max(lengths.values())
    if len(lengths) < 3 or not _WRAP[0] <= width <= _WRAP[1]:
        return found
    full = set()
    for i, length in lengths.items():
        word = _WORD.match(text, found[i][1])
        if word is not None and length + 1 + word.end() - word.start() > width:
            full.add(i)
    if len(full) < 0.7 * len(lengths):
        return found
    return [(start, end, 0 if i in full else kind) for i, (start, end, kind) in enumerate(found)]


# ------------------------------------------------------------------------------ reading


class _Reader:
    """One text while its marks are matched."""

    def __init__(self, text: str) -> None:
        self.text = text
        # The spans, in columns: a list for each would be sixty thousand lists
        self.start: list[int] = []
        self.end: list[int] = []
        self.inner_start: list[int] = []
        self.inner_end: list[int] = []
        self.shape: list[str] = []
        self.depth: list[int] = []
        self.parent: list[int] = []
        self.closed: list[bool] = []
        self.continues: list[int] = []
        self.marks: list[_Mark] = []
        # For each paragraph with marks: its number, bounds in the text, first mark
        self.paragraphs: list[tuple[int, int, int, int]] = []
        # Places of marks by family: those that open, that surely close, that may, and all.
        self.openers: list[list[int]] = [[] for _ in range(6)]
        self.closers: list[list[int]] = [[] for _ in range(6)]
        self.doubtful: list[list[int]] = [[] for _ in range(6)]
        self.members: list[list[int]] = [[] for _ in range(6)]
        self.at_opener = [0] * 6
        self.at_closer = [0] * 6
        self.at_doubtful = [0] * 6
        self.at_member = [0] * 6
        # Rows of the spans that are open, innermost last, and their families
        self.stack: list[int] = []
        self.families: list[int] = []
        self.where: list[list[int]] = [[] for _ in range(6)]
        self.shared: set[int] = set()
        self.exits: dict[int, list[int]] = {}
        self.first = self.last = 0
        self.paragraph_start = self.paragraph_end = 0
        # The family that opens the next paragraph, and the marks there
        self.reopened_by = -1
        self.following = (0, 0)

    # -------------------------------------------------------------------- marks

    def read(self) -> None:
        """Read the text: first its marks, then paragraph by paragraph its spans."""
        self._collect()
        carried: list[int] = []
        previous = -2
        previous_end = 0
        bounds = [*(p[3] for p in self.paragraphs), len(self.marks)]
        for i, (number, start, end, first) in enumerate(self.paragraphs):
            inserted = number - previous == 2 and start - previous_end <= _INSERTED
            if number - previous > 1 and not inserted:
                carried = []
            follows = i + 1 < len(self.paragraphs) and self.paragraphs[i + 1][0] == number + 1
            self.first, self.last = first, bounds[i + 1]
            self.paragraph_start, self.paragraph_end = start, end
            self.reopened_by = self._leading(i + 1) if follows else -1
            self.exits = {}
            self.following = (bounds[i + 1], bounds[i + 2]) if follows else (0, 0)
            self._paragraph(carried)
            if self._runs_on():
                carried = []
            else:
                carried = list(self.stack)
                self._end_paragraph(start, end)
            previous, previous_end = number, end

    def spans(self) -> list[MarkSpan]:
        """Give the spans that were found."""
        columns = zip(
            self.start,
            self.end,
            self.inner_start,
            self.inner_end,
            self.shape,
            self.depth,
            self.parent,
            self.closed,
            self.continues,
            strict=True,
        )
        return list(map(MarkSpan._make, columns))

    def _collect(self) -> None:
        """Find every mark, with its direction, and the paragraph that it stands in."""
        text, size = self.text, len(self.text)
        breaks = _breaks(text)
        breaks.append((size, size))
        tags = [m.span() for m in MARKUP.finditer(text)] if "<" in text else []
        tag = 0
        number = broken = 0
        begin = len(text) - len(text.lstrip())
        stop = breaks[0][0]
        seen = -1  # the last paragraph that was noted
        left_of, right_of = _LEFT.get, _RIGHT.get
        for match in _RUN.finditer(text):
            a, b = match.span()
            if tags:
                while tag < len(tags) and tags[tag][1] <= a:
                    tag += 1
                if tag < len(tags) and tags[tag][0] < a:
                    continue
            while a >= stop and stop < size:
                begin = breaks[broken][1]
                broken += 1
                number += 1
                stop = breaks[broken][0]
            if b - a > _ORNAMENT:
                continue
            char = text[a - 1] if a else "\n"
            left = left_of(char, -1)
            if left < 0 or left == _UNSEEN:
                left = self._look_left(a)
            char = text[b] if b < size else "\n"
            right = right_of(char, -1)
            if right < 0 or right == _UNSEEN:
                right = self._look_right(b)
            if left == _SPACE and char in ".…" and right == _SPACE:
                right = self._after_dots(b)
            spacing = _SPACING[left][right]
            if a == begin and b == stop:
                # Alone in its paragraph: the end of a quotation that was broken off, or an
                # ornament before one, which then belongs to the next paragraph.
                spacing = _CLOSES
                if text[a:b] == "“" and stop < size:
                    spacing = _EITHER
                    broken += 1
                    stop = breaks[broken][0]
            if number != seen:
                seen = number
                self.paragraphs.append((number, begin, stop, len(self.marks)))
            elif self.paragraphs[-1][2] != stop:
                self.paragraphs[-1] = (number, begin, stop, self.paragraphs[-1][3])
            if b - a == 1:
                family, glyph, shape = _GLYPHS[text[a]]
                self._add(a, b, family, glyph, spacing, shape, left, right)
            else:
                for c, d, (family, glyph, shape) in self._split(a, b, spacing):
                    self._add(c, d, family, glyph, spacing, shape, left, right)

    def _look_left(self, at: int) -> int:
        """Say what stands left of a mark, past characters that nobody sees."""
        for i in range(at - 1, max(at - 5, -1), -1):
            kind = _left_kind(self.text[i])
            if kind != _UNSEEN:
                return kind
        return _SPACE

    def _look_right(self, at: int) -> int:
        for i in range(at, min(at + 4, len(self.text))):
            kind = _right_kind(self.text[i])
            if kind != _UNSEEN:
                return kind
        return _SPACE

    def _after_dots(self, at: int) -> int:
        """Say whether a quotation begins with dots ("...and then") or the mark stands alone."""
        i = at
        while i < len(self.text) and i < at + 5 and self.text[i] in ".…":
            i += 1
        return _INSIDE if i < len(self.text) and self.text[i].isalnum() else _SPACE

    def _split(
        self, a: int, b: int, spacing: int
    ) -> Iterator[tuple[int, int, tuple[int, int, str]]]:
        """Split a run of adjacent marks into marks: two apostrophes are one."""
        text = self.text
        while a < b:
            char = text[a]
            same = a + 1
            while same < b and text[same] == char:
                same += 1
            count = same - a
            if char == "`" and count > 2:
                a = same  # a fence of code
                continue
            pair = _PAIRS.get(char)
            if pair is None:
                # "" for " is how a table escapes it
                step = 2 if char == '"' and count == 2 and spacing != _EITHER else 1
                if step == 2 and spacing == _CLOSES and self._inches(a):
                    step = 1
                yield a, a + step, _GLYPHS[char]
                a += step
                continue
            if count % 2 and spacing == _CLOSES:
                yield a, a + 1, _GLYPHS[char]  # ''He said, 'Go.'''
                a += 1
                count -= 1
            for _ in range(count // 2):
                yield a, a + 2, pair
                a += 2
            if a < same:
                yield a, a + 1, _GLYPHS[char]
                a += 1

    def _inches(self, at: int) -> bool:
        return _FEET.search(self.text, max(0, at - 12), at) is not None

    def _add(
        self,
        a: int,
        b: int,
        family: int,
        glyph: int,
        spacing: int,
        shape: str,
        left: int,
        right: int,
    ) -> None:
        text = self.text
        place = len(self.marks)
        direction = spacing
        kind = _PLAIN
        if family == _DOUBLE:
            if left == _INSIDE and text[a - 1].isdigit() and (text[a] == "″" or self._inches(a)):
                return
            if spacing == _EITHER:
                direction = glyph
        elif family == _SINGLE:
            if left != _SPACE and glyph != _OPENS and _GENITIVE.match(text, b):
                return  # the U.N.'s, "Harvest"'s
            if spacing == _EITHER:
                if left == _SIGN and right == _INSIDE:
                    direction = _OPENS
                elif left == _STOP and right == _INSIDE and not glyph:
                    direction = _CLOSES
                else:
                    direction = glyph
            if direction != _CLOSES and right == _INSIDE:
                if text[b - 1] != "`" and _ROCK_N_ROLL.match(text, b) and left == _SPACE:
                    return
                kind = self._elision(b)
            elif left == _STOP and _INITIALS.search(text, max(0, a - 6), a) and b < len(text):
                kind = _POSSESSIVE if text[b] == " " else _PLAIN  # the U.S.' part
            elif left == _INSIDE and text[a - 1] != text[a]:
                if text[a - 1] in "nN" and a > 1 and text[a - 2] in "'’‘´" and right == _SPACE:
                    return
                kind = self._possessive(a, b)
        elif family >= _CORNER:
            direction = glyph
        elif spacing == _EITHER:
            direction = _EITHER
        self.members[family].append(place)
        if direction == _OPENS:
            if kind != _ELISION:
                self.openers[family].append(place)
        elif direction == _CLOSES:
            (self.doubtful if kind == _POSSESSIVE else self.closers)[family].append(place)
        self.marks.append((a, b, family, glyph, direction, shape, kind, left, right))

    def _elision(self, at: int) -> int:
        """Tell whether what follows may have lost its beginning to an apostrophe."""
        if _YEAR.match(self.text, at):
            return _ELISION
        word = _NEXT_WORD.match(self.text, at)
        if word is None or word[0].lower() not in _ELIDED:
            return _PLAIN
        # the letter 's', the word 'cause'
        return _PLAIN if self.text[word.end() : word.end() + 1] in ("'", "’") else _ELISION

    def _possessive(self, a: int, b: int) -> int:
        """Tell whether a single mark after a word may be an apostrophe."""
        text = self.text
        last = text[a - 1]
        if last.isdigit():
            return _POSSESSIVE
        found = _LAST_WORD.search(text, max(0, a - 12), a)
        word = found[0].lower() if found is not None else ""
        if word in _CLIPPED or (len(word) > 3 and word.endswith("in")):
            return _POSSESSIVE
        if last not in "sSxXzZ" or b >= len(text) or not text[b].isspace():
            return _PLAIN
        after = _NEXT_WORD.match(text, b + 1)
        if after is None:
            return _POSSESSIVE if text[b + 1 : b + 2].isdigit() else _PLAIN
        return _PLAIN if after[0].lower() in _AFTER_CLOSE else _POSSESSIVE

    # -------------------------------------------------------------------- looking ahead

    def _next(self, places: list[list[int]], at: list[int], family: int, mark: int) -> int:
        """Find the next mark of a list, within the paragraph; `last` if there is none."""
        listed = places[family]
        i = at[family]
        while i < len(listed) and listed[i] <= mark:
            i += 1
        at[family] = i
        return min(listed[i], self.last) if i < len(listed) else self.last

    def _next_opener(self, family: int, mark: int) -> int:
        return self._next(self.openers, self.at_opener, family, mark)

    def _next_closer(self, family: int, mark: int) -> int:
        return self._next(self.closers, self.at_closer, family, mark)

    def _next_doubtful(self, family: int, mark: int) -> int:
        return self._next(self.doubtful, self.at_doubtful, family, mark)

    def _next_member(self, family: int, mark: int) -> int:
        return self._next(self.members, self.at_member, family, mark)

    def _exit(self, family: int, mark: int) -> int:
        """Find the mark that closes what stands open after this one, as far as directions tell.

        The first place where fewer spans of the family are open than here; `last` if none.
        """
        exits = self.exits.get(family)
        if exits is None:
            exits = self.exits[family] = self._exits(family)
        return exits[mark - self.first]

    def _exits(self, family: int) -> list[int]:
        level = 0
        levels = []
        for mark in range(self.first, self.last):
            _, _, of, _, direction, _, kind, _, _ = self.marks[mark]
            if of == family and kind == _PLAIN:
                level += direction
            levels.append(level)
        exits = [self.last] * len(levels)
        waiting: list[int] = []
        for i, level in enumerate(levels):
            while waiting and levels[waiting[-1]] > level:
                exits[waiting.pop()] = self.first + i
            waiting.append(i)
        return exits

    def _nests(self, family: int, mark: int) -> bool:
        """Tell whether a span that opens here and the one around it both get closed."""
        closes = self._exit(family, mark)
        return closes < self.last and self._exit(family, closes) < self.last

    # -------------------------------------------------------------------- the stack

    def _push(self, mark: int, continues: int = -1) -> None:
        a, b, family, _, _, shape, _, _, _ = self.marks[mark]
        stack = self.stack
        self.where[family].append(len(stack))
        self.depth.append(len(stack))
        self.parent.append(stack[-1] if stack else -1)
        stack.append(len(self.start))
        self.families.append(family)
        self.start.append(a)
        self.end.append(b)
        self.inner_start.append(b)
        self.inner_end.append(b)
        self.shape.append(shape)
        self.closed.append(False)
        self.continues.append(continues)

    def _pop(self, inner_end: int, end: int, *, closed: bool) -> None:
        span = self.stack.pop()
        self.where[self.families.pop()].pop()
        inner_end = max(inner_end, self.inner_start[span])
        self.inner_end[span] = inner_end
        self.end[span] = max(end, inner_end)
        self.closed[span] = closed

    def _innermost(self, family: int) -> int:
        return self.stack[self.where[family][-1]]

    def _close(self, family: int, mark: int) -> None:
        """Close the innermost span of a family; what is open inside it ends with it."""
        a, b, _, _, _, _, _, left, _ = self.marks[mark]
        while True:
            while self.families[-1] != family:
                self._pop(a, a, closed=False)
            # "stop the "bleeding," he said: one mark closes both
            both = self.stack[-1] in self.shared
            self.shared.discard(self.stack[-1])
            if not (both and left == _STOP and len(self.where[family]) > 1):
                break
            self._pop(a, a, closed=False)
        self._pop(a, b, closed=True)

    def _cut(self, family: int, at: int) -> None:
        """End an unclosed span where the next quotation begins."""
        end = self._trim(0, at)
        while self.families[-1] != family:
            self._pop(end, end, closed=False)
        self._pop(end, end, closed=False)

    def _trim(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return end

    def _end_paragraph(self, start: int, end: int) -> None:
        if self.stack:
            end = self._trim(start, end)
            while self.stack:
                self._pop(end, end, closed=False)
        self.shared.clear()

    # -------------------------------------------------------------------- paragraphs

    def _leading(self, paragraph: int) -> int:
        """Give the family of the mark that a paragraph begins with, -1 if it begins with none."""
        _, start, _, first = self.paragraphs[paragraph]
        after = self.paragraphs[paragraph + 1 : paragraph + 2]
        if first == (after[0][3] if after else len(self.marks)):
            return -1  # all of its marks were apostrophes or measures
        a, _, family, glyph, direction, _, kind, _, _ = self.marks[first]
        opens = direction == _OPENS or (direction == _EITHER and family != _SINGLE)
        # In French a closing guillemet may reopen
        opens |= family in (_ANGLE, _SMALL_ANGLE) and glyph == _CLOSES
        return family if a == start and opens and kind != _ELISION else -1

    def _runs_on(self) -> bool:
        """Tell whether the next paragraph closes what this one left open without reopening it."""
        if not self.stack:
            return False
        tops = [(places[-1], f) for f, places in enumerate(self.where) if places and f != _SINGLE]
        return self._closed_ahead(max(tops)[1] if tops else _SINGLE)

    def _closed_ahead(self, family: int) -> bool:
        """Tell whether the first mark of a family in the next paragraph is one that closes."""
        for mark in range(*self.following):
            _, _, of, _, direction, _, kind, left, _ = self.marks[mark]
            if of == family:
                sure = family != _SINGLE or left == _STOP
                return sure and direction == _CLOSES and kind == _PLAIN
        return False

    def _paragraph(self, carried: list[int]) -> None:
        """Match the marks of a paragraph; `carried` are the spans that the last one left open."""
        mark = self.first
        if carried and not self.stack:
            mark = self._reopen(carried)
        while mark < self.last:
            family = self.marks[mark][2]
            if family == _DOUBLE:
                self._double(mark)
            elif family == _SINGLE:
                self._single(mark)
            elif family >= _CORNER:
                self._corner(mark)
            else:
                self._angle(mark)
            mark += 1

    def _reopen(self, carried: list[int]) -> int:
        """Reopen carried spans by the marks that the paragraph begins with."""
        mark = self.first
        at = self.paragraph_start
        for row in carried:
            if mark == self.last or self.marks[mark][0] != at:
                break
            _, b, family, _, direction, shape, kind, _, right = self.marks[mark]
            shapes = {shape, self.shape[row]}
            if kind == _ELISION or (direction == _CLOSES and family not in (_ANGLE, _SMALL_ANGLE)):
                break
            if right == _SPACE and family == _SINGLE:
                break
            same = _GLYPH_FAMILY[self.shape[row]]
            if family not in same and len(shapes) > 1:
                break
            self._push(mark, row)
            at = b
            mark += 1
        return mark

    def _strays(self, mark: int) -> None:
        """Read a closing mark whose family is not open: it may close the wrong mark's span."""
        if not self.stack:
            return
        family, left = self.marks[mark][2], self.marks[mark][7]
        if family == _SINGLE and left != _STOP:
            return
        top = self.families[-1]
        if top < _CORNER and self._next_closer(top, mark) >= min(
            self._next_opener(top, mark), self.last
        ):
            self._close(top, mark)

    def _corner(self, mark: int) -> None:
        family, glyph = self.marks[mark][2:4]
        if glyph == _OPENS:
            self._push(mark)
        elif self.where[family]:
            self._close(family, mark)

    def _angle(self, mark: int) -> None:
        _, _, family, glyph, direction, _, _, _, _ = self.marks[mark]
        following = self._next_member(family, mark)
        partner = following < self.last and (
            self.marks[following][3] != glyph or self.marks[following][4] == _CLOSES
        )
        if not self.where[family]:
            if direction == _CLOSES:
                self._strays(mark)
            elif partner or (direction == _OPENS and glyph == _OPENS):
                self._push(mark)
            return
        opener = _GLYPHS[self.text[self.start[self._innermost(family)]]][1]
        if direction == _CLOSES or (opener != glyph and direction == _EITHER):
            self._close(family, mark)
        elif opener == glyph or partner:
            if not partner:
                self._cut(family, self.marks[mark][0])
            self._push(mark)
        else:
            self._close(family, mark)

    def _double(self, mark: int) -> None:
        a, _, _, glyph, direction, _, _, left, right = self.marks[mark]
        opened = self.where[_DOUBLE]
        if direction == _CLOSES:
            if opened:
                if not self._measure(mark):
                    self._close(_DOUBLE, mark)
            elif (
                glyph == _OPENS or (a == self.paragraph_start and right == _SPACE)
            ) and self._closes_next(mark):
                self._push(mark)  # said“ we go”: the space on the wrong side
            else:
                self._strays(mark)
        elif direction == _EITHER:
            if opened:
                if left == _SIGN and self._nests(_DOUBLE, mark):
                    self._push(mark)
                else:
                    self._close(_DOUBLE, mark)
            elif (left == _INSIDE and self.text[a - 1].isdigit()) or (
                right == _SPACE and not self._pairs(mark)
            ):
                return
            elif left != _INSIDE or self._pairs(mark):
                self._push(mark)
        elif not opened:
            if (glyph == _CLOSES or right == _SPACE) and not self._pairs(mark):
                alone = a == self.paragraph_start and glyph == _OPENS
                if not (alone and self._next_member(_DOUBLE, mark) == self.last):
                    return
                if not self._closed_ahead(_DOUBLE):
                    return
            self._push(mark)
        elif glyph == _CLOSES or (right == _SPACE and not self._pairs(mark)):
            self._close(_DOUBLE, mark)
        else:
            self._second_opener(mark)

    def _second_opener(self, mark: int) -> None:
        """Read an opening double mark where one is open: nested, next, or not an opener at all."""
        a, _, _, glyph, _, _, _, left, right = self.marks[mark]
        opener = self._innermost(_DOUBLE)
        begins = self.inner_start[opener]
        if (
            glyph == _OPENS
            and left != _SPACE
            and (self.shape[opener] == "low_high" or (left == _STOP and right == _INSIDE))
        ):
            self._close(_DOUBLE, mark)  # „so“ and the like
            return
        if self._nests(_DOUBLE, mark):
            self._push(mark)
            return
        before = self._trim(begins, a)
        after_stop = before > begins and self.text[before - 1] in _STOPS
        closes = self._closes_next(mark)
        if glyph == _EITHER and not closes and self.reopened_by != _DOUBLE:
            self._close(_DOUBLE, mark)  # "We go, "he said: the space on the wrong side
        elif closes and not after_stop and self.reopened_by == _DOUBLE:
            self._push(mark)  # the outer one is carried on
        elif closes and not after_stop and self._closes_two(mark, begins):
            self._push(mark)
            self.shared.add(self.stack[-1])
        else:
            self._cut(_DOUBLE, a)
            self._push(mark)

    def _closes_two(self, mark: int, begins: int) -> bool:
        """Tell whether the next mark may close both the span that begins here and its parent."""
        if self.marks[self._next_closer(_DOUBLE, mark)][7] != _STOP:
            return False
        # A few words in small letters do not run over the end of a sentence
        between = self.text[begins : min(self.marks[mark][0], begins + _ASIDE)]
        return not between[:1].islower() or _SENTENCE_END.search(between) is None

    def _measure(self, mark: int) -> bool:
        """Tell inches inside a quotation: a digit before, and another mark still to close it."""
        a, _, _, glyph, _, _, _, left, _ = self.marks[mark]
        if glyph or left != _INSIDE or not self.text[a - 1].isdigit():
            return False
        return self._closes_next(mark) and self.marks[mark][8] != _SIGN

    def _closes_next(self, mark: int) -> bool:
        """Tell whether a mark that closes comes before the next that opens."""
        closer = self._next_closer(_DOUBLE, mark)
        return closer < self.last and closer < self._next_opener(_DOUBLE, mark)

    def _pairs(self, mark: int) -> bool:
        """Tell whether the next mark of the family may close what this one opens."""
        following = self._next_member(_DOUBLE, mark)
        return following < self.last and self.marks[following][4] != _OPENS

    def _single(self, mark: int) -> None:
        direction = self.marks[mark][4]
        if direction == _OPENS:
            self._single_opener(mark)
        elif direction == _CLOSES:
            self._single_closer(mark)
        elif self.families and self.families[-1] == _SINGLE:
            self._close(_SINGLE, mark)
        elif self.marks[mark][8] == _INSIDE and self.marks[mark][7] != _INSIDE:
            self._single_opener(mark)

    def _single_opener(self, mark: int) -> None:
        a, b, _, glyph, _, shape, kind, _, right = self.marks[mark]
        closer = self._next_closer(_SINGLE, mark)
        opener = self._next_opener(_SINGLE, mark)
        limit = self._exit(_DOUBLE, mark) if self.where[_DOUBLE] else self.last
        inside = bool(self.families) and self.families[-1] == _SINGLE
        if kind == _ELISION:
            # ’Tis never opens; 'Cause may, if a mark is left over to close it
            if glyph != _CLOSES and not inside and closer < min(opener, limit):
                self._push(mark)
            return
        if inside:
            if self._nests(_SINGLE, mark):
                self._push(mark)
            return
        if glyph == _CLOSES:
            if closer < min(opener, limit):
                self._push(mark)
            return
        if self.marks[mark][4] == _OPENS and self._exit(_SINGLE, mark) < limit:
            self._push(mark)
            return
        if self.marks[mark][4] != _OPENS and closer < limit:
            self._push(mark)
            return
        doubtful = self._next_doubtful(_SINGLE, mark)
        if doubtful < min(opener, limit) and self.marks[doubtful][0] - b <= _POSSESSIVE_REACH:
            self._push(mark)
            return
        # Closed by the wrong mark, or by none
        wrong = not self.where[_DOUBLE] and self._closes_next(mark)
        speech = right == _INSIDE and shape == "single" and self._speech_begins(a, b)
        if wrong or speech:
            self._push(mark)

    def _speech_begins(self, a: int, b: int) -> bool:
        """Tell whether an unclosed single mark stands where a quotation may begin."""
        if not self.text[b : b + 1].isupper():
            return False
        if a == self.paragraph_start:
            return self.text[a] == "‘" or self.reopened_by == _SINGLE
        before = self._trim(max(self.paragraph_start, a - 4), a)
        return before < a and self.text[before - 1] in ",:"

    def _single_closer(self, mark: int) -> None:
        kind = self.marks[mark][6]
        if not self.where[_SINGLE]:
            left, right = self.marks[mark][7:9]
            if left == _STOP and right == _INSIDE:
                # said:'We go': no space at all
                if self._next_closer(_SINGLE, mark) < self._next_opener(_SINGLE, mark):
                    self._push(mark)
            elif kind == _PLAIN:
                self._strays(mark)
            return
        if self.families[-1] != _SINGLE:
            top = self.families[-1]
            if kind == _PLAIN and self._next_closer(top, mark) == self.last:
                self._close(_SINGLE, mark)
            return
        if kind == _POSSESSIVE:
            limit = self._exit(_DOUBLE, mark) if self.where[_DOUBLE] else self.last
            if self._exit(_SINGLE, mark) < limit:
                return  # another mark is left over to close what is open
        self._close(_SINGLE, mark)


# The families that a span of a shape can be reopened by
_GLYPH_FAMILY: Final[dict[str, tuple[int, ...]]] = {
    "double": (_DOUBLE,),
    "two_apostrophes": (_DOUBLE,),
    "backtick": (_DOUBLE,),
    "single": (_SINGLE,),
    "low_high": (_DOUBLE, _SINGLE),
    "guillemet": (_ANGLE, _SMALL_ANGLE),
    "corner": (_CORNER, _WHITE_CORNER),
}
