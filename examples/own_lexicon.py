"""
A lexicon of one's own
======================

From a list of words to a checked, versioned folder that others can use and cite.
"""

import tempfile
from pathlib import Path

import framing

# %%
# The shortest way: categories and their terms. A star stands for any ending.

water = framing.Lexicon.from_terms(
    {
        "blame": ["dam lobby", "water grab*", "negligen*"],
        "calamity": ["wall of water", "disaster", "tragedy"],
    },
    name="water",
    version="1",
    description="Blame and calamity in reports on dams and floods.",
)
water

# %%
# With all that a term can say: a weight, what it names, a plain word instead, senses not meant.

terms = [
    {"term": "flood of migrants", "category": "metaphor", "weight": 1, "neutral": "arrivals"},
    {
        "term": "wave*",
        "category": "metaphor",
        "weight": 0.5,
        "except": "heat wave|wave of applause",
    },
]
metaphors = framing.Lexicon.from_terms(terms, name="water-metaphors")
print(metaphors.to_frame()[["term", "category", "weight", "except"]].to_string(index=False))

# %%
# Scored beside a bundled one. Rates come by category and voice.

corpus = framing.read_corpus(framing.example_corpus_folder())
scores = framing.score(corpus, lexicons=[water, metaphors, "conflict"], classifier=None)
print(scores.hits.query("lexicon != 'conflict'")[["id", "text", "category", "voice"]].head(8))
print(scores.rates(by="lexicon").groupby("lexicon")[["own", "direct", "indirect"]].mean().round(2))

# %%
# Saved as a folder of two text files: a card (``lexicon.toml``) and a table (``terms.csv``). On the
# command line ``framing lexicon check water/`` then says what is wrong with it, line by line.

with tempfile.TemporaryDirectory() as folder:
    saved = framing.write_lexicon(water, Path(folder) / "water")
    print(sorted(path.name for path in saved.iterdir()))
    print(framing.read_lexicon(saved) == water)
