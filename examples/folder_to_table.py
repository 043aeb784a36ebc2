"""
From a folder of text files to a paper's table
==============================================

Articles lie in a folder as text files, with a table that says which outlet each is from.
"""

import tempfile
from pathlib import Path

import framing

folder = framing.example_corpus_folder()
print(*sorted(path.name for path in folder.iterdir())[:4], "...", sep="\n")
print((folder / "metadata.csv").read_text("utf-8").splitlines()[0])

# %%
# Without a column of stories they would be found from texts and dates:

corpus = framing.read_corpus(folder)
found = framing.find_stories(corpus.drop(columns="story"))
print(f"{found['story'].nunique()} stories found, {corpus['story'].nunique()} given")

# %%
# Compared, and written as LaTeX: tables with intervals, and the manifest that says what made them.

comparison = framing.compare(framing.score(corpus))
with tempfile.TemporaryDirectory() as place:
    path = framing.write_report(comparison, Path(place) / "tables.tex")
    lines = path.read_text("utf-8").splitlines()
start = next(i for i, line in enumerate(lines) if line.startswith(r"\begin{table}"))
print("\n".join(lines[start : start + 16]))

# %%
# Or a table of one's own making, with pandas:

table = comparison.estimates.query(
    "design == 'matched' and measure in ['loaded_rate','scare_rate']"
)
low, high = (table[end].map("{:.1f}".format) for end in ("low", "high"))
table = table.assign(interval=low + "–" + high)
wide = table.pivot(index="group", columns="measure", values=["estimate", "interval"])
wide

# %%
# What a reader needs to repeat it goes into the paper's supplement:

print({k: comparison.manifest[k] for k in ("framing", "python", "packages")})
print(comparison.manifest["comparison"]["result"])
