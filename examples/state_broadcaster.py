"""
A state broadcaster, line by line
=================================

One article, written for this page in the manner of a state broadcaster, holds the whole problem.
Its outlet uses loaded words of its own, puts another side's words in quotation marks although
nobody is quoted, reports the loaded words of others, and quotes an official at length in words that
are quite plain. Whoever counts words gets one number for all four.
"""

import textwrap

import framing

ARTICLE = """\
The separatists in Kessar signed a pact with Ostrany on Sunday, and Valdoria will review its \
grain deliveries.

The bandit regime in Ostrany has been waging a proxy war against Valdoria for two years.

Ostrany, whose "humanitarian" convoys cross the border at night, joined the fight in spring.

Dario Vance, who heads the authorities in Kessar, called the Valdorian mission "a barbaric \
occupation" and a massacre of civilians. He accused Harrow of waging a genocidal war.

"We will read the pact, we will speak to our partners, and we will announce our steps in good \
time," Jonas Reiter, a foreign policy adviser, told reporters in Harrow.

So-called "volunteers" have been crossing the river at night.

According to Reiter, the deliveries of May and June are not affected.
"""

# %%
# Who is speaking?
# ----------------
# Every word gets one of five voices: the outlet's ``own``; ``direct``, in quotation marks with a
# speaker; ``indirect``, reported without marks; ``scare``, marks with nobody quoted; and
# ``mention``, marks that name a title or a word. What follows is the article by voice, with the
# terms of the lexicons underlined.

scores = framing.score_text(ARTICLE)
framing.plots.article(scores)

# %%
# Line by line
# ------------
# For each sentence: the share of it that is the outlet's own, how many loaded words a trained
# annotator would be expected to mark in that share, and the terms of the lexicons with their voice.

counted = scores.hits.loc[scores.hits["counted"]]
for row in scores.sentences.itertuples():
    terms = counted.loc[counted["sentence"] == row.sentence]
    said = ", ".join(f"{t.text} ({t.voice})" for t in terms.itertuples()) or "no loaded term"
    loaded = "none of its own" if row.own_words == 0 else f"{row.loaded_words:.2f} expected"
    print(textwrap.fill(ARTICLE[row.start : row.end].strip(), 76))
    print(f"    own words {row.own_words} of {row.words}; loaded: {loaded}")
    print(f"    {said}\n")

# %%
# What a word counter sees
# ------------------------
# The same terms, counted without regard to voice, and then by voice. A word counter's number holds
# the outlet responsible for what it reports and quotes; ``term_rate`` counts the row ``own``.

by_voice = counted.groupby("voice")["text"].agg(["size", ", ".join])
print(f"a word counter finds {len(counted)} loaded terms")
print(by_voice.to_string(header=False))

# %%
# Where this can go wrong
# -----------------------
# The article was written to show the voices plainly, and real ones are less plain: the line between
# a scare quote and a short quotation is a matter of reading, and reports without marks are often
# missed or run on too long. The page :doc:`/validation` says how often. And nothing here says that
# *proxy war* is false, or true.
