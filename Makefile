# For people: make demo, make test, make docs, make quality. Each sets up .venv where it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DOCS_STAMP := $(VENV)/.installed-docs

.PHONY: demo test lint quality docs seal clean

demo: $(STAMP)
	$(BIN)/framing demo --out demo --force

test: $(STAMP) lint
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# After any edit of lexicons/: their cards hold the hash of what they say.
seal: $(STAMP)
	$(BIN)/framing lexicon seal lexicons

# Any warning is an error; nothing is fetched. Nothing is kept from the last build: the examples must
# show what the code prints now.
docs: $(DOCS_STAMP)
	rm -rf docs/reference/generated docs/gallery docs/_build
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

# Asserts (B101) tell the type checker what holds, and check no input; chance (B311) is seeded on
# purpose. --strict: a package that could not be looked up is a failure, not a silence.
quality: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[quality]"
	$(BIN)/bandit --quiet --recursive --skip B101,B311 framing
	mkdir -p build
	$(BIN)/python -m pip freeze --quiet --exclude-editable > build/audited.txt
	$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --no-deps --requirement build/audited.txt

# The declared dependencies decide: a change in setup.cfg installs again.
$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $(STAMP)

$(DOCS_STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $(DOCS_STAMP)

clean:
	rm -rf docs/_build docs/gallery docs/lexicons docs/made docs/reference/generated
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
