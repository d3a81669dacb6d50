# Everything runs in .venv, built from requirements.lock. It takes Python 3.11 or newer and make.
.PHONY: help demo test lint bench docs lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

help:
	@echo "make demo    a sandbox EHR, demo patients and the service on this machine (ARGS=--once: run through and stop)"
	@echo "make test    every check: format, lint, types, import contracts, tests with branch coverage"
	@echo "make lint    the checks without the tests"
	@echo "make bench   the benchmarks"
	@echo "make docs    the clinical pages, the example and the FHIR resources anew, from the code"
	@echo "make lock    resolve the newest versions again into requirements.lock"

demo: $(STAMP)
	$(BIN)/python -m lnfhir.sandbox.demo $(ARGS)

test: lint
	$(BIN)/python -m pytest -n 2 --cov $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(STAMP)
	$(BIN)/python -m tests.knowledge.pages
	$(BIN)/python -m tests.knowledge.example
	$(BIN)/python -m tests.knowledge.prefetch_page
	$(BIN)/python -m tests.conformance.page
	$(BIN)/python -m tests.publishing

# Exact versions, no dependency resolution, no build isolation: nothing is fetched that the lock does not name.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

lock:
	$(PYTHON) -m venv --clear .lock-venv
	.lock-venv/bin/python -m pip install --quiet --editable '.[dev]'
	.lock-venv/bin/python -m pip freeze --quiet --all --exclude pip --exclude-editable > requirements.lock
	rm -rf .lock-venv

clean:
	rm -rf $(VENV) .lock-venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
