"""
A classifier of one's own, from 200 sentences
=============================================

What counts as loaded differs with the field and the country. Two hundred labelled sentences are
enough to see how far a model of one's own would get, and whether more labels would help.
"""

import sys
from pathlib import Path

import pandas as pd

import framing

# %%
# The sentences come from the example corpus. One reader, a language model, labelled them for this
# page, and wrote down the words that decided it: enough for an example, not for research.

sentences = pd.read_csv(Path(sys.argv[0]).with_name("sentences.csv"), keep_default_na=False)
words = [[w for w in cell.split(";") if w] for cell in sentences["words"]]
text, y, article = sentences["text"], sentences["loaded"], sentences["article"]
print(f"{len(sentences)} sentences of {article.nunique()} articles, {y.sum()} loaded")

# %%
# Whole articles are left out in turn, as sentences of one article are alike. Where a fold is far
# from the others, the number of sentences is too small to say much.

model = framing.LoadedWordingClassifier(name="example", hidden=0, cv=3)
quality = framing.cross_validate_by(list(article), model, list(text), list(y), words=words)
print(quality.round(2).drop(columns="groups").to_string(index=False))

# %%
# The bundled model on the same sentences, none of which it has seen: how probable does it find it
# that a loaded sentence is loaded, and how probable that another one is?

bundled = framing.load_classifier()
loaded = bundled.predict_proba(list(text))[:, 1]
print(
    f"loaded sentences: {loaded[y == 1].mean():.2f} on average, others {loaded[y == 0].mean():.2f}"
)

# %%
# Would more sentences help? They would where the curve still rises.

curve = framing.learning_curve(list(article), model, list(text), list(y), words=words, folds=3)
framing.plots.learning_curve(curve)

# %%
# Trained on all of them, the model scores articles like the bundled one, and its evidence can be
# read in the same way. ``framing.save_classifier(model, "mine/")`` keeps it.

model.fit(list(text), list(y), words=words, groups=list(article))
sentence = "The thugs of the regime were driven from the square."
for start, end, p in sorted(model.explain(sentence), key=lambda w: w[2], reverse=True)[:3]:
    print(f"{sentence[start:end]:8} {p:.2f}")
