# Two commands: `make up` starts Wellspring, `make test` runs everything that CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SIZES ?= 1,10
export GRADIO_ANALYTICS_ENABLED := False

.PHONY: up test lint bench bench-retrieval bench-personalize bench-start lock clean

up: $(VENV)/.installed
	$(BIN)/wellspring up $(ARGS)

# The processes fill the processors: threads of numpy's within each would only wait for one another.
test: $(VENV)/.installed-dev lint
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

# Wellspring against vectorised pandas, in millions of orders: make bench SIZES=1,3,10,30
bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks --sizes $(SIZES) $(ARGS)

# Retrieval at scale: make bench-retrieval CHUNKS=100000
CHUNKS ?= 10000
bench-retrieval: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.retrieval --chunks $(CHUNKS) $(ARGS)

# Messages for a whole audience: make bench-personalize CUSTOMERS=100000
CUSTOMERS ?= 1000000
bench-personalize: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.personalize --customers $(CUSTOMERS) $(ARGS)

# How long a killed server takes to come back: make bench-start ARGS="--runs 5"
bench-start: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.start $(ARGS)

# Hash-locked: what is installed is what was tested.
$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Wellspring needs (a few minutes the first time) ..."
	$(PIP) install --quiet --progress-bar on --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The lock is whole; --no-deps because two ceilings were left aside on purpose (evals/overrides.txt).
$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --quiet --progress-bar on --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Wellspring needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# Re-makes both lock files; needs uv. No registry's host is written into them.
lock:
	uv pip compile pyproject.toml --extra build --python-version 3.11 --universal --generate-hashes --no-emit-index-url --quiet -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --extra evals --override evals/overrides.txt -c requirements.lock --python-version 3.11 --universal --generate-hashes --no-emit-index-url --quiet -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache
