# agentkit: `make demo` and `make test` do all the set-up on a fresh machine (Python >= 3.11 and a C++ compiler).
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
EXTRAS ?= dev
# llama.cpp's reading of pictures is a quarter of what there is to compile, and nothing here looks at pictures.
CMAKE_ARGS ?= -DLLAVA_BUILD=OFF
export CMAKE_ARGS

.PHONY: help setup demo test test-long check format bench clean

help:  ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready  ## build the virtual environment (once; the slow part is llama.cpp)

$(VENV)/.ready: pyproject.toml
	@echo "setting up $(VENV) (compiles llama.cpp once: a few minutes)"
	@if command -v uv >/dev/null 2>&1; then \
	   uv venv --allow-existing --python $(PYTHON) $(VENV) && uv pip install --python $(BIN)/python -e '.[$(EXTRAS)]'; \
	 else \
	   $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "agentkit needs Python >= 3.11: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }; \
	   $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet -e '.[$(EXTRAS)]'; \
	 fi
	@touch $@

# Exit code 1 says that the model did not do every task: that is reported, and no reason to stop.
demo: setup  ## run two agents on the embedded model, offline: everyday requests, then tasks on the simulated phone
	@$(BIN)/agentkit run examples/first_run.yaml --offline --unattended || [ $$? = 1 ]
	@$(BIN)/agentkit run examples/mobile_ui.yaml --offline --unattended --replay replay.html || [ $$? = 1 ]
	@echo "open replay.html in a browser: every screen, what was tapped, how sure the model was"

test: setup  ## run the tests
	$(BIN)/python -m pytest

test-long: setup  ## run the long forms of the property and crash tests too
	$(BIN)/python -m pytest -m "slow or not slow" --timeout 3600

check: setup  ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python

format: setup  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## run the benchmarks against their peers
	@if command -v uv >/dev/null 2>&1; then uv pip install --python $(BIN)/python -e '.[bench]'; else $(BIN)/python -m pip install --quiet -e '.[bench]'; fi
	$(BIN)/python benchmarks/overhead.py
	$(BIN)/python benchmarks/decode.py

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache build dist
