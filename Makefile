# make help lists the targets. Everything runs from .venv, which `setup` builds once from requirements.lock.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked
RAIDERS ?= 60
HEADLESS ?=
export PYTHONDONTWRITEBYTECODE ?=
.DEFAULT_GOAL := help
.PHONY: help setup run migrate doctor demo fmt check test browser screenshots bench profile drill lock

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(STAMP): requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "raidbot: installing the locked libraries into $(VENV) (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

setup: $(STAMP) ## build the virtual environment from the lock
	@:

run: setup ## run the bot
	@exec $(BIN)/python -m raidbot run

migrate: setup ## bring the database of DATABASE_URL to this version's schema
	@$(BIN)/python -m raidbot migrate

doctor: setup ## say what is missing and what to do
	@$(BIN)/python -m raidbot doctor

demo: setup ## a raid night on this machine, no Discord account needed (RAIDERS=60, HEADLESS=1)
	@$(BIN)/python -m raidbot demo --raiders $(RAIDERS) $(if $(HEADLESS),--headless)

fmt: setup ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: setup ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

test: setup ## the tests, ten minutes at most
	$(BIN)/python -m pytest

bench: setup ## the benchmark
	@$(BIN)/python -m tests.bench

profile: setup ## where the time of a storm goes: a flame graph
	@$(BIN)/python -m tests.bench.profile

browser: setup ## the demo's page, in a real Chromium
	RAIDBOT_BROWSER=1 $(BIN)/python -m pytest tests/browser -n 0

screenshots: setup ## the page's pictures in docs/
	@$(BIN)/python -m tests.browser.shoot

drill: setup ## the fault sweep with every kill point
	RAIDBOT_DRILL=all $(BIN)/python -m pytest tests/faults --timeout 7200

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock
