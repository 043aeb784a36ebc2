"""What results look like in a notebook and on a terminal: whole, short, and inert."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import framing
from framing.notebook import VOICE_LABELS, article_html, card_html, list_html, table_html
from framing.voice import VOICES

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</div></table><iframe src='//x'>",
    "&lt;b&gt; & \ud800 lone",
)
ARTICLE = (
    "The brutal regime fell on Monday.\n\n"
    'Kerr said the siege was "a barbaric farce". '
    'So-called "experts" met, and critics accused the army of a massacre.\n'
)


class Page(HTMLParser):
    """The tags of a page, in order, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(html: str) -> Page:
    found = Page()
    found.feed(html)
    assert found.open == []
    return found


def hostile_scores() -> framing.Scores:
    lexicon = framing.Lexicon.from_terms(
        {"abuse": ["brutal"]}, name="own", description=HOSTILE[0] + HOSTILE[1]
    )
    rows = [
        {
            "id": f"{nasty} {i} {side}",
            "text": f'The brutal plan {nasty} fell. "We saw it," {nasty} said on Monday. ' * 6,
            "outlet": f"{side} {HOSTILE[0]}",
            "story": str(i),
        }
        for i, nasty in enumerate(HOSTILE * 2)
        for side in "ab"
    ]
    return framing.score(rows, lexicons=[lexicon], classifier=None)


def test_no_text_becomes_markup() -> None:
    scores = hostile_scores()
    comparison = framing.compare(scores)
    one = framing.score_text(scores.corpus["text"].iloc[0] + HOSTILE[1], classifier=None)
    for shown in (scores, comparison, one, scores.lexicons[0]):
        found = page(shown._repr_html_())
        assert {tag for tag, _ in found.tags} <= {
            *("div", "p", "strong", "ul", "li", "span", "mark"),
            *("table", "thead", "tbody", "tr", "th", "td"),
        }
        assert {name for _, attrs in found.tags for name in attrs} <= {"style", "title", "scope"}
        assert found.text.encode("utf-8")
    for piece in (
        card_html(HOSTILE[1]),
        list_html(HOSTILE),
        table_html(HOSTILE, [HOSTILE]),
        article_html([dict.fromkeys(("text", "speaker", "term", "lexicon"), HOSTILE[1])
                      | {"voice": "direct"}]),
    ):  # fmt: skip
        assert "<img" not in piece and "<script" not in piece


def test_one_article_is_shown_whole_by_voice() -> None:
    scores = framing.score_text(ARTICLE)
    html = scores._repr_html_()
    shown = page(html)
    assert ARTICLE in shown.text
    titles = " ".join(str(a["title"]) for _, a in shown.tags if "title" in a)
    for voice in set(scores.voices["voice"]):
        assert VOICE_LABELS[voice] in titles
    assert f"{VOICE_LABELS['direct']}: Kerr" in titles
    marked = re.findall(r"<mark[^>]*>([^<]*)</mark>", html)
    assert {"barbaric", "massacre"} <= set(marked)
    assert "brutal" in " ".join(marked)


def test_every_voice_is_told_apart_without_its_colour() -> None:
    blank = {"speaker": None, "term": None, "lexicon": None, "text": "x"}
    html = article_html([{**blank, "voice": v} for v in VOICES])
    lines = re.findall(r"border-bottom:(\d)px (\w+)", html.split("</p>")[1])
    assert len(set(lines)) == len(VOICES) - 1


def test_colours_hold_on_light_and_dark_pages(scores: framing.Scores) -> None:
    """Text keeps the page's colour; backgrounds are shades that let the page's own through."""
    one = framing.score_text(ARTICLE)
    for shown in (scores, one, framing.load_lexicon("conflict"), framing.compare(scores)):
        html = shown._repr_html_()
        for name, value in re.findall(r"(?<![\w-])(color|background(?:-color)?):([^;\"]+)", html):
            if name == "color":
                assert value == "inherit"
            else:
                assert value == "none" or re.fullmatch(r"rgba\(\d+,\d+,\d+,\.[1-4]\d*\)", value)


def test_a_repr_tells_the_story_in_ten_lines(
    scores: framing.Scores, comparison: framing.Comparison
) -> None:
    one = framing.score_text(ARTICLE)
    for shown in (scores, comparison, one):
        assert 3 <= len(repr(shown).splitlines()) <= 10
    lines = repr(one).splitlines()
    assert lines[0] == "Scores of one article: 25 words, 3 sentences"
    assert any(line.startswith("most probably loaded, own: ") for line in lines)
    assert any(line.startswith("speakers: ") and "Kerr" in line for line in lines)
    quiet = framing.score_text(ARTICLE, classifier=None)
    assert "most probably" not in repr(quiet) and "loaded_rate not scored" in repr(quiet)


@pytest.mark.parametrize("text", ["", "   ", "Nothing.", "\ud800"])
def test_an_article_without_scores_is_shown_too(text: str) -> None:
    scores = framing.score_text(text)
    assert page(scores._repr_html_()).text
    assert repr(scores).startswith("Scores of one article")


def test_a_comparison_is_a_table_of_groups(comparison: framing.Comparison) -> None:
    shown = page(comparison._repr_html_())
    for group in comparison.groups:
        assert group in shown.text
    heads = [a for tag, a in shown.tags if tag == "th"]
    assert {str(a["scope"]) for a in heads} == {"col", "row"}
    row = comparison.estimates.query("design == 'matched' and measure == 'loaded_rate'").iloc[0]
    assert f"{row['estimate']:.3g} ({row['low']:.3g} to {row['high']:.3g})" in shown.text


def test_a_comparison_of_chosen_measures_is_shown(scores: framing.Scores) -> None:
    found = framing.compare(scores, measures=["conflict"])
    assert "Comparison of 5 groups" in page(found._repr_html_()).text


def test_a_lexicon_shows_its_categories() -> None:
    lexicon = framing.load_lexicon("conflict")
    shown = page(lexicon._repr_html_())
    assert f"{len(lexicon):,} terms" in shown.text and lexicon.description in shown.text
    for category in lexicon.categories:
        assert category.name in shown.text and category.meaning in shown.text
