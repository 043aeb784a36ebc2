"""
A term's career over time
=========================

When did an outlet take up a word, and in whose voice did it first come in?
"""

import matplotlib.pyplot as plt

import framing

# %%
# A lexicon of one's own makes the term and its rivals measures like any others.

people = framing.Lexicon.from_terms(
    {"illegal": ["illegal immigrant*", "illegals"], "plain": ["asylum seeker*", "refugee*"]},
    name="people",
)
corpus = framing.read_corpus(framing.example_corpus_folder())
scores = framing.score(corpus, lexicons=[people], classifier=None)

# %%
# Every use, by date, with the voice it stands in. A word often arrives in quotations, and later
# loses its marks.

dated = scores.hits.merge(scores.articles[["id", "outlet", "date"]], on="id").sort_values("date")
print(dated[["date", "outlet", "text", "voice"]].to_string(index=False))

# %%
# Rates in the own voice, with intervals. A handful of uses says little, and the intervals say so;
# with more articles, ``comparison.over_time(every="month")`` gives the same by period.

comparison = framing.compare(scores, measures=["people/illegal", "people/plain"])
rates = comparison.estimates.query("design == 'all' and voice == 'own'")
print(rates[["measure", "group", "estimate", "low", "high"]].round(2).to_string(index=False))

# %%
# Own voice against the rest, month by month, all outlets together:

month = dated["date"].dt.strftime("%Y-%m")
counts = dated.groupby([month, "voice"]).size().unstack(fill_value=0)
ax = counts.plot.bar(stacked=True, figsize=(7, 3.5))
ax.set(xlabel="", ylabel="uses", title="Names for refugees, by voice")
plt.tight_layout()
