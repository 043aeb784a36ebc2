"""What results look like in a notebook: small pieces of HTML that hold on light and dark pages.

Colours are shades over whatever the page's background is, and text keeps the page's own colour; no
meaning hangs on a colour alone. All text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["VOICE_LABELS", "article_html", "card_html", "list_html", "table_html"]

VOICE_LABELS = {
    "own": "the outlet's own",
    "direct": "direct quotation",
    "indirect": "reported speech",
    "scare": "scare quotes",
    "mention": "mention",
}

# A shade and a kind of line for each voice but the outlet's own.
_VOICES = {
    "direct": "background:rgba(66,133,200,.28);border-bottom:2px solid rgba(66,133,200,.9)",
    "indirect": "background:rgba(110,140,150,.24);border-bottom:2px dashed rgba(110,140,150,.95)",
    "scare": "background:rgba(240,150,20,.32);border-bottom:3px double rgba(225,130,0,.95)",
    "mention": "background:rgba(160,100,190,.26);border-bottom:2px dotted rgba(160,100,190,.95)",
}
_RULE = "border-bottom:1px solid rgba(128,128,128,.35)"
_CELL = f"padding:.2em .7em;{_RULE};"
_HIT = "font-weight:700;background:none;color:inherit;text-decoration:underline"


def _said(value: Any) -> str:
    """Escape a text; a lone surrogate, which no page can hold, becomes a question mark."""
    return escape(str(value).encode("utf-8", "replace").decode("utf-8"))


def list_html(lines: Iterable[str]) -> str:
    """Write lines as a list.

    Parameters
    ----------
    lines : iterable of str
        Plain text.

    Returns
    -------
    str
        HTML.
    """
    items = "".join(f"<li>{_said(line)}</li>" for line in lines)
    return f'<ul style="margin:.4em 0">{items}</ul>' if items else ""


def table_html(
    head: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Iterable[int] = ()
) -> str:
    """Write a table.

    Parameters
    ----------
    head : sequence of str
        Heads of the columns.
    rows : iterable of sequence
        Cells, whose text is shown.
    numbers : iterable of int
        Columns that are set to the right.

    Returns
    -------
    str
        HTML; the first cell of a row is its head.
    """
    right = set(numbers)

    def style(column: int) -> str:
        return f"{_CELL}text-align:{'right' if column in right else 'left'}"

    heads = "".join(
        f'<th scope="col" style="{style(i)}">{_said(name)}</th>' for i, name in enumerate(head)
    )
    body = []
    for row in rows:
        cells = [
            f'<th scope="row" style="{style(0)};font-weight:400">{_said(row[0])}</th>',
            *(f'<td style="{style(i)}">{_said(x)}</td>' for i, x in enumerate(row) if i),
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<table style="border-collapse:collapse;color:inherit;margin:.5em 0">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


def article_html(parts: Iterable[Mapping[str, Any]]) -> str:
    """Write an article by voice: who is speaking where, and the terms that were found.

    Parameters
    ----------
    parts : iterable of mapping
        What `framing.passages.text_parts` gives: ``text voice speaker term lexicon``.

    Returns
    -------
    str
        HTML, with a legend of the voices that occur; a part's voice and speaker are in its title.
    """
    pieces, seen = [], set()
    for part in parts:
        text = _said(part["text"])
        if part["term"] is not None:
            about = f"{part['term']} ({part['lexicon']})"
            text = f'<mark style="{_HIT}" title="{_said(about)}">{text}</mark>'
        voice = part["voice"]
        if voice in _VOICES:
            seen.add(voice)
            who = f": {part['speaker']}" if part["speaker"] else ""
            title = _said(f"{VOICE_LABELS[voice]}{who}")
            text = f'<span style="{_VOICES[voice]}" title="{title}">{text}</span>'
        pieces.append(text)
    legend = " · ".join(
        [
            f"plain: {_said(VOICE_LABELS['own'])}",
            *(
                f'<span style="{style}">{VOICE_LABELS[voice]}</span>'
                for voice, style in _VOICES.items()
                if voice in seen
            ),
            f'<span style="{_HIT}">loaded term</span>',
        ]
    )
    return (
        f'<p style="font-size:.85em;margin:.6em 0">{legend}</p>'
        '<div style="white-space:pre-wrap;max-width:44em;line-height:1.7">'
        f"{''.join(pieces)}</div>"
    )


def card_html(title: str, *parts: str) -> str:
    """Put pieces of HTML under a title.

    Parameters
    ----------
    title : str
        Plain text.
    *parts : str
        What the other functions of this module return.

    Returns
    -------
    str
        HTML.
    """
    return (
        f'<div style="color:inherit;overflow-x:auto"><p style="margin:.3em 0"><strong>'
        f"{_said(title)}</strong></p>{''.join(parts)}</div>"
    )
