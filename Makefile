# `make run` and `make test` are all that a machine with Python 3.11 and make needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint unit bench eval clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
	$(BIN)/tutor serve

test: lint unit

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/test.stamp
	$(BIN)/python -m pytest $(PYTEST_ARGS)

eval: $(VENV)/test.stamp
	$(BIN)/tutor eval

bench: $(VENV)/test.stamp
	$(BIN)/python -m evals.bench

# A Python before 3.11 is refused here with one line, rather than later with many.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: expected $(PYTHON); install Python 3.11 or name another: make PYTHON=python3.12 run" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing (a few minutes the first time)…" >&2
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-test.lock
	$(PIP) install -r requirements-test.lock
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
