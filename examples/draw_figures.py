"""
Draw the figures
================

Each plot takes a comparison or scores, draws on ``ax`` if one is given, and returns the Axes:
titles, colours and fonts are matplotlib's, so ``rcParams`` hold.
"""

import matplotlib.pyplot as plt

import framing

scores = framing.score(framing.read_corpus(framing.example_corpus_folder()))
comparison = framing.compare(scores)
print(f"{len(comparison.groups)} outlets")

# %%
# Loaded wording by outlet:

framing.plots.outlets(comparison, measure="loaded_rate")

# %%
# Who calls it what:

framing.plots.names(comparison)

# %%
# Whom they let speak:

framing.plots.sources(comparison)

# %%
# Which stories each outlet covered:

framing.plots.coverage(comparison)

# %%
# Over time, on Axes of one's own:

_, ax = plt.subplots(figsize=(8, 4))
framing.plots.timeline(comparison, every="month", ax=ax).set_title("By month")

# %%
# One article by voice:

framing.plots.article(scores, id=scores.articles["id"].iloc[1])
