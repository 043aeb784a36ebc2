"""The grammar of marks: a table of cases by hand, then properties, then the amount of work."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framing import marks
from framing.marks import NOT_A_STRING, SHAPES, MarkSpan, find_marks

# What is expected is the text between the marks, in the order of the openers: one ">" before it for
# each span around it, a "~" behind it where no mark closes it.
CASES: dict[str, tuple[str, list[str]]] = {
    # ------------------------------------------------------------------ shapes
    "straight": ('The mayor said, "We are ready," and left.', ["We are ready,"]),
    "curly": ("The mayor said, “We are ready,” and left.", ["We are ready,"]),
    "british single": ("The mayor said: ‘We are ready,’ and left.", ["We are ready,"]),
    "british single, straight": ("'We are ready,' said the mayor.", ["We are ready,"]),
    "british with inner double": (
        "'They call it \"progress\" here,' said the mayor.",
        ['They call it "progress" here,', ">progress"],
    ),
    "guillemets": ("Le maire : «Nous sommes prêts», dit-il.", ["Nous sommes prêts"]),
    "guillemets with spaces": (
        "Le maire : « Nous sommes prêts », dit-il.",
        [" Nous sommes prêts "],
    ),
    "guillemets inward": ("Der Ort sei »bereit«, sagte er.", ["bereit"]),
    "guillemets inward, glued to dashes": ("Er rief –»jetzt«– und ging.", ["jetzt"]),
    "guillemets one way": ("Hän sanoi »valmis» ja lähti.", ["valmis"]),
    "small guillemets inside": (
        "«Il a dit ‹non› hier», dit-elle.",
        ["Il a dit ‹non› hier", ">non"],
    ),
    "guillemets swapped inside": (
        "»Er sagte ›nein‹ dazu«, so sie.",
        ["Er sagte ›nein‹ dazu", ">nein"],
    ),
    "low-high": ("Der Ort sei „bereit“, sagte er.", ["bereit"]),
    "low-high closed by a right mark": ("Miasto jest „gotowe”, mówi.", ["gotowe"]),
    "low-high closed by a straight mark": ('Der Ort sei „bereit", sagte er.', ["bereit"]),
    "low-high single inside": (
        "„Er rief ‚jetzt‘ laut“, sagt sie.",
        ["Er rief ‚jetzt‘ laut", ">jetzt"],
    ),
    "right marks on both sides": ("Hon sade ”redo” och gick.", ["redo"]),
    "corner": ("市長は「準備はできた」と言った。", ["準備はできた"]),
    "white corner inside": ("彼は「『今』と聞いた」と話す。", ["『今』と聞いた", ">今"]),
    "curly without spaces": (
        "市长说：“我们准备好了‘今天’。”他走了。",
        ["我们准备好了‘今天’。", ">今天"],
    ),
    "two apostrophes": ("The mayor said, ''We are ready,'' and left.", ["We are ready,"]),
    "backticks": ("The mayor said, ``We are ready,'' and left.", ["We are ready,"]),
    "one backtick": ("He wrote `ready' on the door.", ["ready"]),
    "two apostrophes closed by a straight mark": ("She read ''a warning\" to all.", ["a warning"]),
    "straight closed by two apostrophes": ("She read \"a warning'' to all.", ["a warning"]),
    "two curly singles": ("She read ‘‘a warning’’ to all.", ["a warning"]),
    "primes as marks": ("″We are ready,″ the mayor said.", ["We are ready,"]),
    "mixed shapes": (
        "He saw \"smoke\", she “fire”, the child ''dragons'' and the cat «nothing».",
        ["smoke", "fire", "dragons", "nothing"],
    ),
    # ------------------------------------------------------------------ nesting
    "single in double": ("“He cried ‘stop’ twice,” she said.", ["He cried ‘stop’ twice,", ">stop"]),
    "three deep": (
        "“He said, ‘I read “Harvest” twice,’ and slept,” she said.",
        ["He said, ‘I read “Harvest” twice,’ and slept,", ">I read “Harvest” twice,", ">>Harvest"],
    ),
    "close together, straight": (
        "\"He said, 'Go.'\" Then it rained.",
        ["He said, 'Go.'", ">Go."],
    ),
    "close with a space between": (
        "“He said, ‘Go.’ ” Then it rained.",
        ["He said, ‘Go.’ ", ">Go."],
    ),
    "open together": ("“‘Go’ was all he said,” she said.", ["‘Go’ was all he said,", ">Go"]),
    "three apostrophes close": ("''He said, 'Go,''' she recalled.", ["He said, 'Go,'", ">Go,"]),
    "three apostrophes open": (
        "'''Harvest,''' he replied. 'Why?'",
        ["'Harvest,'", ">Harvest,", "Why?"],
    ),
    "same marks nested": (
        "“The word “never” is banned here,” she said.",
        ["The word “never” is banned here,", ">never"],
    ),
    "same straight marks nested": (
        'He said "the word "never" is banned" and left.',
        ['the word "never" is banned', ">never"],
    ),
    "one mark closes two": (
        '"We must stop the "bleeding," he said. Nobody spoke.',
        ['We must stop the "bleeding,', ">bleeding,~"],
    ),
    # ------------------------------------------------------------------ spacing decides
    "stray mark before": (
        'The 12" board fell. "We ran," she said. "It hurt," he said.',
        ["We ran,", "It hurt,"],
    ),
    "stray closing mark": ('It was over." Then "we ran," she said.', ["we ran,"]),
    "stray opening mark": (
        'A "lonely mark here. Then "we ran," she said.',
        ["lonely mark here. Then~", "we ran,"],
    ),
    "a stray mark ends with its paragraph": (
        'A "lonely mark here.\n\nThe rest is calm, and "we ran" too.',
        ["lonely mark here.~", "we ran"],
    ),
    "no space after": ('"We are ready,"he said. "Now."', ["We are ready,", "Now."]),
    "no space before": ('He said:"We are ready," and "now."', ["We are ready,", "now."]),
    "space on the wrong side": ('"We are ready, "he said. "Now."', ["We are ready, ", "Now."]),
    "spaces on both sides": ('He said " we are ready " and left.', [" we are ready "]),
    "lost paragraph break": ('"It is late.""Go home," she said.', ["It is late.", "Go home,"]),
    "doubled as in a table": ('He said ""go home"" and left.', ["go home"]),
    "brackets": ('The act ("a disgrace") passed.', ["a disgrace"]),
    "dashes": ("The act—“a disgrace”—passed.", ["a disgrace"]),
    "broken off by a dash": ('"I thought—" she began. "No."', ["I thought—", "No."]),
    "hyphen after and before": ('An anti-"growth" and "growth"-minded pair.', ["growth", "growth"]),
    "slash": ('The "yes"/"no" vote.', ["yes", "no"]),
    "begins with dots": ('He said "...and then nothing" to us.', ["...and then nothing"]),
    "begins with a bracket": ('He said "[they] ran" to us.', ["[they] ran"]),
    "begins with money": ("He said “$5 is enough” to us.", ["$5 is enough"]),
    "ends with a bracket": ("He said “they ran [away]” to us.", ["they ran [away]"]),
    "bracketed mark": ("(He called it “mad.”)", ["mad."]),
    "invisible characters": ("He said \u200e“go\u200b” to\ufeff “her”.", ["go\u200b", "her"]),
    # ------------------------------------------------------------------ wrong marks
    "curly closed straight": ('She said “go home" to us.', ["go home"]),
    "straight closed curly": ('She said "go home” to us.', ["go home"]),
    "curly closed by an opener": ("She said “go home“ to us.", ["go home"]),
    "curly opened by a closer": ("She said ”go home” to us.", ["go home"]),
    "double closed by a single": ("She said, “Go home.’ Then she left.", ["Go home."]),
    "single closed by a double": ("She said ‘go home” to us.", ["go home"]),
    "straight single closed by a curly": ("She said 'go home’ to us.", ["go home"]),
    "guillemet closed by a straight mark": ('Il dit «rentrez" à tous.', ["rentrez"]),
    "inner single left open": (
        "“He said, ‘Go home,” she recalled.",
        ["He said, ‘Go home,", ">Go home,~"],
    ),
    # ------------------------------------------------------------------ apostrophes
    "plural possessive alone": ("The forces’ leader and the dogs' owner met.", []),
    "plural possessive inside": (
        "‘The forces’ leader is weak,’ said the mayor.",
        ["The forces’ leader is weak,"],
    ),
    "straight plural possessive inside": (
        "'The forces' leader is weak,' said the mayor.",
        ["The forces' leader is weak,"],
    ),
    "a quotation that ends in s": ("The 'heroes' of the town waved.", ["heroes"]),
    "ends in s before a possessive": (
        "The 'patriots' movement grew. The boys' club met.",
        ["patriots"],
    ),
    "two that end in s": ("The 'heroes' and the 'traitors' met.", ["heroes", "traitors"]),
    "two possessives inside": (
        "‘The boys’ and girls’ schools,’ she said, ‘are closed.’",
        ["The boys’ and girls’ schools,", "are closed."],
    ),
    "possessive before an inner quotation": (
        "She said: 'The fans' song is 'ours'.'",
        ["The fans' song is 'ours'.", ">ours"],
    ),
    "possessive at the end of a quotation": (
        "It was 'proud of its members' gift' to the fund.",
        ["proud of its members' gift"],
    ),
    "letters as words": ("The letters 'a', 's' and 'is' are short.", ["a", "s", "is"]),
    "contractions and possessives": (
        "'Don't,' she said. 'Can't,' he said. 'The Reiters' won't.'",
        ["Don't,", "Can't,", "The Reiters' won't."],
    ),
    "decades": ("In the ’90s and the '80s she sang.", []),
    "decade in a quotation": ("'In the '90s we sang,' she said.", ["In the '90s we sang,"]),
    "decade at the start of a quotation": (
        "''90s songs bore me,'' she said.",
        ["90s songs bore me,"],
    ),
    "rock and roll": ("They play rock ’n’ roll and rock 'n' roll.", []),
    "rock and roll in a quotation": (
        "‘We play rock ’n’ roll,’ she said.",
        ["We play rock ’n’ roll,"],
    ),
    "names": ("O’Neill’s boat and D'Arcy's horse.", []),
    "words that lost their beginning": ("'Tis late, give ’em time, 'cause they ran.", []),
    "lost beginning with the wrong glyph": ("Give ‘em time in the ‘90s.", []),
    "lost beginning inside": (
        "“’Tis late,” he said, “so tell 'em.”",
        ["’Tis late,", "so tell 'em."],
    ),
    "words that lost their end": ("He was goin' to the ol' barn o' theirs.", []),
    "lost end inside": ("'He was goin' home,' she said.", ["He was goin' home,"]),
    "possessive of initials": ("The U.N.'s envoy and the U.N.’s aide met the U.K.’s.", []),
    "possessive of a quoted name": (
        '"Harvest"\'s author spoke of “Harvest”’s end.',
        ["Harvest", "Harvest"],
    ),
    "contraction in a quotation": ("'We don't know,' he said.", ["We don't know,"]),
    # ------------------------------------------------------------------ measures
    "feet and inches": ("The 6'2\" guard and the 5' 11\" wing met.", []),
    "curly feet and inches": ("The 6’2” guard and the 5’11” wing met.", []),
    "feet in words": ('She is 5 ft 11" and calls it "short".', ["short"]),
    "inches in a quotation": ('"A 27" screen is enough," she said.', ['A 27" screen is enough,']),
    "feet and inches in a quotation": ('"He is 6\'2"," she said.', ["He is 6'2\","]),
    "feet alone": ("The 6' wall and the 12' gate.", []),
    "minutes and seconds": ("At 40°42'51\" N she ran 12' 30\".", []),
    "a year ends a quotation": ('"I was born in 1992" was all he said.', ["I was born in 1992"]),
    "prime signs": ("The 6′2″ guard.", []),
    # ------------------------------------------------------------------ paragraphs
    "reopened and closed once": (
        "“One.\n\n“Two.\n\n“Three,” she said.",
        ["One.~", "Two.~", "Three,"],
    ),
    "never closed": (
        'She said, "We will not go.\n\nThe town was calm. Nobody spoke.',
        ["We will not go.~"],
    ),
    "never closed, single": (
        "She said: ‘We will not go.\n\nThe town was calm.",
        ["We will not go.~"],
    ),
    "never closed at the end": ("She said, “We will not go.", ["We will not go.~"]),
    "broken in the middle": (
        "She said, “We will not\n\ngo today,” and left.",
        ["We will not\n\ngo today,"],
    ),
    "single breaks are paragraphs": (
        'A "lonely mark.\nThe rest "is" calm.',
        ["lonely mark.~", "is"],
    ),
    "broken inside a sentence": ('He said "we will\nnot go" and left.', ["we will\nnot go"]),
    "windows breaks": ("“One.\r\n\r\n“Two,” she said.", ["One.~", "Two,"]),
    "a closing mark on a line of its own": (
        "She said, “We will not go.\n”\nThen.",
        ["We will not go.\n"],
    ),
    "an ornament before a pull quote": ("“\nWE WILL NOT GO\n”\nThe town.", ["\nWE WILL NOT GO\n"]),
    # ------------------------------------------------------------------ places
    "headline": ("Mayor: 'We will not yield' to Kessar\n\nThe mayor spoke.", ["We will not yield"]),
    "headline with a possessive": ("Allies' envoy sees 'no way out' of talks", ["no way out"]),
    "list": ('- "one"\n- "two"\n* “three”\n1. ‘four’', ["one", "two", "three", "four"]),
    "capitals": (
        "“WE WILL NOT LET THE WORKERS’ HALL FALL.” — MAYOR",
        ["WE WILL NOT LET THE WORKERS’ HALL FALL."],
    ),
    "tweet": (
        "“We're done. 'Nuff said!” — Ann (@ann_v) May 3 pic.example/x",
        ["We're done. 'Nuff said!"],
    ),
    "tag": ('<tweet author="ann_v" id="12">We are "done" here</tweet>.', ["done"]),
    "tag with an odd attribute": ('<a title="the dogs\' "day"">“go”</a>', ["go"]),
    "mark against a tag": ('He said <b>"go"</b> and <i>“stay”</i>.', ["go", "stay"]),
    "unclosed tag": ('If a <b then "go" or "stay".', ["go", "stay"]),
    "tag without an end": ('It fell <strong and "we ran" home.', ["we ran"]),
    "link signs": ("More news » Sport » Results »\n\nRead on »", []),
    "fence of code": ("```\nrun it\n```", []),
    "only marks": ("\" ' “", []),
    "nothing": ("", []),
    "no marks": ("The town was calm.", []),
}


def shown(text: str) -> list[str]:
    return [
        ">" * span.depth + text[span.inner_start : span.inner_end] + "~" * (not span.closed)
        for span in find_marks(text)
    ]


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    text, expected = CASES[name]
    assert shown(text) == expected


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60
    texts = [text for text, _ in CASES.values()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ('"a"', ["double"]),
        ("“a”", ["double"]),
        ("'a'", ["single"]),
        ("‘a’", ["single"]),
        ("«a»", ["guillemet"]),
        ("»a«", ["guillemet"]),
        ("‹a›", ["guillemet"]),
        ("„a“", ["low_high"]),
        ("‚a‘", ["low_high"]),
        ("「a」", ["corner"]),
        ("『a』", ["corner"]),
        ("``a''", ["backtick"]),
        ("''a''", ["two_apostrophes"]),
        ("“a ‘b’ c”", ["double", "single"]),
    ],
)
def test_the_opening_mark_gives_the_shape(text: str, shapes: list[str]) -> None:
    spans = find_marks(text)
    assert [span.shape for span in spans] == shapes
    assert spans[0] == MarkSpan(
        0, len(text), spans[0].inner_start, spans[0].inner_end, shapes[0], 0, -1, True, -1
    )
    assert text[spans[0].inner_start] == "a"


def continued(text: str) -> list[int]:
    return [span.continues for span in find_marks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“One.\n\n“Two.\n\n“Three,” she said.", [-1, 0, 1]),
        ("“One ‘x’ a.\n\n“Two,” she said.", [-1, -1, 0]),
        ("''One.\n\n''Two,'' she said.", [-1, 0]),
        ("'One.\n\n'Two,' she said.", [-1, 0]),
        ("‘One.\n\n‘Two,’ she said.", [-1, 0]),
        ("«Un.\n\n«Deux», dit-elle.", [-1, 0]),
        ("«Un.\n\n»Deux», dit-elle.", [-1, 0]),
        ("„Eins.\n\n„Zwei“, sagte sie.", [-1, 0]),
        ("「一。\n\n「二」", [-1, 0]),
        # "one" is closed: a new quotation
        ("“One.”\n\n“Two,” she said.", [-1, -1]),
        # a paragraph between
        (
            "“One.\n\nNobody spoke for a long time in the crowded hall.\n\n“Two,” she said.",
            [-1, -1],
        ),
        # a label of the page between
        ("“One.\n\nStory continues below\n\n“Two,” she said.", [-1, 0]),
        # both levels are reopened
        ("“He said, ‘One.\n\n“‘Two,’” she said.", [-1, -1, 0, 1]),
        # an apostrophe does not reopen
        ("“One.\n\n’Tis over, “two” say.", [-1, -1]),
    ],
)
def test_a_quotation_carried_over_paragraphs(text: str, expected: list[int]) -> None:
    assert continued(text) == expected


HARD_WRAPPED = """\
The ferry to Harrow was late again on Monday and the mayor, who had been
waiting at the pier since dawn, told the crew that “nobody in this harbour
Should have to wait for a boat that was paid for twice over by the people
Of this town and its neighbours” before she went home on foot and alone.
Nobody followed her, and the crew, who had heard it all before, said that
“boats” are late.
"""


def test_a_quotation_crosses_the_lines_of_a_hard_wrapped_text() -> None:
    inner = [HARD_WRAPPED[s.inner_start : s.inner_end] for s in find_marks(HARD_WRAPPED)]
    assert inner[0].startswith("nobody in this")
    assert inner[0].endswith("its neighbours")
    assert inner[1:] == ["boats"]


def test_short_lines_are_paragraphs_though_many() -> None:
    text = 'One "two\nThree\nFour\nFive\nSix\nSeven "eight" nine'
    assert shown(text) == ["two~", "eight"]


def test_any_depth() -> None:
    text = "“‘" * 20 + "deep" + "’”" * 20
    spans = find_marks(text)
    assert [s.depth for s in spans] == list(range(40))
    assert [s.parent for s in spans] == list(range(-1, 39))
    assert all(s.closed for s in spans)
    corners = "「" * 30 + "深" + "」" * 30
    assert [s.depth for s in find_marks(corners)] == list(range(30))


def test_a_long_run_of_marks_is_an_ornament() -> None:
    assert find_marks('"' * 1000 + " word " + "'" * 1000) == []


def test_a_stray_mark_does_not_turn_the_article_inside_out() -> None:
    paragraph = 'The crew said "we ran" and then "we hid" at the pier.'
    for stray in ('A lone " mark.', 'An odd" mark.', 'An "odd mark.', '9" of rain.'):
        text = f"{stray} {paragraph}"
        assert [s for s in shown(text) if not s.endswith("~")] == ["we ran", "we hid"], stray


def test_a_list_is_refused() -> None:
    with pytest.raises(TypeError) as error:
        find_marks(["“a”"])  # type: ignore[arg-type]
    assert str(error.value) == NOT_A_STRING.format(kind="list")


# ------------------------------------------------------------------------------ properties

PIECES = st.lists(
    st.sampled_from(
        [
            *"\"'“”„‟‘’‚‛`´«»‹›「」『』″＂",
            *"abcsS 019.,:!—-()<>/=",
            *" \n\r\t\x00\ud800\u202e\u200b\u2028é中",
            "''",
            "``",
            "'''",
            "\n\n",
            "\r\n",
            " 'n' ",
            "6'2\"",
            "dogs' ",
            "word ",
            "Word ",
            "said, ",
            ' <a b="c">',
            "'90s",
            "\n“",
            '\n\n"',
            ".” ",
            ",' ",
            ' "',
            " “",
            " ‘",
        ]
    ),
    max_size=60,
).map("".join)


def check(text: str) -> None:
    spans = find_marks(text)
    around: list[int] = []
    before = -1
    for i, span in enumerate(spans):
        assert span.shape in SHAPES
        assert 0 <= span.start < span.inner_start <= span.inner_end <= span.end <= len(text)
        assert span.closed == (span.inner_end < span.end)
        assert span.start > before
        before = span.start
        while around and spans[around[-1]].end <= span.start:
            around.pop()
        assert span.parent == (around[-1] if around else -1)
        assert span.depth == len(around)
        if around:
            parent = spans[around[-1]]
            assert parent.inner_start <= span.start
            assert span.end <= parent.inner_end
        assert -1 <= span.continues < i
        if span.continues >= 0:
            assert not spans[span.continues].closed
            assert spans[span.continues].end <= span.start
        around.append(i)


@given(PIECES)
@settings(max_examples=1500, deadline=None)
@example("“a\n\n“b “c\n\nd”")
@example("“\n“\n”")
@example('\n\n"" \'\n')
def test_spans_are_sorted_and_well_nested(text: str) -> None:
    check(text)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_string_is_read(text: str) -> None:
    check(text)


@given(PIECES, PIECES)
@settings(max_examples=300, deadline=None)
def test_a_paragraph_far_away_changes_nothing(first: str, second: str) -> None:
    # Only a text's lines together tell whether it is hard-wrapped.
    first, second = ("x " + " ".join(t.split()) for t in (first, second))
    middle = "\n\nNothing was said here, and nobody spoke for a very long time.\n\n"
    alone = find_marks(first)
    both = find_marks(first + middle + second)
    assert both[: len(alone)] == alone
    assert all(s.start >= len(first) + len(middle) for s in both[len(alone) :])


# ------------------------------------------------------------------------------ work


def work(text: str) -> int:
    """Count the lines of Python that reading a text takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != marks.__file__:
            return None
        if event == "line":
            count += 1
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        find_marks(text)
    finally:
        sys.settrace(previous)
    return count


UNITS = [
    *(f"{glyph}a " for glyph in "\"'“”„‘’‚`«»‹›「」『』″"),
    "''a ", "``a ", "'''a ", "“", '"', "“\n", "“a\n", "“a\n\n", '"a\n', "‘A\n\n", "「a\n\n“b” ",
    "“‘a ", "「“a ", "」「a", "“a 「b ", '"a "b" ', "‘A dogs’ b ", "<a <b", "<a\n", '<a="',
    "« a » b « ",
    "a' ", 'a" ', '6" "a ', "dogs' ", "\r\n", "“A, ‘B ", "\u200e“a ", "a“b",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_with_the_text(unit: str) -> None:
    small, large = work(unit * 400), work(unit * 1600)
    assert large <= 4.2 * small + 100
    assert large <= 400 * len(unit) * 1600


@pytest.mark.parametrize("unit", UNITS)
def test_sixty_thousand_openers(unit: str) -> None:
    check(unit * (60_000 // len(unit)))


def test_article_after_article_in_one_text() -> None:
    article = "\n\n".join(text for text, _ in CASES.values() if len(text) > 20) + "\n\n"
    assert work(article * 64) <= 66 * work(article)
