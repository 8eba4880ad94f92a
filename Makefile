# Two commands matter: `make demo` and `make test`. Both do the whole set-up first, in .venv, when it is needed.
PYTHON  ?= python3
WORKERS ?= 2
ARGS    ?=
BIN     := .venv/bin
LOCKED  := .venv/.locked
READY   := .venv/.ready

# What the libraries would send home is off, and Prefect's own local server gets the time it needs to start.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GX_ANALYTICS_ENABLED := false
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 120
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs pictures bundle clean lock

help: ## this list
	@echo "Slipwatch: tells a PMO that a rollout is slipping, before the committee does."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup: $(READY) ## install the locked packages into .venv (only when the lock is newer)

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Slipwatch needs Python 3.11 or newer; '$(PYTHON)' is missing or older. Name another: make $(or $(MAKECMDGOALS),setup) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv, then run this again." >&2; exit 1; }
	@echo "Setting up .venv from requirements.lock: about 160 packages, one or two minutes, once."
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## play the sample programme: findings week by week, mails, drafts and report on disk
	@$(BIN)/slipwatch demo $(ARGS)

test: setup ## run the tests (ARGS="-k redmine" picks some)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: setup ## lint, format, types, import contracts, freshness of generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/slipwatch docs --check

bench: setup ## measure speed and memory, each beside what it is compared with
	@$(BIN)/python -m benchmarks $(ARGS)

docs: setup ## write the generated parts of the docs anew
	@$(BIN)/slipwatch docs

pictures: setup ## take the pictures of the docs anew (needs Chromium)
	@$(BIN)/python -m tools.pictures $(ARGS)

bundle: setup ## make a zip that installs without network or administrator (ARGS="--platform windows")
	@$(BIN)/python -m tools.bundle $(ARGS)

lock: setup ## resolve requirements.lock anew from pyproject.toml (needs uv on the path)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-strip-extras --no-header --quiet pyproject.toml --output-file requirements.lock
	.venv/bin/python tools/pin_plain.py requirements.lock

clean: ## remove .venv, caches and build products; never a ledger
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
