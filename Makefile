# The only door: CI, the README and people call these targets.

PYTHON ?= python3
VENV := .venv
AWS_VENV := .venv-aws
CLI_VENV := .venv-aws-cli
BIN := $(VENV)/bin
PYTEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-unit lint fmt types imports check docs lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.complete $(AWS_VENV)/.complete ## make both environments from the lock files

demo: setup ## run the whole pipeline on two sample videos, on this machine alone
	@$(BIN)/logostream demo

up: setup ## run the whole local stack until Ctrl-C
	@$(BIN)/logostream up

test: setup $(CLI_VENV)/.complete ## run every test
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -q

test-unit: setup ## run the fast tests only
	$(BIN)/pytest -n $(PYTEST_WORKERS) -q tests/unit

lint: setup ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fmt: setup ## put the code in format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## check types
	$(BIN)/mypy

imports: setup ## check who may import whom
	$(BIN)/lint-imports

check: lint types imports test ## all that CI checks

docs: setup ## write the tables of settings and metrics anew
	$(BIN)/python -m tests.settings_table
	$(BIN)/python -m tests.metrics_table

lock: setup ## renew the lock files from pyproject.toml
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url --extra dev -o requirements/logostream.lock pyproject.toml
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url -o requirements/embedded-aws.lock requirements/embedded-aws.in
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url -o requirements/aws-cli.lock requirements/aws-cli.in

clean: ## remove environments, caches and local state
	rm -rf $(VENV) $(AWS_VENV) $(CLI_VENV) build .logostream results .mypy_cache .pytest_cache .ruff_cache *.egg-info

# --require-hashes takes exactly the locked files; the project itself needs no building from an index.
# "compat" puts all of it in reach, so that a benchmark that is run as a file finds what it shares with the tests.
$(VENV)/.complete: requirements/logostream.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "LogoStream needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/logostream.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat -e .
	@touch $@

# A second one: the emulator pins a botocore that aioboto3 cannot live with.
$(AWS_VENV)/.complete: requirements/embedded-aws.lock
	$(PYTHON) -m venv $(AWS_VENV)
	$(AWS_VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/embedded-aws.lock
	@touch $@

# A third one, for the test that drives the stand-in with Amazon's own command line: it pins yet another botocore.
$(CLI_VENV)/.complete: requirements/aws-cli.lock
	$(PYTHON) -m venv $(CLI_VENV)
	$(CLI_VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/aws-cli.lock
	@touch $@
