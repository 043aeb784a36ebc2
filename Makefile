# Two commands for people: make demo, make test. Each sets up .venv where it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint docs seal clean

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

# The declared dependencies decide: a change in setup.cfg installs again.
$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $(STAMP)

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
