"""A corpus whose every text tries to get out of the page."""

from __future__ import annotations

import framing

__all__ = ["FILLER", "HOSTILE", "hostile_comparison"]

FILLER = "Nothing else was decided in the town on Monday, and the rest of it will be told. "
HOSTILE = [
    "<script>window.hit=1</script>",
    '"><img src=x onerror=window.hit=1>',
    "</style><svg onload=window.hit=1>",
    "{{ 7 * 7 }}",
    '=HYPERLINK("http://x")',
    "| a | b |\n|---|",
    "\ud800 lone \x00 nul",
    "]]></text></svg><script>window.hit=1</script>",
    "'--></title><iframe src=//127.0.0.1:9></iframe>",
    "a" * 400,
]


def hostile_comparison() -> framing.Comparison:
    """Compare two outlets whose names, titles, texts and links are attacks."""
    rows = []
    for s in range(len(HOSTILE)):
        for g, outlet in enumerate((HOSTILE[0], HOSTILE[4])):
            nasty = HOSTILE[(s + g) % len(HOSTILE)]
            rows.append(
                {
                    "id": f"{nasty}-{s}-{g}",
                    "text": f"The brutal regime {nasty} fell. The so-called “{nasty}” went on, "
                    f"“and {nasty}”, said {nasty}. {FILLER * 3}",
                    "outlet": outlet,
                    "story": str(s),
                    "title": nasty,
                    "url": "javascript:window.hit=1",
                    "date": "2031-01-02",
                }
            )
    return framing.compare(framing.score(rows))
