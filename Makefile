# The only door: CI, the README and people call these targets.

PYTHON ?= python3
VENV := .venv
AWS_VENV := .venv-aws
CLI_VENV := .venv-aws-cli
DEPLOY_VENV := .venv-deploy
LOCALSTACK_VENV := .venv-localstack
PYTHON313 ?= python3.13
BIN := $(VENV)/bin
PYTEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-deploy setup-localstack demo up build up-compose down logs scale test test-unit test-localstack lint fmt types imports check docs lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(VENV)/.complete $(AWS_VENV)/.complete ## make both environments from the lock files

setup-deploy: $(DEPLOY_VENV)/.complete ## make the environment that checks templates and manifests

setup-localstack: $(LOCALSTACK_VENV)/.complete ## make the environment of LocalStack; needs PYTHON313=python3.13

demo: setup ## run the whole pipeline on two sample videos, on this machine alone
	@$(BIN)/logostream demo

up: setup ## run the whole local stack until Ctrl-C
	@$(BIN)/logostream up

build: ## build every container image
	docker compose build

up-compose: ## run the whole system in containers until `make down`
	docker compose up --build --detach --wait
	@docker compose ps

down: ## stop the containers; VOLUMES=1 forgets what they stored
	docker compose down $(if $(VOLUMES),--volumes)

logs: ## follow the containers' logs
	docker compose logs --follow --tail 50

DETECTORS ?= 8
scale: ## run DETECTORS detectors in containers
	docker compose up --detach --wait --no-recreate --scale detector=$(DETECTORS) detector

test: setup $(CLI_VENV)/.complete ## run every test
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -q

test-unit: setup ## run the fast tests only
	$(BIN)/pytest -n $(PYTEST_WORKERS) -q tests/unit

LOCALSTACK_TESTS ?= tests/contract tests/system
test-localstack: setup setup-localstack ## run the contract and system tests on LocalStack
	LOGOSTREAM_LOCALSTACK=$(LOCALSTACK_VENV)/bin/python $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -q \
		--timeout 300 $(LOCALSTACK_TESTS)

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

docs: setup ## write what is made from the code: tables and dashboards
	$(BIN)/python -m tests.settings_table
	$(BIN)/python -m tests.metrics_table
	$(BIN)/python -m deploy.grafana.make

lock: setup ## renew the lock files from pyproject.toml
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url --extra dev -o requirements/logostream.lock pyproject.toml
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url -o requirements/embedded-aws.lock requirements/embedded-aws.in
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url -o requirements/aws-cli.lock requirements/aws-cli.in
	build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url -o requirements/deploy.lock requirements/deploy.in
	build/lock/bin/uv pip compile -q --python-version 3.13 --python-platform linux --generate-hashes --no-header \
		--no-strip-extras --no-emit-index-url -c requirements/localstack.constraints \
		-o requirements/localstack.lock requirements/localstack.in
	for image in core media pages reports tools tracing; do \
		build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
			-c requirements/logostream.lock -o requirements/images/$$image.lock requirements/images/$$image.in; done

clean: ## remove environments, caches and local state
	rm -rf $(VENV) $(AWS_VENV) $(CLI_VENV) $(DEPLOY_VENV) $(LOCALSTACK_VENV) build .logostream results .mypy_cache .pytest_cache .ruff_cache *.egg-info

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

# A fourth one: linters of templates and manifests have dependencies of their own.
$(DEPLOY_VENV)/.complete: requirements/deploy.lock
	$(PYTHON) -m venv $(DEPLOY_VENV)
	$(DEPLOY_VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/deploy.lock
	@touch $@

# And one with a newer Python: LocalStack 4.14.0 answers 500 to every call of S3 or SQS under an older one.
# Most of its modules are never loaded, so none is compiled before it is.
$(LOCALSTACK_VENV)/.complete: requirements/localstack.lock
	$(PYTHON313) -m venv $(LOCALSTACK_VENV)
	$(LOCALSTACK_VENV)/bin/pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements/localstack.lock
	@touch $@
