"""
Compare outlets
===============

Outlets are compared on the stories that they share, in their own voice, and a report is written.
"""

import tempfile
from pathlib import Path

import framing

corpus = framing.read_corpus(framing.example_corpus_folder())
comparison = framing.compare(framing.score(corpus), by="outlet", match="story")
comparison

# %%
# Which differences can be told from chance? The ratio says how many times as much the first outlet
# has; the p-value is adjusted for the number of pairs that were looked at.

found = comparison.differences.query("design == 'matched' and p_adjusted <= 0.05")
columns = ["measure", "group_a", "group_b", "ratio", "low", "high", "p_adjusted"]
print(found[columns].round(3).to_string(index=False))

# %%
# Every pair at a glance, with what could not be tested:

framing.plots.differences(comparison, measure="loaded_rate")

# %%
# Would other choices have said the same? Each lexicon is left out, stories are left out one by one,
# and so on.

print(comparison.sensitivity(most_stories=3).summary.round(2).to_string(index=False))

# %%
# The report is one file that fetches nothing; the suffix decides its form.

with tempfile.TemporaryDirectory() as folder:
    for suffix in (".html", ".csv"):
        print("written:", framing.write_report(comparison, Path(folder) / f"outlets{suffix}").name)
