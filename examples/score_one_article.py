"""
Score one article
=================

How loaded is it, and who is speaking where it is?
"""

import framing

TEXT = """\
The ministry opened its new office in Harrow on Monday.

Troops of the regime have been waging a proxy war in the province since spring, a campaign that
it sells as a "stability mission". Petra Lund, the spokeswoman, said the villages had been spared.

"Nobody was harmed," she told reporters. Critics call the operation a massacre.
"""

# %%
# Printed, the scores say what was found; in a notebook they show the article itself, with each
# part in the colour of its voice.

scores = framing.score_text(TEXT)
print(scores)
scores

# %%
# Every term that was found, with the voice that it stands in. Only those in the outlet's own voice
# count in ``term_rate``.

print(scores.hits[["text", "lexicon", "category", "voice", "speaker"]].to_string(index=False))

# %%
# Who is speaking, at every place that is not the outlet's own:

for span in framing.find_voices(TEXT):
    if span.voice != "own":
        print(f"{span.voice:9} {TEXT[span.start : span.end]!r} by {span.speaker}")

# %%
# The probability of each own-voice word to be marked as loaded is where ``loaded_rate`` comes from.

model = framing.load_classifier()
words = sorted(model.explain(TEXT), key=lambda w: w[2], reverse=True)
for start, end, probability in words[:5]:
    print(f"{TEXT[start:end]:12} {probability:.2f}")
