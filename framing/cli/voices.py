"""The command ``framing voices``."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.errors import FramingError

if TYPE_CHECKING:
    from framing.voice import VoiceSpan

__all__ = ["voices"]

NOT_TEXT = "{name}: not {encoding} text (byte {place}); name its encoding with --encoding"
UNKNOWN_ENCODING = "{encoding!r} is not the name of an encoding, like utf-8 or latin-1"

# Own words are plain.
_STYLES: dict[str, dict[str, object]] = {
    "direct": {"fg": "cyan"},
    "indirect": {"fg": "green"},
    "scare": {"fg": "red", "bold": True},
    "mention": {"fg": "magenta"},
}
# What could steer a terminal: control and direction characters, all but line breaks and tabs.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SEEN = "\ufffd"


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(allow_dash=True))
@click.option("--encoding", default="utf-8", show_default=True, help="Of the file.")
@click.option(
    "--voices",
    "method",
    type=click.Choice(["tagger", "marks"]),
    default="tagger",
    show_default=True,
    help="Find reported speech too (news English), or read quotation marks alone.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the spans as JSON lines.")
@click.option("--color/--no-color", default=None, help="Colours; on a terminal by default.")
def voices(file: str, encoding: str, method: str, as_json: bool, color: bool | None) -> None:
    """Print an article by voice: who is speaking at every word. FILE is a text, - standard input.

    \b
    Example:
      framing voices article.txt
    """
    from framing.voice import find_voices

    text = _read(file, encoding)
    spans = find_voices(text, voices=method)
    if as_json:
        for span in spans:
            row = {**asdict(span), "text": text[span.start : span.end]}
            click.echo(json.dumps(row))
        return
    shown = sys.stdout.isatty() if color is None else color
    if shown:
        names = (click.style(name, **style) for name, style in _STYLES.items())  # type: ignore[arg-type]
        click.echo("own  " + "  ".join(names) + "\n", color=True)
    pieces = [(_colour if shown else _tag)(span, text) for span in spans]
    click.echo("".join(pieces).rstrip("\n"), color=shown)


def _read(file: str, encoding: str) -> str:
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return data.decode(encoding)
    except LookupError:
        raise FramingError(UNKNOWN_ENCODING.format(encoding=encoding)) from None
    except UnicodeDecodeError as error:
        name = "standard input" if file == "-" else file
        raise FramingError(
            NOT_TEXT.format(name=name, encoding=encoding, place=error.start)
        ) from None


def _plain(text: str) -> str:
    return _STEERING.sub(_SEEN, text.replace("\r\n", "\n"))


def _colour(span: VoiceSpan, text: str) -> str:
    words = _plain(text[span.start : span.end])
    if span.voice == "own":
        return words
    shown = click.style(words, **_STYLES[span.voice])  # type: ignore[arg-type]
    speaker = "" if span.speaker is None else click.style(f" [{_plain(span.speaker)}]", dim=True)
    return shown + speaker


def _tag(span: VoiceSpan, text: str) -> str:
    words = _plain(text[span.start : span.end])
    if span.voice == "own":
        return words
    speaker = "" if span.speaker is None else f", {_plain(span.speaker)}"
    return f"[{span.voice}{speaker}: {words}]"
