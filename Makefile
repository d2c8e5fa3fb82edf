# Two commands matter: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
LATEST := .venv-latest
SITE := .venv-site
BIN := $(VENV)/bin
# TensorFlow's own chatter is not what a test run should print.
export TF_CPP_MIN_LOG_LEVEL ?= 3
export CUDA_VISIBLE_DEVICES ?= -1

.PHONY: demo test check lint types unit figures bench conformance mutants soak determinism fuzz interruptions corpus editors docs site man latest clean

demo: $(VENV)/.runtime
	@echo '$$ kfix fixtures/no_flatten.py --target 10 --dry-run'
	@$(BIN)/kfix fixtures/no_flatten.py --target 10 --dry-run || test $$? -eq 1

test: lint types unit

# What needs no TensorFlow: ruff, mypy and the tests that do not ask Keras. For the minutes between two commits.
check: lint types
	$(BIN)/pytest -n 2 -m "not keras"

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/pytest -n 2

# Decisions, conditional expressions, comments, the longest modules and functions, package by package.
figures: $(VENV)/.dev
	$(BIN)/python scripts/figures.py

bench: $(VENV)/.dev
	$(BIN)/python bench/run.py
	$(BIN)/python bench/shapes.py
	$(BIN)/python bench/search.py
	$(BIN)/python bench/broken.py
	$(BIN)/python bench/growth.py
	$(BIN)/python bench/server.py

conformance: $(VENV)/.dev
	$(BIN)/python scripts/conformance.py

# The same questions to the newest Keras there is, in an environment of its own; `make test` never does it.
latest:
	$(PYTHON) -m venv $(LATEST)
	$(LATEST)/bin/pip install --quiet --disable-pip-version-check --upgrade click libcst pathspec tensorflow keras scipy
	$(LATEST)/bin/python scripts/coverage.py
	$(LATEST)/bin/python scripts/conformance.py

# Breaks 2,000 random programs and prints what became of them; about 15 minutes on 2 cores.
mutants: $(VENV)/.dev
	$(BIN)/python scripts/mutants.py

# make soak SOAK="folder …" [LIMIT=5000]; docs/reliability.md says what it counts. It goes on where the last one ended.
soak: $(VENV)/.dev
	@test -n "$(SOAK)" || { echo 'make soak SOAK="folder …" [LIMIT=5000]'; exit 2; }
	$(BIN)/python scripts/soak.py $(SOAK) $(if $(LIMIT),--limit $(LIMIT))

# make determinism [PROGRAMS="folder …"]: 20 hash seeds, other folders, paths, orders and numbers of processes.
determinism: $(VENV)/.dev
	$(BIN)/python scripts/determinism.py $(PROGRAMS)

# make fuzz [BATCHES=20]: 500 inputs a batch and kind; it goes on where the last one ended.
fuzz: $(VENV)/.dev
	$(BIN)/python scripts/fuzz.py --batches $(or $(BATCHES),20)

# Kills, full disks, saves and second processes while kfix writes; about 8 minutes.
interruptions: $(VENV)/.dev
	$(BIN)/python scripts/interruptions.py --runs 1000

# make corpus CORPUS=folder [TRUTH=truth.jsonl]; docs/corpus.md says what it prints.
corpus: $(VENV)/.dev
	@test -n "$(CORPUS)" || { echo 'make corpus CORPUS=folder [TRUTH=truth.jsonl]'; exit 2; }
	$(BIN)/python scripts/corpus.py $(CORPUS) $(if $(TRUTH),--truth $(TRUTH) --by-folder)

# Real editors in headless Chromium: VS Code and JupyterLab. What cannot be installed is named and skipped.
editors: $(VENV)/.dev
	$(BIN)/python scripts/editors.py

docs: $(VENV)/.dev
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_layer_docs.py

# The documentation as a site in build/site; a dead link is an error.
site: $(SITE)/.done
	$(SITE)/bin/zensical build --strict --clean

# The man page in build/kfix.1, from what --help is made of: man -l build/kfix.1
man: $(VENV)/.runtime
	$(BIN)/python scripts/man_page.py

$(SITE)/.done: requirements-site.lock
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/pip install --quiet --disable-pip-version-check -r requirements-site.lock
	@touch $@

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/.python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(BIN)/python -m compileall -q kfix
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) $(LATEST) $(SITE) .mypy_cache .ruff_cache .pytest_cache .hypothesis
