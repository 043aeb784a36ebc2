"""Score one article: how loaded is it, and who is speaking where it is?"""

from __future__ import annotations

import framing

TEXT = """\
The ministry opened its new office in Harrow on Monday.

Troops of the regime have been waging a proxy war in the province since spring, a campaign that
it sells as a "stability mission". Petra Lund, the spokeswoman, said the villages had been spared.

"Nobody was harmed," she told reporters. Critics call the operation a massacre.
"""


def main() -> None:
    scores = framing.score_text(TEXT)
    print(scores)
    print()
    print(scores.hits[["text", "lexicon", "category", "voice", "speaker"]].to_string(index=False))
    print()
    for span in framing.find_voices(TEXT):
        if span.voice != "own":
            print(f"{span.voice:9} {TEXT[span.start : span.end]!r} by {span.speaker}")


if __name__ == "__main__":
    main()
