"""
A house-style check for a newsroom
==================================

What does the guide tell us to avoid in our own voice? What is quoted is left alone.
"""

import tempfile
from pathlib import Path

import framing

DRAFT = """\
Two illegal immigrants were found near the weir on Tuesday.

The mayor spoke of "illegal immigrants" and asked for more patrols.

The terrorists who hold the province fired on a market, and eleven people lost their lives.
"""

# %%
# The bundled packs, each rule with its reason and the guide that it comes from:

print(framing.list_packs())
for finding in framing.check_style(DRAFT, packs=framing.list_packs()):
    print(f"draft.txt:{finding.line}:{finding.column}: {finding.message}")

# %%
# A pack of the newsroom's own is a file that an editor can write.

HOUSE = """\
format = 1
name = "house"
version = "2031.1"
licence = "all rights reserved"
description = "What our own guide asks for."

[sources]
guide = { citation = "Guide of the Harrow Courier, chapter on deaths" }

[[rules]]
rule = "deaths"
terms = ["lost their lives", "lost his life", "lost her life"]
instead = "died, or were killed"
reason = "plain words for death"
source = "guide"
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "house.toml"
    path.write_text(HOUSE, "utf-8")
    for finding in framing.check_style(DRAFT, packs=[path]):
        print(f"{finding.text!r}: write {finding.instead}. Because: {finding.reason}.")

# %%
# For a whole archive the same rules are a lexicon, and give rates by outlet and voice.

rules = framing.load_pack("people").lexicon()
corpus = framing.read_corpus(framing.example_corpus_folder())
scores = framing.score(corpus, lexicons=[rules], classifier=None)
uses = scores.hits.merge(scores.articles[["id", "outlet"]], on="id")
print(uses.groupby(["outlet", "voice"]).size().unstack(fill_value=0))
